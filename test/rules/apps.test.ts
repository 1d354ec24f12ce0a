import { describe, expect, it } from 'vitest'
import apps from '../../rules/knowledge/apps.yaml'
import otherStores from '../../rules/knowledge/other-stores.yaml'
import { useNames, type UseName } from '../../src/model/stack.ts'
import { weights, type ImageSignal, type OtherStore } from '../../src/model/knowledge.ts'

const signals = apps as readonly ImageSignal[]
const stores = otherStores as readonly OtherStore[]

const matching = (technology: string, image: string): readonly ImageSignal[] =>
  signals.filter(signal => signal.technology === technology && new RegExp(signal.image).test(image))

const usesOf = (technology: string, image: string): readonly UseName[] =>
  matching(technology, image).flatMap(signal => signal.means.filter(({ weight }) => weight !== 'against' && weight !== 'trap').map(({ use }) => use))

const storesOf = (image: string): readonly string[] => stores.filter(store => new RegExp(store.image).test(image)).map(({ id }) => id)

/** Images as the matcher sees them: without registry, tag and digest. */
const redisExamples: readonly (readonly [image: string, use: UseName])[] = [
  ['paperless-ngx/paperless-ngx', 'job-queue'],
  ['n8nio/n8n', 'job-queue'],
  ['immich-app/immich-server', 'job-queue'],
  ['nextcloud', 'lock'],
  ['mastodon/mastodon', 'job-queue'],
  ['tootsuite/mastodon', 'job-queue'],
  ['misskey/misskey', 'pub-sub'],
  ['transfem-org/sharkey', 'job-queue'],
  ['chocobozzz/peertube', 'job-queue'],
  ['gitlab/gitlab-ce', 'session-store'],
  ['discourse/base', 'pub-sub'],
  ['chatwoot/chatwoot', 'pub-sub'],
  ['langgenius/dify-api', 'job-queue'],
  ['langfuse/langfuse-worker', 'job-queue'],
  ['getsentry/sentry', 'counter'],
  ['goharbor/harbor-jobservice', 'job-queue'],
  ['goharbor/harbor-core', 'cache'],
  ['apache/airflow', 'job-queue'],
  ['apache/superset', 'cache'],
  ['redash/redash', 'job-queue'],
  ['netboxcommunity/netbox', 'job-queue'],
  ['outlinewiki/outline', 'job-queue'],
  ['frappe/erpnext', 'job-queue'],
  ['saleor/saleor', 'cache'],
  ['appwrite/appwrite', 'pub-sub'],
  ['goauthentik/server', 'session-store'],
  ['weblate/weblate', 'job-queue'],
  ['twentycrm/twenty', 'job-queue'],
  ['infisical/infisical', 'cache'],
  ['baserow/backend', 'job-queue'],
  ['sharelatex/sharelatex', 'source-of-truth'],
  ['cupcakearmy/cryptgeon', 'source-of-truth'],
  ['envoyproxy/ratelimit', 'rate-limiter'],
  ['mher/flower', 'job-queue'],
  ['deadly0/bull-board', 'job-queue'],
  ['taskforcesh/bullmq-connector', 'job-queue'],
  ['thethingsnetwork/lorawan-stack', 'source-of-truth'],
  ['posthog/posthog', 'job-queue'],
  ['bazelbuild/buildfarm-server', 'job-queue'],
  ['forem/forem', 'job-queue'],
  ['nodemailer/wildduck', 'pub-sub'],
  ['permitio/opal-server', 'pub-sub'],
  ['runatlantis/atlantis', 'lock'],
  ['weishaw/claude-relay-service', 'source-of-truth'],
  ['parseplatform/parse-server', 'pub-sub'],
]

const kafkaExamples: readonly (readonly [image: string, use: UseName])[] = [
  ['confluentinc/cp-schema-registry', 'state-store'],
  ['confluentinc/cp-kafka-connect', 'state-store'],
  ['debezium/connect', 'cdc'],
  ['debezium/server', 'cdc'],
  ['confluentinc/cp-ksqldb-server', 'stream-processing'],
  ['apache/flink', 'stream-processing'],
  ['bitnami/spark', 'stream-processing'],
  ['getsentry/snuba', 'event-bus'],
  ['getsentry/taskbroker', 'job-queue'],
  ['acryldata/datahub-gms', 'event-bus'],
  ['jaegertracing/jaeger-ingester', 'event-bus'],
  ['thingsboard/tb-node', 'request-reply'],
  ['opennms/minion', 'request-reply'],
  ['hyperledger/fabric-orderer', 'event-log'],
  ['akvorado/akvorado', 'event-bus'],
  ['knative-releases/knative-kafka-broker-dispatcher', 'event-bus'],
  ['artielabs/transfer', 'cdc'],
]

describe('known applications', () => {
  it('have unique ids, a source each, and say only words of the vocabulary', () => {
    expect(new Set(signals.map(({ id }) => id)).size).toBe(signals.length)
    for (const signal of signals) {
      expect(signal.source, signal.id).toMatch(/^https:\/\/\S+$/)
      expect(signal.where, signal.id).toBe('image')
      expect(['app', 'image'], signal.id).toContain(signal.family)
      expect(signal.means.length, signal.id).toBeGreaterThan(0)
      for (const { use, weight } of signal.means) {
        expect(useNames, signal.id).toContain(use)
        expect([...Object.keys(weights), 'against', 'trap'], signal.id).toContain(weight)
      }
    }
  })

  it('are recognised by patterns on the whole last segments of a lower-case name', () => {
    for (const { id, image, means } of signals) {
      expect(image, id).toMatch(/^\(\^\|\/\).*\$$/)
      expect(image, id).toBe(image.toLowerCase())
      expect(() => new RegExp(image), id).not.toThrow()
      expect(new RegExp(image).test(''), id).toBe(false)
      for (const { key, value, command } of means.flatMap(({ when }) => when ?? [])) {
        for (const pattern of [key, value, command]) expect(() => new RegExp(pattern ?? ''), id).not.toThrow()
      }
    }
  })

  it.each(redisExamples)('%s uses Redis for %s', (image, use) => {
    expect(usesOf('redis', image)).toContain(use)
    expect(usesOf('redis', `mirror/${image}`)).toContain(use)
  })

  it.each(kafkaExamples)('%s uses Kafka for %s', (image, use) => {
    expect(usesOf('kafka', image)).toContain(use)
  })

  it.each([
    'n8nio/runners', 'immich-app/immich-machine-learning', 'langgenius/dify-web', 'langgenius/dify-sandbox', 'goharbor/harbor-db', 'goharbor/harbor-portal',
    'gitlab/gitlab-runner', 'makeplane/plane-frontend', 'netboxcommunity/netbox-proxy', 'outlinewiki/outline-docs', 'acme/server', 'acme/api', 'acme/worker',
    'saleor/saleor-dashboard', 'temporalio/auto-setup', 'rocketchat/rocket.chat', 'keycloak/keycloak', 'openproject/openproject', 'redis', 'valkey/valkey',
    'postgres', 'nginx', 'penpotapp/frontend', 'opencti/worker', 'getlago/front', 'gitea/gitea', 'grafana/grafana', 'apache/airflow-client', 'acme/sendmail',
  ])('%s says nothing about Redis', image => {
    expect(matching('redis', image).map(({ id }) => id)).toEqual([])
  })

  it.each([
    'apache/kafka', 'confluentinc/cp-kafka', 'confluentinc/cp-ksqldb-cli', 'confluentinc/cp-zookeeper', 'provectuslabs/kafka-ui', 'tchiotludo/akhq',
    'landoop/kafka-connect-ui', 'landoop/schema-registry-ui', 'redpandadata/redpanda', 'redpandadata/console', 'confluentinc/cp-kafka-rest', 'debezium/kafka',
    'debezium/example-postgres', 'openzipkin/zipkin-kafka', 'strimzi/kafka', 'danielqsj/kafka-exporter', 'acme/accounting-web',
  ])('%s says nothing about Kafka', image => {
    expect(matching('kafka', image).map(({ id }) => id)).toEqual([])
  })

  it('claims what an application can do without Redis only behind a gate', () => {
    for (const image of ['n8nio/n8n', 'apache/airflow', 'flowiseai/flowise', 'open-webui/open-webui', 'directus/directus', 'goauthentik/server', 'ghost', 'umami-software/umami', 'runatlantis/atlantis', 'aquasec/trivy', 'nocobase/nocobase', 'minio/minio', 'simplelogin/app']) {
      const ungated = matching('redis', image).flatMap(({ means }) => means).filter(({ when, weight }) => when === undefined && weight !== 'weak')
      expect(ungated, image).toEqual([])
    }
  })

  it('marks what platform tools keep on Kafka for themselves as internal', () => {
    // A program whose purpose is to serve the latest values of a topic to others.
    const served = ['image-kafka-keyvalue']
    for (const signal of signals.filter(({ id }) => !served.includes(id))) {
      for (const { use, internal } of signal.means) if (use === 'state-store' && signal.family === 'image') expect(internal, signal.id).toBe(true)
    }
  })
})

describe('other stores', () => {
  it('have unique ids and patterns that compile', () => {
    expect(new Set(stores.map(({ id }) => id)).size).toBe(stores.length)
    for (const { id, image, keys } of stores) {
      for (const pattern of [image, ...(keys ?? [])]) expect(() => new RegExp(`^(?:${pattern})$`), id).not.toThrow()
    }
  })

  it.each([
    ['postgres', 'postgres'], ['pgvector/pgvector', 'postgres'], ['postgis/postgis', 'postgres'], ['timescale/timescaledb', 'timescale'], ['mysql', 'mysql'],
    ['mysql/mysql-server', 'mysql'], ['linuxserver/mariadb', 'mariadb'], ['mongo', 'mongo'], ['cockroachdb/cockroach', 'cockroach'], ['cassandra', 'cassandra'],
    ['clickhouse/clickhouse-server', 'clickhouse'], ['elasticsearch/elasticsearch', 'elasticsearch'], ['mssql/server', 'mssql'], ['rabbitmq', 'rabbitmq'],
    ['nats', 'nats'], ['memcached', 'memcached'], ['immich-app/postgres', 'postgres'], ['eclipse-mosquitto', 'mqtt'], ['neo4j', 'neo4j'],
  ])('%s is %s', (image, id) => {
    expect(storesOf(image)).toContain(id)
  })

  it.each([
    'redis', 'valkey/valkey', 'apache/kafka', 'redpandadata/redpanda', 'prometheuscommunity/postgres-exporter', 'prom/mysqld-exporter', 'prom/memcached-exporter',
    'natsio/prometheus-nats-exporter', 'nginx', 'bitnami/kafka',
  ])('%s is none', image => {
    expect(storesOf(image)).toEqual([])
  })

  it.each([
    ['DATABASE_URL', true], ['POSTGRES_HOST', true], ['MYSQL_HOST', true], ['MONGO_URL', true], ['SQLALCHEMY_DATABASE_URI', true], ['DB_HOST', true],
    ['SPRING_DATASOURCE_URL', true], ['N8N_DB_POSTGRESDB_HOST', true], ['REDIS_DB', false], ['REDIS_DATABASE_URL', false], ['REDIS_HOST', false], ['KAFKA_BROKERS', false],
    ['CACHE_URL', false], ['DEBUG', false],
  ])('key %s shows another database: %s', (key, shows) => {
    expect(stores.some(({ kind, keys }) => kind === 'database' && keys?.some(pattern => new RegExp(`^(?:${pattern})$`).test(key)) === true)).toBe(shows)
  })
})
