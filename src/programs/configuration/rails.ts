// Settings of Rails: the stores of production's environment, initializers, cable.yml, the adapter of Active Job.
// https://guides.rubyonrails.org/configuring.html
import type { Shown } from '../../model/program.ts'
import { quoted } from '../../model/quoted.ts'
import type { Variable } from '../../model/stack.ts'
import { unknown, type Text } from '../../model/value.ts'
import { get, readYaml } from '../../readers/yaml.ts'
import { merged, nothing, shownIn as firstIn, type Framework } from './files.ts'

interface Entry {
  readonly id: string
  readonly pattern: RegExp
  readonly use: NonNullable<Shown['use']>
  readonly weight: Shown['weight']
}

const entries: readonly Entry[] = [
  { id: 'rails-cache-store', pattern: /\bcache_store\s{0,20}[=(]?\s{0,20}(?:ENV[^\n?]{0,80}\?\s{0,20})?\[?\s{0,20}:(?:redis_cache_store|redis_store|readthis_store)[^\n]*/, use: 'cache', weight: 'decisive' },
  { id: 'rails-cache-store', pattern: /\bcache_store\s*=\s*ActiveSupport::Cache::Redis\w*[^\n]*/, use: 'cache', weight: 'decisive' },
  { id: 'rails-cache-elsewhere', pattern: /\bcache_store\s{0,20}=\s{0,20}:(?:solid_cache_store|memory_store|file_store|mem_cache_store|null_store|dalli_store)[^\n]*/, use: 'cache', weight: 'against' },
  { id: 'rails-session-store', pattern: /\bsession_store\s{0,20}[=(]?\s{0,20}:redis[^\n]*/, use: 'session-store', weight: 'decisive' },
  { id: 'rails-queue-adapter', pattern: /\bqueue_adapter\s*=\s*(?:[^\n]{1,80}?\s\?\s*:\w+\s*:\s*)?[:'"](?:sidekiq|resque)\b[^\n]*/, use: 'job-queue', weight: 'decisive' },
  { id: 'rails-queue-elsewhere', pattern: /\bqueue_adapter\s{0,20}=\s{0,20}:(?:good_job|solid_queue|delayed_job|que|queue_classic|async|inline|sneakers)\b[^\n]*/, use: 'job-queue', weight: 'against' },
  { id: 'rack-attack-store', pattern: /Rack::Attack\.cache\.store\s{0,20}=[^\n]{0,200}(?:Redis|REDIS)[^\n]*/, use: 'rate-limiter', weight: 'decisive' },
]

export const rails: Framework = ({ paths, text, uses }) => {
  if (!uses('rubygems rails', 'rubygems railties')) return nothing
  const files = ['config/application.rb', 'config/environments/production.rb', ...paths.filter(path => /^config\/initializers\/[\w/-]+\.rb$/.test(path))].filter(path => paths.includes(path))
  const shown = new Map<string, Shown>()
  // Production's environment stands over the application's.
  for (const path of files) {
    const content = text(path)
    if (content) for (const one of shownIn(content)) shown.set(one.use ?? '', one)
  }
  // Where production keeps to the default, what developers set tells what the server beside them is for.
  const development = text('config/environments/development.rb')
  if (development) for (const one of shownIn(development)) if (one.use === 'cache' && !shown.has('cache') && one.weight === 'decisive') shown.set('cache', { ...one, weight: 'strong' })
  const cable = text('config/cable.yml')
  const production = cable && get(readYaml(cable.file, cable.text).documents[0], 'production')
  const adapter = get(production, 'adapter')
  // `rails new` writes cable.yml into every application, whether anybody listens or not: a channel of its own or a package for it shows that somebody does.
  const listens = uses('rubygems anycable', 'rubygems anycable-rails', 'rubygems stimulus_reflex', 'rubygems cable_ready') || paths.some(path => /^app\/channels\/(?!application_cable\/)[\w/-]+\.rb$/.test(path))
    || (uses('rubygems turbo-rails') && firstIn({ paths, text }, /^app\/(?:models|views|components)\/[\w/.-]+\.(?:rb|erb|haml|slim)$/, /^[ \t]*broadcasts(?:_to|_refreshes(?:_to)?)?\b[^\n]*|\bbroadcast_\w+_(?:to|later)\b[^\n]*|\bturbo_stream_from\b[^\n]*/m, { id: 'rails-cable', use: 'pub-sub', weight: 'weak' }).length > 0)
  const named = adapter?.kind === 'scalar' && /redis|any_?cable/i.test(adapter.text)
  if (cable && adapter?.kind === 'scalar' && (listens || !named)) {
    shown.set('pub-sub', {
      id: 'rails-cable', from: 'configuration', technology: 'redis', use: 'pub-sub', weight: named ? 'decisive' : 'against',
      span: adapter.span, text: quoted(`cable.yml: adapter: ${adapter.text}`), names: namesIn(production?.kind === 'map' ? [...production.entries.values()].map(({ value }) => (value.kind === 'scalar' ? value.text : '')).join(' ') : ''),
    })
  }
  const cached = shown.get('cache')
  if (cached?.weight === 'decisive' || cached?.weight === 'strong') {
    const attack = uses('rubygems rack-attack') ? paths.find(path => /^config\/initializers\/rack[_-]attack\.rb$/.test(path)) : undefined
    const content = attack === undefined ? undefined : text(attack)
    // It counts in the application's cache where nothing else is set.
    const throttle = content && /^[^#\n]{0,200}\bthrottle\b[^\n]*/m.exec(content.text)
    if (content && throttle && !shown.has('rate-limiter')) shown.set('rate-limiter', { ...cached, id: 'rack-attack', use: 'rate-limiter', weight: 'strong', span: content.span(throttle.index, throttle.index + throttle[0].length), text: quoted(throttle[0]) })
    // https://api.rubyonrails.org/classes/ActionController/RateLimiting/ClassMethods.html
    if (!shown.has('rate-limiter')) {
      for (const limit of firstIn({ paths, text }, /^app\/controllers\/[\w/-]+\.rb$/, /^[ \t]*rate_limit[ (]\s*(?:to|name|with|by|within|store):[^\n]*/m, { id: 'rails-rate-limit', use: 'rate-limiter', weight: 'strong' })) shown.set('rate-limiter', cached.names ? { ...limit, names: cached.names } : limit)
    }
    const session = files.map(text).flatMap(each => { const match = each && /\bsession_store\s{0,20}[=(]?\s{0,20}:cache_store[^\n]*/.exec(each.text); return each && match ? [{ each, match }] : [] })[0]
    if (session) shown.set('session-store', { ...cached, id: 'rails-session-cache', use: 'session-store', span: session.each.span(session.match.index, session.match.index + session.match[0].length), text: quoted(session.match[0]) })
  }
  return { variables: merged(files.map(text).flatMap(each => (each ? chosenIn(each) : []))), shown: [...shown.values()] }
}

/** What the environment chooses: `config.active_job.queue_adapter = ENV.fetch('JOB_QUEUE', 'sidekiq')`. */
function chosenIn(content: Text): readonly Variable[] {
  return [...content.text.matchAll(/^[ \t]*((?:Rails\.application\.)?config\.active_job\.queue_adapter) ?= ?\(?ENV(?:\.fetch\(|\[)["'](\w+)["'][\],)](?: ?(?:\|\| )?["':](\w+))?/gm)].map(match => {
    const [written, path = '', name = '', fallback] = match, start = match.index + written.indexOf(path)
    return {
      name: 'active_job.queue_adapter', nameSpan: content.span(start, start + path.length), origin: 'config-file' as const,
      value: unknown(`it is taken from ${name}`, fallback === undefined ? `\${${name}}` : `\${${name}:-${fallback}}`, content.span(start, match.index + written.length)),
    }
  })
}

function shownIn(content: Text): readonly Shown[] {
  const plain = content.text.replace(/^[ \t]*#[^\n]*/gm, found => ' '.repeat(found.length))
  return entries.flatMap(({ id, pattern, use, weight }) => {
    const match = pattern.exec(plain)
    if (!match) return []
    const names = namesIn(plain.slice(match.index, match.index + 400))
    return [{ id, from: 'configuration' as const, technology: 'redis' as const, use, weight, span: content.span(match.index, match.index + match[0].trimEnd().length), text: quoted(match[0]), ...(names.length > 0 ? { names } : {}) }]
  })
}

// What stands behind `ENV`, and hosts of addresses.
const namesIn = (text: string): readonly string[] => [...text.matchAll(/ENV(?:\.fetch\(|\[)\s*["'](\w+)["']|rediss?:\/\/(?:[^@\s"'/]*@)?([\w.-]+)/g)].flatMap(match => match[1] ?? match[2] ?? []).slice(0, 4)
