// What runs beside a cluster of Strimzi's or Confluent's operator → workloads. Knows their fields, not what anybody streams.
// https://strimzi.io/docs/operators/latest/configuring and https://docs.confluent.io/operator/current/co-api.html
import { entryOf } from '../../model/entry-of.ts'
import type { Variable, Workload } from '../../model/stack.ts'
import { known, unknown, type Span } from '../../model/value.ts'
import { bare } from '../bare-workload.ts'
import { get, isNull, listOf, type YamlNode } from '../yaml.ts'
import { scalarIn, type Resource } from './documents.ts'

/** Whether a resource is one of Strimzi's. */
export const isStrimzi = (resource: Resource): boolean => resource.api.startsWith('kafka.strimzi.io/')

const clients: ReadonlySet<string> = new Set(['KafkaConnect', 'KafkaConnector', 'KafkaMirrorMaker2', 'KafkaMirrorMaker', 'KafkaBridge'])

/** Connect clusters, connectors, mirrors and bridges as workloads: their configuration is what they say about their use. */
export function strimziWorkloads(resources: readonly Resource[]): readonly Workload[] {
  return resources.filter(resource => isStrimzi(resource) && clients.has(resource.kind)).map(resource => {
    const spec = get(resource.node, 'spec')
    const environment: Variable[] = []
    const add = (name: string, at: Span, node: YamlNode): void => {
      if (node.kind === 'scalar' && !isNull(node) && environment.length < 1000) environment.push({ name, nameSpan: at, value: node.text.includes('${') ? unknown('it is filled in later', node.text, node.span) : known(node.text, node.span), origin: 'config-file' })
    }
    const config = get(spec, 'config')
    for (const [name, { key, value }] of config?.kind === 'map' ? config.entries : []) add(resource.kind === 'KafkaConnect' ? `CONNECT_${name}` : name, key.span, value)
    const type = scalarIn(spec, 'class')
    if (type) add('connector.class', type.span, type)
    const servers = scalarIn(spec, 'bootstrapServers')
    if (servers) add('bootstrap.servers', servers.span, servers)
    for (const each of listOf(get(spec, 'clusters'))) {
      const server = scalarIn(each, 'bootstrapServers')
      if (server) add(`${scalarIn(each, 'alias')?.text ?? 'cluster'}.bootstrap.servers`, server.span, server)
    }
    const cluster = scalarIn(resource.node, 'metadata', 'labels', 'strimzi.io/cluster')
    const name = scalarIn(resource.node, 'metadata', 'name')
    return {
      ...bare(resource.name, name?.span ?? resource.node.span), environment,
      hosts: [`${resource.name}-connect-api`],
      // A connector is run by its Connect cluster.
      dependsOn: cluster ? [known(cluster.text, cluster.span)] : [],
    }
  })
}

const images: Readonly<Record<string, string>> = {
  Connect: 'confluentinc/cp-server-connect', SchemaRegistry: 'confluentinc/cp-schema-registry', KsqlDB: 'confluentinc/cp-ksqldb-server', KafkaRestProxy: 'confluentinc/cp-kafka-rest',
}
const prefixes: Readonly<Record<string, string>> = { Connect: 'CONNECT_', SchemaRegistry: 'SCHEMA_REGISTRY_KAFKASTORE_', KsqlDB: 'KSQL_', KafkaRestProxy: 'KAFKA_REST_' }

/** Connect, Schema Registry, ksqlDB and REST proxies of Confluent's operator. Without a stated address they use the Kafka of their namespace. */
export function confluentWorkloads(resources: readonly Resource[]): readonly Workload[] {
  const clusters = resources.filter(resource => resource.api.startsWith('platform.confluent.io/') && resource.kind === 'Kafka')
  return resources.filter(resource => resource.api.startsWith('platform.confluent.io/') && Object.hasOwn(images, resource.kind)).map(resource => {
    const span = scalarIn(resource.node, 'metadata', 'name')?.span ?? resource.node.span
    const spec = get(resource.node, 'spec')
    const endpoint = scalarIn(spec, 'dependencies', 'kafka', 'bootstrapEndpoint'), image = scalarIn(spec, 'image', 'application')
    const value = endpoint ? known(endpoint.text, endpoint.span) : clusters[0] ? known(`${clusters[0].name}:9071`, span) : undefined
    return {
      ...bare(resource.name, span),
      image: known(image?.text ?? entryOf(images, resource.kind) ?? '', image?.span ?? span),
      environment: value ? [{ name: `${entryOf(prefixes, resource.kind) ?? ''}BOOTSTRAP_SERVERS`, nameSpan: value.span, value, origin: 'config-file' as const }] : [],
      dependsOn: [],
    }
  })
}
