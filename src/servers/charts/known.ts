// A known chart's values → its component: settings, storage, nodes, topics. Reads the places that rules/knowledge/charts.yaml names;
// must not know what anybody uses the server for.
import type { Chart as KnownChart, ChartPlace, ChartPods, Product, SettingDefault } from '../../model/knowledge.ts'
import { entryOf } from '../../model/entry-of.ts'
import type { Component, DroppedDefaults, Setting, Settings, Storage, StorageKind, Topic } from '../../model/stack.ts'
import { known, unknown, type Note, type Span, type Value } from '../../model/value.ts'
import { versionOf, within } from '../../model/images.ts'
import { dotted, isSecret, readProperties, settingOf } from '../kafka/properties.ts'
import { redisConf, redisFlags } from '../redis/conf.ts'
import { apply, emptyReading, type Reading } from '../redis/settings.ts'
import { memoryLimitAt, numberOf } from '../../readers/helm/amounts.ts'
import { imageAt } from '../../readers/helm/image.ts'
import { at, overriddenBy, textAt } from '../../readers/helm/values.ts'
import type { Block } from '../../readers/read-stack.ts'
import { embedded, isNull, listOf, type YamlMap, type YamlNode, type YamlScalar } from '../../readers/yaml.ts'

/** The component that a known chart deploys with these values. */
export function knownComponent(block: Block, chart: KnownChart, products: readonly Product[]): Component | undefined {
  const product = products.find(each => each.id === chart.product)
  const base = products.find(each => each.id === (chart.defaultsOf ?? chart.product))
  if (!product || !base) return undefined
  const image = imageAt(block.values, 'image')
  const version = versionOfImage(image)
  const read = chart.technology === 'redis' ? redisSettings(block, chart) : kafkaSettings(block, chart)
  const pods = chart.pods.filter(each => holds(each, block))
  const settings = completed(read.settings, { ...base.defaults, ...chart.defaults }, version, chart.title, read.opaque ?? (block.hidden && { why: block.hidden.says, span: block.hidden.span }))
  const memoryLimit = memoryOf(pods, block)
  return {
    name: block.name, span: block.span, technology: chart.technology, product: product.id,
    ...(version === undefined ? {} : { version }),
    ...(image ? { image } : {}),
    external: false, members: [],
    nodes: nodesOf(pods, block),
    ...(chart.controllers && holds(chart.controllers, block) ? { controllers: countOf(chart.controllers, block) } : {}),
    settings,
    storage: storageOf(pods, chart, block),
    ...(memoryLimit ? { memoryLimit } : {}),
    restartsItself: true,
    hosts: hostsOf(block, chart.services),
    topics: topicsOf(block, chart),
    unloadedConfigs: [], declared: [],
    ...(read.dropped ? { droppedDefaults: read.dropped } : {}),
    unread: read.opaque ? [{ span: read.opaque.span, says: read.opaque.why }] : [],
  }
}

/** The name of every service that the block's chart may make. */
export const hostsOf = (block: Pick<Block, 'names'>, services: readonly string[]): readonly string[] =>
  [...new Set([...block.names, ...block.names.flatMap(name => services.map(suffix => `${name}${suffix}`))])]

export const versionOfImage = (image: Value | undefined): string | undefined => {
  const tag = image?.known ? /:([^:/@]+)(?:@|$)/.exec(image.value)?.[1] : undefined
  return tag === undefined ? undefined : versionOf(tag)
}

interface Read {
  readonly settings: ReadonlyMap<string, Setting>
  readonly opaque?: { readonly why: string; readonly span: Span }
  readonly dropped?: DroppedDefaults
}

const isEmpty = (node: YamlNode | undefined): boolean =>
  node === undefined || isNull(node) || (node.kind === 'scalar' ? node.text.trim() === '' : node.kind === 'map' ? node.entries.size === 0 : node.items.length === 0)

function redisSettings(block: Block, chart: KnownChart): Read {
  const reading = emptyReading()
  let opaque: Read['opaque']
  for (const place of chart.settings) {
    const node = at(block.values, place.at)
    const stated = node !== undefined && !(place.as === 'replaced' && isEmpty(node))
    if (!stated) {
      if (place.default !== undefined && !block.hidden) redisDefault(reading, place, chart)
      continue
    }
    // A null takes the chart's own away and puts nothing in its place.
    if (isNull(node)) continue
    if (place.as === 'replaced') { opaque = replaced(place, node); reading.settings.clear(); continue }
    redisStated(reading, place, node, block)
  }
  const dropped = opaque ? undefined : droppedDefaults(block, chart, reading.settings)
  return { settings: reading.settings, ...(opaque ? { opaque } : {}), ...(dropped ? { dropped } : {}) }
}

// A stated text takes the place of the chart's own, line by line; what neither it nor another place says again is gone.
function droppedDefaults(block: Block, chart: KnownChart, settings: ReadonlyMap<string, Setting>): DroppedDefaults | undefined {
  const place = chart.settings.find(each => each.replaces === true && each.default !== undefined)
  const node = place && at(block.values, place.at)
  if (!place || node?.kind !== 'scalar' || node.text.includes('{{')) return undefined
  const own: Reading = emptyReading()
  redisDefault(own, place, chart)
  const gone = [...own.settings].flatMap(([name, setting]) => (setting.state === 'defaulted' && !settings.has(name) ? [[name, setting.value] as const] : []))
  return gone.length === 0 ? undefined : { span: node.span, at: place.at, settings: new Map(gone), of: chart.title, ...roomIn(node, block) }
}

function roomIn(node: YamlScalar, block: Block): Pick<DroppedDefaults, 'room'> {
  const text = block.text(node.span.file)
  const first = node.style === 'block' ? /\S/.exec(text?.slice(node.span.start, node.span.end) ?? '') : null
  if (!first || text === undefined) return {}
  const start = node.span.start + first.index
  const line = text.lastIndexOf('\n', start - 1) + 1
  const indent = text.slice(line, start)
  return indent.trim() === '' ? { room: { span: { file: node.span.file, start, end: start }, indent } } : {}
}

const replaced = (place: ChartPlace, node: YamlNode): { why: string; span: Span } =>
  ({ why: `${place.at} takes the place of the chart's configuration, and it is not here`, span: node.span })

function redisDefault(reading: Reading, place: ChartPlace, chart: KnownChart): void {
  const text = place.as === 'setting' ? `${place.setting ?? ''} ${place.default ?? ''}` : place.default ?? ''
  const nowhere = { text, file: '', span: () => ({ file: '', start: 0, end: 0 }) }
  for (const directive of redisConf(nowhere).directives) {
    const value = directive.arguments.map(argument => argument.text).join(' ')
    reading.settings.set(directive.name, { state: 'defaulted', value, of: chart.title, source: chart.source })
  }
}

function redisStated(reading: Reading, place: ChartPlace, node: YamlNode, block: Block): void {
  const notes = (): readonly Note[] => overriddenBy(node)
  if (place.as === 'conf' && node.kind === 'scalar') {
    for (const directive of redisConf(textIn(node, block)).directives) apply(reading, directive, () => ({ why: 'it is not in the values' }))
    withNotes(reading, notes())
  } else if (place.as === 'flags') {
    const words = listOf(node).flatMap(item => (item.kind === 'scalar' ? wordsIn(item) : []))
    for (const directive of redisFlags(words).directives) apply(reading, directive, () => ({}))
  } else if (place.as === 'settings' && node.kind === 'map') {
    for (const { key, value } of node.entries.values()) if (value.kind === 'scalar' && !isNull(value)) redisOne(reading, key.text.toLowerCase(), value)
  } else if (place.as === 'setting' && node.kind === 'scalar') {
    const value = entryOf(place.words, node.text.toLowerCase()) ?? node.text
    reading.settings.set(place.setting ?? '', node.text.includes('{{') ? fromTemplate(node.span) : { state: 'stated', value, span: node.span, ...noted(node) })
  }
}

// One directive of a map: the value may hold quotes, as `save: '""'` does.
function redisOne(reading: Reading, name: string, value: YamlScalar): void {
  const line = { text: `${name} ${value.text}`, file: value.span.file, span: () => value.span }
  const before = reading.saved
  if (name === 'save') reading.saved = false
  for (const directive of redisConf(line).directives) apply(reading, directive, () => ({}))
  reading.saved ||= before
}

const wordsIn = (item: YamlScalar) =>
  (/^--\S+\s/.test(item.text) ? item.text.trim().split(/\s+/) : [item.text]).map(text => ({ text: text.replace(/^"(.*)"$/, '$1'), span: item.span, ...(text.includes('{{') ? { unknown: 'Helm fills it in from a template' } : {}) }))

function withNotes(reading: Reading, notes: readonly Note[]): void {
  if (notes.length === 0) return
  for (const [name, setting] of reading.settings) if (setting.state === 'stated' && setting.notes === undefined) reading.settings.set(name, { ...setting, notes })
}

const fromTemplate = (span: Span): Setting => ({ state: 'unknown', why: 'Helm fills it in from a template', span })
const noted = (node: YamlNode): { readonly notes?: readonly Note[] } => (overriddenBy(node).length > 0 ? { notes: overriddenBy(node) } : {})
const textIn = (node: YamlScalar, block: Block) => embedded(node, block.text(node.span.file) ?? '')

function kafkaSettings(block: Block, chart: KnownChart): Read {
  const settings = new Map<string, Setting>()
  let opaque: Read['opaque']
  for (const place of chart.settings) {
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
    settings.set(property.name, property.value.includes('{{') ? fromTemplate(property.span) : { ...settingOf(property), ...noted(node) })
  }
}

function mapped(settings: Map<string, Setting>, node: YamlMap): void {
  for (const { key, value } of node.entries.values()) if (value.kind === 'scalar' && !isNull(value)) settings.set(key.text, statedBy(value))
}

/** A value of a broker's setting; `_123` is an old chart's way to keep YAML from reading a float. */
export const statedBy = (node: YamlScalar): Setting =>
  node.text.includes('{{') ? fromTemplate(node.span) : { state: 'stated', value: plainNumber(node.text.replace(/^_(?=-?\d)/, '')), span: node.span, ...noted(node) }

const plainNumber = (text: string): string => (/^\d+(?:\.\d+)?e\+?\d{1,2}$/i.test(text) ? String(Number(text)) : text)

function environment(settings: Map<string, Setting>, node: YamlNode): void {
  const add = (name: string, value: YamlNode | undefined): void => {
    if (value?.kind !== 'scalar' || !name.startsWith('KAFKA_')) return
    const property = name.startsWith('KAFKA_CFG_') ? dotted(name.slice('KAFKA_CFG_'.length)) : undefined
    if (property !== undefined) settings.set(property, statedBy(value))
  }
  if (node.kind === 'map') for (const [name, entry] of node.entries) add(name, entry.value)
  else for (const item of listOf(node)) add(textAt(item, 'name')?.text ?? '', at(item, 'value'))
}

/** What is stated, with defaults where nothing is; nothing is defaulted under a configuration that cannot be read. */
export function completed(
  stated: ReadonlyMap<string, Setting>, defaults: Readonly<Record<string, SettingDefault | readonly SettingDefault[]>>, version: string | undefined, of: string, opaque: Read['opaque'],
): Settings {
  const settings = new Map(stated)
  for (const [name, given] of Object.entries(defaults)) {
    if (settings.has(name) || entryOf(finer, name)?.some(other => settings.has(other))) continue
    if (opaque) { settings.set(name, { state: 'unknown', ...opaque }); continue }
    const possible = (Array.isArray(given) ? given as readonly SettingDefault[] : [given as SettingDefault]).filter(entry => within(version, entry.versions) !== false)
    const [first] = possible
    settings.set(name, first && possible.every(entry => entry.value === first.value)
      ? { state: 'defaulted', value: first.value, of, source: first.source }
      : { state: 'unknown', why: `the default of ${of} differs between versions` })
  }
  return settings
}

const finer: Readonly<Record<string, readonly string[]>> = {
  'log.dirs': ['log.dir'], 'log.retention.hours': ['log.retention.ms', 'log.retention.minutes'], 'log.roll.hours': ['log.roll.ms'],
}

const holds = (pods: ChartPods, block: Block): boolean =>
  (pods.when ?? []).every(condition => condition.is.includes(textAt(block.values, condition.at)?.text ?? condition.default))

const firstText = (paths: readonly string[] | undefined, block: Block): YamlScalar | undefined => {
  for (const path of paths ?? []) {
    const found = textAt(block.values, path)
    if (found) return found
  }
  return undefined
}

function countOf(pods: ChartPods, block: Block): Value<number> {
  const stated = firstText(pods.replicas, block)
  if (!stated) return block.hidden ? unknown(block.hidden.says, '', block.hidden.span) : known(pods.defaultReplicas, block.span)
  return /^\d{1,4}$/.test(stated.text) ? known(Number(stated.text), stated.span, overriddenBy(stated)) : unknown(`${stated.text} is no number`, stated.text, stated.span)
}

function nodesOf(pods: readonly ChartPods[], block: Block): Value<number> {
  let sum = 0, span: Span | undefined
  for (const each of pods) {
    const count = countOf(each, block)
    if (!count.known) return count
    sum += count.value
    if (count.span !== block.span) span ??= count.span
  }
  return known(sum, span ?? block.span)
}

// One kind of pods without a claim loses its copies, so the worst speaks for all.
function storageOf(pods: readonly ChartPods[], chart: KnownChart, block: Block): Storage {
  let worst: Storage | undefined
  for (const each of pods) {
    if (each.data === false || each.persistence === undefined) continue
    const count = countOf(each, block)
    if (count.known && count.value === 0) continue
    const path = each.persistence.find(option => textAt(block.values, option)) ?? each.persistence[0] ?? ''
    const one = block.hidden && !textAt(block.values, path) ? { kind: 'unknown', dataDir: chart.dataDir, span: block.span, misplaced: [] } satisfies Storage : claimed(block, path, each.defaultPersistence ?? true, chart.dataDir)
    if (!worst || (one.kind !== 'claim' && worst.kind === 'claim')) worst = one
  }
  return worst ?? { kind: 'unknown', dataDir: chart.dataDir, span: block.span, misplaced: [] }
}

/** Storage as a `persistence` block says: a claim, or else an emptyDir that goes with the pod. */
export function claimed(block: Pick<Block, 'values' | 'span'>, path: string, otherwise: boolean, dataDir: string): Storage {
  const removed = at(block.values, path)
  if (removed && isNull(removed)) return { kind: 'unknown', dataDir, span: removed.span, misplaced: [] }
  const stated = textAt(block.values, path)
  const on = stated === undefined ? otherwise : /^(?:true|yes|1)$/i.test(stated.text) ? true : /^(?:false|no|0)$/i.test(stated.text) ? false : undefined
  const medium = textAt(block.values, path.replace(/[^.]+$/, 'medium'))?.text
  const kind: StorageKind = on === undefined ? 'unknown' : on ? 'claim' : medium === 'Memory' ? 'tmpfs' : 'empty-dir'
  return { kind, dataDir, span: stated?.span ?? block.span, ...(stated ? { kept: stated.text } : {}), misplaced: [] }
}

const presets: Readonly<Record<string, number>> = { nano: 192, micro: 384, small: 768, medium: 1536, large: 3072, xlarge: 6144, '2xlarge': 12288 }

// Only what somebody stated: a limit that nobody chose is nothing to hold against them.
function memoryOf(pods: readonly ChartPods[], block: Block): Value<number> | undefined {
  for (const path of pods.flatMap(each => each.resources ?? [])) {
    const limit = memoryLimitAt(block.values, path)
    if (limit) return limit
    const preset = textAt(block.values, `${path}Preset`)
    const size = preset && entryOf(presets, preset.text)
    if (preset && size !== undefined) return known(size * 1024 * 1024, preset.span)
  }
  return undefined
}

const mostTopics = 500

function topicsOf(block: Block, chart: KnownChart): readonly Topic[] {
  const given = chart.topics
  if (!given || (given.enabled !== undefined && textAt(block.values, given.enabled)?.text !== 'true')) return []
  const partitions = given.partitions === undefined ? undefined : textAt(block.values, given.partitions)
  const replicas = given.replicas === undefined ? undefined : textAt(block.values, given.replicas)
  return listOf(at(block.values, given.at)).slice(0, mostTopics).flatMap(node => {
    const name = node.kind === 'scalar' ? node : textAt(node, 'name')
    if (!name || name.text.includes('{{')) return []
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
