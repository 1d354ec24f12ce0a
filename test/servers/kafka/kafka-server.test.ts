import { describe, expect, it } from 'vitest'
import { knowledge } from '../../../rules/knowledge/index.ts'
import { findComponents } from '../../../src/servers/components.ts'
import { composeStacks } from '../../../src/readers/compose/index.ts'
import { kafkaComponents } from '../../../src/servers/kafka/server.ts'
import { readProperties } from '../../../src/servers/kafka/properties.ts'
import type { Component, Setting } from '../../../src/model/stack.ts'
import { wholeFile, type Span } from '../../../src/model/value.ts'
import { memoryTree } from '../../support/memory-tree.ts'
import { workload, type Given } from '../../support/workloads.ts'

const productOf = (image: string) => {
  const found = knowledge.products.find(product => product.technology === 'kafka' && product.images.some(pattern => new RegExp(pattern).test(image)))
  if (!found) throw new Error(`no product for ${image}`)
  return found
}
/** Clusters of workloads that all are brokers of their images. */
const clusters = (given: Record<string, Given>, files: Record<string, string> = {}): readonly Component[] => {
  const all = Object.entries(given).map(([name, one]) => workload(name, one))
  return kafkaComponents(all.map(one => ({ workload: one, product: productOf((given[one.name]?.image ?? '').split(':')[0] ?? '') })), all, memoryTree(files))
}
const only = (given: Given): Component => {
  const [component, ...more] = clusters({ kafka: given })
  if (!component || more.length > 0) throw new Error('not one component')
  return component
}
const shown = (setting: Setting | undefined): string | undefined =>
  setting === undefined ? undefined : setting.state === 'unknown' ? '?' : setting.state === 'stated' ? setting.value : `(${setting.value})`
const settings = (given: Given, ...names: readonly string[]) => Object.fromEntries(names.map(name => [name, shown(only(given).settings.get(name))]))

describe('settings of a broker', () => {
  const offsets = 'offsets.topic.replication.factor', isr = 'min.insync.replicas'
  it.each<[string, Given, Record<string, string | undefined>]>([
    ['cp-kafka with nothing stated', { image: 'confluentinc/cp-kafka:7.8.0' }, { 'log.dirs': '(/var/lib/kafka/data)', [offsets]: '(3)', [isr]: '(1)', 'auto.create.topics.enable': '(true)' }],
    ['cp-kafka variables', { image: 'confluentinc/cp-kafka:7.8.0', environment: { KAFKA_MIN_INSYNC_REPLICAS: '2', KAFKA_CONFLUENT__A___B: 'x' } }, { [isr]: '2', 'confluent_a-b': 'x' }],
    ['variables that are no properties', { image: 'confluentinc/cp-kafka', environment: { KAFKA_HEAP_OPTS: '-Xmx1g', KAFKA_JMX_PORT: '9999', KAFKA_LOG4J_LOGGERS: 'x=y' } }, { 'heap.opts': undefined, 'jmx.port': undefined, 'log4j.loggers': undefined }],
    ['cp-kafka ignores log.dir, since its entrypoint sets log.dirs', { image: 'confluentinc/cp-kafka', environment: { KAFKA_LOG_DIR: '/foo' } }, { 'log.dirs': '(/var/lib/kafka/data)' }],
    ['a passwordless setting', { image: 'confluentinc/cp-kafka', environment: { KAFKA_SSL_KEYSTORE_PASSWORD: 'hunter2' } }, { 'ssl.keystore.password': undefined }],
    ['a variable without a value', { image: 'confluentinc/cp-kafka', environment: { KAFKA_LOG_RETENTION_HOURS: '${HOURS}' } }, { 'log.retention.hours': '?' }],
    ['a finer name', { image: 'confluentinc/cp-kafka', environment: { KAFKA_LOG_RETENTION_MS: '60000' } }, { 'log.retention.ms': '60000', 'log.retention.hours': undefined }],
    ['apache/kafka without variables starts with the packaged file', { image: 'apache/kafka:3.9.0' }, { 'log.dirs': '(/tmp/kraft-combined-logs)', [offsets]: '(1)' }],
    ['apache/kafka with JVM variables only as well', { image: 'apache/kafka:3.9.0', environment: { KAFKA_HEAP_OPTS: '-Xmx1g', CLUSTER_ID: 'x' } }, { 'log.dirs': '(/tmp/kraft-combined-logs)', [offsets]: '(1)' }],
    ['apache/kafka with one server variable discards it', { image: 'apache/kafka:3.9.0', environment: { KAFKA_NUM_PARTITIONS: '3' } }, { 'log.dirs': '(/tmp/kafka-logs)', [offsets]: '(3)', 'num.partitions': '3' }],
    ['apache/kafka with a file and variables', { image: 'apache/kafka:3.9.0', environment: { KAFKA_NUM_PARTITIONS: '3' }, mounts: { '/mnt/shared/config/server.properties': 'num.partitions=1\nlog.dirs=/data\n' } },
      { 'num.partitions': '3', 'log.dirs': '/data', [offsets]: '(3)' }],
    ['apache/kafka with a file over its own default file', { image: 'apache/kafka:3.9.1', environment: { KAFKA_JMX_OPTS: '-Dx=y' }, mounts: { '/etc/kafka/docker/server.properties': 'log.dirs=/var/lib/kafka/data\n' } },
      { 'log.dirs': '/var/lib/kafka/data', [offsets]: '(3)' }],
    ['apache/kafka with a variable of the server, which discards that file', { image: 'apache/kafka:3.9.1', environment: { KAFKA_NUM_PARTITIONS: '3' }, mounts: { '/etc/kafka/docker/server.properties': 'log.dirs=/var/lib/kafka/data\n' } },
      { 'log.dirs': '(/tmp/kafka-logs)', 'num.partitions': '3' }],
    ['bitnami reads KAFKA_CFG_ and its list of aliases', { image: 'bitnami/kafka:3.7', environment: { KAFKA_CFG_NUM_PARTITIONS: '4', KAFKA_LOG_RETENTION_HOURS: '24', KAFKA_MIN_INSYNC_REPLICAS: '2', KAFKA_LOG_CLEANUP_POLICY: 'compact' } },
      { 'num.partitions': '4', 'log.retention.hours': '24', [isr]: '(1)', 'log.cleanup.policy': '(delete)', [offsets]: '(1)' }],
    ['bitnami with a mounted file reads no variables', { image: 'bitnamilegacy/kafka:3.7', environment: { KAFKA_CFG_NUM_PARTITIONS: '4' }, mounts: { '/bitnami/kafka/config/server.properties': 'num.partitions=2' } },
      { 'num.partitions': '2', [offsets]: '(3)' }],
    ['wurstmeister edits the packaged file', { image: 'wurstmeister/kafka:2.13-2.8.1', environment: { KAFKA_A__B: '1' } }, { 'log.dirs': '(/kafka/kafka-logs-$HOSTNAME)', [offsets]: '(1)', 'a..b': '1' }],
    ['debezium keeps its own directory', { image: 'debezium/kafka:2.7', environment: { KAFKA_LOG_DIRS: '/elsewhere' } }, { 'log.dirs': '(/kafka/data/1)' }],
    ['strimzi with overrides', { image: 'strimzi/kafka:0.40.0-kafka-3.7.0', command: ['sh', '-c', 'bin/kafka-server-start.sh config/server.properties --override num.partitions=5 --override listeners=$${KAFKA_LISTENERS}'], environment: { KAFKA_NUM_PARTITIONS: '9' } },
      { 'num.partitions': '5', 'log.dirs': '(/tmp/kafka-logs)', [offsets]: '(1)' }],
    ['a server started by hand from a file of the image', { image: 'confluentinc/cp-kafka', command: ['kafka-server-start', '/etc/kafka/server.properties'], environment: { KAFKA_NUM_PARTITIONS: '9' } }, { 'num.partitions': '?', 'log.dirs': '?' }],
    ['a server started by hand from a mounted file', { image: 'confluentinc/cp-kafka', command: ['kafka-server-start', '/cfg/server.properties'], mounts: { '/cfg/server.properties': 'log.dirs=/d' } }, { 'log.dirs': '/d', [offsets]: '(3)' }],
    ['a file built by the command', { image: 'strimzi/kafka', command: ['bash', '-c', 'sed -i s/a/b/ config/server.properties && bin/kafka-server-start.sh config/server.properties'] }, { 'log.dirs': '?' }],
    ['an image that is not known', { image: 'acme/kafka:1', environment: { KAFKA_MIN_INSYNC_REPLICAS: '2' } }, { [isr]: '2', [offsets]: undefined, 'log.dirs': undefined }],
    ['redpanda', { image: 'redpandadata/redpanda:v23.3', command: ['redpanda start', '--set redpanda.default_topic_replications=3', '--mode dev-container'] },
      { 'default.replication.factor': '3', mode: 'dev-container', developer_mode: 'true', 'auto.create.topics.enable': 'true', 'log.dirs': '(/var/lib/redpanda/data)' }],
    ['redpanda in production mode', { image: 'redpandadata/redpanda', command: ['redpanda', 'start', '--smp', '1'] }, { developer_mode: undefined, 'auto.create.topics.enable': '(false)', [isr]: undefined }],
    ['redpanda.yaml', { image: 'redpandadata/redpanda', mounts: { '/etc/redpanda/redpanda.yaml': 'redpanda:\n  developer_mode: true\n  data_directory: /d\n' } }, { developer_mode: 'true', 'log.dirs': '/d' }],
    ['confluent-local is for development', { image: 'confluentinc/confluent-local:7.6.1' }, { developer_mode: 'true', [offsets]: '(1)' }],
  ])('%s', (_title, given, expected) => {
    expect(settings(given, ...Object.keys(expected))).toEqual(expected)
  })

  it('names files that are mounted and never loaded, with what they say', () => {
    const component = only({ image: 'confluentinc/cp-kafka', mounts: { '/etc/kafka/server.properties': 'min.insync.replicas=2' } })
    expect(component.unloadedConfigs.map(file => [file.target, shown(file.settings.get('min.insync.replicas'))])).toEqual([['/etc/kafka/server.properties', '2']])
    expect(shown(component.settings.get('min.insync.replicas'))).toBe('(1)')
  })

  it('notes what could not be read', () => {
    const component = only({ image: 'apache/kafka', mounts: { '/mnt/shared/config/server.properties': 'bind ../conf/server.properties' } })
    expect(component.unread).toHaveLength(1)
    expect(component.storage.kind).toBe('unknown')
  })
})

describe('storage', () => {
  const cp = 'confluentinc/cp-kafka:7.8.0', apache = 'apache/kafka:3.9.0', env = { KAFKA_NODE_ID: '1' }
  it.each<[string, Given, string, string, readonly string[]]>([
    ['a volume on the data directory', { image: cp, mounts: { '/var/lib/kafka/data': 'named-volume' } }, 'named-volume', '/var/lib/kafka/data', []],
    ['a volume on a parent that no VOLUME lies in', { image: apache, environment: { KAFKA_LOG_DIRS: '/data/kafka/logs' }, mounts: { '/data': 'bind ./data' } }, 'bind', '/data/kafka/logs', []],
    ['nothing mounted, image VOLUME', { image: cp }, 'anonymous-volume', '/var/lib/kafka/data', []],
    ['nothing mounted, no VOLUME there', { image: apache, environment: env }, 'container-layer', '/tmp/kafka-logs', []],
    ['a: apache/kafka with variables and a volume where other images write', { image: apache, environment: env, mounts: { '/var/lib/kafka/data': 'named-volume' } }, 'container-layer', '/tmp/kafka-logs', ['/var/lib/kafka/data']],
    ['b: KAFKA_LOG_DIRS below /tmp', { image: cp, environment: { KAFKA_LOG_DIRS: '/tmp/kraft-combined-logs' }, mounts: { '/var/lib/kafka/data': 'named-volume' } }, 'container-layer', '/tmp/kraft-combined-logs', ['/var/lib/kafka/data']],
    ['c: the parent, shadowed by the image VOLUME', { image: cp, mounts: { '/var/lib/kafka': 'named-volume' } }, 'anonymous-volume', '/var/lib/kafka/data', ['/var/lib/kafka']],
    ['d: another image’s directory', { image: 'bitnami/kafka:3.7', mounts: { '/var/lib/kafka/data': 'named-volume' } }, 'container-layer', '/bitnami/kafka/data', ['/var/lib/kafka/data']],
    ['e: wurstmeister anywhere but /kafka', { image: 'wurstmeister/kafka', mounts: { '/var/lib/kafka/data': 'named-volume' } }, 'anonymous-volume', '/kafka/kafka-logs-$HOSTNAME', ['/var/lib/kafka/data']],
    ['f: redpanda elsewhere', { image: 'redpandadata/redpanda', mounts: { '/data': 'named-volume' } }, 'anonymous-volume', '/var/lib/redpanda/data', ['/data']],
    ['g: bitnami writing to /tmp', { image: 'bitnami/kafka', environment: { KAFKA_CFG_LOG_DIRS: '/tmp/k' }, mounts: { '/bitnami/kafka': 'named-volume' } }, 'container-layer', '/tmp/k', ['/bitnami/kafka']],
    ['bitnami with its whole tree mounted', { image: 'bitnami/kafka', mounts: { '/bitnami': 'named-volume' } }, 'named-volume', '/bitnami/kafka/data', []],
    ['tmpfs', { image: cp, mounts: { '/var/lib/kafka/data': 'tmpfs' } }, 'tmpfs', '/var/lib/kafka/data', []],
    ['a directory that is not known', { image: cp, environment: { KAFKA_LOG_DIRS: '${DIR}' }, mounts: { '/x': 'named-volume' } }, 'unknown', '/var/lib/kafka/data', []],
    ['a mount whose place is not known', { image: apache, environment: env, mounts: { '${DIR}': 'named-volume' } }, 'unknown', '/tmp/kafka-logs', []],
    ['an image that is not known', { image: 'acme/kafka', mounts: { '/x': 'named-volume' } }, 'unknown', '/var/lib/kafka/data', []],
    ['an image that is not known, writing where it is told', { image: 'acme/kafka', environment: { KAFKA_LOG_DIRS: '/d' } }, 'unknown', '/d', []],
    ['an image that is not known, writing to /tmp', { image: 'acme/kafka', environment: { KAFKA_LOG_DIRS: '/tmp/d' } }, 'container-layer', '/tmp/d', []],
    ['one of two directories uncovered', { image: cp, environment: { KAFKA_LOG_DIRS: '/d1,/d2' }, mounts: { '/d1': 'named-volume' } }, 'container-layer', '/d2', []],
  ])('%s', (_title, given, kind, dataDir, misplaced) => {
    const { storage } = only(given)
    expect([storage.kind, storage.dataDir, storage.misplaced.map(mount => mount.target)]).toEqual([kind, dataDir, misplaced])
  })

  it.each(['/etc/kafka', '/etc/kafka/secrets', '/opt/kafka/config', '/var/log/kafka', '/opt/kafka/logs', '/usr/share/jmx-exporter', '/scripts', '/testData', '/var/run/docker.sock', '/opt/kafka/libs', '/bitnami/kafka/config', '/etc/localtime', '/create-topics.sh'])(
    'a mount at %s is not meant for data', target => {
      expect(only({ image: apache, environment: env, mounts: { [target]: 'bind /host/x' } }).storage.misplaced).toEqual([])
      expect(only({ image: apache, environment: env, mounts: { [target]: 'named-volume' } }).storage.misplaced).toEqual([])
    })

  it('a volume that its own script writes to is not misplaced', () => {
    const given = { image: apache, environment: env, mounts: { '/data': 'named-volume' } } as const
    expect(only({ ...given, command: ['sh', '-c', '/etc/kafka/docker/run & touch /data/up; wait'] }).storage.misplaced).toEqual([])
    expect(only(given).storage.misplaced.map(({ target }) => target)).toEqual(['/data'])
  })

  it('a folder that brings files of the repository takes no data out', () => {
    const given = { kafka: { image: apache, environment: env, mounts: { '/data': 'bind seed' } } }
    expect(clusters(given, { 'seed/orders.json': '{}' })[0]?.storage.misplaced).toEqual([])
    expect(clusters(given, { 'seed/.gitkeep': '' })[0]?.storage.misplaced).toHaveLength(1)
  })
})

describe('clusters', () => {
  const members = (given: Record<string, Given>): readonly (readonly [string, readonly string[], number | undefined])[] =>
    clusters(given).map(one => [one.name, one.members.map(member => member.name), one.nodes.known ? one.nodes.value : undefined])
  const kraft = (voters: string, more: Record<string, string> = {}): Given =>
    ({ image: 'confluentinc/cp-kafka:7.8.0', environment: { CLUSTER_ID: 'MkU3OEVBNTcwNTJENDM2Qk', KAFKA_PROCESS_ROLES: 'broker,controller', KAFKA_CONTROLLER_QUORUM_VOTERS: voters, ...more } })
  const zookeeper = (connect: string): Given => ({ image: 'confluentinc/cp-kafka:7.0.1', environment: { KAFKA_ZOOKEEPER_CONNECT: connect } })

  it('share a quorum', () => {
    const voters = '1@k1:9093,2@k2:9093,3@k3:9093'
    expect(members({ k1: kraft(voters), k2: kraft(voters), k3: kraft(voters) })).toEqual([['k1', ['k1', 'k2', 'k3'], 3]])
  })
  it('are two where each names a quorum of its own, though the id was copied', () => {
    expect(members({ a: kraft('1@a:9093'), b: kraft('1@b:9093') })).toEqual([['a', ['a'], 1], ['b', ['b'], 1]])
    expect(members({ a: kraft('1@localhost:9093'), b: kraft('1@localhost:9093') })).toHaveLength(2)
    expect(members({ a: kraft('1@127.0.0.1:9093'), b: kraft('1@b:9093') })).toHaveLength(2)
  })
  it('count brokers only, and are never named by a controller', () => {
    const voters = '1@c1:9093'
    expect(members({ c1: kraft(voters, { KAFKA_PROCESS_ROLES: 'controller' }), b1: kraft(voters, { KAFKA_PROCESS_ROLES: 'broker' }), b2: kraft(voters, { KAFKA_PROCESS_ROLES: 'broker' }) }))
      .toEqual([['b1', ['b1', 'b2', 'c1'], 2]])
    expect(members({ c1: kraft(voters, { KAFKA_PROCESS_ROLES: 'controller' }) })).toEqual([])
  })
  it('share a ZooKeeper and its chroot', () => {
    expect(members({ a: zookeeper('zk:2181'), b: zookeeper('zk'), c: zookeeper('zk:2181/other'), d: zookeeper('zk2:2181') })).toEqual([['a', ['a', 'b'], 2], ['c', ['c'], 1], ['d', ['d'], 1]])
    expect(members({ a: zookeeper('z1:2181,z2:2181/k'), b: zookeeper('z2:2181,z1:2181/k') })).toHaveLength(1)
    expect(members({ a: zookeeper('localhost:2181'), b: zookeeper('localhost:2181') })).toHaveLength(2)
  })
  it('of Redpanda follow the seeds', () => {
    const node = (...seeds: readonly string[]): Given => ({ image: 'redpandadata/redpanda', command: ['redpanda', 'start', ...seeds] })
    expect(members({ r0: node(), r1: node('--seeds', 'r0:33145'), r2: node('--seeds=r0:33145'), other: node() })).toEqual([['r0', ['r0', 'r1', 'r2'], 3], ['other', ['other'], 1]])
  })
  it('multiply by replicas', () => {
    expect(members({ kafka: { ...zookeeper('zk'), replicas: 3 } })).toEqual([['kafka', ['kafka'], 3]])
  })
  it('are as safe as their worst broker, which is named', () => {
    const voters = '1@k1:9093,2@k2:9093', safe = { ...kraft(voters), mounts: { '/var/lib/kafka/data': 'named-volume' } }
    const [cluster] = clusters({ k1: safe, k2: kraft(voters) })
    expect(cluster?.storage.kind).toBe('anonymous-volume')
    expect(cluster?.storage.span).toEqual(cluster?.members[1]?.span)
  })
})

describe('in a compose file', () => {
  const source = `services:
  zookeeper: {image: 'confluentinc/cp-zookeeper:7.0.1'}
  kafka:
    image: confluentinc/cp-kafka:7.0.1
    environment:
      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
      KAFKA_LOG_DIRS: /tmp/logs
    volumes: ['data:/var/lib/kafka/data']
  ui: {image: 'provectuslabs/kafka-ui'}
  registry: {image: 'confluentinc/cp-schema-registry:7.0.1'}
  connect: {image: 'debezium/connect:2.4'}
  exporter: {image: 'danielqsj/kafka-exporter'}
  ksql: {image: 'confluentinc/cp-ksqldb-server:7.0.1'}
  rest: {image: 'confluentinc/cp-kafka-rest:7.0.1'}
  console: {image: 'docker.redpanda.com/redpandadata/console:v2.3'}
volumes: {data: {}}
`
  it('finds the broker alone, with places in the file', () => {
    const tree = memoryTree({ 'compose.yaml': source })
    const components = composeStacks(tree).stacks.flatMap(stack => findComponents(stack.workloads, tree, knowledge))
    expect(components.map(one => one.name)).toEqual(['kafka'])
    const at = (span: Span | undefined): string => source.slice(span?.start, span?.end)
    const setting = components[0]?.settings.get('log.dirs')
    expect(at(setting?.state === 'stated' ? setting.span : undefined)).toBe('/tmp/logs')
    expect(at(components[0]?.storage.span)).toBe('/tmp/logs')
    expect(at(components[0]?.storage.misplaced[0]?.span)).toContain('data:/var/lib/kafka/data')
  })
})

describe('server.properties', () => {
  it('is read as Java reads it', () => {
    const text = '# a=1\n! b=2\nlog.dirs = /a,\\\n  /b\nplain value\ncolon: x\nempty=\nlast=1\r\nlast=2'
    expect(readProperties(wholeFile('server.properties', text)).map(({ name, value, span }) => [name, value, text.slice(span.start, span.end)])).toEqual([
      ['log.dirs', '/a,/b', '/a,\\\n  /b'], ['plain', 'value', 'value'], ['colon', 'x', 'x'], ['empty', '', 'empty'], ['last', '1', '1'], ['last', '2', '2'],
    ])
  })
})
