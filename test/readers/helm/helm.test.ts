// Charts, layers and releases: merged by Helm's documented rules, every value at its place, work bounded.
import { gzipSync } from 'node:zlib'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { knowledge } from '../../../rules/knowledge/index.ts'
import { deployedStacks, type DeployedStack } from '../../support/deployed-stacks.ts'
import { helmStacks } from '../../../src/readers/helm/index.ts'
import { archiveTree } from '../../../src/host/archive.ts'
import { diskTree } from '../../../src/host/disk.ts'
import { lint } from '../../../src/lint.ts'
import type { FileTree } from '../../../src/model/files.ts'
import type { Component, Setting } from '../../../src/model/stack.ts'
import { valueOf } from '../../../src/model/value.ts'
import { memoryTree } from '../../support/memory-tree.ts'

const stacksOf = (files: Record<string, string>): readonly DeployedStack[] => { const tree = memoryTree(files); return deployedStacks(helmStacks(tree, knowledge), tree) }
const componentIn = (stacks: readonly DeployedStack[], name: string, variant?: string): Component => {
  const found = stacks.filter(stack => variant === undefined || stack.variant === variant).flatMap(stack => stack.components).find(component => component.name === name)
  if (!found) throw new Error(`no ${name} among ${stacks.flatMap(stack => stack.components.map(component => component.name)).join(', ')}`)
  return found
}
const said = (setting: Setting | undefined): string | undefined => (setting === undefined ? undefined : setting.state === 'unknown' ? 'unknown' : `${setting.state} ${setting.value}`)

describe('a chart with dependencies and layers', () => {
  const shop = diskTree('fixtures/helm/shop'), { problems } = helmStacks(shop, knowledge), stacks = deployedStacks(helmStacks(shop, knowledge), shop)
  const production = 'environments/production.yaml'

  it('is one view by itself and one for each environment', () => {
    expect(stacks.map(stack => stack.variant)).toEqual([undefined, production, 'values-dev.yaml'])
    expect(problems).toEqual([])
  })

  it('names its servers by their values, under conditions, tags and aliases', () => {
    const names = (variant: string | undefined): readonly string[] => stacks.find(stack => stack.variant === variant)?.components.map(component => component.name) ?? []
    expect(names(undefined)).toEqual(['redis', 'kafka', 'ledger.store.valkey'])
    expect(names(production)).toEqual(['redis', 'sessions', 'kafka', 'ledger.store.valkey'])
    expect(names('values-dev.yaml')).toEqual(['ledger.store.valkey'])
  })

  it('drops the chart\'s own configuration where the values replace it', () => {
    const { settings } = componentIn(stacks, 'redis')
    expect(said(settings.get('appendonly'))).toBe('defaulted no')
    expect(said(settings.get('save'))).toBe('defaulted 3600 1 300 100 60 10000')
    expect(said(settings.get('maxmemory-policy'))).toBe('stated allkeys-lru')
    expect(said(settings.get('tcp-keepalive'))).toBe('stated 60')
    expect(said(componentIn(stacks, 'sessions', production).settings.get('appendonly'))).toBe('defaulted yes')
  })

  it('points into the layer that won', () => {
    const policy = componentIn(stacks, 'redis', production).settings.get('maxmemory-policy')
    expect(policy).toMatchObject({ state: 'stated', value: 'noeviction', span: { file: production } })
    expect(policy?.state === 'stated' && policy.notes?.[0]).toMatchObject({ span: { file: 'values.yaml' } })
    expect(componentIn(stacks, 'redis', production).settings.get('tcp-keepalive')).toBeUndefined()
  })

  it('reads nodes, storage and topics with the chart\'s defaults', () => {
    const kafka = componentIn(stacks, 'kafka')
    expect(valueOf(kafka.nodes)).toBe(3)
    expect(kafka.storage.kind).toBe('claim')
    expect(said(kafka.settings.get('min.insync.replicas'))).toBe('stated 2')
    expect(said(kafka.settings.get('offsets.topic.replication.factor'))).toBe('defaulted 3')
    const [topic] = kafka.topics
    expect([topic?.name, valueOf(topic?.partitions), valueOf(topic?.replicas), said(topic?.config.get('retention.ms'))]).toEqual(['orders', 12, 1, 'stated 604800000'])
  })

  it('tells what a chart unpacked below charts/ deploys, and leaves unknown what its templates decide', () => {
    const store = componentIn(stacks, 'ledger.store.valkey')
    expect([store.product, store.version, store.storage.kind]).toEqual(['valkey', '8.0', 'empty-dir'])
    expect(said(store.settings.get('appendonly'))).toBe('unknown')
    expect(store.span.file).toBe('charts/ledger/values.yaml')
  })

  it('makes workloads of the application, its worker and its database', () => {
    const base = stacks[0]
    expect(base?.workloads.map(workload => [workload.name, valueOf(workload.image)])).toEqual([
      ['ledger', undefined], ['shop', 'example/shop:1.4'], ['worker', 'example/shop:1.4'], ['postgresql', 'postgresql'],
    ])
    const variables = base?.workloads[1]?.environment.map(variable => [variable.name, variable.value.known ? variable.value.value : variable.value.raw])
    expect(variables).toContainEqual(['CELERY_BROKER_URL', 'redis://${release}-redis-master:6379/0'])
    expect(variables).toContainEqual(['KAFKA_BOOTSTRAP_SERVERS', 'shop-kafka:9092'])
    expect(base?.unread).toEqual([])
  })

  it('takes the order that a person states', () => {
    const named = deployedStacks(helmStacks(shop, knowledge, { charts: [{ chart: '.', values: ['values.yaml', 'values-dev.yaml', production] }] }), shop)
    expect(named.map(stack => [stack.variant, stack.components.map(component => component.name)])).toEqual([[production, ['sessions', 'kafka', 'ledger.store.valkey']]])
  })
})

describe('GitOps resources and bare values', () => {
  const gitops = diskTree('fixtures/helm/gitops'), stacks = deployedStacks(helmStacks(gitops, knowledge), gitops)

  it('reads Argo CD values inside a text, at their places', () => {
    const cache = componentIn(stacks, 'cache')
    const text = diskTree('fixtures/helm/gitops').read('application.yaml') as string
    const policy = cache.settings.get('maxmemory-policy')
    expect(policy?.state === 'stated' && text.slice(policy.span.start, policy.span.end)).toBe('allkeys-lfu')
    expect(text.slice(cache.storage.span.start, cache.storage.span.end)).toBe('false')
    expect(cache.storage.kind).toBe('empty-dir')
  })

  it('reads Flux releases with the repository they name', () => {
    const events = componentIn(stacks, 'events')
    expect([events.product, valueOf(events.nodes), events.storage.kind, said(events.settings.get('offsets.topic.replication.factor'))]).toEqual(['bitnami-kafka', 1, 'empty-dir', 'stated 1'])
  })

  it('reads Helmfile releases', () => {
    const { settings, storage } = componentIn(stacks, 'locks')
    expect([said(settings.get('maxmemory')), said(settings.get('maxmemory-policy')), said(settings.get('save')), storage.kind]).toEqual(['stated 1gb', 'defaulted volatile-lru', 'stated ', 'empty-dir'])
  })

  it('recognises a values file by its shape', () => {
    const redis = componentIn(stacks, 'redis', 'redis-values.yaml')
    expect([said(redis.settings.get('maxmemory')), said(redis.settings.get('maxmemory-policy')), valueOf(redis.nodes)]).toEqual(['stated 1gb', 'stated volatile-ttl', 3])
  })

  it('tells published charts apart by what only one of them has, and takes an unknown server for no program', () => {
    const of = (name: string, text: string): readonly (readonly string[])[] => lint(memoryTree({ [name]: text })).stacks.flatMap(stack => stack.components.map(component => [component.name, component.product]))
    expect(of('keydb-values.yaml', 'image: {repository: bitnami/keydb, tag: 6.3.4}\narchitecture: replication\nauth: {enabled: true}\nmaster: {activeReplica: true, persistence: {enabled: true}}\n')).toEqual([['keydb', 'keydb']])
    expect(of('redis-values.yaml', 'image: {repository: bitnami/redis}\narchitecture: replication\nmaster:\n  kind: StatefulSet\n  persistence: {enabled: true}\n')).toEqual([['redis', 'bitnami-redis']])
    expect(of('kafka-values.yaml', 'brokers: 3\nimage: confluentinc/cp-server\nimageTag: 6.1.0\npersistence: {enabled: true, disksPerBroker: 1}\n')).toEqual([['cp-kafka', 'confluent']])
    expect(of('kafka-values.yaml', 'image: confluentinc/cp-server\nimageTag: 6.1.0\nenv: {KAFKA_BROKERS: "kafka:9092"}\n')).toEqual([])
  })

  it('reads the containers of app-template values like those of a pod', () => {
    const redis = componentIn(stacks, 'redis', 'app.yaml')
    expect([redis.version, said(redis.settings.get('maxmemory')), said(redis.settings.get('save')), redis.storage.kind]).toEqual(['7.4', 'stated 64mb', 'stated ', 'empty-dir'])
    const report = lint(diskTree('fixtures/helm/gitops'))
    expect(report.stacks.flatMap(stack => stack.components).find(component => component.file === 'app.yaml')?.uses.map(use => use.use)).toContain('cache')
  })

  it('leaves templates and other YAML alone', () => {
    const files = { 'helmfile.yaml': '{{ range .x }}\nreleases:\n  - name: {{ . }}\n{{ end }}', 'ci.yml': 'jobs:\n  build: {redis: {image: redis}}', 'chart/Chart.yaml': 'name: {{ .name }}\n', 'chart/values.yaml': 'redis: {{ x }}' }
    expect(stacksOf(files)).toEqual([])
  })
})

describe('what a chart may say', () => {
  const chart = 'apiVersion: v2\nname: app\nversion: 1.0.0\n'
  const values = (text: string, more: Record<string, string> = {}): readonly DeployedStack[] => stacksOf({ 'Chart.yaml': chart, 'values.yaml': text, ...more })

  it('is no server when it is switched off, a client, a tool or an address', () => {
    for (const text of ['redis: {enabled: false, image: redis}', 'redis: {host: cache, port: 6379}', 'redisExporter: {image: oliver006/redis_exporter}', 'waitForRedis: {image: redis:7}', 'redis: {url: redis://x}', 'services: {kafka: {cluster: {address: kafka:9092}}}', 'kafka-ui: {image: provectuslabs/kafka-ui, enabled: true}']) {
      expect([text, values(text).flatMap(stack => stack.components.map(component => component.name))]).toEqual([text, []])
    }
  })

  it('names servers elsewhere by their values path', () => {
    const [stack] = values('redis: {enabled: false}\nexternalRedis: {host: cache.prod.acme.io}\nexternalKafka: {brokers: localhost:9092}')
    expect(stack?.components.map(component => [component.name, component.external, component.hosts])).toEqual([['externalRedis', true, ['cache.prod.acme.io']]])
  })

  const offered = (text: string): readonly string[] =>
    values(text).filter(stack => stack.variant !== undefined).flatMap(stack => [stack.standing, ...stack.components.map(component => component.name)])

  it('is advice where the chart leaves it off but sends its programs to it', () => {
    const text = 'image: {repository: acme/app}\nenv: {HOST: \'{{ printf "%s-valkey" .Release.Name }}\'}\nvalkey: {enabled: false, image: valkey/valkey:8}\nkafka: {enabled: false, image: apache/kafka:4.0.0}'
    expect(offered(text)).toEqual(['library-defaults', 'valkey'])
    expect(values(text, { 'values-prod.yaml': 'image: {tag: "2"}' }).flatMap(stack => (stack.variant === 'values-prod.yaml' ? [stack] : []))).toEqual([])
  })

  it('is advice where it is off and the chart runs another form of it, or the comments say what it is used for', () => {
    const app = 'image: {repository: acme/app}\n'
    expect(offered(`${app}redis: {image: redis:8}\nredis-ha:\n  enabled: false\n  image: redis:8\n`)).toEqual(['library-defaults', 'redis-ha'])
    expect(offered(`${app}redis:\n  enabled: false\n  # As Redis is used for caching only, it needs no backup\n  master: {persistence: {enabled: true}}\n`)).toEqual(['library-defaults', 'redis'])
    expect(offered(`${app}kafka:\n  enabled: false\n  # The number of brokers\n  controller: {replicaCount: 3}\n`)).toEqual([])
    expect(values(`${app}redis: {image: redis:8}\nredis-ha: {enabled: false, image: redis:8}`)[0]).toMatchObject({ standing: 'deployment', components: [{ name: 'redis' }] })
  })

  it('takes the values of a subchart on disk for its defaults, which nobody here chose', () => {
    const subchart = { 'charts/redis/Chart.yaml': 'name: redis\nversion: 20.1.0\n', 'charts/redis/values.yaml': 'architecture: standalone\nauth: {enabled: true}\nmaster: {persistence: {enabled: false}, resourcesPreset: nano, extraFlags: ["--maxmemory 1gb"]}\ncommonConfiguration: |-\n  appendonly no\n  maxmemory-policy allkeys-lru\n' }
    const redis = componentIn(stacksOf({ ...subchart, 'Chart.yaml': `${chart}dependencies: [{name: redis, version: 20.1.0, repository: "@internal"}]`, 'values.yaml': 'redis:\n  master: {configuration: maxmemory-policy noeviction}\n' }), 'redis')
    expect(['appendonly', 'maxmemory', 'maxmemory-policy'].map(name => said(redis.settings.get(name)))).toEqual(['defaulted no', 'defaulted 1gb', 'stated noeviction'])
    expect([redis.product, redis.storage.kind, redis.storage.span.file, redis.memoryLimit]).toEqual(['bitnami-redis', 'empty-dir', 'values.yaml', undefined])
  })

  it('is the published chart only where its repository does not say otherwise', () => {
    const values = 'redis:\n  architecture: standalone\n  master: {persistence: {enabled: true}}\n'
    const with_ = (repository: string) => componentIn(stacksOf({ 'Chart.yaml': `${chart}dependencies: [{name: redis, version: 0.14.1, repository: "${repository}"}]`, 'values.yaml': values, 'own/Chart.yaml': 'name: redis\nversion: 0.14.1\n', 'own/values.yaml': 'architecture: standalone\nmaster: {persistence: {enabled: false}}\n' }), 'redis')
    expect(said(with_('file://own').settings.get('appendonly'))).not.toBe('defaulted yes')
    expect(with_('oci://registry-1.docker.io/cloudpirates').unreadSettings?.map(({ written }) => written)).toEqual([['master.persistence']])
    expect(with_('https://charts.example.com').unreadSettings).toBeUndefined()
  })

  it('runs with Sentinel what it runs of replicas, on the storage of those', () => {
    const redis = (sentinel: boolean) => componentIn(stacksOf({ 'Chart.yaml': `${chart}dependencies: [{name: redis, version: 20.1.4, repository: "https://charts.bitnami.com/bitnami"}]`, 'values.yaml': `redis:\n  sentinel: {enabled: ${sentinel}}\n  master: {persistence: {enabled: false}}\n  replica: {replicaCount: 5, extraFlags: ["--maxmemory 1gb"]}\n` }), 'redis')
    expect([redis(true), redis(false)].map(({ nodes, storage, settings }) => [valueOf(nodes), storage.kind, said(settings.get('maxmemory'))])).toEqual([[5, 'claim', 'stated 1gb'], [6, 'empty-dir', 'defaulted 0']])
  })

  it('reads the values of a chart that is not here for its containers, and takes no Kubernetes service for a server', () => {
    const values = 'app-template:\n  controllers:\n    main: {containers: {main: {image: {repository: acme/shop}, env: {CELERY_BROKER_URL: "redis://localhost:6379"}}, redis: {image: {repository: redis, tag: "8"}}}}\n  service:\n    redis: {controller: main, ports: {http: {port: 6379}}}\n'
    const [stack] = stacksOf({ 'Chart.yaml': `${chart}dependencies: [{name: app-template, version: 3.0.0, repository: https://charts.acme.io}]`, 'values.yaml': values })
    expect([stack?.components.map(component => [component.name, component.storage.kind]), stack?.workloads.map(workload => workload.name)]).toEqual([[['app-template/redis', 'container-layer']], ['app-template', 'app-template/redis']])
  })

  it('sees the programs inside a block that says what they share', () => {
    const [stack] = values('shop:\n  replicas: 2\n  env: {CACHE_URL: "redis://redis"}\n  web: {image: {repository: acme/web}}\n  worker: {image: {repository: acme/worker}, env: {QUEUE_URL: "redis://redis"}}\nredis: {image: redis:8}\n')
    expect(stack?.workloads.map(workload => [workload.name, valueOf(workload.image), workload.environment.filter(variable => variable.name.endsWith('_URL')).map(variable => variable.name)])).toEqual([
      ['shop', undefined, ['CACHE_URL']], ['web', 'acme/web', []], ['worker', 'acme/worker', ['QUEUE_URL']],
    ])
  })

  it('says once which subchart is not known', () => {
    const component = componentIn(stacksOf({ 'Chart.yaml': `${chart}dependencies: [{name: redis, version: 1.2.0, repository: https://charts.acme.io}]`, 'values.yaml': 'x: 1' }), 'redis')
    expect(component.unread.map(note => note.text)).toEqual(['what the chart redis 1.2.0 sets by itself is not known here'])
    expect([said(component.settings.get('maxmemory-policy')), component.storage.kind]).toEqual(['unknown', 'unknown'])
  })

  it('reads broker settings in camel case where the chart is not known', () => {
    const kafka = componentIn(values('kafka: {replicaCount: 3, config: {minInsyncReplicas: 1, defaultReplicationFactor: 3}}'), 'kafka')
    expect([said(kafka.settings.get('min.insync.replicas')), said(kafka.settings.get('default.replication.factor')), said(kafka.settings.get('log.retention.hours'))]).toEqual(['stated 1', 'stated 3', 'unknown'])
  })

  it('is defaults for everybody when the chart is the server itself', () => {
    const files = { 'redis/Chart.yaml': 'name: redis\nversion: 20.0.0\nhome: https://bitnami.com\n', 'redis/values.yaml': 'architecture: standalone\nmaster: {persistence: {enabled: false}}' }
    expect(stacksOf(files).map(stack => stack.standing)).toEqual(['library-defaults'])
    expect(values('image: {repository: acme/app}\nenv: {REDIS_URL: "redis://redis"}\nredis: {image: redis:7}').map(stack => stack.standing)).toEqual(['deployment'])
  })

  it('ends where charts refer to each other in circles', () => {
    const files = { 'a/Chart.yaml': 'name: a\ndependencies: [{name: b, repository: "file://../b"}, {name: a, repository: "file://../a"}]', 'b/Chart.yaml': 'name: b\ndependencies: [{name: a, repository: "file://../a"}]' }
    expect(stacksOf(files)).toHaveLength(2)
  })
})

describe('several charts of one repository', () => {
  const platform = { 'platform/Chart.yaml': 'name: platform\ndependencies: [{name: kafka, version: 26.0.0, repository: https://charts.bitnami.com/bitnami}]', 'platform/values.yaml': 'kafka: {controller: {replicaCount: 3}}' }
  const clients = (files: Record<string, string>): readonly (readonly string[])[] => lint(memoryTree({ ...platform, ...files })).stacks.flatMap(stack => stack.components.map(component => [component.name, ...component.clients]))
  const app = (name: string, address: string): Record<string, string> => ({ [`${name}/Chart.yaml`]: `name: ${name}`, [`${name}/values.yaml`]: `image: {repository: acme/${name}}\nenv: {KAFKA_BROKERS: "${address}", ORDERS_TOPIC: orders}` })

  it('are clients of a server that their values name', () => {
    expect(clients({ ...app('billing', 'platform-kafka:9092'), ...app('mail', 'kafka.events.svc.cluster.local:9092') })).toEqual([['kafka', 'billing', 'mail']])
  })

  it('are none of a server that another one could be, nor of one elsewhere', () => {
    const second = { 'other/Chart.yaml': 'name: other\ndependencies: [{name: kafka, version: 26.0.0, repository: https://charts.bitnami.com/bitnami}]', 'other/values.yaml': 'kafka: {controller: {replicaCount: 1}}' }
    expect(clients({ ...second, ...app('billing', 'kafka:9092') })).toEqual([['kafka'], ['kafka']])
    expect(clients(app('billing', 'kafka.acme.io:9092'))).toEqual([['kafka']])
  })
})

describe('packed charts', () => {
  const made: string[] = []
  afterEach(() => { for (const folder of made.splice(0)) rmSync(folder, { recursive: true }) })

  // A ustar archive with the given files.
  function packed(files: Record<string, string>): Buffer {
    const blocks: Buffer[] = []
    for (const [name, text] of Object.entries(files)) {
      const header = Buffer.alloc(512)
      header.write(name, 0)
      header.write(Buffer.byteLength(text).toString(8).padStart(11, '0'), 124)
      header.write('0', 156)
      header.write('ustar', 257)
      const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512)
      body.write(text)
      blocks.push(header, body)
    }
    return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
  }

  it('are read like unpacked ones, with places inside the archive', () => {
    const folder = mkdtempSync(join(tmpdir(), 'misfit-'))
    made.push(folder)
    mkdirSync(join(folder, 'charts'))
    writeFileSync(join(folder, 'Chart.yaml'), 'name: app\ndependencies: [{name: store, condition: store.enabled}]\n')
    writeFileSync(join(folder, 'values.yaml'), 'image: {repository: acme/app}\n')
    writeFileSync(join(folder, 'charts/store-1.0.0.tgz'), packed({ 'store/Chart.yaml': 'name: store\nversion: 1.0.0\n', 'store/values.yaml': '# defaults\nredis:\n  image: redis:7.2\n  maxmemoryPolicy: allkeys-lru\n' }))
    const [stack] = lint(diskTree(folder)).stacks
    expect(stack?.components.map(({ name, file, line, settings }) => [name, file, line, settings['maxmemory-policy']])).toMatchObject([
      ['store.redis', 'charts/store-1.0.0.tgz!/store/values.yaml', 2, { state: 'stated', value: 'allkeys-lru', line: 4 }],
    ])
  })

  it('are a problem when they cannot be opened, and the rest is read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'misfit-'))
    made.push(folder)
    mkdirSync(join(folder, 'charts'))
    writeFileSync(join(folder, 'Chart.yaml'), 'name: app\n')
    writeFileSync(join(folder, 'values.yaml'), 'image: {repository: acme/app}\nredis: {image: redis:8}\n')
    writeFileSync(join(folder, 'charts/broken.tgz'), 'no archive')
    writeFileSync(join(folder, 'charts/other.tgz'), packed({ '../Chart.yaml': 'name: evil', 'README.md': 'no chart' }))
    const report = lint(diskTree(folder))
    expect(report.stacks[0]?.components.map(component => component.name)).toEqual(['redis'])
    expect(report.problems.map(problem => problem.message)).toEqual([
      'cannot read the packed chart charts/broken.tgz: it is no gzip archive, or unpacks to more than 30 MB', 'cannot read the packed chart charts/other.tgz: there is no Chart.yaml in it',
    ])
  })

  it('hold nothing outside themselves, and need not be archives at all', () => {
    const tree = archiveTree('a.tgz', packed({ '../out.yaml': 'x', '/etc/passwd': 'x', 'a/../../b.yaml': 'x', 'a/./values.yaml': 'y' }))
    expect('refused' in tree ? [] : tree.files()).toEqual(['a.tgz!/a/values.yaml'])
    expect(archiveTree('a.tgz', Buffer.from('no archive'))).toHaveProperty('refused')
    expect(archiveTree('a.tgz', gzipSync(Buffer.from('short')))).not.toHaveProperty('refused')
  })
})

describe('mangled values', () => {
  const fixtures = ['fixtures/helm/shop', 'fixtures/helm/gitops', 'fixtures/manifests/shop']
  // A generator with a fixed seed: the same texts on every run.
  function* numbers(seed: number): Generator<number> {
    for (let state = seed; ;) { state = (state * 1103515245 + 12345) % 2147483648; yield state }
  }

  it.each(fixtures)('%s never makes the readers throw, and every place lies in its file', fixture => {
    const tree = diskTree(fixture)
    const random = numbers(7)
    const pick = (below: number): number => (random.next().value as number) % below
    const scraps = ['\n', ': ', '- ', '{', '}', '[', '{{ x }}', 'null', '&a ', '*a', '"', '|\n', '  ', '#', '\t', '---\n']
    for (let round = 0; round < 60; round++) {
      const texts: Record<string, string> = {}
      for (const file of tree.files()) {
        const text = tree.read(file) as string
        const at = pick(text.length), length = pick(20)
        texts[file] = round === 0 ? text : text.slice(0, at) + (scraps[pick(scraps.length)] ?? '') + text.slice(at + length)
      }
      const mangled: FileTree = memoryTree(texts)
      const report = lint(mangled)
      expect(report.problems.filter(problem => problem.message.startsWith('misfit failed'))).toEqual([])
      for (const stack of deployedStacks(helmStacks(mangled, knowledge), mangled)) {
        for (const component of stack.components) {
          const spans = [component.span, component.storage.span, ...[...component.settings.values()].flatMap(setting => (setting.state === 'stated' ? [setting.span] : [])), ...component.topics.map(topic => topic.span)]
          for (const span of spans) {
            expect(texts[span.file]).toBeDefined()
            expect(span.start).toBeGreaterThanOrEqual(0)
            expect(span.end).toBeLessThanOrEqual(texts[span.file]?.length ?? -1)
          }
        }
      }
    }
  })
})
