// The user's configuration: what it may say, that the shipped schema agrees, and that mistakes are told with their place.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { load } from 'js-yaml'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { rules } from '../../rules/index.ts'
import { readConfig, type Config } from '../../src/cli/config.ts'
import { asking } from '../../src/cli/ask.ts'
import { init } from '../../src/cli/init.ts'
import { configFile } from '../../src/host/config.ts'
import { lint } from '../../src/index.ts'
import { severities } from '../../src/model/rule.ts'
import { memoryTree } from '../support/memory-tree.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-config-'))
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
let made = 0

function config(text: string, files: Readonly<Record<string, string>> = {}, name = 'misfit.config.yaml'): Config {
  const folder = join(home, String(++made))
  for (const [path, content] of Object.entries({ ...files, [name]: text })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const file = configFile(join(folder, name))
  if (!file) throw new Error(name)
  return readConfig(file)
}

const levels = ['off', ...severities]
const schemaPath = 'rules/schema/config.schema.json'
const schema = JSON.parse(readFileSync(schemaPath, 'utf8')) as { properties: { rules: { properties: unknown } } }

// What each rule may be told, from the rule.
const ruleSchemas = Object.fromEntries([...rules].sort((a, b) => (a.id < b.id ? -1 : 1)).map(rule => [rule.id, {
  description: rule.summary,
  oneOf: [{ enum: levels }, {
    type: 'object',
    properties: {
      severity: { enum: levels },
      ...Object.fromEntries(Object.entries(rule.options ?? {}).map(([option, { description, least, most, default: value, unit }]) =>
        [option, { description: `${description} (${unit})`, type: 'number', minimum: least, maximum: most, default: value }])),
    },
    additionalProperties: false,
  }],
}]))

it('ships a schema that knows every rule and option', async () => {
  const current = { ...schema, properties: { ...schema.properties, rules: { ...schema.properties.rules, properties: ruleSchemas } } }
  await expect(`${JSON.stringify(current, null, 2)}\n`).toMatchFileSnapshot(`../../${schemaPath}`)
})

const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema)
const room = 'redis/maxmemory-too-close-to-limit'

describe('the schema and the reader agree', () => {
  it.each([
    'rules: {}', `rules: {${room}: off}`, `rules: {${room}: {severity: error, largestShare: 0.8}}`, `rules: {${room}: {largestShareWhenSaving: 1}}`,
    'ignore: vendor', 'ignore: [a, b/**]', 'stacks: [{compose: a.yml}]', 'stacks: [{compose: [a.yml, b.yml]}, {chart: deploy, values: [a.yaml, b.yaml]}]',
    'rules: {"redis/*": off}', 'overrides: [{files: a, rules: {"kafka/*": info}}]',
    'stacks: [{chart: deploy}]', 'environment: {deploy/**: production}', '$schema: https://example.com/x.json', 'source: false',
  ])('on what is right: %s', text => {
    expect(() => config(text)).not.toThrow()
    expect(validate(load(text)), JSON.stringify(validate.errors)).toBe(true)
  })

  it.each([
    ['rule: {}', /:1:1: there is no option "rule" \(did you mean rules\?\)$/],
    ['rules: {redis/source-of-thruth: off}', /:1:9: there is no rule .*did you mean redis\/source-of-truth\?/],
    [`rules: {${room}: loud}`, /:1:45: the severity of .* cannot be "loud"/],
    [`rules:\n  ${room}:\n    largestshare: 0.5`, /:3:5: there is no option "largestshare" \(did you mean largestShare\?\)$/],
    [`rules: {${room}: {largestShare: 90}}`, /must be a number from 0\.1 to 1 \(share\)$/],
    [`rules: {${room}: {largestShare: "0.5"}}`, /must be a number/],
    ['stacks: [{}]', /needs a list of files under compose, or a chart$/],
    ['stacks: [{compose: a.yml, chart: b}]', /not both$/],
    ['stacks: [{values: a.yml}]', /needs the chart/],
    ['environment: {deploy: live}', /cannot be "live"/],
    ['ignore: {a: b}', /must be a text$/],
  ])('on what is wrong: %s', (text, message) => {
    expect(() => config(text)).toThrow(message)
    expect(validate(load(text))).toBe(false)
  })
})

it('reads the key misfit of a package.json, and says places in it', () => {
  expect(config('{"name": "shop", "misfit": {"ignore": ["a"]}}', {}, 'package.json').ignore).toEqual(['a'])
  expect(() => config('{\n  "misfit": {"ignored": []}\n}', {}, 'package.json')).toThrow(/package\.json:2:\d+: there is no option "ignored" \(did you mean ignore\?\)/)
})

it('takes patterns of rules, and a rule\'s own name before them', () => {
  const { severities, overrides } = config('rules: {redis/source-of-truth: error, "redis/*": off, "*/*-without-*": info}\noverrides: [{files: a, rules: {"kafka/*": warning}}]')
  expect([severities['redis/source-of-truth'], severities['redis/cache-noeviction'], severities['redis/cache-without-maxmemory'], severities['kafka/large-messages']]).toEqual(['error', 'off', 'info', undefined])
  expect(overrides[0]?.severities['kafka/large-messages']).toBe('warning')
  expect(() => config('rules: {"reddis/*": off}')).toThrow(/:1:10: no rule fits "reddis\/\*"$/)
  expect(() => config(`rules: {"redis/*": {severity: off}}`)).toThrow(/:1:20: the severity of redis\/\* must be a text$/)
})

it('hands thresholds to the rule', () => {
  const files = { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    mem_limit: 1g\n    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru --save ""\n' }
  const found = (text: string): boolean => lint(memoryTree(files), { options: config(text).options }).findings.some(({ rule }) => rule === room)
  expect(found('rules: {}')).toBe(false)
  expect(found(`rules: {${room}: {largestShare: 0.4}}`)).toBe(true)
})

describe('knowledge files of one\'s own', () => {
  const signal = (more = ''): string => `- id: acme-job-runner
  where: image
  image: "^acme/job-runner$"
  technology: redis
  family: app
  source: https://wiki.example.com/job-runner
  means: [{ use: job-queue, weight: decisive }]
${more}`
  const files = { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 64mb --maxmemory-policy allkeys-lru --appendonly yes\n    volumes: ["d:/data"]\n  runner:\n    image: registry.example.com/acme/job-runner:3\n    environment: {REDIS_URL: redis://redis:6379}\nvolumes: {d: {}}\n' }
  const found = (knowledge?: Config['knowledge']): readonly string[] =>
    lint(memoryTree(files), knowledge === undefined ? {} : { knowledge }).findings.map(({ rule }) => rule)

  it('tell misfit what a company\'s programs do', () => {
    const { knowledge } = config('knowledge: acme.yaml', { 'acme.yaml': signal() })
    expect(found()).not.toContain('redis/queue-on-evicting-instance')
    expect(found(knowledge)).toContain('redis/queue-on-evicting-instance')
  })

  it.each([
    ['an unknown field', signal('  imagge: x\n'), /acme\.yaml:8:3: there is no option "imagge" \(did you mean image\?\)$/],
    ['an unknown use', signal().replace('job-queue', 'jobqueue'), /acme\.yaml:7:\d+: use cannot be "jobqueue".*did you mean job-queue\?/],
    ['an unknown place', signal().replace('where: image', 'where: imge'), /where cannot be "imge".*did you mean image\?/],
    ['no source', signal().replace(/ {2}source.*\n/, ''), /needs "source"$/],
    ['a broken pattern', signal().replace('"^acme', '"(acme'), /is no regular expression$/],
    ['look-around', signal().replace('^acme', '(?<=acme)'), /has look-around, which is left out/],
    ['a back-reference', signal().replace('"^acme/job-runner$"', "'(a)\\1'"), /has a back-reference/],
    ['a pattern of many repetitions', signal().replace('^acme', '(a{1,100}){1,100}'), /is too large/],
    ['an entry of no kind', '- id: x\n', /acme\.yaml:1:\d+: an entry has "where"/],
    ['no list', 'a: b\n', /is a list of entries$/],
    ['the same id twice', signal() + signal(), /two entries with the id "acme-job-runner"$/],
  ])('are checked: %s', (_, text, message) => {
    expect(() => config('knowledge: acme.yaml', { 'acme.yaml': text })).toThrow(message)
  })

  // https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS and the like; `a` stands for what an image name can hold.
  it.each(['^(a+)+$', '^([a-z]+)*$', '^(a|aa)+$', '^(a|a?)+$', '^(.*a){20}$', '(a*)*b', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y', '^(a?){30}a{30}$', '([a-z0-9]+)*-$', '.*.*.*.*=', '(a+){2,}-', '^(?:a+|b)*$', '((a+)b?)*-'])(
    'may hold %s, which would take for ever elsewhere', source => {
      const { knowledge } = config('knowledge: acme.yaml', { 'acme.yaml': signal().replace('^acme/job-runner$', () => source) })
      const image = `${'a'.repeat(120)}-!`
      expect(lint(memoryTree({ 'compose.yaml': files['compose.yaml'].replace('acme/job-runner', image) }), knowledge === undefined ? {} : { knowledge }).problems).toEqual([])
    })

  it('find what JavaScript would find', () => {
    for (const source of ['^acme/(job|task)-runner$', '\\/job-[^x]unner$', '\\bacme\\b.*\\d?runner', '(?:^|/)acme/']) {
      const { knowledge } = config('knowledge: acme.yaml', { 'acme.yaml': signal().replace('"^acme/job-runner$"', () => `'${source}'`) })
      expect(found(knowledge), source).toContain('redis/queue-on-evicting-instance')
    }
  })

  it('must lie beside the configuration', () => {
    expect(() => config('knowledge: ../other.yaml')).toThrow(/:1:12: the knowledge file "\.\.\/other\.yaml" cannot be read: /)
    expect(() => config('knowledge: none.yaml')).toThrow(/there is none$/)
  })
})

describe('misfit init', () => {
  const set = async (files: Readonly<Record<string, string>>, answers: Readonly<Record<string, string>> = {}, may = true): Promise<string> => {
    const folder = join(home, String(++made))
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    try {
      await init(folder, (question, words) => Promise.resolve(Object.entries(answers).find(([part]) => question.includes(part))?.[1] ?? words[0] ?? ''), may)
    } finally {
      write.mockRestore()
    }
    return folder
  }
  const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8')
  const stack = { 'compose.yaml': 'services:\n  redis:\n    image: redis:7.4\n  web:\n    image: acme/web:1\n    environment: {REDIS_URL: redis://redis}\n', '.git/HEAD': '' }

  it('writes a configuration that misfit and its schema accept, also with every comment taken at its word', async () => {
    const folder = await set(stack)
    const text = read(folder, 'misfit.config.yaml')
    const uncommented = text.replace(/^(\w+:) (?:\{\}|\[\])$/gm, '$1').replace(/^# {2}/gm, '  ').replace(/^.*misfit\.knowledge\.yaml$/m, '  - own.yaml')
    for (const words of [text, uncommented]) {
      expect(() => config(words, { 'own.yaml': '[]\n' })).not.toThrow()
      expect(validate(load(words)), JSON.stringify(validate.errors)).toBe(true)
    }
    expect(uncommented).toContain('  "compose.yaml": production')
    // No registry has misfit: nobody is sent to a name that anybody could take.
    expect(read(folder, '.pre-commit-config.yaml')).toContain('additional_dependencies: ["https://example.com/')
  })

  it('keeps the answers', async () => {
    const folder = await set({ ...stack, 'package.json': '{"devDependencies": {"misfit": "git+https://git.example.com/a/misfit.git#v1.2.3"}}' }, { 'compose.yaml for': 'production', 'pre-commit': 'no', GitHub: 'yes' })
    expect(config(read(folder, 'misfit.config.yaml')).environment).toEqual([['compose.yaml', 'production']])
    expect(read(folder, '.github/workflows/misfit.yaml')).toContain(' "git+https://git.example.com/a/misfit.git#v1.2.3"\n')
    expect(() => read(folder, '.pre-commit-config.yaml')).toThrow()
  })

  it('asks again until it understands, and stops where nobody answers any more', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const { ask, close } = asking(input, output)
    input.write('live\nprod\n\n')
    expect(await ask('For what?', ['unspecified', 'production'])).toBe('production')
    expect(await ask('Hook?', ['yes', 'no'])).toBe('yes')
    expect(String(output.read())).toContain('one of unspecified, production')
    input.end()
    await expect(ask('More?', ['yes', 'no'])).rejects.toThrow(/stopped before the last question/)
    close()
  })

  it('overwrites only what a person gave up', async () => {
    const mine = { ...stack, 'misfit.config.yaml': 'rules: {}\n', '.pre-commit-config.yaml': 'repos: []\n' }
    expect(read(await set(mine), 'misfit.config.yaml')).toBe('rules: {}\n')
    expect(read(await set(mine, { exists: 'yes' }, false), 'misfit.config.yaml')).toBe('rules: {}\n')
    const given = await set(mine, { 'misfit.config.yaml exists': 'yes' })
    expect(read(given, 'misfit.config.yaml')).toContain('ignore: []')
    expect(read(given, '.pre-commit-config.yaml')).toBe('repos: []\n')
  })
})

describe('docs/configuration.md', () => {
  const blocks = [...readFileSync('docs/configuration.md', 'utf8').matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, block = '']) => block)
  const own = blocks.find(block => block.startsWith('- id:')) ?? ''

  it.each(blocks.filter(block => /^\w/.test(block)))('shows what misfit accepts: %#', block => {
    expect(() => config(block, { 'misfit.knowledge.yaml': own })).not.toThrow()
    expect(validate(load(block)), JSON.stringify(validate.errors)).toBe(true)
  })
})

it.each([
  ['ignore: "src/[ab"\n', /:1:10: the pattern "src\/\[ab" cannot be taken: /],
  ['environment: {"src/[ab": test}\n', /:1:16: the pattern "src\/\[ab" cannot be taken: /],
  [`rules: {"${'re'.repeat(20_000)}*": off}\n`, /:1:10: the pattern .* cannot be taken: it is longer than/],
])('a pattern that nobody can match is told with its place', (text, message) => {
  expect(() => config(text)).toThrow(message)
})
