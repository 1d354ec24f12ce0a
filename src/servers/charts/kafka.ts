// A known chart's values → the settings and topics of its Kafka. Reads the places that rules/knowledge/charts.yaml names.
import type { Chart as KnownChart } from '../../model/knowledge.ts'
import type { Setting, Topic } from '../../model/stack.ts'
import { isTemplated, known } from '../../model/value.ts'
import { numberOf } from '../../readers/helm/amounts.ts'
import { at, textAt } from '../../readers/helm/values.ts'
import type { Block } from '../../readers/read-stack.ts'
import { isNull, listOf, type YamlMap, type YamlNode, type YamlScalar } from '../../readers/yaml.ts'
import { dottedByBitnami, isSecret, readProperties, settingOf } from '../kafka/properties.ts'
import { holds } from './pods.ts'
import { isEmpty, noted, replaced, statedBy, textIn, type Read } from './values.ts'

/** The settings of a Kafka chart's brokers. */
export function kafkaSettings(block: Block, chart: KnownChart): Read {
  const settings = new Map<string, Setting>()
  let opaque: Read['opaque']
  for (const place of chart.settings) {
    if (!holds(place, block)) continue
    const node = at(block.values, place.at)
    if (node === undefined || isEmpty(node)) continue
    if (place.as === 'replaced') {
      // Old charts took the whole file as a text, which can be read.
      if (node.kind === 'scalar' && node.text.includes('=')) { settings.clear(); opaque = undefined; properties(settings, node, block) }
      else if (node.kind === 'map') { settings.clear(); mapped(settings, node) }
      else { opaque = replaced(place, node); settings.clear() }
    } else if (place.as === 'properties' && node.kind === 'scalar') properties(settings, node, block)
    else if (place.as === 'settings' && node.kind === 'map') mapped(settings, node)
    else if (place.as === 'environment') environment(settings, node)
    else if (place.as === 'setting' && node.kind === 'scalar') settings.set(place.setting ?? '', statedBy(node))
  }
  for (const [own, name] of Object.entries(redpandaNames)) {
    const setting = settings.get(own)
    if (setting && chart.product === 'redpanda') settings.set(name, setting)
  }
  for (const name of [...settings.keys()]) if (isSecret(name)) settings.delete(name)
  return { settings, ...(opaque ? { opaque } : {}) }
}

/** https://docs.redpanda.com/current/reference/properties/cluster-properties/ */
const redpandaNames: Readonly<Record<string, string>> = {
  auto_create_topics_enabled: 'auto.create.topics.enable', default_topic_replications: 'default.replication.factor', default_topic_partitions: 'num.partitions',
  log_retention_ms: 'log.retention.ms', retention_bytes: 'log.retention.bytes', log_cleanup_policy: 'log.cleanup.policy', log_segment_size: 'log.segment.bytes',
}

function properties(settings: Map<string, Setting>, node: YamlScalar, block: Block): void {
  for (const property of readProperties(textIn(node, block))) {
    settings.set(property.name, property.value.includes('{{') ? { state: 'unknown', why: 'Helm fills it in from a template', span: property.span } : { ...settingOf(property), ...noted(node) })
  }
}

function mapped(settings: Map<string, Setting>, node: YamlMap): void {
  for (const { key, value } of node.entries.values()) if (value.kind === 'scalar' && !isNull(value)) settings.set(key.text, statedBy(value))
}

function environment(settings: Map<string, Setting>, node: YamlNode): void {
  const add = (name: string, value: YamlNode | undefined): void => {
    if (value?.kind !== 'scalar' || !name.startsWith('KAFKA_')) return
    const property = name.startsWith('KAFKA_CFG_') ? dottedByBitnami(name.slice('KAFKA_CFG_'.length)) : undefined
    if (property !== undefined) settings.set(property, statedBy(value))
  }
  if (node.kind === 'map') for (const [name, entry] of node.entries) add(name, entry.value)
  else for (const item of listOf(node)) add(textAt(item, 'name')?.text ?? '', at(item, 'value'))
}

const mostTopics = 500

/** The topics that the values provision; `hidden` where there may be others, or some have names that cannot be read. */
export function topicsOf(block: Block, chart: KnownChart): { readonly topics: readonly Topic[]; readonly hidden?: readonly string[] } {
  const given = chart.topics
  if (!given) return { topics: [] }
  const on = given.enabled === undefined ? 'true' : textAt(block.values, given.enabled)?.text ?? ''
  const list = listOf(at(block.values, given.at)).slice(0, mostTopics)
  const open = isTemplated(on) || (on === 'true' && list.some(node => isTemplated((node.kind === 'scalar' ? node : textAt(node, 'name'))?.text ?? '')))
  return { topics: on === 'true' ? topicsIn(list, block, given) : [], ...(open ? { hidden: ['topics'] } : {}) }
}

function topicsIn(list: readonly YamlNode[], block: Block, given: NonNullable<KnownChart['topics']>): readonly Topic[] {
  const partitions = given.partitions === undefined ? undefined : textAt(block.values, given.partitions)
  const replicas = given.replicas === undefined ? undefined : textAt(block.values, given.replicas)
  return list.flatMap(node => {
    const name = node.kind === 'scalar' ? node : textAt(node, 'name')
    if (!name || isTemplated(name.text)) return []
    const own = { partitions: textAt(node, 'partitions') ?? partitions, replicas: textAt(node, 'replicationFactor') ?? replicas }
    const config = new Map<string, Setting>()
    const stated = at(node, 'config')
    if (stated?.kind === 'map') mapped(config, stated)
    return [{
      name: name.text, span: name.span,
      ...(own.partitions ? { partitions: numberOf(own.partitions) } : {}),
      ...(own.replicas ? { replicas: numberOf(own.replicas) } : given.defaultReplicas === undefined ? {} : { replicas: known(given.defaultReplicas, name.span) }),
      config,
    }]
  })
}
