// Functions of a program that nothing else in it names, and Go's types that nothing makes: what they send is what could be done, not what is. Knows how
// languages write a definition, no library. A doubt is enough to believe that somebody calls it.
import type { Shown } from '../../model/program.ts'
import type { FileCalls } from '../sources.ts'

// In other languages methods are called by what the framework makes of their names, or through interfaces that nobody names.
const judged = /\.(?:py|[cm]?[jt]sx?|java|kt|cs)$/
// What frameworks call by its name, and what is too short to be told from another.
const byFramework = /^(?:__|(?:on|handle|process|perform|before|after|get|post|put|delete|patch|do|run|call|execute|main|setup|set|init|initialize|start|stop|close|dispatch|render|validate|clean|save|create|update|list|retrieve|test|constructor|intercept|filter|apply|accept|consume|receive|load|configure|middleware|allow|action|default|ready|startup|shutdown|lifespan|use|to|from|is|has|invoke|up|down|seed)(?:$|[A-Z_]))/
const leastLength = 6

const kinds = ['class', 'interface', 'trait', 'object', 'type']

type Within = NonNullable<Shown['within']>

/** Characters that are searched for names in one program, each name counted: a quarter of a second. Who has more is believed to be called. */
const mostSearched = 1_000_000_000

/** The calls of a program, those of functions that none of its texts names marked as handed on. `textOf`: any of its source files. */
export function withoutUncalled(calls: readonly FileCalls[], files: readonly string[], textOf: (file: string) => string | undefined): readonly FileCalls[] {
  const asked = new Map<string, Within>(), unmade = unmadeTypes(calls, files, textOf)
  for (const { file, shown } of calls) {
    if (!judged.test(file)) continue
    for (const { within, weight, handed } of shown) if (within && weight !== 'against' && !handed && isJudged(within.name)) asked.set(`${within.name} ${within.types.join(' ')}`, within)
  }
  if (asked.size === 0 || files.length < 2) return withoutTypes(calls, unmade)
  const open = new Set([...asked.values()].map(({ name }) => name)), types = new Set([...asked.values()].flatMap(({ types: [, ...bases] }) => bases)), own = new Set<string>()
  let left = mostSearched
  for (const file of files) {
    const text = textOf(file)
    left -= (text?.length ?? 0) * (open.size + kinds.length * types.size)
    if (text === undefined || left < 0) return withoutTypes(calls, unmade)
    for (const name of open) if (names(text, name)) open.delete(name)
    for (const type of types) if (kinds.some(kind => text.includes(`${kind} ${type}`))) own.add(type)
    if (open.size === 0) return withoutTypes(calls, unmade)
  }
  // A base of somebody else's may call it.
  const uncalled = ({ name, types: [, ...bases] }: Within): boolean => open.has(name) && bases.every(base => own.has(base))
  return withoutTypes(calls, unmade).map(each => (judged.test(each.file) ? marked(each, uncalled) : each))
}

/** Go's types whose methods send something, that no other file names and their own only defines. An interface may stand for them, but somebody has to make one. */
function unmadeTypes(calls: readonly FileCalls[], files: readonly string[], textOf: (file: string) => string | undefined): ReadonlyMap<string, string> {
  const open = new Map<string, string>()
  if (files.length < 2) return open
  for (const { file, shown } of calls) {
    const types = file.endsWith('.go') ? shown.flatMap(({ within, weight }) => (weight === 'against' ? [] : within?.types ?? [])) : []
    for (const type of types) if (type.length >= leastLength) open.set(type, file)
  }
  let whole = false, left = mostSearched
  for (const file of open.size > 0 ? files : []) {
    const text = textOf(file)
    left -= (text?.length ?? 0) * open.size
    if (text === undefined || left < 0) return new Map()
    whole ||= file.endsWith('.go') && text.includes('package main')
    for (const [type, own] of open) if (file === own ? makes(text, type) : text.includes(type.slice(1))) open.delete(type)
  }
  // Without where it starts, what makes them is not seen either.
  return whole ? open : new Map()
}

// All that a type's own file may say of it: what it is, its methods, its constructor of the same name, and what is said above them.
function makes(text: string, type: string): boolean {
  let within = false
  return text.split('\n').some(line => {
    if (line.startsWith('func ')) within = isOfType(line, type)
    else if (line.startsWith('}')) within = false
    return line.includes(type) && !within && !line.trim().startsWith('//') && !line.startsWith(`type ${type} `)
  })
}

/** `func (s *Store) Add(` and `func NewStore(`, where `store` is a `NewStore`, too. */
function isOfType(line: string, type: string): boolean {
  const method = line.startsWith('func ('), name = line.slice(method ? 6 : 5, line.indexOf(method ? ')' : '('))
  return method ? name.split(/[ *[]/).includes(type) : name.includes(type.slice(1))
}

const withoutTypes = (calls: readonly FileCalls[], unmade: ReadonlyMap<string, string>): readonly FileCalls[] => (unmade.size === 0 ? calls
  : calls.map(each => marked(each, ({ types: [type] }) => type !== undefined && unmade.get(type) === each.file)))

/** The calls of a file, those in some functions shown as what could be done; what they ask of the server is asked by nobody. */
function marked(each: FileCalls, is: (within: Within) => boolean): FileCalls {
  const not = each.shown.filter(({ within, weight }) => within && weight !== 'against' && is(within))
  return not.length === 0 ? each : {
    ...each,
    shown: each.shown.map(shown => (not.includes(shown) ? { ...shown, weight: 'weak' as const, handed: true as const } : shown)),
    settings: each.settings.filter(({ technology, value }) => technology !== 'redis' || !not.some(({ span }) => span.start <= value.span.start && value.span.end <= span.end)),
  }
}

const isJudged = (name: string): boolean => name.length >= leastLength && /^[A-Za-z_]\w{0,80}$/.test(name) && /[a-z]/.test(name) && !byFramework.test(name)

/** Whether a text names a function other than by defining it, or defines it for a framework that finds it (`@app.task`). */
function names(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    if (/[\w$]/.test(text.charAt(at - 1)) || /[\w$]/.test(text.charAt(at + name.length))) continue
    if (!defines(text, at, name) || isMarked(text, at)) return true
  }
  return false
}

const definers = new Set(['def', 'function', 'fun', 'const', 'let', 'var'])
const noTypes = new Set(['return', 'await', 'new', 'throw', 'yield', 'else', 'case', 'in', 'of', 'if', 'while', 'and', 'or', 'not', 'is', 'as', 'from', 'import'])
const typeWord = /^[\w<>[\]?,.]{1,60}$/

function defines(text: string, at: number, name: string): boolean {
  const begin = text.lastIndexOf('\n', at - 1) + 1, before = text.slice(Math.max(begin, at - 200), at), end = text.indexOf('\n', at)
  const after = text.slice(at + name.length, end < 0 ? at + 400 : Math.min(end, at + 400)).trim(), words = before.trim().split(' ').filter(word => word !== ''), last = words.at(-1) ?? ''
  if (definers.has(last)) return true
  if (!after.startsWith('(') && !after.startsWith('<')) return false
  // `boolean tryLock(String key)` of an interface, and `tryLock(key) {` of a class.
  if (words.length === 0) return after.endsWith('{') && !after.includes('=>')
  return /\s$/.test(before) && !noTypes.has(last) && words.every(word => typeWord.test(word))
}

// `@Scheduled`, `[HttpPost]` on the line above, or a decorator of several lines.
function isMarked(text: string, at: number): boolean {
  const lines = text.slice(Math.max(0, at - 600), at).split('\n').slice(0, -1)
  const above = lines.reverse().find(line => line.trim() !== '')?.trim() ?? ''
  return /^[@[]|^\}?\)$/.test(above)
}
