// What lies beside a compose file and speaks of its services: comments, the env files of programs, examples, templates of platforms.
import { expect, it } from 'vitest'
import { composeStacks } from '../../../src/readers/compose/index.ts'
import type { Workload } from '../../../src/model/stack.ts'
import type { Span } from '../../../src/model/value.ts'
import { memoryTree } from '../../support/memory-tree.ts'

type Files = Record<string, string>
function service(files: Files, name = 'redis'): Workload {
  const found = composeStacks(memoryTree(files)).stacks[0]?.workloads.find(w => w.name === name)
  if (!found) throw new Error(`no service ${name}`)
  return found
}
const at = (files: Files, span: Span): string => (files[span.file] ?? '').slice(span.start, span.end)

it('collects the prose of its block by paragraph, and of every file of the stack', () => {
  const files = {
    'compose.yaml': 'services:\n  redis:\n    image: redis\n    # kept, because this is\n    # the only store\n    #command: sh\n    restart: always # on purpose\n  app:\n    # not of redis\n    build: .\n    env_file: .env\n',
    '.env': '# Used for\n# sessions\nREDIS_URL=redis://redis\n',
  }
  expect(service(files).comments.map(c => c.value)).toEqual(['kept, because this is the only store', 'on purpose'])
  expect(composeStacks(memoryTree(files)).stacks[0]?.prose?.map(c => [c.value, c.span.file])).toEqual([
    ['kept, because this is the only store', 'compose.yaml'], ['on purpose', 'compose.yaml'], ['not of redis', 'compose.yaml'], ['Used for sessions', '.env'],
  ])
})

it('keeps apart what lies beside the program that it is built from', () => {
  const files = {
    'compose.yaml': 'services:\n  app: {build: {context: ./app}, environment: {A: "1"}}\n  remote: {build: "https://example.com/x.git"}\n  web: {image: web}\n',
    'app/.env.example': 'A=2\nB=3\nEMPTY=\n', '.env': 'C=4\n',
  }
  const app = service(files, 'app')
  expect([app.environment.map(v => v.name), app.beside?.map(v => [v.name, v.value.known ? v.value.value : undefined, at(files, v.value.span)])]).toEqual([['A'], [['B', '3', '3']]])
  expect([service(files, 'remote').beside, service(files, 'web').beside]).toEqual([undefined, undefined])
})

it.each([
  ['an example', { '.env.example': 'A=1\nB=2\n' }],
  ['the only env file of another name', { '.env.docker': 'A=1\nB=2\n', '.env.testing': 'A=9\n' }],
  ['a Dokploy template with a list', { 'template.toml': '[variables]\nA = "9"\n[config]\nenv = [\n  "A=1", # x\n  "B=2",\n]\n[[config.mounts]]\nC = "3"\n' }],
  ['a Dokploy template with a table', { 'template.toml': '[config]\ndomains = []\n[config.env]\nA = "1"\nB = "2"\n[other]\nC = "3"\n' }],
])('fills in what is passed through from %s', (_, more) => {
  const files = { 'compose.yaml': 'services:\n  app:\n    image: "a:${B}"\n    environment: {A: }\n    volumes: ["./.env:/app/.env"]\n', ...more }
  const app = service(files, 'app')
  expect([app.image?.known && app.image.value, app.environment.find(v => v.name === 'A')?.value]).toMatchObject(['a:2', { known: true, value: '1' }])
  expect(app.environment.find(v => v.name === 'C')).toBeUndefined()
})

it('fills in the variables of a folder without an env file from that of the nearest folder above, as its example', () => {
  const compose = 'services:\n  redis: {image: "${REPO}/redis:${TAG}"}\n'
  const image = (files: Files): string | undefined => { const { image: found } = service({ 'deploy/basic/compose.yaml': compose, ...files }); return found?.known ? found.value : found?.raw }
  expect(image({ '.env': 'REPO=top\nTAG=1\n', 'deploy/.env': 'REPO=shop\nTAG=7\n' })).toBe('shop/redis:7')
  expect(image({ '.env.example': 'REPO=top\nTAG=1\n' })).toBe('top/redis:1')
  expect(image({ '.env': 'REPO=top\nTAG=1\n', 'deploy/basic/.env': 'TAG=7\n' })).toBe('${REPO}/redis:7')
})

it('finds in the repository what an installer copies to a folder that only it knows', () => {
  const files = { 'app/compose.yaml': 'services:\n  redis: {image: redis, volumes: ["${BASE}/app/conf/redis.conf:/etc/redis.conf", "${BASE}/other/redis.conf:/x.conf", "${DATA}/redis.conf:/y.conf"]}\n', 'app/conf/redis.conf': 'maxmemory 1gb\n', 'redis.conf': 'x\n' }
  expect(service(files).mounts.map(({ path }) => path)).toEqual(['app/conf/redis.conf', undefined, undefined])
})

it('finds what an installer seeds from another folder, where one file only can be meant', () => {
  const compose = { 'compose/redis.yml': 'services:\n  redis: {image: redis, volumes: ["${CONFIG_DIR}/redis/redis.conf:/etc/redis.conf"]}\n' }
  const seeds = { 'config_init/redis/redis.conf': 'maxmemory 2gb\n' }
  const mounted = (files: Record<string, string>): readonly (string | undefined)[] => service({ ...compose, ...files }).mounts.map(({ path }) => path)
  expect([mounted(seeds), mounted({ ...seeds, 'other/redis/redis.conf': 'x\n' }), mounted({ 'other/redis.conf': 'x\n' })]).toEqual([['config_init/redis/redis.conf'], [undefined], [undefined]])
})
