// Settings of Symfony: config/packages, with `when@prod` and the folder of production over them.
// https://symfony.com/doc/current/configuration.html
import { flattened } from '../../readers/config-files.ts'
import type { Variable } from '../../model/stack.ts'
import { unknown } from '../../model/value.ts'
import { merged, nothing, type Framework } from './files.ts'

export const symfony: Framework = ({ paths, text, uses }) => {
  if (!uses('packagist symfony/framework-bundle', 'packagist symfony/symfony', 'packagist symfony/http-kernel')) return nothing
  const common = paths.filter(path => /^config\/packages\/[\w-]+\.ya?ml$/.test(path)), production = paths.filter(path => /^config\/packages\/prod\/[\w-]+\.ya?ml$/.test(path))
  const read = (path: string): readonly Variable[] => { const content = text(path); return content ? flattened(path, content) : [] }
  const variables = [...common, ...production].flatMap(read)
  const plain = variables.filter(({ name }) => !name.startsWith('when@'))
  const prod = variables.filter(({ name }) => name.startsWith('when@prod.')).map(variable => ({ ...variable, name: variable.name.slice('when@prod.'.length) }))
  return { variables: merged([...plain, ...prod].map(fromEnvironment)), shown: [] }
}

// `%env(resolve:REDIS_URL)%`
function fromEnvironment(variable: Variable): Variable {
  const name = variable.value.known ? /^%env\((?:[\w]+:)*(\w+)\)%/.exec(variable.value.value)?.[1] : undefined
  return name === undefined ? variable : { ...variable, value: unknown(`it is taken from ${name}`, `\${${name}}`, variable.value.span) }
}
