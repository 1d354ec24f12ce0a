// A known chart's values → the settings of its Redis. Reads the places that rules/knowledge/charts.yaml names.
import { entryOf } from '../../model/entry-of.ts'
import type { Chart as KnownChart, ChartPlace } from '../../model/knowledge.ts'
import type { DroppedDefaults, Setting } from '../../model/stack.ts'
import { isTemplated, type Note } from '../../model/value.ts'
import { at, overriddenBy } from '../../readers/helm/values.ts'
import type { Block } from '../../readers/read-stack.ts'
import { isNull, listOf, type YamlNode, type YamlScalar } from '../../readers/yaml.ts'
import { redisConf, redisFlags } from '../redis/conf.ts'
import { readDragonflyFlags } from '../redis/dragonfly.ts'
import { apply, emptyReading, hide, watched, type Reading } from '../redis/settings.ts'
import { holds } from './pods.ts'
import { fromTemplate, isEmpty, noted, replaced, textIn, type Read } from './values.ts'

/** The settings of a Redis chart's server, with the chart's own where they are known. */
export function redisSettings(block: Block, chart: KnownChart): Read {
  const reading = emptyReading()
  let opaque: Read['opaque']
  for (const place of chart.settings) {
    if (!holds(place, block)) continue
    const node = at(block.values, place.at)
    const stated = node !== undefined && !(place.as === 'replaced' && isEmpty(node))
    if (!stated) {
      if (place.default !== undefined && !block.hidden) redisDefault(reading, place, chart)
      continue
    }
    // A null takes the chart's own away and puts nothing in its place.
    if (isNull(node)) continue
    if (place.as === 'replaced') { opaque = replaced(place, node); reading.settings.clear(); continue }
    redisStated(reading, place, node, block, chart)
  }
  if (chart.product === 'dragonfly' && !reading.settings.has('save')) readDragonflyFlags(reading, [])
  opaque ??= reading.opaque && { why: reading.opaque.text, span: reading.opaque.span }
  if (opaque) {
    for (const name of watched) if (!reading.settings.has(name)) reading.settings.set(name, { state: 'unknown', ...opaque })
    return { settings: reading.settings, opaque }
  }
  const dropped = droppedDefaults(block, chart, reading.settings)
  return { settings: reading.settings, ...(dropped ? { dropped } : {}) }
}

// A stated text takes the place of the chart's own, line by line; what neither it nor another place says again is gone.
function droppedDefaults(block: Block, chart: KnownChart, settings: ReadonlyMap<string, Setting>): DroppedDefaults | undefined {
  const place = chart.settings.find(each => each.replaces === true && each.default !== undefined)
  const node = place && at(block.values, place.at)
  if (!place || node?.kind !== 'scalar' || isTemplated(node.text)) return undefined
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

function redisDefault(reading: Reading, place: ChartPlace, chart: KnownChart): void {
  const text = place.as === 'setting' ? `${place.setting ?? ''} ${place.default ?? ''}` : place.default ?? ''
  const nowhere = { text, file: '', span: () => ({ file: '', start: 0, end: 0 }) }
  for (const directive of redisConf(nowhere).directives) {
    const value = directive.arguments.map(argument => argument.text).join(' ')
    reading.settings.set(directive.name, { state: 'defaulted', value, of: chart.title, source: chart.source })
  }
}

function redisStated(reading: Reading, place: ChartPlace, node: YamlNode, block: Block, chart: KnownChart): void {
  const notes = (): readonly Note[] => overriddenBy(node)
  if (place.as === 'conf' && node.kind === 'scalar') {
    for (const directive of redisConf(textIn(node, block)).directives) apply(reading, directive, () => ({ why: 'it is not in the values' }))
    withNotes(reading, notes())
  } else if (place.as === 'lines') {
    for (const item of listOf(node)) if (item.kind === 'scalar') for (const directive of redisConf(textIn(item, block)).directives) apply(reading, directive, () => ({}))
  } else if (place.as === 'flags') {
    const words = listOf(node).flatMap(item => (item.kind === 'scalar' ? wordsIn(item) : []))
    if (chart.product === 'dragonfly') { readDragonflyFlags(reading, words); return }
    const { directives, opaque } = redisFlags(words)
    for (const directive of directives) apply(reading, directive, () => ({}))
    if (opaque) hide(reading, { span: opaque.span, text: opaque.unknown ?? '' })
  } else if (place.as === 'settings' && node.kind === 'map') {
    for (const { key, value } of node.entries.values()) if (value.kind === 'scalar' && !isNull(value)) redisOne(reading, key.text.toLowerCase(), value)
  } else if (place.as === 'setting' && node.kind === 'scalar') {
    const value = entryOf(place.words, node.text.toLowerCase()) ?? node.text
    reading.settings.set(place.setting ?? '', isTemplated(node.text) ? fromTemplate(node) : { state: 'stated', value, span: node.span, ...noted(node) })
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
  (/^--\S+\s/.test(item.text) ? item.text.trim().split(/\s+/) : [item.text]).map(text => ({ text: text.replace(/^"(.*)"$/, '$1'), span: item.span, ...(isTemplated(text) ? { unknown: `${text.slice(0, 200)} is filled in later` } : {}) }))

function withNotes(reading: Reading, notes: readonly Note[]): void {
  if (notes.length === 0) return
  for (const [name, setting] of reading.settings) if (setting.state === 'stated' && setting.notes === undefined) reading.settings.set(name, { ...setting, notes })
}
