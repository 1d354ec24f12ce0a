// What the user's configuration says, checked word by word. A configuration is data; a mistake in it is said with its place.
import { relative, sep } from 'node:path'
import picomatch from 'picomatch'
import { rules } from '../../rules/index.ts'
import { get, listOf, readYaml, type YamlMap, type YamlNode, type YamlScalar } from '../formats/yaml.ts'
import type { ConfigFile } from '../host/config.ts'
import { severities, type Severity } from '../model/rule.ts'
import type { EnvironmentClass } from '../model/stack.ts'
import { didYouMean, UsageError } from './usage.ts'

export interface Config {
  /** Globs of paths that are not linted. */
  readonly ignore: readonly string[]
  readonly severities: Readonly<Record<string, Severity | 'off'>>
  /** Compose files that belong together, in merge order. */
  readonly stacks: readonly { readonly compose: readonly string[] }[]
  /** Glob of files → what they are meant for; the first match counts. */
  readonly environment: readonly (readonly [string, EnvironmentClass])[]
}

export const noConfig: Config = { ignore: [], severities: {}, stacks: [], environment: [] }

const keys = ['$schema', 'ignore', 'rules', 'stacks', 'environment']
const levels: readonly string[] = ['off', ...severities]
const environments: readonly string[] = ['production', 'development', 'example', 'test', 'unspecified']

/** Reads a configuration; throws a UsageError with the place of the first mistake. */
export function readConfig(file: ConfigFile): Config {
  const name = relative(process.cwd(), file.path).split(sep).join('/')
  const wrong = (node: { readonly span: { readonly start: number } }, message: string): never => {
    const before = file.text.slice(0, node.span.start).split('\n')
    throw new UsageError(`${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: ${message}`)
  }
  const read = readYaml(name, file.text)
  const problem = read.problems[0]
  if (problem) return wrong(problem, problem.message)
  const root = file.inPackage ? get(read.documents[0], 'misfit') : read.documents[0]
  if (root === undefined) return noConfig

  const map = (node: YamlNode | undefined, what: string): YamlMap | undefined =>
    node === undefined ? undefined : node.kind === 'map' ? node : wrong(node, `${what} must be a map of names to values`)
  const scalar = (node: YamlNode, what: string): YamlScalar =>
    node.kind === 'scalar' && node.text !== '' ? node : wrong(node, `${what} must be a text`)
  const oneOf = (node: YamlNode, allowed: readonly string[], what: string): string => {
    const word = scalar(node, what)
    return allowed.includes(word.text) ? word.text : wrong(word, `${what} cannot be ${JSON.stringify(word.text)}; it is one of ${allowed.join(', ')}${didYouMean(word.text, allowed)}`)
  }
  const onlyKeys = (node: YamlMap, allowed: readonly string[]): void => {
    for (const { key } of node.entries.values()) {
      if (!allowed.includes(key.text)) wrong(key, `there is no option ${JSON.stringify(key.text)}${didYouMean(key.text, allowed)}`)
    }
  }

  const top = map(root, 'the configuration')
  if (!top) return noConfig
  onlyKeys(top, keys)
  const ids = rules.map(rule => rule.id)
  const stated: Record<string, Severity | 'off'> = {}
  for (const { key, value } of map(get(top, 'rules'), 'rules')?.entries.values() ?? []) {
    if (!ids.includes(key.text)) wrong(key, `there is no rule ${JSON.stringify(key.text)}${didYouMean(key.text, ids)}`)
    stated[key.text] = oneOf(value, levels, `the severity of ${key.text}`) as Severity | 'off'
  }
  const environment: [string, EnvironmentClass][] = []
  for (const { key, value } of map(get(top, 'environment'), 'environment')?.entries.values() ?? []) {
    environment.push([key.text, oneOf(value, environments, `the environment of ${key.text}`) as EnvironmentClass])
  }
  const stacks = listOf(get(top, 'stacks')).map(node => {
    const stack = map(node, 'a stack') ?? wrong(node, 'a stack must be a map')
    onlyKeys(stack, ['compose'])
    const compose = listOf(get(stack, 'compose')).map(item => scalar(item, 'a compose file').text)
    return compose.length > 0 ? { compose } : wrong(stack, 'a stack needs a list of files under compose')
  })
  return { ignore: listOf(get(top, 'ignore')).map(node => scalar(node, 'an ignore pattern').text), severities: stated, stacks, environment }
}

/** A test of paths against globs; a pattern without a slash matches a name in every folder, as in .gitignore. */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false
  const patterns = globs.flatMap(glob => {
    const bare = glob.replace(/^\.?\//, '').replace(/\/$/, '')
    const wide = bare.includes('/') ? bare : `**/${bare}`
    return [wide, `${wide}/**`]
  })
  return picomatch(patterns, { dot: true })
}
