// The knowledge files keep to their schema, and every entry is named once. Their patterns: test/package/regular-expressions.test.ts.
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
  /^(products|companions|providers|other-stores|samples|technologies|charts|libraries)/.exec(name)?.[1] ?? 'signals'

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

it('names only roles that the grammar has', () => {
  const entries = [...contents.values()].flat()
  const grammar = new Set(entries.flatMap(entry => (entry['where'] === 'key-words' ? [entry['id']] : [])))
  const named = entries.flatMap(entry => (Array.isArray(entry['roles']) ? entry['roles'] as readonly unknown[] : []))
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(role => !grammar.has(role))).toEqual([])
})

const registryNames: Readonly<Record<string, RegExp>> = {
  npm: /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9*][\w.*-]*$/, pypi: /^[a-z0-9]+(?:-[a-z0-9]+)*$/, rubygems: /^[a-z0-9][\w.*-]*$/, packagist: /^(?:ext-[a-z_]+|[a-z0-9][\w.-]*\/[\w.-]+)$/,
  go: /^[a-z0-9][a-z0-9.-]*\.[a-z]+\/[a-z0-9._/-]*[a-z0-9_]$/, maven: /^[a-z][\w.-]*:[\w.*-]+$/, nuget: /^[a-z0-9][a-z0-9.*-]*$/, hex: /^[a-z][a-z0-9_]*$/, crates: /^[a-z][\w-]*$/,
}

it('writes the names of libraries as their registries compare them, each once for a meaning', () => {
  const wrong: string[] = []
  for (const [file, entries] of contents) {
    if (kindOf(file) !== 'libraries') continue
    for (const entry of entries) {
      const id = String(entry['id']), ecosystem = String(entry['ecosystem']), names = entry['names'] as readonly string[]
      const others = [...(entry['beside'] ?? []) as readonly string[], ...(entry['unless'] ?? []) as readonly string[]].map(name => name.replace(/\[.*$/, ''))
      for (const name of [...names, ...others]) if (registryNames[ecosystem]?.test(name) !== true || name !== name.toLowerCase()) wrong.push(`${id}: ${name}`)
      const open = names.filter(name => name.endsWith('*')).map(name => name.slice(0, -1))
      for (const name of names) if (names.filter(other => other === name).length > 1 || open.some(start => name !== `${start}*` && name.startsWith(start))) wrong.push(`${id}: ${name} twice`)
    }
  }
  expect(wrong).toEqual([])
})

it('knows the uses that the product knows', () => {
  expect(schema.$defs.use.enum).toEqual([...useNames])
})
