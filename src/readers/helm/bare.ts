// Values files that belong to no chart of the tree: servers by the shape of a published chart's values, clients by what they say.
// Knows shapes only.
import { folderOf, nameOf } from '../../model/files.ts'
import type { Chart as KnownChart } from '../../model/knowledge.ts'
import { known, readable, type Span } from '../../model/value.ts'
import type { ChartServer, ReadStack } from '../read-stack.ts'
import { isNull, type YamlMap } from '../yaml.ts'
import { isOff, serverOf, technologyOf } from './blocks.ts'
import { imageAt } from './image.ts'
import type { Source } from './source.ts'
import { byShape, chartServer, type ChartKnowledge } from './stack.ts'
import { workloadsOf } from './clients.ts'
import { textAt } from './values.ts'

const longest = 1_000_000

/** A stack for each values file whose own shape says which chart it configures. */
export function bareStacks(source: Source, files: readonly string[], knowledge: ChartKnowledge): readonly ReadStack[] {
  const found: ReadStack[] = []
  for (const file of files) {
    if (!/\.ya?ml$/i.test(file) || /(?:^|\/)templates\//.test(file)) continue
    const text = source.text(file)
    if (text === undefined || text.length > longest || !/redis|valkey|keydb|dragonfly|kafka|redpanda/i.test(`${file}\n${text}`) || /^(?:kind|services):/m.test(text)) continue
    const [root, ...others] = source.documents(file)
    if (root?.kind !== 'map' || others.length > 0) continue
    const stack = stackOf(file, root, source, knowledge)
    if (stack) found.push(stack)
  }
  return found
}

function stackOf(file: string, root: YamlMap, source: Source, knowledge: ChartKnowledge): ReadStack | undefined {
  const servers: ChartServer[] = []
  const foreign = new Set<string>()
  const whole = wholeFile(file, root, knowledge)
  if (whole) {
    const first = root.entries.values().next().value?.key.span ?? root.span
    servers.push(made(whole.names[0] ?? whole.id, first, root, whole, source, releaseIn(file)))
  } else if (/values/i.test(file)) {
    for (const [name, { key, value }] of root.entries) {
      const technology = value.kind === 'map' && !isOff(value) ? technologyOf(name) : undefined
      const chart = technology && value.kind === 'map' ? byShape(value, knowledge.charts, technology) : undefined
      if (!chart || value.kind !== 'map') continue
      foreign.add(name)
      servers.push(made(name, key.span, value, chart, source))
    }
  }
  // Without servers it may still be what tells a client where the server of another release is.
  if (servers.length === 0 && !/^(?=.*values).*\.ya?ml$/i.test(nameOf(file))) return undefined
  const name = nameOf(folderOf(file))
  return {
    name, root: folderOf(file), kind: 'values', files: [file], variant: file, standing: 'deployment',
    workloads: whole ? [] : workloadsOf({ name: name === '.' ? 'values' : name, span: root.span, values: root, text: path => source.text(path), foreign, servers: servers.map(server => known(server.name, server.span)), isServer: image => serverOf(image, knowledge) !== undefined }).filter(workload => workload.environment.length > 0),
    deployed: servers, pods: [], unread: [], touched: new Set([file]),
  }
}

function made(name: string, span: Span, values: YamlMap, chart: KnownChart, source: Source, release?: string): ChartServer {
  const override = textAt(values, 'fullnameOverride')
  const names = [...(override && !isNull(override) && override.text !== '' ? [override.text] : release === undefined || release === name ? [] : [release]), name]
  return chartServer({ name, span, values, text: path => source.text(path), names, chartVersion: undefined, hidden: undefined }, chart)
}

// `session-redis-values.yaml`, `values.redis-queue.yaml`: people call the file as the release, after which the chart names what it makes.
const releaseIn = (file: string): string | undefined =>
  nameOf(file).toLowerCase().replace(/\.ya?ml$/, '').split(/[._-]+/).filter(word => word !== 'values' && word !== 'value').join('-') || undefined

// Other charts have the same keys; the file's name, its image or a setting of its own has to say which one it is.
function wholeFile(file: string, root: YamlMap, knowledge: ChartKnowledge): KnownChart | undefined {
  const stated = imageAt(root, 'image')
  const image = readable(stated).toLowerCase()
  const server = serverOf(stated, knowledge)?.id
  const path = file.toLowerCase()
  return byShape(root, knowledge.charts.filter(chart => {
    const words = chart.technology === 'kafka' ? ['kafka', 'redpanda'] : [['valkey', 'keydb', 'dragonfly'].find(word => chart.id.includes(word)) ?? 'redis']
    const isIn = (text: string): boolean => words.some(word => text.includes(word))
    return isIn(image) || server === chart.product || (image === '' && isIn(path))
  }))
}
