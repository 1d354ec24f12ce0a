// A known chart's values → its component. Reads the places that rules/knowledge/charts.yaml names;
// must not know what anybody uses the server for.
import type { Chart as KnownChart, Product } from '../../model/knowledge.ts'
import type { Component } from '../../model/stack.ts'
import { isTemplated } from '../../model/value.ts'
import { imageAt } from '../../readers/helm/image.ts'
import { textAt } from '../../readers/helm/values.ts'
import type { Block } from '../../readers/read-stack.ts'
import { kafkaSettings, topicsOf } from './kafka.ts'
import { countOf, holds, memoryOf, nodesOf, storageOf } from './pods.ts'
import { redisSettings } from './redis.ts'
import { unreadValues } from './unread.ts'
import { completed, versionOfImage } from './values.ts'

/** The component that a known chart deploys with these values. */
export function knownComponent(values: Block, chart: KnownChart, products: readonly Product[]): Component | undefined {
  const block = asFarAsRead(values, chart)
  const product = products.find(each => each.id === chart.product)
  const base = products.find(each => each.id === (chart.defaultsOf ?? chart.product))
  if (!product || !base) return undefined
  const image = imageAt(block.values, 'image')
  const version = versionOfImage(image, block.appVersion)
  const read = chart.technology === 'redis' ? redisSettings(block, chart) : kafkaSettings(block, chart)
  const pods = chart.pods.filter(each => holds(each, block))
  const settings = completed(read.settings, { ...base.defaults, ...chart.defaults }, version, chart.title, read.opaque ?? (block.hidden && { why: block.hidden.text, span: block.hidden.span }))
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
    ...anyNodeOf(block, chart),
    ...unreadOf(block, chart),
    ...keeperOf(block, chart),
    ...topicsOf(block, chart),
    unloadedConfigs: [], declared: [],
    ...(read.dropped ? { droppedDefaults: read.dropped } : {}),
    unread: read.opaque ? [{ span: read.opaque.span, text: read.opaque.why }] : [],
  }
}

// A condition that cannot be read leaves open which pods run and which places are read.
function asFarAsRead(block: Block, chart: KnownChart): Block {
  const paths = new Set([...chart.settings, ...chart.pods, ...chart.anyNode ?? [], ...chart.keeper ? [chart.keeper] : [], ...chart.controllers ? [chart.controllers] : []]
    .flatMap(({ when }) => (when ?? []).flatMap(condition => condition.at.split('|'))))
  const open = [...paths].map(path => textAt(block.values, path)).find(node => node !== undefined && isTemplated(node.text))
  return open ? { ...block, hidden: { span: open.span, text: `${open.text.slice(0, 200)} is filled in later` } } : block
}

/** The name of every service that the block's chart may make. */
export const hostsOf = (block: Pick<Block, 'names'>, services: readonly string[]): readonly string[] =>
  [...new Set([...block.names, ...block.names.flatMap(name => services.map(suffix => `${name}${suffix}`))])]

function anyNodeOf(block: Block, chart: KnownChart): Pick<Component, 'anyNode'> {
  const services = (chart.anyNode ?? []).filter(each => holds(each, block)).flatMap(each => each.services)
  return services.length === 0 ? {} : { anyNode: [...new Set(block.names.flatMap(name => services.map(suffix => `${name}${suffix}`)))] }
}

function unreadOf(block: Block, chart: KnownChart): Pick<Component, 'unreadSettings'> {
  const unread = unreadValues(block, chart)
  return unread.length === 0 ? {} : { unreadSettings: unread }
}

function keeperOf(block: Block, chart: KnownChart): Pick<Component, 'keeper'> {
  if (!chart.keeper || !holds(chart.keeper, block)) return {}
  const storage = storageOf([chart.keeper], chart, block)
  return { keeper: { name: 'zookeeper', span: storage.span, storage } }
}
