// Settings of AdonisJS: the stores that config/*.ts and the example of its environment file choose. https://docs.adonisjs.com/guides/getting-started/environment-variables
import type { Variable } from '../../model/stack.ts'
import { known } from '../../model/value.ts'
import { flattened } from '../../readers/config-files.ts'
import { merged, nothing, type Framework } from './files.ts'

const stores = /^(?:SESSION_DRIVER|LIMITER_STORE|LOCK_STORE|CACHE_STORE|QUEUE_DRIVER|TRANSMIT_TRANSPORT)$/
const templates = ['.env.production', '.env.production.example', '.env.docker', '.env.example', '.env']
// What the file sets by itself, under the name that its own template would have.
const configs = new Map([['config/session.ts', 'SESSION_DRIVER'], ['config/limiter.ts', 'LIMITER_STORE'], ['config/lock.ts', 'LOCK_STORE'], ['config/cache.ts', 'CACHE_STORE'], ['config/queue.ts', 'QUEUE_DRIVER']])

export const adonis: Framework = ({ paths, text, uses }) => {
  if (!uses('npm @adonisjs/core')) return nothing
  const defaults = [...configs].flatMap(([path, name]): readonly Variable[] => {
    const content = paths.includes(path) ? text(path) : undefined
    const match = content && /\b(?:default|store)\s*:\s*(?:env\.get\(\s*'[A-Z_]+'\s*,\s*)?'([\w-]+)'/.exec(content.text)
    const at = match ? match.index + match[0].lastIndexOf(`'${match[1] ?? ''}'`) + 1 : 0
    return content && match ? [{ name, nameSpan: content.span(match.index, match.index + match[0].length), value: known(match[1] ?? '', content.span(at, at + (match[1] ?? '').length)), origin: 'config-file' }] : []
  })
  const template = templates.filter(path => paths.includes(path)).slice(0, 1).flatMap(path => { const content = text(path); return content ? flattened('.env', content).filter(({ name }) => stores.test(name)) : [] })
  return { variables: merged([...defaults, ...template]), shown: [] }
}
