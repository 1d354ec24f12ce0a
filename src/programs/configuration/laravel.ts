// Settings of Laravel: the drivers that config/*.php and the example of its environment file choose. The defaults of the framework's own
// skeleton say nothing: they are read as they stand in the repository. https://laravel.com/docs/configuration
import type { Shown } from '../../model/program.ts'
import type { Variable } from '../../model/stack.ts'
import { known } from '../../model/value.ts'
import { flattened } from '../../readers/config-files.ts'
import { merged, nothing, shownIn, type Framework, type Place } from './files.ts'

const drivers = /^(?:QUEUE_CONNECTION|QUEUE_DRIVER|CACHE_STORE|CACHE_DRIVER|SESSION_DRIVER|SESSION_CONNECTION|BROADCAST_DRIVER|BROADCAST_CONNECTION|REVERB_SCALING_ENABLED|PULSE_INGEST_DRIVER)$/
const configs = ['config/queue.php', 'config/cache.php', 'config/session.php', 'config/broadcasting.php']
const templates = ['.env.docker', '.env.docker.example', '.env.production', '.env.production.example', '.env.prod.example', '.env.example', '.env.dist', '.env']

export const laravel: Framework = ({ paths, text, uses }) => {
  if (!uses('packagist laravel/framework', 'packagist laravel/lumen-framework')) return nothing
  const defaults = configs.filter(path => paths.includes(path)).flatMap((path): readonly Variable[] => {
    const content = text(path)
    return [...content?.text.matchAll(/\benv\(\s*'([A-Z_]+)'\s*,\s*(?:env\(\s*'[A-Z_]+'\s*,\s*)?'([^'\n]*)'/g) ?? []].flatMap(match => {
      const name = match[1] ?? '', value = match[2] ?? ''
      const at = match.index + match[0].length - value.length - 1
      return content && drivers.test(name) ? [{ name, nameSpan: content.span(match.index, match.index + match[0].length), value: known(value, content.span(at, at + value.length)), origin: 'config-file' as const }] : []
    })
  })
  const template = templates.filter(path => paths.includes(path)).slice(0, 1).flatMap(path => { const content = text(path); return content ? flattened('.env', content).filter(({ name }) => drivers.test(name)) : [] })
  const idle = template.map(({ name }) => name).filter(name => !isRead(name, { paths, text }))
  return { variables: merged([...defaults, ...template.filter(({ name }) => !idle.includes(name))]), idle, shown: keptInCache({ paths, text }) }
}

// The framework's own files read the names of Laravel 11, an application's file what stands in it: after an upgrade `CACHE_DRIVER` may be nobody's.
const renamed = /^(?:QUEUE|CACHE|BROADCAST)_DRIVER$/

function isRead(name: string, { paths, text }: Pick<Place, 'paths' | 'text'>): boolean {
  const file = configs.find(path => path.endsWith(`/${name.startsWith('BROADCAST_') ? 'broadcasting' : name.slice(0, name.indexOf('_')).toLowerCase()}.php`))
  const own = file !== undefined && paths.includes(file) ? text(file) : undefined
  return !renamed.test(name) || (own ? own.text.includes(name) : !paths.includes('config/app.php'))
}

const code = /^(?:app|bootstrap|routes|src|packages|modules)\/[\w/-]*(?:\bconsole|\bweb|\bapi|\bapp|Kernel|Provider|Job|Jobs\/\w+|Request|Controller|Listener|Action|Livewire\/\w+)\.php$/i

/** Limits and locks that the framework keeps with its cache, but for the limit `api` that its skeleton brings along up to version 10. https://laravel.com/docs/rate-limiting, https://laravel.com/docs/cache#atomic-locks, https://laravel.com/docs/scheduling */
const keptInCache = (place: Pick<Place, 'paths' | 'text'>): readonly Shown[] => [
  ...shownIn(place, code, /\bRateLimiter::(?:for|attempt|hit|increment|tooManyAttempts)\s*\((?!['"]api['"])[^\n]*|['"]throttle:(?!api['"])[\w-]+[^\n]*/, { id: 'laravel-rate-limiter', use: 'rate-limiter', weight: 'strong', kept: 'cache' }),
  ...shownIn(place, code, /->(?:withoutOverlapping|onOneServer)\s*\([^\n]*|\bCache::(?:store\([^()\n]{0,100}\)->)?lock\s*\([^\n]*|\bnew WithoutOverlapping\s*\([^\n]*|\bimplements [^\n{]{0,200}\bShouldBeUnique\w*/, { id: 'laravel-lock', use: 'lock', weight: 'strong', kept: 'cache' }),
]
