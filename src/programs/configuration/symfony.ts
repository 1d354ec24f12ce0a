// Settings of Symfony: config/packages, with `when@prod` and the folder of production over them.
// https://symfony.com/doc/current/configuration.html
import { flattened } from '../../readers/config-files.ts'
import type { Shown } from '../../model/program.ts'
import type { Variable } from '../../model/stack.ts'
import { unknown } from '../../model/value.ts'
import { merged, nothing, shownIn, type Framework, type Place } from './files.ts'

export const symfony: Framework = ({ paths, text, uses }) => {
  // An application may replace the packages of the framework by its whole; its kernel's bundles stand in a file of their own.
  if (!uses('packagist symfony/framework-bundle', 'packagist symfony/symfony', 'packagist symfony/http-kernel', 'packagist symfony/flex', 'packagist symfony/runtime') && !paths.includes('config/bundles.php')) return nothing
  const common = paths.filter(path => /^config\/packages\/[\w-]+\.ya?ml$/.test(path)), production = paths.filter(path => /^config\/packages\/prod\/[\w-]+\.ya?ml$/.test(path))
  const read = (path: string): readonly Variable[] => { const content = text(path); return content ? flattened(path, content) : [] }
  const variables = [...common, ...production].flatMap(read)
  const plain = variables.filter(({ name }) => !name.startsWith('when@'))
  const prod = variables.filter(({ name }) => name.startsWith('when@prod.')).map(variable => ({ ...variable, name: variable.name.slice('when@prod.'.length) }))
  const settings = merged([...plain, ...prod].map(fromEnvironment))
  const place = { paths, text }
  return { variables: settings, shown: [...adaptersIn(place), ...limitsIn(place, settings)] }
}

/** Limits are counted in a pool of the cache, the application's where none is named. https://symfony.com/doc/current/rate_limiter.html#storing-rate-limiter-state */
function limitsIn(place: Pick<Place, 'paths' | 'text'>, settings: readonly Variable[]): readonly Shown[] {
  const find = (pattern: RegExp): Variable | undefined => settings.find(({ name }) => pattern.test(name))
  const pool = find(/^framework\.rate_limiter\.\w+\.cache_pool$/)?.value
  const named = pool?.known === true ? find(new RegExp(`^framework\\.cache\\.pools\\.${pool.value.replace(/[^\w.]/g, '').replace(/\./g, '\\.')}\\.adapters?`)) : undefined
  const store = (named ?? find(/^framework\.cache\.app$/))?.value
  if (store?.known === true && !/redis|valkey/i.test(store.value)) return []
  return shownIn(place, packages, /^[ \t]*(?:rate_limiter:|['"]rate_limiter['"]\s*=>)[^\n]*|->rateLimiter\([^\n]*/m, { id: 'symfony-rate-limiter', use: 'rate-limiter', weight: 'strong', kept: 'cache' })
}

const packages = /^config\/packages\/(?:prod\/)?[\w-]+\.(?:ya?ml|php)$/

/** The cache of an application that is configured in PHP: `->adapters(['cache.adapter.redis'])`. */
const adaptersIn = (place: Pick<Place, 'paths' | 'text'>): readonly Shown[] =>
  shownIn(place, /^config\/packages\/(?:prod\/)?[\w-]+\.php$/, /['"]cache\.adapter\.(?:redis|valkey)[\w.]*['"]/, { id: 'symfony-cache', use: 'cache', weight: 'decisive' })

// `%env(resolve:REDIS_URL)%`
function fromEnvironment(variable: Variable): Variable {
  const name = variable.value.known ? /^%env\((?:[\w]+:)*(\w+)\)%/.exec(variable.value.value)?.[1] : undefined
  return name === undefined ? variable : { ...variable, value: unknown(`it is taken from ${name}`, `\${${name}}`, variable.value.span) }
}
