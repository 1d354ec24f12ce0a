// What the user's configuration says, checked word by word. A configuration is data; a mistake in it is said with its place.
import { join, relative, resolve, sep } from 'node:path'
import { rules } from '../../rules/index.ts'
import { get, listOf, readYaml, type YamlMap, type YamlNode, type YamlScalar } from '../readers/yaml.ts'
import { readBeside, type ConfigFile } from '../host/config.ts'
import { globOf } from '../host/glob.ts'
import type { LintOptions } from '../lint.ts'
import { join as joined } from '../model/files.ts'
import type { Knowledge } from '../model/knowledge.ts'
import { entryOf } from '../model/entry-of.ts'
import { noticeIds } from '../model/notices.ts'
import { severities, type Rule, type Severity } from '../model/rule.ts'
import type { EnvironmentClass } from '../model/stack.ts'
import { withKnowledge } from './knowledge.ts'
import { plainValue } from './schema.ts'
import { didYouMean } from '../model/words.ts'
import { UsageError } from './usage.ts'

export type ConfiguredStack =
  | { readonly compose: readonly string[] }
  | { readonly chart: string; readonly values: readonly string[] }

export interface Config {
  /** Globs of paths that are not linted. */
  readonly ignore: readonly string[]
  readonly severities: Readonly<Record<string, Severity | 'off'>>
  /** Rule → threshold → number. */
  readonly options: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Severities for findings in some files or about components defined there; globs from the configuration's folder, the last that fits counts. */
  readonly overrides: readonly { readonly files: readonly string[]; readonly severities: Readonly<Record<string, Severity | 'off'>> }[]
  /** Files that are deployed together: compose files in merge order, or a chart and its values in layer order. */
  readonly stacks: readonly ConfiguredStack[]
  /** Ours and the user's own, when there are any of these. */
  readonly knowledge?: Knowledge
  /** The files that it was read from. */
  readonly knowledgeFiles: readonly { readonly name: string; readonly text: string }[]
  /** Whether the programs that are built in the repository are read too. */
  readonly source: boolean
  /** Glob of files → what they are meant for; the first match counts. */
  readonly environment: readonly (readonly [string, EnvironmentClass])[]
}

export const noConfig: Config = { ignore: [], severities: {}, options: {}, overrides: [], stacks: [], source: true, environment: [], knowledgeFiles: [] }

const keys = ['$schema', 'ignore', 'rules', 'overrides', 'stacks', 'environment', 'knowledge', 'source']
const levels: readonly string[] = ['off', ...severities]
const environments: readonly string[] = ['production', 'development', 'example', 'test', 'unspecified']

function fail(name: string, text: string, at: number, message: string): never {
  const before = text.slice(0, at).split('\n')
  throw new UsageError(`${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: ${message}`)
}

/** Reads a configuration and, through `beside`, the files it names; throws a UsageError with the place of the first mistake. */
export function readConfig(file: ConfigFile, beside = (path: string) => readBeside(file.folder, path)): Config {
  const name = relative(process.cwd(), file.path).split(sep).join('/')
  const { text } = file
  if (typeof text !== 'string') throw new UsageError(`the configuration ${JSON.stringify(name)} cannot be read: ${text.refused}`)
  const wrong = (node: { readonly span: { readonly start: number } }, message: string): never => fail(name, text, node.span.start, message)
  const pattern = (node: YamlScalar): string => {
    try {
      matcher([node.text])
      return node.text
    } catch (error) {
      if (error instanceof UsageError) return wrong(node, error.message)
      throw error
    }
  }
  const read = readYaml(name, text)
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
  const ids = [...rules.map(rule => rule.id), ...noticeIds]
  const meant = (key: YamlScalar): readonly string[] => {
    const fits = key.text.includes('*') ? fitting(pattern(key)) : (id: string) => id === key.text
    const some = ids.filter(id => fits(id))
    return some.length > 0 ? some : wrong(key, key.text.includes('*') ? `no rule fits ${JSON.stringify(key.text)}` : `there is no rule ${JSON.stringify(key.text)}${didYouMean(key.text, ids)}`)
  }
  // A rule's own name counts before a pattern, wherever it stands; of patterns the last.
  const severitiesIn = (node: YamlMap | undefined): Readonly<Record<string, Severity | 'off'>> => {
    const entries = [...node?.entries.values() ?? []]
    const patterns = entries.filter(({ key }) => key.text.includes('*'))
    return Object.fromEntries([...patterns, ...entries.filter(entry => !patterns.includes(entry))].flatMap(({ key, value }) => {
      const known = meant(key)
      const severity = value.kind === 'map' && !key.text.includes('*') ? get(value, 'severity') : value
      return severity === undefined ? [] : known.map(id => [id, oneOf(severity, levels, `the severity of ${key.text}`) as Severity | 'off'])
    }))
  }
  const options = new Map<string, Readonly<Record<string, number>>>()
  const thresholds = (rule: Rule, node: YamlMap): Readonly<Record<string, number>> => {
    const known = rule.options ?? {}
    onlyKeys(node, ['severity', ...Object.keys(known)])
    const chosen = new Map<string, number>()
    for (const { key, value } of node.entries.values()) {
      const option = entryOf(known, key.text)
      if (option === undefined) continue
      const number = plainValue(value)
      if (typeof number !== 'number' || number < option.least || number > option.most) {
        return wrong(value, `${key.text} of ${rule.id} must be a number from ${option.least} to ${option.most} (${option.unit})`)
      }
      chosen.set(key.text, number)
    }
    return Object.fromEntries(chosen)
  }
  for (const { key, value } of map(get(top, 'rules'), 'rules')?.entries.values() ?? []) {
    const rule = rules.find(({ id }) => id === key.text)
    if (value.kind === 'map' && rule) options.set(key.text, thresholds(rule, value))
  }
  const overrides = listOf(get(top, 'overrides')).map(node => {
    const override = map(node, 'an override') ?? wrong(node, 'an override must be a map')
    onlyKeys(override, ['files', 'rules'])
    const files = listOf(get(override, 'files')).map(item => pattern(scalar(item, 'a pattern of files')))
    if (files.length === 0) return wrong(override, 'an override needs files, a glob or a list of them')
    const own = map(get(override, 'rules'), 'rules')
    if (own === undefined || own.entries.size === 0) return wrong(override, 'an override needs rules, a map of rules to severities')
    for (const { value } of own.entries.values()) if (value.kind === 'map') wrong(value, 'an override has severities only')
    return { files, severities: severitiesIn(own) }
  })
  const environment: [string, EnvironmentClass][] = []
  for (const { key, value } of map(get(top, 'environment'), 'environment')?.entries.values() ?? []) {
    environment.push([pattern(key), oneOf(value, environments, `the environment of ${key.text}`) as EnvironmentClass])
  }
  const stacks = listOf(get(top, 'stacks')).map(node => {
    const stack = map(node, 'a stack') ?? wrong(node, 'a stack must be a map')
    onlyKeys(stack, ['compose', 'chart', 'values'])
    const chart = get(stack, 'chart')
    if (chart) {
      if (get(stack, 'compose')) wrong(stack, 'a stack is a list of compose files or a chart with its values, not both')
      return { chart: scalar(chart, 'a chart').text, values: listOf(get(stack, 'values')).map(item => scalar(item, 'a values file').text) }
    }
    if (get(stack, 'values')) wrong(stack, 'a stack with values needs the chart that they belong to')
    const compose = listOf(get(stack, 'compose')).map(item => scalar(item, 'a compose file').text)
    return compose.length > 0 ? { compose } : wrong(stack, 'a stack needs a list of files under compose, or a chart')
  })
  const sourceOf = (node: YamlNode | undefined): boolean => node === undefined || oneOf(node, ['true', 'false'], 'source') === 'true'
  const files = listOf(get(top, 'knowledge')).map(node => {
    const path = scalar(node, 'a knowledge file').text
    const own = beside(path)
    return typeof own === 'string' ? { name: relative(process.cwd(), join(file.folder, path)).split(sep).join('/'), text: own } : wrong(node, `the knowledge file ${JSON.stringify(path)} cannot be read: ${own?.refused ?? 'there is none'}`)
  })
  const own = files.length === 0 ? {} : { knowledge: withKnowledge(files, (from, at, message) => fail(from.name, from.text, at, message)) }
  return { ignore: listOf(get(top, 'ignore')).map(node => pattern(scalar(node, 'an ignore pattern'))), severities: severitiesIn(map(get(top, 'rules'), 'rules')), overrides, options: Object.fromEntries(options), stacks, source: sourceOf(get(top, 'source')), environment, knowledgeFiles: files, ...own }
}

/** What a configuration asks of a root. Its globs and lists are read from its own folder. */
export function optionsOf(config: Config, folder: string, root: string): LintOptions & { readonly ignored: (path: string) => boolean } {
  const slashed = (path: string): string => path.split(sep).join('/')
  const above = slashed(relative(folder, root)) || '.'
  const inRoot = (path: string): string => slashed(relative(root, resolve(folder, path)))
  const fits = (globs: readonly string[]): ((path: string) => boolean) => {
    const matches = matcher(globs)
    return globs.length === 0 ? matches : path => matches(joined(above, path))
  }
  const environments = config.environment.map(([glob, environment]) => ({ matches: fits([glob]), environment }))
  return {
    ignored: fits(config.ignore),
    severities: config.severities,
    overrides: config.overrides.map(({ files, severities }) => ({ matches: fits(files), severities })),
    options: config.options,
    ...(config.source ? {} : { source: false }),
    ...(config.knowledge === undefined ? {} : { knowledge: config.knowledge }),
    compose: config.stacks.flatMap(stack => ('compose' in stack ? [stack.compose.map(inRoot)] : [])),
    charts: config.stacks.flatMap(stack => ('chart' in stack ? [{ chart: inRoot(stack.chart), values: stack.values.map(inRoot) }] : [])),
    ...(environments.length === 0 ? {} : {
      environment: stack => environments.find(each => stack.files.some(each.matches))?.environment,
    }),
  }
}

/** A test of paths against globs; one without a slash matches a name in every folder, as in .gitignore, and the last that fits decides: `!` takes out what an earlier one has. */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map(glob => {
    const bare = glob.replace(/^!/, '').replace(/^\.?\//, '').replace(/\/$/, '')
    const wide = bare.includes('/') ? bare : `**/${bare}`
    const [own, below] = [fitting(wide, glob), fitting(`${wide}/**`, glob)]
    return { negated: glob.startsWith('!') && !glob.startsWith('!('), fits: (path: string) => own(path) || below(path) }
  })
  return path => patterns.findLast(({ fits }) => fits(path))?.negated === false
}

/** `said`: how the user wrote it. */
function fitting(glob: string, said = glob): (path: string) => boolean {
  const test = globOf(glob)
  if (typeof test === 'function') return test
  throw new UsageError(`the pattern ${JSON.stringify(said)} cannot be taken: ${test.refused}`)
}
