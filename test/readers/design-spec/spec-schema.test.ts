// The shipped JSON Schema is made from the validator's own data, and both judge alike.
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import manifest from '../../../package.json' with { type: 'json' }
import { jsonSchema } from '../../../src/readers/design-spec/json-schema.ts'
import { readDesign } from '../../../src/readers/design-spec/misfit.ts'
import { designSpec } from '../../../src/readers/design-spec/shapes.ts'
import { validate } from '../../../src/readers/design-spec/validate.ts'
import { readYaml } from '../../../src/readers/yaml.ts'
import { addresses } from '../../../src/addresses.ts'
import { broken, head, minimal, type Broken } from '../../support/specs.ts'

const schema = jsonSchema(addresses.schema('misfit.schema.json'))
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true })
const valid = ajv.compile(schema)

const problemsOf = (text: string) => readYaml('misfit.yaml', text).documents.flatMap(document => readDesign(document, 'misfit.yaml').problems)

it('is shipped as it is made', async () => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../../../rules/schema/misfit.schema.json')
  expect(manifest.files).toContain('rules/schema/*.json')
})

it('is sound by the rules of draft 2020-12', () => {
  expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
  expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true)
})

it('can be imported from the package', () => {
  expect(manifest.exports['./rules/schema/*.json']).toBe('./rules/schema/*.json')
})

// Values of every kind at every field: whatever stands there, the editor and misfit agree on whether it may.
it('accepts what the reader accepts, and refuses what it refuses', () => {
  const values = [
    'none', 'forever', 'true', 'True', 'yes', '"true"', 'null', '~', '""', '0', '1', '-1', '1.5', '4e3', '.5', '900', '"900"', '60KB', '2GiB', '2 GiB', '5ms', '7d', '1.5h', '7 d', '600',
    '2027-06-30', '2027-02-30', '2028-02-29', '2100-02-29', '"2027-06-30"', 'redis', 'kafka', 'cache', 'rate-limit', 'production', 'all', '"0"', 'a/b', '-a', 'a b', '[]', '[a]', '[1]', '[[a]]', '[null]', '{}',
    '{x-note: 1}', '{p99: 5ms}', '{p99: 5}', '{required: true}', '{required: yes}', '{service: a}', '{service: a, grup: b}', '[{service: a}, b]', '{name: a, partitions: 1}', '{file: "a/**"}', '{reason: a}',
  ]
  const fields = [...new Set(JSON.stringify(schema).match(/(?<=")[a-z_0-9]+(?=":\{"description")/g))]
  const places = [
    (line: string) => `${head}${line}\n`,
    (line: string) => `${head}metadata:\n  ${line}\n`,
    (line: string) => `${head}services:\n  - id: a\n    ${line}\n`,
    (line: string) => `${head}stores:\n  - id: a\n    ${line}\n`,
    (line: string) => `${head}waivers:\n  - rule: a/b\n    reason: c\n    ${line}\n`,
    (line: string) => `${head}components:\n  - id: a\n    ${line}\n`,
    (line: string) => `${head}components:\n  - id: a\n    uses:\n      - id: b\n        ${line}\n`,
    ...['consumers', 'producers', 'replay', 'retention', 'load', 'size', 'topic', 'lock', 'schema', 'hot_key', 'accepted_risk'].map(map => (line: string) =>
      `${head}components:\n  - id: a\n    uses:\n      - id: b\n        ${map}:\n          ${map.endsWith('ers') ? '- service: c\n            ' : map === 'hot_key' ? 'x-a: 1\n          ' : ''}${line}\n`),
  ]
  fc.assert(fc.property(fc.constantFrom(...places), fc.constantFrom(...fields, 'x-own', 'unknown'), fc.constantFrom(...values), (place, field, value) => {
    const text = place(`${field}: ${value}`)
    const { documents, problems } = readYaml('misfit.yaml', text)
    fc.pre(problems.length === 0 && documents.length === 1)
    const mistakes = documents.flatMap(document => validate(document, designSpec, ''))
    expect(`${text}${mistakes.length === 0}`).toBe(`${text}${valid(parse(text))}`)
  }), { numRuns: 6000, seed: 1 })
})

describe('a sound spec', () => {
  it.each([['the shop', readFileSync('fixtures/spec/shop/misfit.yaml', 'utf8')], ['a minimal one', minimal]])('%s is accepted by both', (_, text) => {
    expect(problemsOf(text)).toEqual([])
    expect(valid(parse(text)), JSON.stringify(valid.errors)).toBe(true)
  })
})

describe('a broken spec', () => {
  it.each(broken.map(each => [each.title, each] as const))('%s gives one precise error', (_, { text, line, message: expected }: Broken) => {
    const problems = problemsOf(text)
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining(expected)])
    expect(text.slice(0, problems[0]?.span.start).split('\n').length).toBe(line)
  })

  it.each(broken.filter(each => !each.meaning).map(each => [each.title, each] as const))('%s is refused by the schema too', (_, { text }: Broken) => {
    expect(valid(parse(text))).toBe(false)
  })
})
