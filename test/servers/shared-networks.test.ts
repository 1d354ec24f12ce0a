// Compose projects beside each other that share a network: whose programs work with whose servers.
import { expect, test } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'

const infra = (networks: string): string => `services:\n  redis:\n    image: redis:7\n    restart: always\n    command: redis-server --appendonly yes\n    networks: [backend]\nnetworks: ${networks}\n`
const shop = (url: string, networks = '{backend: {external: true}}'): string =>
  `services:\n  worker:\n    image: acme/shop\n    command: celery -A shop worker\n    restart: always\n    networks: [backend]\n    environment: {CELERY_BROKER_URL: "${url}"}\nnetworks: ${networks}\n`
const uses = (files: Record<string, string>): readonly string[] => lint(memoryTree(files)).stacks.flatMap(({ root, components }) =>
  components.filter(({ external }) => !external).map(({ name, uses: found, clients }) => `${root}/${name}: ${found.filter(({ established }) => established).map(({ use }) => use).join(', ')} ← ${clients.join(', ')}`))

test('a program of another project is a client where both are on one network', () => {
  const named = '{backend: {name: backend}}'
  expect(uses({ 'infra/compose.yaml': infra(named), 'shop/compose.yaml': shop('redis://redis:6379/0') })).toEqual(['infra/redis: job-queue ← worker'])
  expect(uses({ 'infra/compose.yaml': infra('{backend: {external: {name: net}}}'), 'shop/compose.yaml': shop('redis://redis:6379/0', '{backend: {external: true, name: net}}') })).toEqual(['infra/redis: job-queue ← worker'])
  expect(lint(memoryTree({ 'infra/compose.yaml': infra(named), 'shop/compose.yaml': shop('redis://redis:6379/0') })).findings.map(({ rule }) => rule)).toContain('redis/durable-role-without-volume')
  // A named file is judged as in a run over everything.
  expect(lint(memoryTree({ 'infra/compose.yaml': infra(named), 'shop/compose.yaml': shop('redis://redis:6379/0') }), { only: new Set(['infra/compose.yaml']) }).findings.map(({ rule }) => rule)).toContain('redis/durable-role-without-volume')
})

test.each<[string, Record<string, string>]>([
  ['another network', { 'infra/compose.yaml': infra('{backend: {}}'), 'shop/compose.yaml': shop('redis://redis:6379/0') }],
  ['another host', { 'infra/compose.yaml': infra('{backend: {name: backend}}'), 'shop/compose.yaml': shop('redis://store:6379/0') }],
  ['a server of its own', { 'infra/compose.yaml': infra('{backend: {name: backend}}'), 'shop/compose.yaml': shop('redis://redis:6379/0').replace('services:\n', 'services:\n  redis: {image: "rabbitmq:3"}\n') }],
])('not so with %s', (_, files) => { expect(uses(files)).toEqual(['infra/redis:  ← ']) })

test('a name that two projects give to a server leads to neither', () => {
  const named = infra('{backend: {name: backend}}')
  expect(uses({ 'a/compose.yaml': named, 'b/compose.yaml': named, 'shop/compose.yaml': shop('redis://redis:6379/0') })).toEqual(['a/redis:  ← ', 'b/redis:  ← '])
})
