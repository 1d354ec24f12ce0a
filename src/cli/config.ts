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

/** Reads a configuration and, through `beside`, the files it names; throws a UsageError with the place of the first mistake. */
export function readConfig(file: ConfigFile, beside = (path: string) => readBeside(file.folder, path)): Config {
  const name = relative(process.cwd(), file.path).split(sep).join('/')
  const { text } = file
  if (typeof text !== 'string') throw new UsageError(`the configuration ${JSON.stringify(name)} cannot be read: ${text.refused}`)
  const reader = new ConfigReader(name, text), read = readYaml(name, text)
  const problem = read.problems[0]
  if (problem) return reader.wrong(problem, problem.message)
  const top = reader.map(file.inPackage ? get(read.documents[0], 'misfit') : read.documents[0], 'the configuration')
  if (!top) return noConfig
  reader.onlyKeys(top, keys)
  const ownRules = reader.map(get(top, 'rules'), 'rules')
  const options = reader.options(ownRules)
  const overrides = listOf(get(top, 'overrides')).map(node => reader.override(node))
  const environment = reader.environment(get(top, 'environment'))
  const stacks = listOf(get(top, 'stacks')).map(node => reader.stack(node))
  const knowledgeFiles = listOf(get(top, 'knowledge')).map(node => {
    const path = reader.scalar(node, 'a knowledge file').text
    const own = beside(path)
    return typeof own === 'string' ? { name: relative(process.cwd(), join(file.folder, path)).split(sep).join('/'), text: own } : reader.wrong(node, `the knowledge file ${JSON.stringify(path)} cannot be read: ${own?.refused ?? 'there is none'}`)
  })
  const own = knowledgeFiles.length === 0 ? {} : { knowledge: withKnowledge(knowledgeFiles, (from, at, message) => fail(from.name, from.text, at, message)) }
  const ignore = listOf(get(top, 'ignore')).map(node => reader.pattern(reader.scalar(node, 'an ignore pattern')))
  return { ignore, severities: reader.severities(ownRules), overrides, options, stacks, source: reader.isOn(get(top, 'source'), 'source'), environment, knowledgeFiles, ...own }
}

function fail(name: string, text: string, at: number, message: string): never {
  const before = text.slice(0, at).split('\n')
  throw new UsageError(`${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: ${message}`)
}

/** Reads the parts of one configuration; whatever is wrong is thrown with its place. */
class ConfigReader {
  private readonly ids = [...rules.map(rule => rule.id), ...noticeIds]

  constructor(private readonly name: string, private readonly text: string) {}

  wrong(node: { readonly span: { readonly start: number } }, message: string): never { return fail(this.name, this.text, node.span.start, message) }

  map(node: YamlNode | undefined, what: string): YamlMap | undefined {
    return node === undefined ? undefined : node.kind === 'map' ? node : this.wrong(node, `${what} must be a map of names to values`)
  }

  scalar(node: YamlNode, what: string): YamlScalar {
    return node.kind === 'scalar' && node.text !== '' ? node : this.wrong(node, `${what} must be a text`)
  }

  onlyKeys(node: YamlMap, allowed: readonly string[]): void {
    for (const { key } of node.entries.values()) {
      if (!allowed.includes(key.text)) this.wrong(key, `there is no option ${JSON.stringify(key.text)}${didYouMean(key.text, allowed)}`)
    }
  }

  isOn(node: YamlNode | undefined, what: string): boolean { return node === undefined || this.oneOf(node, ['true', 'false'], what) === 'true' }

  pattern(node: YamlScalar): string {
    try {
      matcher([node.text])
      return node.text
    } catch (error) {
      if (error instanceof UsageError) return this.wrong(node, error.message)
      throw error
    }
  }

  /** A rule's own name counts before a pattern, wherever it stands; of patterns the last. */
  severities(node: YamlMap | undefined): Readonly<Record<string, Severity | 'off'>> {
    const entries = [...node?.entries.values() ?? []]
    const patterns = entries.filter(({ key }) => key.text.includes('*'))
    return Object.fromEntries([...patterns, ...entries.filter(entry => !patterns.includes(entry))].flatMap(({ key, value }) => {
      const known = this.meant(key)
      const severity = value.kind === 'map' && !key.text.includes('*') ? get(value, 'severity') : value
      return severity === undefined ? [] : known.map(id => [id, this.oneOf(severity, levels, `the severity of ${key.text}`) as Severity | 'off'])
    }))
  }

  options(node: YamlMap | undefined): Config['options'] {
    return Object.fromEntries([...node?.entries.values() ?? []].flatMap(({ key, value }) => {
      const rule = rules.find(({ id }) => id === key.text)
      return value.kind === 'map' && rule ? [[key.text, this.thresholds(rule, value)]] : []
    }))
  }

  override(node: YamlNode): Config['overrides'][number] {
    const override = this.map(node, 'an override') ?? this.wrong(node, 'an override must be a map')
    this.onlyKeys(override, ['files', 'rules'])
    const files = listOf(get(override, 'files')).map(item => this.pattern(this.scalar(item, 'a pattern of files')))
    if (files.length === 0) return this.wrong(override, 'an override needs files, a glob or a list of them')
    const own = this.map(get(override, 'rules'), 'rules')
    if (own === undefined || own.entries.size === 0) return this.wrong(override, 'an override needs rules, a map of rules to severities')
    for (const { value } of own.entries.values()) if (value.kind === 'map') this.wrong(value, 'an override has severities only')
    return { files, severities: this.severities(own) }
  }

  environment(node: YamlNode | undefined): Config['environment'] {
    return [...this.map(node, 'environment')?.entries.values() ?? []]
      .map(({ key, value }) => [this.pattern(key), this.oneOf(value, environments, `the environment of ${key.text}`) as EnvironmentClass] as const)
  }

  stack(node: YamlNode): ConfiguredStack {
    const stack = this.map(node, 'a stack') ?? this.wrong(node, 'a stack must be a map')
    this.onlyKeys(stack, ['compose', 'chart', 'values'])
    const chart = get(stack, 'chart')
    if (chart) {
      if (get(stack, 'compose')) this.wrong(stack, 'a stack is a list of compose files or a chart with its values, not both')
      return { chart: this.scalar(chart, 'a chart').text, values: listOf(get(stack, 'values')).map(item => this.scalar(item, 'a values file').text) }
    }
    if (get(stack, 'values')) this.wrong(stack, 'a stack with values needs the chart that they belong to')
    const compose = listOf(get(stack, 'compose')).map(item => this.scalar(item, 'a compose file').text)
    return compose.length > 0 ? { compose } : this.wrong(stack, 'a stack needs a list of files under compose, or a chart')
  }

  private oneOf(node: YamlNode, allowed: readonly string[], what: string): string {
    const word = this.scalar(node, what)
    return allowed.includes(word.text) ? word.text : this.wrong(word, `${what} cannot be ${JSON.stringify(word.text)}; it is one of ${allowed.join(', ')}${didYouMean(word.text, allowed)}`)
  }

  // The rules that a name or a pattern means.
  private meant(key: YamlScalar): readonly string[] {
    const fits = key.text.includes('*') ? fitting(this.pattern(key)) : (id: string) => id === key.text
    const some = this.ids.filter(id => fits(id))
    return some.length > 0 ? some : this.wrong(key, key.text.includes('*') ? `no rule fits ${JSON.stringify(key.text)}` : `there is no rule ${JSON.stringify(key.text)}${didYouMean(key.text, this.ids)}`)
  }

  private thresholds(rule: Rule, node: YamlMap): Readonly<Record<string, number>> {
    const known = rule.options ?? {}
    this.onlyKeys(node, ['severity', ...Object.keys(known)])
    return Object.fromEntries([...node.entries.values()].flatMap(({ key, value }) => {
      const option = entryOf(known, key.text), number = plainValue(value)
      if (option === undefined) return []
      if (typeof number !== 'number' || number < option.least || number > option.most) {
        return this.wrong(value, `${key.text} of ${rule.id} must be a number from ${option.least} to ${option.most} (${option.unit})`)
      }
      return [[key.text, number]]
    }))
  }
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
