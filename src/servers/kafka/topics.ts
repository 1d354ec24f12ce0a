// Topics that a stack makes: broker variables, `kafka-topics --create`, `rpk topic create`, `kafka-configs --alter`.
// Knows those commands, nothing of what a topic is for.
import { nameOf, type FileTree } from '../../model/files.ts'
import type { Setting, Topic, Workload } from '../../model/stack.ts'
import { hiding, known, readable, unknown, type Span, type Text, type Value } from '../../model/value.ts'
import { statementsOf, valueText, type ShellWord, type Statement } from './command.ts'

/** A topic and the servers that it is made on, as the command names them; none when the command leaves that open. */
export interface ProvisionedTopic {
  /** Undefined where its name cannot be read, or where there may be a further one. */
  readonly topic: Topic | undefined
  /** As they are written where they cannot be read. */
  readonly servers: readonly string[]
}

const most = 500

/** Topics that the commands of a workload make, with their places; several settings of one topic are joined. */
export function topicsOf(workload: Workload, tree: FileTree): readonly ProvisionedTopic[] {
  const script = new Script(workload)
  const found: ProvisionedTopic[] = []
  for (const statement of statementsOf(workload, tree)) {
    for (const made of script.run(statement)) if (found.length < most) found.push(made)
  }
  return found
}

/** `name:partitions:replicas[:cleanup.policy]`, separated by commas or what KAFKA_CREATE_TOPICS_SEPARATOR says (create-topics.sh, docker-entrypoint.sh). */
export function topicsOfVariable(workload: Workload, names: readonly string[], tree: FileTree): readonly Topic[] {
  const found: Topic[] = []
  const variable = workload.environment.find(v => names.includes(v.name))
  if (!variable) return found
  const source = valueText(variable.value, tree)
  const separator = readable(workload.environment.find(v => v.name === 'KAFKA_CREATE_TOPICS_SEPARATOR')?.value)
  for (const [text, start] of pieces(source.text, separator)) {
    const topic = found.length < most ? fields(source, text, start) : undefined
    if (topic) found.push(topic)
  }
  return found
}

// The separator is bash's IFS, each of its characters counts. YAML writes a line end as it is, a shell as $'\n'.
function pieces(text: string, separator: string): readonly (readonly [string, number])[] {
  const plain = separator.replace(/^\$?['"]|['"]$/g, '').replace(/\\n/g, '\n')
  const ends = plain === '' ? ',' : plain
  const found: (readonly [string, number])[] = []
  let start = 0
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && !ends.includes(text.charAt(i))) continue
    found.push([text.slice(start, i), start])
    start = i + 1
  }
  return found
}

function fields(source: Text, text: string, start: number): Topic | undefined {
  const lead = text.length - text.trimStart().length
  const at = start + lead
  const [name = '', partitions, replicas, policy] = text.trim().split(':')
  if (!isTopicName(name)) return undefined
  const span = source.span(at, at + name.length)
  const entry = source.span(at, at + text.trim().length)
  return topic(name, span, count(partitions, entry), count(replicas, entry),
    policy ? new Map([['cleanup.policy', { state: 'stated', value: policy, span: entry } satisfies Setting]]) : new Map<string, Setting>())
}

// `${NAME}` where no shell has a value for it, and no `name=` before it.
const isOpen = (text: string): boolean => /^[^=]*\$\{/.test(text)

const isTopicName = (name: string): boolean => /^[A-Za-z0-9._-]{1,249}$/.test(name)

const topic = (
  name: string, span: Span, partitions: Value<number> | undefined, replicas: Value<number> | undefined, config: ReadonlyMap<string, Setting>,
): Topic => ({ name, span, ...(partitions ? { partitions } : {}), ...(replicas ? { replicas } : {}), config })

// -1 leaves the number to the broker, in kafka-topics as in rpk.
function count(text: string | undefined, span: Span): Value<number> | undefined {
  if (text === undefined || text === '' || text === '-1') return undefined
  return /^\d{1,6}$/.test(text) ? known(Number(text), span) : unknown(`${text} is not a number that can be read here`, text, span)
}

// A shell with just enough memory for provisioning scripts: variables, lists and `for` loops.
class Script {
  private readonly variables = new Map<string, readonly ShellWord[] | undefined>()
  private readonly loops: string[] = []

  constructor(workload: Workload) {
    for (const variable of workload.environment) {
      this.variables.set(variable.name, variable.value.known ? [{ text: variable.value.value, span: variable.value.span }] : undefined)
    }
  }

  run(statement: Statement): readonly ProvisionedTopic[] {
    let words = statement
    while (words[0] && /^(do|then|else|if|elif|while|until|!|\{|\(|exec|time|sudo|eval|command)$/.test(words[0].text)) words = words.slice(1)
    const first = words[0]
    if (!first) return []
    if (first.text === 'for') { this.loop(words); return [] }
    if (first.text === 'done') { this.endLoop(); return [] }
    if (first.text === 'read' || first.text === 'local' && words.length === 2) { this.forget(words); return [] }
    const assigned = this.assign(words)
    if (assigned === words.length) return []
    return this.call(words.slice(assigned))
  }

  private loop(words: Statement): void {
    const name = words[1]?.text ?? ''
    const listed = words[2]?.text === 'in' ? words.slice(3).filter(word => word.text !== 'do') : undefined
    this.loops.push(name)
    const items = listed?.flatMap(word => this.split(word))
    this.variables.set(name, items?.every(item => item !== undefined) ? items : undefined)
  }

  private split(word: ShellWord): readonly (ShellWord | undefined)[] {
    return this.expand(word).flatMap(found =>
      found ? found.text.split(/[\s]+/).filter(text => text !== '').map(text => ({ text, span: found.span })) : [undefined])
  }

  private endLoop(): void {
    const name = this.loops.pop()
    if (name !== undefined) this.variables.delete(name)
  }

  private forget(words: Statement): void {
    for (const word of words.slice(1)) this.variables.set(word.text, undefined)
  }

  private assign(words: Statement): number {
    let i = 0
    for (; i < words.length; i++) {
      const word = words[i]
      if (!word) break
      if (/^(export|local|readonly|declare|-a)$/.test(word.text)) continue
      const match = /^(\w+)=([^]*)$/.exec(word.text)
      if (!match?.[1]) break
      if (match[2]?.startsWith('(')) return this.array(match[1], words, i)
      const value = this.expand({ text: match[2] ?? '', span: word.span })
      this.variables.set(match[1], value.every(found => found !== undefined) ? value : undefined)
    }
    return i
  }

  private array(name: string, words: Statement, from: number): number {
    const items: ShellWord[] = []
    let i = from
    for (; i < words.length; i++) {
      const word = words[i]
      if (!word) break
      const text = (i === from ? word.text.slice(word.text.indexOf('(') + 1) : word.text)
      const last = text.endsWith(')')
      const item = last ? text.slice(0, -1) : text
      if (item !== '') items.push({ text: item, span: word.span })
      if (last) { i++; break }
    }
    this.variables.set(name, items)
    return i
  }

  // All that a word can stand for; undefined where it cannot be known.
  // Work is bounded: lists within lists and texts that double end as unknown.
  private expand(word: ShellWord, depth = 0, budget = { left: 4 * most }): readonly (ShellWord | undefined)[] {
    if (budget.left-- <= 0 || word.text.length > 4_000) return [undefined]
    const match = /\$(?:\{(\w+)(?:\[[@*]\])?(?::?-([^{}]*))?\}|(\w+))/.exec(word.text)
    if (!match) return /[`$]/.test(word.text) ? [undefined] : [word]
    if (depth > 4) return [undefined]
    const name = match[1] ?? match[3] ?? ''
    const fallback = match[2] === undefined ? undefined : [{ text: match[2], span: word.span }]
    const values = this.variables.get(name) ?? fallback
    if (!values) return [undefined]
    const before = word.text.slice(0, match.index), after = word.text.slice(match.index + match[0].length)
    return values.slice(0, most).flatMap(value =>
      this.expand({ text: before + value.text + after, span: this.loops.includes(name) ? value.span : word.span }, depth + 1, budget))
  }

  private call(words: Statement): readonly ProvisionedTopic[] {
    const at = words.findIndex(word => /^(kafka-topics|kafka-configs)(\.sh)?$|^rpk$/.test(nameOf(word.text)))
    const program = at >= 0 ? nameOf(words[at]?.text ?? '') : ''
    // The program itself, behind wrappers such as `docker exec kafka` or `timeout 5`, but not its name in an `echo`.
    if (at < 0 || /^(echo|printf|which|command|test|\[|grep|docker)$/.test(words[0]?.text ?? '') && words[0]?.text !== 'docker') return []
    const options = new Options(words.slice(at + 1))
    if (program === 'rpk') return this.rpk(options)
    if (program.startsWith('kafka-topics')) return options.has('--create') ? this.make(options, options.all('--topic')) : []
    return options.has('--alter') && options.all('--add-config').length > 0 && this.topicEntity(options)
      ? this.make(options, [...options.all('--entity-name'), ...options.all('--topic')]) : []
  }

  private topicEntity(options: Options): boolean {
    const type = options.all('--entity-type')[0]?.text
    return type === undefined ? options.has('--topic') : type.startsWith('topic')
  }

  private rpk(options: Options): readonly ProvisionedTopic[] {
    const [noun, verb, ...names] = options.plain
    if (noun?.text !== 'topic' || (verb?.text !== 'create' && verb?.text !== 'alter-config')) return []
    return this.make(options, names)
  }

  private make(options: Options, names: readonly ShellWord[]): readonly ProvisionedTopic[] {
    const servers = options.all('--bootstrap-server', '--bootstrap-servers', '--zookeeper', '--broker-list', '--brokers').flatMap(word => this.expand(word).flatMap(found => (found ?? word).text.split(',')))
      .concat(options.all('-X').flatMap(w => (w.text.startsWith('brokers=') ? w.text.slice(8).split(',') : [])))
    const config = this.config(options)
    const partitions = this.number(options.all('--partitions', '-p')[0])
    const replicas = this.number(options.all('--replication-factor', '--replicas', '-r')[0])
    // A word that cannot be read may be any option, and any further name.
    const loose = options.plain.some(word => isOpen(word.text))
    const open = loose || options.all('--config', '--topic-config', '-c', '--set', '-s').some(word => isOpen(word.text)) ? ['partitions', 'replicas', 'config'] : []
    const found: ProvisionedTopic[] = loose ? [{ topic: undefined, servers }] : []
    for (const name of names.flatMap(word => this.split(word))) {
      if (name === undefined) found.push({ topic: undefined, servers })
      else if (isTopicName(name.text)) found.push({ topic: hiding(topic(name.text, name.span, partitions, replicas, config), ...open), servers })
    }
    return found
  }

  private number(word: ShellWord | undefined): Value<number> | undefined {
    if (!word) return undefined
    const values = this.expand(word)
    const value = values.length === 1 ? values[0] : undefined
    return value ? count(value.text, word.span) : unknown(`${word.text} has no value here`, word.text, word.span)
  }

  private config(options: Options): ReadonlyMap<string, Setting> {
    const settings = new Map<string, Setting>()
    for (const word of options.all('--config', '--topic-config', '-c', '--set', '-s')) this.setting(settings, word.text, word.span)
    for (const word of options.all('--add-config')) {
      for (const part of word.text.match(/(?<![\w.-])[\w.-]+=(?:\[[^\]]*\]?|[^,]*)/g) ?? []) this.setting(settings, part, word.span)
    }
    return settings
  }

  private setting(settings: Map<string, Setting>, text: string, span: Span): void {
    const at = text.indexOf('=')
    if (at <= 0) return
    const value = text.slice(at + 1).replace(/^\[|\]$/g, '')
    const [expanded, ...more] = this.expand({ text: value, span })
    // A word without quotes and variables stands in the file as it is, so the value has a place of its own.
    const plain = span.end - span.start === text.length && /^[\w.=,-]+$/.test(text)
    const place = plain ? { ...span, start: span.start + at + 1 } : span
    settings.set(text.slice(0, at), expanded && more.length === 0
      ? { state: 'stated', value: expanded.text, span: place }
      : { state: 'unknown', why: `${value} has no value here`, span: place })
  }
}

const switches = new Set(['--create', '--alter', '--if-not-exists', '--if-exists', '--list', '--describe', '--delete', '--force', '-d', '--dry', '--exclude-internal'])

// `--name value`, `--name=value` and what stands alone.
class Options {
  readonly plain: readonly ShellWord[]
  private readonly named: readonly { readonly name: string; readonly value: ShellWord | undefined }[]

  constructor(words: Statement) {
    const plain: ShellWord[] = []
    const named: { name: string; value: ShellWord | undefined }[] = []
    for (let i = 0; i < words.length; i++) {
      const word = words[i]
      if (!word) continue
      const joined = /^(--?[\w-]+)=([^]*)$/.exec(word.text)
      if (joined?.[1]) named.push({ name: joined[1], value: { text: joined[2] ?? '', span: word.span } })
      else if (switches.has(word.text)) named.push({ name: word.text, value: undefined })
      else if (word.text.startsWith('-') && word.text.length > 1) named.push({ name: word.text, value: words[++i] })
      else plain.push(word)
    }
    this.plain = plain
    this.named = named
  }

  has(name: string): boolean {
    return this.named.some(option => option.name === name)
  }

  all(...names: readonly string[]): readonly ShellWord[] {
    return this.named.flatMap(option => (names.includes(option.name) && option.value ? [option.value] : []))
  }
}
