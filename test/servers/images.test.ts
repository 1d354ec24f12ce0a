// What images do by themselves, where that is easily taken for something else. Sources stand in rules/knowledge/products-*.yaml.
import { describe, expect, it } from 'vitest'
import { componentIn } from '../support/programs.ts'
import type { ObservedComponent } from '../../src/model/observation.ts'

const said = (component: ObservedComponent, name: string): string | undefined => {
  const setting = component.settings.get(name)
  return setting?.state === 'unknown' ? 'unknown' : setting?.value
}
const service = (yaml: string, more: Record<string, string> = {}): ObservedComponent =>
  componentIn({ 'compose.yaml': `services:\n  store:\n${yaml.replace(/^/gm, '    ')}\nvolumes: {data: {}}\n`, ...more }, 'store')

describe('a Redis image', () => {
  it('starts KeyDB with the file that it ships, unless a command goes past it', () => {
    expect(said(service('image: eqalpha/keydb:x86_64_v6.3.4'), 'save')).toBe('900 1 300 10 60 10000')
    expect(said(service('image: eqalpha/keydb:x86_64_v6.3.4\ncommand: keydb-server /etc/keydb/keydb.conf --appendonly yes'), 'save')).toBe('900 1 300 10 60 10000')
    expect(said(service('image: eqalpha/keydb:x86_64_v6.3.4\ncommand: keydb-server --appendonly yes'), 'save')).toBe('3600 1 300 100 60 10000')
  })

  it('reads Dragonfly\'s flags from a file, the command over them', () => {
    const flags = { 'df.flags': '--maxmemory=1gb\n--cache_mode\n# --dbnum=4\n--notify_keyspace_events=Ex\n' }
    const store = service('image: docker.dragonflydb.io/dragonflydb/dragonfly:v1.30.0\ncommand: dragonfly --flagfile=/etc/df.flags --maxmemory=2gb\nvolumes: ["./df.flags:/etc/df.flags"]', flags)
    expect(['maxmemory', 'maxmemory-policy', 'notify-keyspace-events', 'databases'].map(name => said(store, name))).toEqual(['2gb', 'allkeys-lfu', 'Ex', '16'])
    expect(said(service('image: docker.dragonflydb.io/dragonflydb/dragonfly:v1.30.0\ncommand: dragonfly --flagfile=/etc/gone.flags'), 'maxmemory-policy')).toBe('unknown')
  })

  it('follows the primary that Bitnami\'s variables name, in each of the flavours', () => {
    const pair = (image: string, mode: string, host: string): ObservedComponent => componentIn({
      'compose.yaml': `services:\n  store:\n    image: bitnami/${image}\n  other:\n    image: bitnami/${image}\n    environment:\n      - ${image.split(':')[0]?.toUpperCase() ?? ''}_REPLICATION_MODE=${mode}\n      - ${host}=store\n`,
    }, 'store')
    expect([pair('redis:7.4', 'slave', 'REDIS_MASTER_HOST'), pair('valkey:8.0', 'replica', 'VALKEY_PRIMARY_HOST'), pair('keydb:6.3', 'replica', 'KEYDB_MASTER_HOSTS')].map(({ members }) => members.length)).toEqual([2, 2, 2])
  })
})

describe('a Kafka image', () => {
  it('gives each of Debezium\'s nodes a folder, and has a Kafka of its own version', () => {
    const kafka = service('image: quay.io/debezium/kafka:2.7\nenvironment: [NODE_ID=3, KAFKA_LOG_DIRS=/elsewhere]\nvolumes: ["data:/kafka/data/1"]')
    expect([said(kafka, 'log.dirs'), kafka.storage.kind]).toEqual(['/kafka/data/3', 'anonymous-volume'])
    expect([kafka.version, kafka.contains]).toEqual(['2.7', '3.7'])
  })

  it('finds the data of the all-in-one development image on its volume, and says nothing of it elsewhere', () => {
    const storage = (mount: string): string => service(`image: lensesio/fast-data-dev:3.9.0\n${mount}`).storage.kind
    expect([storage(''), storage('volumes: ["data:/data"]'), storage('volumes: ["data:/elsewhere"]')]).toEqual(['unknown', 'named-volume', 'unknown'])
  })

  it('keeps the underscore of SASL listeners only where Bitnami does', () => {
    const name = 'LISTENER_NAME_SASL_SSL_SCRAM'
    expect([...service(`image: bitnami/kafka:3.9\nenvironment: [KAFKA_CFG_${name}=x]`).settings.keys()]).toContain('listener.name.sasl_ssl.scram')
    expect([...service(`image: wurstmeister/kafka:2.13-2.8.1\nenvironment: [KAFKA_${name}=x]`).settings.keys()]).toContain('listener.name.sasl.ssl.scram')
  })
})

describe('an operator', () => {
  it('tells the version by the image, and the folder of Dragonfly\'s snapshots by the resource', () => {
    const kafka = componentIn({ 'k.yaml': 'apiVersion: platform.confluent.io/v1beta1\nkind: Kafka\nmetadata: {name: kafka}\nspec: {replicas: 3, image: {application: "confluentinc/cp-server:7.6.0", init: "confluentinc/confluent-init-container:2.8.0"}, dataVolumeCapacity: 10Gi}\n' }, 'kafka')
    expect(kafka.version).toBe('7.6.0')
    const store = componentIn({ 'd.yaml': 'apiVersion: dragonflydb.io/v1alpha1\nkind: Dragonfly\nmetadata: {name: store}\nspec:\n  replicas: 2\n  snapshot: {cron: "*/5 * * * *", dir: /snapshots, persistentVolumeClaimSpec: {accessModes: [ReadWriteOnce]}}\n' }, 'store')
    expect([store.storage.kind, store.storage.dataDir, said(store, 'save')]).toEqual(['claim', '/snapshots', '*/5 * * * *'])
  })
})
