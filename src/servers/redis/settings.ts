// Directives, in the order a Redis server reads them → its settings. Knows how directives combine, not where they come from.
import type { Product, SettingDefault } from '../../model/knowledge.ts'
import type { Setting, Settings } from '../../model/stack.ts'
import { isTemplated, type Note, type Span, type Text } from '../../model/value.ts'
import { within } from '../../model/images.ts'
import { redisConf, type Argument, type Directive } from './conf.ts'

/** Settings as far as they were read. Anything not in `settings` is as it was, or unknown once `opaque` is there. */
export interface Reading {
  readonly settings: Map<string, Setting>
  /** Something that may have set anything. */
  opaque?: Note
  /** A `save` line was read, so that the next one adds to it instead of replacing the built-in schedule. */
  saved: boolean
  /** Paths in the container of the configuration files that were loaded. */
  readonly loaded: Set<string>
  /** Files read so far: a file may include itself. */
  reads: number
}

export const emptyReading = (): Reading => ({ settings: new Map(), saved: false, loaded: new Set(), reads: 0 })

/** From here on nothing that was read before can be relied on. */
export function hide(reading: Reading, note: Note): void {
  reading.settings.clear()
  reading.opaque = note
  reading.saved = false
}

export type Files = (path: string) => { readonly text?: Text; readonly why?: string }

/** Settings that rules ask for: they become unknown, not absent, when something unreadable may set them. */
export const watched = [
  'save', 'appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy', 'databases', 'min-replicas-to-write', 'stop-writes-on-bgsave-error',
  'notify-keyspace-events', 'cluster-enabled', 'dir',
] as const

const cumulative = new Set(['rename-command', 'loadmodule', 'user', 'client-output-buffer-limit'])
const lowerCase = new Set(['maxmemory-policy', 'appendfsync'])
const limit = { depth: 8, reads: 50 } as const

/** Reads a configuration file and what it includes; an unreadable one hides everything. */
export function readFile(reading: Reading, path: string, named: Span, files: Files, depth = 0): void {
  reading.loaded.add(path)
  const { text, why } = files(path)
  if (text === undefined || depth > limit.depth || ++reading.reads > limit.reads) {
    hide(reading, { span: named, text: why ?? `${path} is part of the image and cannot be read here` })
    return
  }
  for (const directive of redisConf(text).directives) apply(reading, directive, files, depth)
}

/** Applies one directive. */
export function apply(reading: Reading, directive: Directive, files: Files, depth = 0): void {
  const { name } = directive
  if (name === 'include') {
    for (const path of directive.arguments) readFile(reading, path.text, path.span, files, depth + 1)
    // redis-server 7.0 forgets at the end of an included file that it had read a `save` line.
    reading.saved = false
    return
  }
  // A name that is filled in later may be any setting.
  if (isTemplated(name)) { hide(reading, { span: valueSpan(directive), text: `a line of the configuration begins with ${name}` }); return }
  const hidden = directive.arguments.find(argument => argument.unknown !== undefined)
  if (hidden) { reading.settings.set(name, { state: 'unknown', why: hidden.unknown ?? '', span: hidden.span }); return }
  const span = valueSpan(directive)
  const before = reading.settings.get(name)
  if (name === 'save') {
    const value = directive.arguments.flatMap(argument => argument.text.split(/\s+/)).filter(part => part !== '').join(' ')
    if (reading.saved && before?.state === 'unknown' && value !== '') return
    const added = reading.saved && before?.state === 'stated' && before.value !== '' && value !== ''
    reading.settings.set(name, { state: 'stated', value: added ? `${before.value} ${value}` : value, span })
    reading.saved = true
    return
  }
  const value = directive.arguments.map(argument => argument.text).join(' ')
  const written = lowerCase.has(name) || /^(?:yes|no)$/i.test(value) ? value.toLowerCase() : value
  const joined = cumulative.has(name) && before?.state === 'stated' ? `${before.value}\n${written}` : written
  reading.settings.set(name, { state: 'stated', value: joined, span })
}

const valueSpan = (directive: Directive): Span => {
  const first: Argument | undefined = directive.arguments[0], last = directive.arguments.at(-1)
  if (!first || !last) return directive.span
  return first.span.file === last.span.file ? { file: first.span.file, start: first.span.start, end: Math.max(first.span.end, last.span.end) } : first.span
}

/** The settings, with the product's defaults where nothing is stated. */
export function completed(reading: Reading, product: Product, version: string | undefined): Settings {
  const settings = new Map(reading.settings)
  for (const [name, given] of Object.entries(product.defaults)) {
    if (settings.has(name) || reading.opaque) continue
    settings.set(name, defaultOf(Array.isArray(given) ? given as readonly SettingDefault[] : [given as SettingDefault], product, version))
  }
  if (reading.opaque) {
    const { text, span } = reading.opaque
    for (const name of new Set([...watched, ...Object.keys(product.defaults)])) {
      if (!settings.has(name)) settings.set(name, { state: 'unknown', why: text, span })
    }
  }
  return settings
}

function defaultOf(given: readonly SettingDefault[], product: Product, version: string | undefined): Setting {
  const possible = given.filter(entry => within(version, entry.versions) !== false)
  const [first] = possible
  if (!first) return { state: 'unknown', why: `the default of ${product.title} in this version is not known` }
  if (possible.some(entry => entry.value !== first.value)) return { state: 'unknown', why: 'the default differs between versions, and the image does not say which one this is' }
  return { state: 'defaulted', value: first.value, of: product.title, source: first.source }
}

const placeOf = (...given: readonly (Setting | undefined)[]): { readonly span?: Span } => {
  for (const setting of given) if (setting && 'span' in setting) return { span: setting.span }
  return {}
}

/** What two possible ways of starting have in common; what differs is unknown. */
export function common(one: Settings, other: Settings, why: string): Settings {
  const settings = new Map<string, Setting>()
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    const a = one.get(name), b = other.get(name)
    if (a && b && 'value' in a && 'value' in b && a.value === b.value) settings.set(name, a)
    else settings.set(name, { state: 'unknown', why, ...placeOf(a, b) })
  }
  return settings
}
