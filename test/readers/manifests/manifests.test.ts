// Plain Kubernetes resources: pods, what is mounted into them, and the resources of operators.
import { describe, expect, it } from 'vitest'
import { deployedStacks, type DeployedStack } from '../../support/deployed-stacks.ts'
import { manifestStacks } from '../../../src/readers/manifests/index.ts'
import { diskTree } from '../../../src/host/disk.ts'
import { lint, observe } from '../../../src/lint.ts'
import type { Component, Setting } from '../../../src/model/stack.ts'
import { valueOf } from '../../../src/model/value.ts'
import { proseOf } from '../../../src/readers/prose.ts'
import { memoryTree } from '../../support/memory-tree.ts'

const stacksOf = (files: Record<string, string>): readonly DeployedStack[] => { const tree = memoryTree(files); return deployedStacks(manifestStacks(tree), tree) }
const only = (files: Record<string, string>): Component => {
  const [component, ...others] = stacksOf(files).flatMap(stack => stack.components)
  if (!component || others.length > 0) throw new Error(`${String(others.length + (component ? 1 : 0))} components`)
  return component
}
const said = (setting: Setting | undefined): string | undefined => (setting === undefined ? undefined : setting.state === 'unknown' ? 'unknown' : `${setting.state} ${setting.value}`)
const pod = (container: string, more = ''): string => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: store}\nspec:\n  template:\n    metadata: {labels: {app: store}}\n    spec:\n      containers:\n        - ${container}\n${more}`

describe('comments', () => {
  it('are those of the file, not those of a configuration or script in a block of text', () => {
    const text = '# of the file\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: conf}\ndata:\n  redis.conf: | # at the key\n    # client side caching of values\n\n    save ""\n    more: |\n      # deeper\n  # below the block\n  list:\n    - >-\n      # folded\n    - x # behind a value\n'
    expect(proseOf(text, 'a.yaml').map(({ value }) => value)).toEqual(['of the file', 'at the key', 'below the block', 'behind a value'])
  })
})

describe('pods', () => {
  const tree = diskTree('fixtures/manifests/shop')
  const stacks = deployedStacks(manifestStacks(tree), tree)
  const redis = stacks[0]?.components[0]

  it('are one stack with what lies beside them', () => {
    expect(stacks.map(stack => [stack.kind, stack.workloads.map(workload => workload.name), stack.components.map(component => component.name)])).toEqual([
      ['manifests', ['redis', 'redis/metrics', 'web'], ['redis']],
    ])
  })

  it('read mounted configuration and arguments, variables filled in', () => {
    expect([redis?.storage.kind, redis?.restartsItself, valueOf(redis?.memoryLimit)]).toEqual(['claim', true, 536870912])
    expect(['appendonly', 'maxmemory', 'maxmemory-policy'].map(name => said(redis?.settings.get(name)))).toEqual(['stated yes', 'stated 256mb', 'stated allkeys-lru'])
    const appendonly = redis?.settings.get('appendonly')
    const text = tree.read('redis.yaml') as string
    expect(appendonly?.state === 'stated' && text.slice(appendonly.span.start, appendonly.span.end)).toBe('yes')
  })

  it('are reached by their services, and linked through envFrom', () => {
    expect(redis?.hosts).toEqual(['redis', 'queue'])
    const report = lint(tree)
    expect(report.stacks[0]?.components[0]?.uses.map(use => [use.use, use.established])).toEqual([['job-queue', true]])
    expect(report.findings.map(finding => [finding.rule, finding.file, finding.line])).toContainEqual(['redis/queue-on-evicting-instance', 'redis.yaml', 22])
  })

  it('keep nothing in a VOLUME of the image', () => {
    expect(only({ 'a.yaml': pod('{name: redis, image: redis:7}') }).storage.kind).toBe('container-layer')
  })

  it('tell kinds of volumes apart', () => {
    const kind = (volume: string): string => only({ 'a.yaml': pod('{name: redis, image: redis:7, volumeMounts: [{name: d, mountPath: /data}]}', `      volumes: [{name: d, ${volume}}]`) }).storage.kind
    expect(['emptyDir: {}', 'emptyDir: {medium: Memory}', 'persistentVolumeClaim: {claimName: x}', 'hostPath: {path: /x}'].map(kind)).toEqual(['empty-dir', 'tmpfs', 'claim', 'bind'])
  })

  it('hide what a map that is not here says', () => {
    const redis = only({ 'a.yaml': pod('{name: redis, image: redis:7, args: [/conf/redis.conf], volumeMounts: [{name: c, mountPath: /conf}]}', '      volumes: [{name: c, configMap: {name: gone}}]') })
    expect(said(redis.settings.get('maxmemory-policy'))).toBe('unknown')
  })

  it('are read from lists, several documents and generated maps', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n  - ${pod('{name: redis, image: redis:7, args: [/conf/redis.conf], volumeMounts: [{name: c, mountPath: /conf}]}', '      volumes: [{name: c, configMap: {name: conf}}]').replaceAll('\n', '\n    ')}`
    const files = { 'k8s/kustomization.yaml': 'resources: [redis.yaml]\nconfigMapGenerator: [{name: conf, files: [redis.conf]}]', 'k8s/redis.yaml': list, 'k8s/redis.conf': 'maxmemory 1gb\n' }
    expect(only(files).settings.get('maxmemory')).toMatchObject({ value: '1gb', span: { file: 'k8s/redis.conf' } })
  })

  it('of one folder that stand for each other are views of their own', () => {
    const stacks = stacksOf({ 'a.yaml': pod('{name: redis, image: redis:7}'), 'b.yaml': pod('{name: redis, image: redis:6}') })
    expect(stacks.map(stack => [stack.variant, stack.components.length])).toEqual([['a.yaml', 1], ['b.yaml', 1]])
  })

  it('of a base belong to the overlay that builds on it', () => {
    const stacks = stacksOf({ 'base/kustomization.yaml': 'resources: [redis.yaml]', 'base/redis.yaml': pod('{name: redis, image: redis:7}'), 'prod/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]', 'prod/patch.yaml': pod('{name: redis}') })
    expect(stacks.map(stack => [stack.root, stack.components.length, stack.unread.length])).toEqual([['prod', 1, 0]])
  })

  it('in templates of a chart are left alone', () => {
    expect(stacksOf({ 'chart/Chart.yaml': 'name: x', 'chart/templates/redis.yaml': pod('{name: redis, image: "redis:{{ .Values.tag }}"}') })).toEqual([])
  })
})

describe('what is filled in later', () => {
  it('is one value of a manifest that is read, and none is taken for it', () => {
    const found = only({ 'a.yaml': pod('{name: redis, image: "redis:7", args: [redis-server, --maxmemory, "{{MEMORY}}", --maxmemory-policy, allkeys-lru]}').replace('{name: store}', '\n  name: store\n  namespace: {{NAMESPACE}}') })
    expect(['maxmemory', 'maxmemory-policy'].map(name => said(found.settings.get(name)))).toEqual(['unknown', 'stated allkeys-lru'])
  })

  it('is said where it makes the whole document', () => {
    const report = lint(memoryTree({ 'a.yaml': `{% if redis %}\n${pod('{name: redis, image: redis:7}')}{% endif %}\n` }))
    expect(report.problems.map(({ file, message }) => [file, message.slice(0, 29)])).toEqual([['a.yaml', 'not read: it is a template, w']])
  })

  it('in a Template of OpenShift is what its parameters say', () => {
    const objects = pod('{name: redis, image: "redis:${VERSION}", args: [redis-server, --maxmemory, "${MEMORY}", --maxmemory-policy, "${POLICY}", --requirepass, "${PASSWORD}"]}').replace(/^/gm, '    ').replace('    ', '  - ')
    const found = only({ 'redis.dc.yaml': `apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: store}\nobjects:\n${objects}\nparameters:\n  - {name: VERSION, value: "7.2"}\n  - {name: MEMORY, value: 100mb}\n  - {name: POLICY, required: true}\n  - {name: PASSWORD, generate: expression, from: "[a-z]{8}", value: x}\n` })
    expect([found.version, ...['maxmemory', 'maxmemory-policy', 'requirepass'].map(name => said(found.settings.get(name)))]).toEqual(['7.2', 'stated 100mb', 'unknown', 'unknown'])
  })

  it('and a service tells the port of a server of somebody\'s own image', () => {
    const service = '---\napiVersion: v1\nkind: Service\nmetadata: {name: redis}\nspec: {selector: {app: store}, ports: [{port: 6379}]}\n'
    expect(only({ 'a.yaml': `${pod('{name: redis, image: acme/shop-redis}')}${service}` }).technology).toBe('redis')
    expect(stacksOf({ 'a.yaml': `${pod('{name: redis, image: acme/shop-redis}')}${service.replace('6379', '8080')}` }).flatMap(stack => stack.components)).toEqual([])
  })
})

describe('operators', () => {
  const strimzi = 'apiVersion: kafka.strimzi.io/v1beta2\n'
  it('Strimzi: cluster, node pools, topics and connectors', () => {
    const files = {
      'kafka.yaml': `${strimzi}kind: Kafka\nmetadata: {name: events}\nspec:\n  kafka:\n    version: 3.9.0\n    config: {min.insync.replicas: 1, default.replication.factor: 3}\n`,
      'pools.yaml': ['broker', 'controller'].map(role => `${strimzi}kind: KafkaNodePool\nmetadata: {name: ${role}, labels: {strimzi.io/cluster: events}}\nspec:\n  replicas: 3\n  roles: [${role}]\n  storage: {type: ${role === 'broker' ? 'jbod, volumes: [{id: 0, type: ephemeral}]' : 'persistent-claim'}}\n`).join('---\n'),
      'topic.yaml': `${strimzi}kind: KafkaTopic\nmetadata: {name: audit.log, labels: {strimzi.io/cluster: events}}\nspec: {partitions: 6, replicas: 1, config: {cleanup.policy: compact}}\n`,
      'connector.yaml': `${strimzi}kind: KafkaConnect\nmetadata: {name: connect}\nspec: {bootstrapServers: "events-kafka-bootstrap:9093"}\n---\n${strimzi}kind: KafkaConnector\nmetadata: {name: orders, labels: {strimzi.io/cluster: connect}}\nspec: {class: io.debezium.connector.postgresql.PostgresConnector}\n`,
    }
    const kafka = only(files)
    expect([kafka.name, kafka.product, kafka.version, valueOf(kafka.nodes), kafka.storage.kind, said(kafka.settings.get('min.insync.replicas')), said(kafka.settings.get('auto.create.topics.enable'))])
      .toEqual(['events', 'strimzi', '3.9.0', 3, 'empty-dir', 'stated 1', 'defaulted true'])
    expect(kafka.topics.map(topic => [topic.name, valueOf(topic.partitions), valueOf(topic.replicas), said(topic.config.get('cleanup.policy'))])).toEqual([['audit.log', 6, 1, 'stated compact']])
    expect(lint(memoryTree(files)).stacks[0]?.components[0]?.uses.map(use => use.use)).toContain('cdc')
  })

  it('Strimzi: of two clusters of one name a node pool is that of its namespace', () => {
    const cluster = (namespace: string, replicas: number): string => `${strimzi}kind: Kafka\nmetadata: {name: events${namespace}}\nspec: {kafka: {replicas: ${replicas}, config: {min.insync.replicas: ${replicas}}}}\n`
    const files = { 'old.yaml': cluster('', 1), 'new.yaml': cluster(', namespace: shop', 2), 'pool.yaml': `${strimzi}kind: KafkaNodePool\nmetadata: {name: brokers, namespace: shop, labels: {strimzi.io/cluster: events}}\nspec: {replicas: 3, roles: [broker]}\n` }
    const nodes = observe(memoryTree(files)).stacks.flatMap(({ components }) => components.map(each => [said(each.settings.get('min.insync.replicas')), valueOf(each.nodes)]))
    expect([...nodes].sort()).toEqual([['stated 1', 1], ['stated 2', 3]])
  })

  it('RedisFailover: its own configuration, the lines of the user over it, an emptyDir unless a claim is asked for', () => {
    const failover = (spec: string): Component => only({ 'a.yaml': `apiVersion: databases.spotahome.com/v1\nkind: RedisFailover\nmetadata: {name: queue}\nspec:\n  redis: ${spec}\n` })
    const plain = failover('{replicas: 3}')
    expect([valueOf(plain.nodes), plain.storage.kind, said(plain.settings.get('maxmemory-policy'))]).toEqual([3, 'empty-dir', 'defaulted noeviction'])
    const own = failover('{customConfig: ["maxmemory 100mb", "save \\"\\""], storage: {persistentVolumeClaim: {metadata: {name: x}}}}')
    expect([own.storage.kind, said(own.settings.get('maxmemory')), said(own.settings.get('save'))]).toEqual(['claim', 'stated 100mb', 'stated '])
    expect(own.hosts).toContain('rfrm-queue')
    expect(valueOf(own.nodes)).toBe(3)
  })

  it('Dragonfly: arguments and snapshots', () => {
    const dragonfly = only({ 'a.yaml': 'apiVersion: dragonflydb.io/v1alpha1\nkind: Dragonfly\nmetadata: {name: cache}\nspec: {replicas: 2, args: ["--cache_mode=true"]}\n' })
    expect([dragonfly.product, valueOf(dragonfly.nodes), dragonfly.storage.kind]).toEqual(['dragonfly', 2, 'empty-dir'])
  })

  it.each([
    ['redis.redis.opstreelabs.in/v1beta2', 'RedisCluster', 'spec: {clusterSize: 3, kubernetesConfig: {image: "quay.io/opstree/redis:v7.0.15"}, storage: {volumeClaimTemplate: {spec: {}}}}', 6, 'claim'],
    ['redis.redis.opstreelabs.in/v1beta2', 'RedisCluster', 'spec: {clusterSize: 3, redisFollower: {replicas: 0}, storage: {volumeClaimTemplate: {spec: {}}}}', 3, 'claim'],
    ['redis.redis.opstreelabs.in/v1beta2', 'RedisReplication', 'spec: {clusterSize: 3, storage: {volumeClaimTemplate: {spec: {}}}}', 3, 'claim'],
    ['redis.redis.opstreelabs.in/v1beta1', 'Redis', 'spec: {}', 1, 'unknown'],
    ['hyperspike.io/v1', 'Valkey', 'spec: {nodes: 3, storage: {spec: {}}}', 3, 'claim'],
  ])('%s %s: what is stated, the rest unknown', (api, kind, spec, nodes, storage) => {
    const component = only({ 'a.yaml': `apiVersion: ${api}\nkind: ${kind}\nmetadata: {name: store}\n${spec}\n` })
    expect([valueOf(component.nodes), component.storage.kind, said(component.settings.get('appendonly'))]).toEqual([nodes, storage, 'unknown'])
  })
})

describe('operators of Redis and Kafka', () => {
  const policy = (component: Component): string | undefined => { const setting = component.settings.get('maxmemory-policy'); return setting?.state === 'stated' ? setting.value : setting?.state }

  it('read what their resources add to a configuration that is not here', () => {
    const opstree = (config: string): Record<string, string> => ({ 'a.yaml': `apiVersion: redis.redis.opstreelabs.in/v1beta2\nkind: RedisReplication\nmetadata: {name: jobs}\nspec: {clusterSize: 3, redisConfig: {${config}}}\n` })
    const map = { 'b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata:\n  redis-additional.conf: |\n    maxmemory-policy allkeys-lru\n' }
    expect(policy(only(opstree('')))).toBe('unknown')
    expect(policy(only({ ...opstree('additionalRedisConfig: extra'), ...map }))).toBe('allkeys-lru')
    expect(policy(only({ ...opstree('additionalRedisConfig: extra, dynamicConfig: [maxmemory-policy noeviction]'), ...map }))).toBe('noeviction')
  })

  it('take a limit that a container hands itself', () => {
    const pod = (reference: string): Component => only({ 'a.yaml': `apiVersion: v1
kind: Pod
metadata: {name: redis}
spec:
  containers:
  - name: redis
    image: redis:7
    args: [redis-server, --maxmemory, $(LIMIT)]
    env: [{name: LIMIT, valueFrom: {resourceFieldRef: {${reference}}}}]
    resources: {limits: {memory: 512Mi}}
` })
    expect(pod('resource: limits.memory').settings.get('maxmemory')).toMatchObject({ state: 'stated', value: '536870912' })
    expect(pod('resource: limits.memory, divisor: 1Mi').settings.get('maxmemory')).toMatchObject({ state: 'stated', value: '512' })
    expect(pod('resource: requests.memory').settings.get('maxmemory')?.state).toBe('unknown')
    expect(pod('resource: limits.memory, containerName: other').settings.get('maxmemory')?.state).toBe('unknown')
  })
  it('tell the brokers, the disks and the settings of koperator', () => {
    const component = only({ 'a.yaml': `apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: {name: kafka}
spec:
  readOnlyConfig: |
    auto.create.topics.enable=false
  brokerConfigGroups: {default: {storageConfigs: [{mountPath: /kafka-logs, pvcSpec: {accessModes: [ReadWriteOnce]}}]}}
  brokers: [{id: 0, brokerConfigGroup: default}, {id: 1, brokerConfigGroup: default}, {id: 2, brokerConfigGroup: default}]
` })
    expect([component.nodes, component.storage.kind, component.settings.get('auto.create.topics.enable')]).toMatchObject([{ value: 3 }, 'claim', { value: 'false' }])
  })
  it('tell where KubeDB keeps the data', () => {
    const kubedb = (spec: string): Component => only({ 'a.yaml': `apiVersion: kubedb.com/v1\nkind: Redis\nmetadata: {name: jobs}\nspec: {version: 7.4.0, ${spec}}\n` })
    expect([kubedb('storageType: Ephemeral').storage.kind, kubedb('storageType: Durable').storage.kind, kubedb('mode: Standalone').version]).toEqual(['empty-dir', 'claim', '7.4.0'])
    expect(kubedb('mode: Cluster, cluster: {shards: 3}').nodes.known).toBe(false)
  })

  it('take Redis Enterprise at its word', () => {
    const component = only({ 'a.yaml': 'apiVersion: app.redislabs.com/v1alpha1\nkind: RedisEnterpriseDatabase\nmetadata: {name: jobs}\nspec: {memorySize: 1GB, evictionPolicy: allkeys-lru, persistence: aofEverySecond}\n' })
    expect(['maxmemory-policy', 'maxmemory', 'appendonly'].map(name => component.settings.get(name))).toMatchObject([{ value: 'allkeys-lru' }, { value: '1073741824' }, { value: 'yes' }])
  })

  it('name no sentinel a server', () => {
    const report = lint(memoryTree({ 'a.yaml': 'apiVersion: redis.redis.opstreelabs.in/v1beta2\nkind: RedisSentinel\nmetadata: {name: watch}\nspec: {clusterSize: 3}\n' }))
    expect(report.stacks).toEqual([])
  })

  it('read the clusters and topics of Confluent and Redpanda', () => {
    const confluent = only({ 'a.yaml': 'apiVersion: platform.confluent.io/v1beta1\nkind: Kafka\nmetadata: {name: kafka}\nspec: {replicas: 3, dataVolumeCapacity: 10Gi, configOverrides: {server: [min.insync.replicas=1]}}\n---\napiVersion: platform.confluent.io/v1beta1\nkind: KafkaTopic\nmetadata: {name: orders}\nspec: {replicas: 1, partitionCount: 6, configs: {retention.ms: "1000"}}\n' })
    expect([confluent.storage.kind, confluent.nodes, confluent.settings.get('min.insync.replicas'), confluent.topics]).toMatchObject(['claim', { value: 3 }, { value: '1' }, [{ name: 'orders', partitions: { value: 6 }, replicas: { value: 1 } }]])
    const redpanda = only({ 'a.yaml': 'apiVersion: cluster.redpanda.com/v1alpha2\nkind: Redpanda\nmetadata: {name: log}\nspec:\n  clusterSpec:\n    statefulset: {replicas: 5}\n    storage: {persistentVolume: {enabled: false}}\n---\napiVersion: cluster.redpanda.com/v1alpha2\nkind: Topic\nmetadata: {name: orders}\nspec: {partitions: 3, replicationFactor: 3, cluster: {clusterRef: {name: log}}}\n' })
    expect([redpanda.product, redpanda.nodes, redpanda.storage.kind, redpanda.topics]).toMatchObject(['redpanda', { value: 5 }, 'empty-dir', [{ name: 'orders', replicas: { value: 3 } }]])
  })
})

describe('what lies in another repository', () => {
  it.each(['https://github.com/acme/base//overlays/prod?ref=v1', 'github.com/acme/base', 'git@github.com:acme/base.git', '../base?ref=main'])('is told as not read: %s', base => {
    const [stack] = stacksOf({ 'kustomization.yaml': `resources: [redis.yaml, "${base}"]\n`, 'redis.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: redis}\nspec: {containers: [{name: redis, image: "redis:8"}]}\n' })
    expect(stack?.unread).toMatchObject([{ text: `it builds upon ${base}, which is not here and was not read`, span: { file: 'kustomization.yaml' } }])
  })
})

describe('a large repository', () => {
  it('is read to its end, however many resources lie before a server', () => {
    const many = Array.from({ length: 7_000 }, (_, i) => `kind: A\napiVersion: v1\nmetadata: {name: a${i}}\n`).join('---\n')
    const files = Object.fromEntries(['a', 'b', 'c'].map(folder => [`${folder}/all.yaml`, many]))
    expect(only({ ...files, 'd/redis.yaml': pod('{name: redis, image: "redis:8"}') }).name).toBe('store')
  })
})

describe('broken manifests', () => {
  const broken = 'apiVersion: v1\nkind: Pod\nmetadata: {name: redis}\nspec:\n  containers:\n   - image: redis:8\n  - x\n'

  it('are problems with their places, and the others are read', () => {
    const report = lint(memoryTree({ 'a.yaml': broken, 'b.yaml': broken.replace('   - image: redis:8\n  - x', '   - {name: redis, image: redis:8}') }))
    expect(report.problems).toMatchObject([{ file: 'a.yaml', line: 7 }])
    expect(report.stacks.flatMap(stack => stack.components.map(component => component.file))).toEqual(['b.yaml'])
  })

  it('are told once, however many overlays join them', () => {
    const base = { 'base/kustomization.yaml': 'resources: [redis.yaml]\n', 'base/redis.yaml': `${broken.replace('   - image: redis:8\n  - x', '   - {name: redis, image: redis:8}')}---\n${broken}` }
    const report = lint(memoryTree({ ...base, 'one/kustomization.yaml': 'resources: [../base]\n', 'two/kustomization.yaml': 'resources: [../base]\n' }))
    expect([report.problems.map(({ file }) => file), report.stacks.map(({ root }) => root)]).toEqual([['base/redis.yaml'], ['one', 'two']])
  })

  it('are told where they are patches, which are no resources', () => {
    const report = lint(memoryTree({ 'kustomization.yaml': 'resources: [web.yaml]\npatches: [{path: patch.yaml}]\n', 'web.yaml': pod('{name: web, image: nginx}'), 'patch.yaml': broken }))
    expect(report.problems.map(({ file }) => file)).toContain('patch.yaml')
  })

  it('keep what stands before the document that breaks', () => {
    const report = lint(memoryTree({ 'a.yaml': `${broken.replace('   - image: redis:8\n  - x', '   - {name: redis, image: redis:8}')}---\n${broken}` }))
    expect([report.problems.map(({ line }) => line), report.stacks.flatMap(stack => stack.components.map(component => component.name))]).toEqual([[14], ['redis']])
  })

  it('are nobody\'s mistake when they are templates or have nothing to do with Redis and Kafka', () => {
    expect(lint(memoryTree({ 'a.yaml': broken.replace('  - x', '  {{ if .x }}'), 'b.yaml': broken.replaceAll('redis', 'nginx') })).problems.map(({ file, message }) => [file, message.includes('it is a template')])).toEqual([['a.yaml', true]])
    expect(lint(memoryTree({ 'a.yaml': broken.replaceAll('redis', 'nginx').replace('  - x', '  {{ if .redis }}') })).problems).toEqual([])
  })
})
