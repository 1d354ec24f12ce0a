// Stacks that are small to write and large to read end in a bounded reading, with a problem where something was left out. What each costs is
// measured by `npm run bench -- bounded`; here it is what comes out, which without the bound would take minutes or all memory.
import { describe, expect, it } from 'vitest'
import { lint } from '../../src/index.ts'
import { remembering } from '../../src/host/remembering.ts'
import type { FileTree } from '../../src/model/files.ts'
import { interpolate } from '../../src/readers/compose/interpolate.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { large } from '../support/large.ts'

function outcome(title: string): { readonly problems: readonly string[]; readonly components: number } {
  const files = Object.entries(large[title]?.() ?? {}).flatMap(([path, text]) => (typeof text === 'string' ? [[path, text] as const] : []))
  const { problems, stacks } = lint(memoryTree(Object.fromEntries(files)))
  return { problems: problems.map(({ file, line, message }) => `${file}:${line} ${message.slice(0, 120)}`), components: stacks.flatMap(stack => stack.components).length }
}

describe('a problem with its place is said of', () => {
  it.each([
    ['10,000 maps merged into one', /^compose\.yaml:5 .*more than 400000 nodes/],
    ['a map of 1,000 keys merged into each of 4,000', /^compose\.yaml:\d+ .*more than 400000 nodes/],
    ['500 files that include each other', /compose\.\d+\.yaml was not read: more than 500 files that include or extend each other are left out/],
    ['500 files that each include the next', /^compose\.20\.yaml:1 compose\.21\.yaml was not read: files that include each other more than 20 deep are left out/],
    ['4,000 services that extend each other', /^compose\.yaml:\d+ what the service s\d+ extends was not read: services that extend each other more than 20 deep are left out/],
    ['50,000 services', /^compose\.yaml:5\d{3} the stack was not checked: it has 50001 programs, and at most 5000/],
    ['10,000 brokers of their own', /^compose\.yaml:5\d{3} the stack was not checked: it has 10000 programs, and at most 5000/],
    ['2,490 brokers of one cluster and as many programs', /^compose\.yaml:\d+ the stack was not checked: it has 2490 servers and 2490 programs, more than can be compared with each other in time/],
    ['300 services with 300 env files each', /^compose\.yaml:\d+ the env files from here on were not read: the services of this project take more than 200000 variables/],
    ['a design of 10,000 uses', /^misfit\.yaml:25\d\d the design was not read: it states 10000 uses, and at most 2500/],
    ['8,000 channels that several programs share', /^asyncapi\.yaml:25\d\d the design was not read: it states 8000 uses, and at most 2500/],
    ['8 charts with 8 aliases each', /Chart\.yaml:\d+ the chart a\d was not read: a deployment of more than 500 charts is read in part/],
  ])('%s', (title, problem) => {
    expect(outcome(title).problems.find(said => problem.test(said))).toBeDefined()
  })
})

it.each([
  ['10,000 merge keys in a map', 2], ['merges of merges', 1], ['30,000 open braces', 1], ['30,000 open defaults', 1], ['a command of 10,000 words', 2], ['a list of 10,000 words', 2], ['doubling variables', 1],
  ['1,500 servers and as many programs', 1_501], ['100 programs that name 1,000 brokers each', 1_000], ['a command of 10,000 wrappers', 2], ['a design of 2,000 views of one topic', 2], ['2,000 brokers of their own', 2_000], ['a template that doubles a text', 1], ['10,000 packages with extras', 1], ['a patch of 50,000 containers', 0], ['a design of 2,000 components', 2_001], ['30,000 lines of comments', 1]
])('reads all of %s', (title, components) => {
  expect(outcome(title)).toEqual({ problems: [], components })
})

it('repeats of the further nodes of a cluster the first places only: each with all of them would be a million', () => {
  const [first, second] = lint(memoryTree(large['1,000 brokers of one cluster and as many programs']?.() as Record<string, string>)).stacks[0]?.components ?? []
  const count = (component: typeof first): readonly (number | undefined)[] => [component?.clients.length, component?.links.length, component?.uses[0]?.evidence.length]
  expect([count(first), second?.partOf, count(second)]).toEqual([[1_000, 1_000, 3_001], 'kafka-0', [20, 20, 20]])
})

it('looks for the right name of the first wrong ones of all comments', () => {
  const messages = lint(memoryTree(large['12,000 comments that name unknown rules']?.() as Record<string, string>)).findings.map(({ message }) => message)
  expect([messages.length, messages.filter(message => message.includes('did you mean')).length]).toEqual([12_000, 20])
})

it('reads a page of comments before one line once, and speaks of the first unknown names of a comment', () => {
  const rulesIn = (title: string): readonly string[] => lint(memoryTree(large[title]?.() as Record<string, string>)).findings.map(({ rule }) => rule)
  expect(rulesIn('30,000 comments that switch off')).toHaveLength(30_000)
  expect(rulesIn('12,000 unknown rules in a comment')).toHaveLength(21)
})

it.each(['kustomizations that build upon ten others, ten deep', 'components of fifty components, ten deep', '10,000 images for 1,000 deployments', '3,000 patches of 1,000 deployments'])('says up to where it read %s', title => {
  const { stacks: [stack] } = lint(memoryTree(large[title]?.() as Record<string, string>))
  expect(stack?.components.length).toBeGreaterThan(0)
  expect(stack?.unread).toEqual([expect.objectContaining({ file: expect.stringMatching(/kustomization\.yaml$/) as string, text: expect.stringMatching(/kustomization\.yaml was read up to here: what its kustomizations generate and patch is more than can be looked at in time/) as string })])
})

describe('what programs have', () => {
  const compose = 'services:\n  redis:\n    image: redis:7.4\n  app:\n    build: .\n    environment: {REDIS_URL: "redis://redis:6379"}\n'
  const node = { 'compose.yaml': compose, Dockerfile: 'FROM node\nCOPY . .\n', 'package.json': '{"dependencies": {"ioredis": "5"}}' }
  const source = "import Redis from 'ioredis'\nconst client = new Redis()\nawait client.setex('page', 60, 'x')\n"
  const outcomeOf = (files: Readonly<Record<string, string>>): { readonly problems: number; readonly uses: readonly string[]; readonly unread: readonly string[] } => {
    const { problems, stacks } = lint(memoryTree({ ...files }))
    return { problems: problems.length, uses: stacks.flatMap(({ components }) => components.flatMap(({ uses }) => uses.map(({ use }) => use))), unread: stacks.flatMap(({ unread = [] }) => unread.map(({ file, text }) => `${file} ${text}`)) }
  }

  it('may not double itself: settings in settings, arguments of a Dockerfile in arguments', () => {
    const properties = ['b', 'c', 'd', 'e', 'f', 'g'].map((name, at) => `${name}=${`\${${'bcdefgh'[at + 1] ?? ''}}`.repeat(300)}\n`).join('')
    expect(outcomeOf({
      'compose.yaml': compose, Dockerfile: 'FROM java\nCOPY . .\n', 'src/main/resources/application.properties': `spring.cache.type=redis\nspring.data.redis.url=\${b}\n${properties}h=x\n`,
      'pom.xml': '<project><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-data-redis</artifactId></dependency></dependencies></project>',
    })).toEqual({ problems: 0, uses: ['cache'], unread: [] })
    const doubling = Array.from({ length: 60 }, (_, at) => `ARG A${at + 1}=$A${at}$A${at}\n`).join('')
    expect(outcomeOf({ ...node, Dockerfile: `ARG A0=xx\n${doubling}FROM node\nCOPY . .\nRUN echo $A60\n`, 'index.js': source })).toEqual({ problems: 0, uses: ['cache'], unread: [] })
  })

  it('is told of where there is more source than is read', () => {
    expect(outcomeOf({ ...node, 'index.js': source, 'whole.js': source.repeat(8_000) })).toEqual({ problems: 0, uses: ['cache'], unread: ['whole.js whole.js was not read: it is larger than 400000 characters'] })
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`src/f${at}.js`, `${source}// ${'x'.repeat(390_000)}\n`]))
    expect(outcomeOf({ ...node, ...many }).unread).toEqual([expect.stringMatching(/^src\/f\d+\.js the source in \. was read up to here/)])
  })
})

describe('variables', () => {
  it('that double each other have no value beyond a length', () => {
    const lookup = (name: string): { text: string; missing: string[]; notes: [] } => ({ text: 'x'.repeat(60_000), missing: name === 'A' ? [] : ['B'], notes: [] })
    const { text, pieces } = interpolate('${A}${A}', lookup)
    expect([text.length, pieces.map(({ missing }) => missing)]).toEqual([60_000, [[], ['A']]])
  })

  it('close where their brace is, and at the last brace of the line where braces do not add up', () => {
    const lookup = (name: string): { text: string; missing: string[]; notes: [] } => ({ text: `<${name}>`, missing: [], notes: [] })
    expect(interpolate('${A:-${B}} ${ ${C} {${D', lookup).text).toBe('<A> ${ ${C} {${D')
    expect(interpolate('${E:-{${F}x}', lookup).text).toBe('<E>')
    expect(interpolate(`${'${'.repeat(1_000)}\n\${G}`, lookup).text).toBe(`${'${'.repeat(1_000)}\n<G>`)
  })
})

it('the templates of a deployment are filled up to a size, and those that are not are said', () => {
  const line = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n', template = line.repeat(2_600)
  const { stacks: [stack] } = lint(memoryTree({ 'Chart.yaml': 'name: shop\nversion: 1.0.0\n', 'values.yaml': 'redis: {image: {repository: redis}}\n', ...Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`templates/t${String(at).padStart(2, '0')}.yaml`, template])) }))
  expect(stack?.unread?.map(({ file, text }) => `${file} ${text}`)).toEqual(['15', '16', '17'].map(at => `templates/t${at}.yaml what this template of the chart shop comes to is not known`))
})

it('packed charts beyond a size are left shut, and not even unpacked', () => {
  let opened = 0
  const archive: FileTree = { ...memoryTree({}), kept: 25_000_000 }
  const tree = remembering({ ...memoryTree({}), archive: () => { opened++; return archive } })
  const found = Array.from({ length: 60 }, (_, at) => tree.archive(`charts/c${at}.tgz`))
  expect([opened, found.filter(each => each && 'refused' in each).length]).toEqual([3, 57])
  expect(found[59]).toEqual({ refused: 'the packed charts that are read with it unpack to more than 60 MB' })
})
