// A change judged by what it touches tells the same as everything judged on both sides. Random changes of random repositories.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compare, earlierOf } from '../src/analysis/compare.ts'
import { treeBefore } from '../src/host/changes.ts'
import { memoryTree } from '../src/host/memory.ts'
import { remembering } from '../src/host/remembering.ts'
import { lint } from '../src/lint.ts'
import type { Report } from '../src/model/report.ts'
import { lintChange } from '../src/since.ts'

const redis = (words: string): string => `  redis: {image: 'redis:7', command: redis-server ${words}}\n`
const evicting = redis('--maxmemory 1gb --maxmemory-policy allkeys-lru')
const celery = "  worker: {image: acme/shop, environment: {CELERY_BROKER_URL: 'redis://redis:6379/0'}}\n"
const chart = (name: string, more = ''): string => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${more}`
const deployment = (name: string, image: string, env: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {template: {spec: {containers: [{name: app, image: '${image}', env: [${env}]}]}}}\n`
const broker = "{name: CELERY_BROKER_URL, value: 'redis://redis.data:6379/0'}"
const server = `${deployment('redis', 'redis:7', '')}---\napiVersion: v1\nkind: Service\nmetadata: {name: redis}\n`

/** What may stand at each path; any of them may be missing too. */
const texts: Readonly<Record<string, readonly string[]>> = {
  'compose.yaml': [`services:\n${celery}${evicting}`, `services:\n${redis('')}`, 'include: [b/part.yaml]\n', `services:\n${celery}`],
  'compose.override.yaml': [`services:\n${redis('--appendonly yes')}`],
  'compose.prod.yaml': [`services:\n${celery}`, "services:\n  redis: {command: redis-server --maxmemory-policy allkeys-lru --maxmemory 1gb}\n"],
  'README.md': ['# Shop\n\nA shop.\n', '# Example\n\nAn example for a tutorial.\n'],
  '.env': ['POLICY=allkeys-lru\n', 'POLICY=noeviction\n', 'COMPOSE_FILE=compose.yaml:b/part.yaml\n'],
  'a/compose.yaml': [
    "services:\n  redis: {extends: {file: ../b/base.yaml, service: redis}}\n" + celery, `services:\n${redis('--maxmemory 1gb --maxmemory-policy ${POLICY}')}${celery}`,
    "services:\n  redis: {image: 'redis:7', command: redis-server /etc/redis.conf, volumes: ['../conf/redis.conf:/etc/redis.conf']}\n" + celery,
    "services:\n  redis: {image: 'redis:7'}\n  worker: {build: ./app, depends_on: [redis]}\n", "services:\n  redis: {image: 'redis:7'}\n  worker: {image: acme/built, depends_on: [redis]}\n",
  ],
  'a/.env': ['POLICY=allkeys-lru\n', 'POLICY=volatile-lru\nREDIS_URL=redis://redis:6379/0\n'],
  'a/app/package.json': ['{"name":"app","dependencies":{"bullmq":"5.0.0"}}', '{"name":"app","dependencies":{"express":"4.0.0"}}'],
  'a/app/Dockerfile': ['FROM node:22\nCOPY . .\n'],
  'a/dev/compose.yaml': [`services:\n${redis('--save ""')}${celery}`],
  'b/part.yaml': [`services:\n${celery}${evicting}`, `services:\n${evicting}`],
  'b/base.yaml': [`services:\n${evicting}`, `services:\n${redis('--appendonly yes')}`],
  'c/compose.yaml': [`services:\n  app: {build: ../a/app, image: acme/built}\n${evicting}`, `services:\n  app: {image: other, environment: {REDIS_URL: 'redis://redis'}}\n${redis('')}`],
  'conf/redis.conf': ['maxmemory-policy allkeys-lru\nmaxmemory 1gb\n', 'appendonly yes\n'],
  'charts/shop/Chart.yaml': [chart('shop', "dependencies: [{name: redis, version: 19.0.0, repository: 'https://charts.bitnami.com/bitnami'}]\n"), chart('shop', "dependencies: [{name: redis, version: 19.0.0, repository: 'file://../redis'}]\n")],
  'charts/shop/values.yaml': [`redis: {architecture: standalone, commonConfiguration: 'maxmemory-policy allkeys-lru'}\nworker: {env: [${broker}]}\n`, 'redis: {master: {persistence: {enabled: false}}}\n'],
  'charts/shop/values-prod.yaml': ['redis: {master: {persistence: {enabled: false}}}\n'],
  'charts/redis/Chart.yaml': [chart('redis')],
  'charts/redis/values.yaml': ['architecture: standalone\nmaster: {persistence: {enabled: true}}\n'],
  'k8s/redis.yaml': [server, deployment('redis', 'redis:7', '').replace('image:', "args: ['--maxmemory-policy', 'allkeys-lru'], image:")],
  'k8s/app.yaml': [deployment('app', 'acme/app', broker), deployment('app', 'acme/app', '')],
  'k8s/kustomization.yaml': ['resources: [redis.yaml, ../other/app.yaml]\n', 'configMapGenerator: [{name: conf, files: [../conf/redis.conf]}]\nresources: [redis.yaml]\n'],
  'other/app.yaml': [deployment('worker', 'acme/worker', broker), deployment('worker', 'acme/worker', '')],
  'release/values.yaml': ['architecture: replication\nmaster: {persistence: {enabled: false}}\nimage: {repository: bitnami/redis}\n'],
  'docs/catalog.yaml': ['apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop}\nspec: {type: service}\n'],
  'docs/asyncapi.yaml': ["asyncapi: 3.0.0\ninfo: {title: shop, version: '1'}\nservers: {events: {host: 'kafka:9092', protocol: kafka}}\nchannels: {orders: {address: orders}}\n"],
  'misfit.yaml': ['apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: redis, technology: redis, uses: [{use: cache}]}\n'],
}
const paths = Object.keys(texts)

type State = Readonly<Record<string, string>>
const textAt = (path: string) => fc.option(fc.constantFrom(...(texts[path] ?? [])), { nil: undefined, freq: 3 })
const repository = fc.tuple(...paths.map(path => fc.tuple(fc.constant(path), path === 'misfit.yaml' || path === 'docs/asyncapi.yaml' ? fc.option(textAt(path), { freq: 1, nil: undefined }) : textAt(path))))
const change = fc.array(fc.constantFrom(...paths).chain(path => fc.tuple(fc.constant(path), textAt(path))), { minLength: 1, maxLength: 3 })
const made = (entries: readonly (readonly [string, string | undefined])[]): State => Object.fromEntries(entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined))

function told(report: Report, before: Report, now: State): unknown {
  const { fresh, gone } = compare([...report.findings, ...(report.suppressed ?? [])], before.findings.map(earlierOf), file => file in now)
  return { fresh: fresh.map(({ rule, file, line, fingerprint }) => `${rule} ${file}:${line} ${fingerprint}`), gone: gone.map(({ rule, file, fingerprint }) => `${rule} ${file} ${fingerprint}`) }
}

it('tells what a run over everything tells', () => {
  let narrowed = 0, changes = 0
  fc.assert(fc.property(repository, change, (files, edits) => {
    const then = made(files), now = made([...Object.entries(then).filter(([path]) => !edits.some(([edited]) => edited === path)), ...new Map(edits)])
    const changed = new Set(paths.filter(path => then[path] !== now[path]))
    // As the command line has it: what has not changed is known from the other side.
    const tree = remembering(memoryTree(now)), base = memoryTree(then)
    const earlier = treeBefore(tree, { ...base, finds: path => path in then }, new Set([...changed, 'unchanged.yaml', ...Object.keys(then).slice(0, 1)]))
    expect(earlier.files()).toEqual(base.files())
    const sides = lintChange(tree, earlier, changed, {})
    if (sides.only) { narrowed++; changes += changed.size }
    expect(told(sides.report, sides.before, now)).toEqual(told(lint(memoryTree(now)), lint(memoryTree(then)), now))
  }), { numRuns: 60 })
  // What was always judged whole would show nothing.
  expect(narrowed).toBeGreaterThan(2)
  expect(changes).toBeGreaterThan(2)
})
