// The knowledge files keep to their schema, every entry is named once, and every pattern compiles and is linear.
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { useNames } from '../../src/model/stack.ts'

const folder = new URL('../../rules/knowledge/', import.meta.url)
const schema = JSON.parse(readFileSync(new URL('../../rules/schema/knowledge.schema.json', import.meta.url), 'utf8')) as { $defs: { use: { enum: string[] } } }
const ajv = new Ajv2020({ discriminator: true, allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true })
ajv.addSchema(schema, 'knowledge')

const files = readdirSync(folder).filter(name => name.endsWith('.yaml'))
const contents = new Map(files.map(name => [name, load(readFileSync(new URL(name, folder), 'utf8')) as readonly Record<string, unknown>[]]))
const kindOf = (name: string): string =>
  /^(products|companions|providers|other-stores|technologies|charts|libraries)/.exec(name)?.[1] ?? 'signals'

// Fields that hold patterns, wherever they stand.
const patternFields = new Set(['image', 'images', 'key', 'value', 'command', 'topic', 'pair', 'config', 'settings', 'host', 'keys', 'clientCommands', 'unlessKeys'])

function* patternsIn(node: unknown, field = '', owner = ''): Generator<string> {
  if (typeof node === 'string') { if (patternFields.has(owner)) yield node; return }
  if (Array.isArray(node)) { for (const item of node) yield* patternsIn(item, field, owner); return }
  if (typeof node !== 'object' || node === null) return
  for (const [name, value] of Object.entries(node)) {
    // `host` of a meaning is a literal name, `value` of a default a plain value.
    if (name === 'defaults' || (name === 'host' && 'use' in node)) continue
    yield* patternsIn(value, name, owner === 'config' || owner === 'settings' ? owner : name)
  }
}

/**
 * A repeated group that itself repeats without bound can take exponential time, unless each round begins with a
 * character that stands nowhere else in it, as in `(\.[a-z]+)+`.
 */
function nestedQuantifier(pattern: string): boolean {
  const open: { at: number; inner: boolean }[] = []
  let inner = false
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charAt(i)
    if (c === '\\') i++
    else if (c === '[') while (i < pattern.length && pattern.charAt(i) !== ']') i += pattern.charAt(i) === '\\' ? 2 : 1
    else if (c === '(') { open.push({ at: i, inner }); inner = false }
    else if (c === ')') {
      const group = open.pop()
      const repeats = /^(?:[*+]|\{\d+,\d*\})/.test(pattern.slice(i + 1, i + 9))
      if (repeats && inner && !separated(pattern.slice((group?.at ?? 0) + 1, i))) return true
      inner = (group?.inner ?? false) || inner
    } else if (/^(?:[*+]|\{\d+,\})/.test(pattern.slice(i, i + 8))) inner = true
  }
  return false
}

function separated(body: string): boolean {
  const [whole, one, several] = /^(?:\?:)?(?:\\([^\w])|\[([^\w\]^\\]+)\])(?![*+?{])/.exec(body) ?? []
  if (whole === undefined) return false
  const rest = body.slice(whole.length).replace(/\[[^\]^]*\]/g, found => found.replace(/\w-\w/g, ''))
  return Array.from(one ?? several ?? '').every(c => !rest.includes(c)) && !/(?<!\\)\.|\[\^|\\[SWD]/.test(rest)
}

describe.each(files)('%s', name => {
  const entries = contents.get(name) ?? []
  it('keeps to the schema', () => {
    const check = ajv.getSchema(`knowledge#/$defs/${kindOf(name)}`)
    expect(check).toBeDefined()
    const valid = check?.(entries)
    const errors = (check?.errors ?? []).map(error => `${String((entries[Number(error.instancePath.split('/')[1])] ?? {})['id'])}${error.instancePath}: ${error.message ?? ''}`)
    expect(errors).toEqual([])
    expect(valid).toBe(true)
  })
  it('has linear patterns that compile', () => {
    const bad: string[] = []
    for (const pattern of patternsIn(entries)) {
      try { new RegExp(`^(?:${pattern})$`, 'i') } catch { bad.push(`does not compile: ${pattern}`); continue }
      if (nestedQuantifier(pattern) || /\.\*\.\*|\.\+\.\*|\.\*\.\+/.test(pattern)) bad.push(`not linear: ${pattern}`)
    }
    expect(bad).toEqual([])
  })
})

it('names every entry once within its kind', () => {
  const seen = new Map<string, string>(), twice: string[] = []
  for (const [name, entries] of contents) {
    for (const entry of entries) {
      const id = `${kindOf(name)} ${String(entry['id'])}`
      if (seen.has(id)) twice.push(`${id}: ${seen.get(id) ?? ''} and ${name}`)
      seen.set(id, name)
    }
  }
  expect(twice).toEqual([])
})

it('knows the uses that the product knows', () => {
  expect(schema.$defs.use.enum).toEqual([...useNames])
})

it('tells a pattern that could hang from one that cannot', () => {
  expect(['(a+)+', '(?:x|[a-z]*)*', '([a-z]{2,})+b', '((a+)b)*', '(\\..+)+', '([.:][a-z.]+)*'].map(nestedQuantifier)).toEqual([true, true, true, true, true, true])
  expect(['(.*_)?REDIS', '(a|b)+', 'a+(b*)', '[+*]+', '\\(a+\\)+', '(\\.[a-z]+)+', '([.:][a-z]+)+'].map(nestedQuantifier)).toEqual(Array(7).fill(false))
})
