// The shipped JSON Schema is made from the validator's own data, and both judge alike.
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import manifest from '../package.json' with { type: 'json' }
import { jsonSchema } from '../src/formats/design-spec/json-schema.ts'
import { readDesign } from '../src/formats/design-spec/misfit.ts'
import { readYaml } from '../src/formats/yaml.ts'
import { schemaAddress } from '../src/cli/spec.ts'
import { broken, minimal, type Broken } from './specs.ts'

const schema = jsonSchema('https://misfit.dev/misfit.schema.json')
const valid = new Ajv2020({ strict: false, allErrors: true }).compile(schema)

const problemsOf = (text: string) => readYaml('misfit.yaml', text).documents.flatMap(document => readDesign(document, 'misfit.yaml').problems)

it('is shipped as it is made', async () => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../rules/schema/misfit.schema.json')
  expect(schemaAddress).toContain(`${manifest.name}@${manifest.version}/rules/schema/misfit.schema.json`)
  expect(manifest.files).toContain('rules/schema/*.json')
})

describe('a sound spec', () => {
  it.each([['the shop', readFileSync('fixtures/spec/shop/misfit.yaml', 'utf8')], ['a minimal one', minimal]])('%s is accepted by both', (_, text) => {
    expect(problemsOf(text)).toEqual([])
    expect(valid(parse(text)), JSON.stringify(valid.errors)).toBe(true)
  })
})

describe('a broken spec', () => {
  it.each(broken.map(each => [each.title, each] as const))('%s gives one precise error', (_, { text, line, says }: Broken) => {
    const problems = problemsOf(text)
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining(says)])
    expect(text.slice(0, problems[0]?.span.start).split('\n').length).toBe(line)
  })

  it.each(broken.filter(each => !each.meaning).map(each => [each.title, each] as const))('%s is refused by the schema too', (_, { text }: Broken) => {
    expect(valid(parse(text))).toBe(false)
  })
})
