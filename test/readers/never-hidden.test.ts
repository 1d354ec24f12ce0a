// A stack that Compose or kubectl accepts is never hidden by the way it is written; what is not read is said.
import { expect, it } from 'vitest'
import { lint } from '../../src/index.ts'
import { memoryTree } from '../support/memory-tree.ts'

const service = '{redis: {image: "redis:7", command: "redis-server --maxmemory 1mb --maxmemory-policy allkeys-lru"}}'

it.each([
  ['block style', `services: ${service}\n`],
  ['flow style on one line', `{version: "3", services: ${service}}\n`],
  ['JSON', '{"version":"3","services":{"redis":{"image":"redis:7"}}}'],
  ['an explicit key', `? services\n: ${service}\n`],
  ['an anchored key', `&s services: ${service}\n`],
  ['a tagged key', `!!str services: ${service}\n`],
  ['a quoted key', `"services": ${service}\n`],
])('sees a compose file with %s, under any name', (_, text) => {
  for (const name of ['compose.yaml', 'deploy/docker-compose.yml', 'stack/infra.yaml']) {
    expect(lint(memoryTree({ [name]: text })).stacks.map(({ components }) => components.map(each => each.name)), name).toEqual([['redis']])
  }
})

it.each(['\r', '\r\n', '\u0085', '\u2028', '\u2029'])('sees what stands behind a line end that only some readers know: %j', end => {
  for (const name of ['compose.yaml', 'stack/infra.yaml']) for (const text of [`x-a: 1${end}services:${end}  ${service.slice(1, -1)}${end}`, ...(end.startsWith('\r') ? [] : [`# a comment${end}services: ${service}\n`])]) {
    expect(lint(memoryTree({ [name]: text })).stacks.map(({ components }) => components.map(each => each.name)), name).toEqual([['redis']])
  }
})

it('sees a key in escapes in a file that Compose takes by its name', () => {
  expect(lint(memoryTree({ 'compose.yaml': `"serv\\x69ces": ${service}\n` })).stacks).toHaveLength(1)
})

it('sees services in a later document, which Compose lays over the first', () => {
  for (const name of ['compose.yaml', 'stack/infra.yaml']) expect(lint(memoryTree({ [name]: `x-a: b\n---\nservices: ${service}\n` })).stacks.map(({ components }) => components.map(each => each.name)), name).toEqual([['redis']])
})

it('sees a file that a .env has Compose start from, whatever its name', () => {
  for (const named of [{}, { only: new Set(['a/stack.txt']) }, { only: new Set(['a/.env']) }]) {
    const { stacks } = lint(memoryTree({ 'a/.env': 'COMPOSE_FILE=stack.txt:more.yaml\n', 'a/stack.txt': `services: ${service}\n`, 'a/more.yaml': 'services: {app: {image: shop/app}}\n', 'a/other.txt': `services: ${service}\n` }), named)
    expect(stacks.map(({ files, components }) => [files, components.map(each => each.name)])).toEqual([[['a/stack.txt', 'a/more.yaml'], ['redis']]])
  }
})

it('says that a file that Compose starts from was not checked, where it can be no text, as in UTF-16', () => {
  const tree = { ...memoryTree({ 'compose.yaml': '' }), read: () => ({ refused: 'it is binary' }) }
  expect(lint(tree).problems).toEqual([expect.objectContaining({ file: 'compose.yaml', message: 'cannot read compose.yaml: it is binary', unread: true })])
})

it('says that what may be a manifest cannot be read at all, once, and fails for none', () => {
  const files = memoryTree({ 'k8s/huge.yaml': '', 'compose.yaml': '', 'chart/Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0\n', 'chart/values.yaml': '' })
  const { problems } = lint({ ...files, read: path => (path.endsWith('Chart.yaml') ? files.read(path) : files.read(path) === undefined ? undefined : { refused: 'it is larger than 5 MB' }) })
  expect(problems.map(({ file, message, unread }) => [file, message, unread])).toEqual([
    ['chart/values.yaml', 'cannot read chart/values.yaml: it is larger than 5 MB', undefined], ['compose.yaml', 'cannot read compose.yaml: it is larger than 5 MB', true],
    ['k8s/huge.yaml', 'not read: it is larger than 5 MB; if it is a manifest, what it deploys was not judged', undefined],
  ])
})

it('says that a manifest is too large to be read', () => {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: redis}\ndata:\n${'  k: v # filling\n'.repeat(140_000)}`
  expect(lint(memoryTree({ 'k8s/huge.yaml': text })).problems).toEqual([expect.objectContaining({ file: 'k8s/huge.yaml', message: expect.stringContaining('not read: the manifest has more than') as string })])
})
