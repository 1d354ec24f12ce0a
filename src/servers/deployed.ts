// Servers that charts, blocks of values and operators deploy → components. Knows who reads which of them, nothing of any use.
import type { Knowledge } from '../model/knowledge.ts'
import { allOfIt, type Component, type Workload } from '../model/stack.ts'
import { hiding, known, readable, type Span } from '../model/value.ts'
import type { ChartServer, Deployed, OperatedServer } from '../readers/read-stack.ts'
import { blockComponent } from './charts/block.ts'
import { knownComponent } from './charts/known.ts'
import { externalComponent } from './external.ts'
import { kafkaComponentOf } from './operators/kafka.ts'
import { redisComponentOf } from './operators/redis.ts'
import { strimziComponent } from './operators/strimzi.ts'
import { isStrimzi } from '../readers/manifests/strimzi.ts'

type ServerKnowledge = Pick<Knowledge, 'products' | 'charts'>

/** The components of these servers, reachable by the names under which the workloads beside them call them. */
export function deployedComponents(servers: readonly Deployed[], workloads: readonly Workload[], knowledge: ServerKnowledge): readonly Component[] {
  const components = servers.flatMap(server => componentOf(server, knowledge) ?? [])
  return servers.some(server => server.by !== 'operator') ? reachable(components, workloads) : components
}

function componentOf(server: Deployed, knowledge: ServerKnowledge): Component | undefined {
  if (server.by === 'address') return externalComponent(server.name, { ...server, provider: undefined })
  if (server.by === 'operator') return operatedComponent(server, knowledge)
  const component = server.by === 'block' ? blockComponent(server.found, server.block, knowledge.products, []) : chartComponent(server, knowledge)
  return component && hiding<Component>({ ...component, unread: [...component.unread, ...server.notes], ...(server.comments.length > 0 ? { comments: server.comments } : {}) }, ...server.block.unsure ? allOfIt : [])
}

const operatedComponent = (server: OperatedServer, knowledge: ServerKnowledge): Component | undefined =>
  (server.technology === 'redis' ? redisComponentOf(server) : isStrimzi(server.resource) ? strimziComponent(server, knowledge.products) : kafkaComponentOf(server, knowledge))

function chartComponent(server: ChartServer, { products }: ServerKnowledge): Component | undefined {
  const component = knownComponent(server.block, server.chart, products)
  return component && server.copy ? withDefaultsOnDisk(component, server.copy) : component
}

// What a subchart's own values say was chosen by nobody here: it holds, and points at the block that leaves it so.
function withDefaultsOnDisk(component: Component, chart: NonNullable<ChartServer['copy']>): Component {
  const isDefault = (span: Span | undefined): boolean => span?.file.startsWith(`${chart.folder}/`) ?? false
  const of = `the chart ${chart.name}${chart.version === undefined ? '' : ` ${chart.version}`} in ${chart.folder}`
  const { nodes, storage, memoryLimit, ...rest } = component
  return {
    ...rest,
    settings: new Map([...component.settings].map(([name, setting]) => [name, setting.state === 'stated' && isDefault(setting.span) ? { state: 'defaulted', value: setting.value, of, source: setting.span.file } : setting])),
    nodes: nodes.known && isDefault(nodes.span) ? known(nodes.value, component.span) : nodes,
    storage: isDefault(storage.span) ? { ...storage, span: component.span } : storage,
    // A chart that lies here may read what its namesake elsewhere does not.
    unreadSettings: [],
    ...(memoryLimit === undefined || isDefault(memoryLimit.span) ? {} : { memoryLimit }),
  }
}

// The release's name stands before a service's name, and only the values that use it tell which.
function reachable(components: readonly Component[], workloads: readonly Workload[]): readonly Component[] {
  const named = new Set<string>()
  for (const workload of workloads) {
    for (const { value } of workload.environment) {
      const text = readable(value)
      if (text.length > 500 || !/redis|valkey|keydb|dragonfly|kafka|redpanda/i.test(text)) continue
      for (const match of text.toLowerCase().matchAll(/(?<![\w.-])[a-z0-9][a-z0-9-]{2,62}(?=[.:,/\s]|$)/g)) named.add(match[0])
    }
  }
  return components.map(component => {
    const own = component.external ? [] : [...named].filter(name => component.hosts.some(host => name.endsWith(`-${host}`)))
    if (own.length === 0) return component
    // The longest service whose name a longer one ends with is the one that is meant.
    const meant = (name: string): string => component.hosts.filter(host => name.endsWith(`-${host}`)).reduce((best, host) => (host.length > best.length ? host : best), '')
    const anyNode = component.anyNode && [...component.anyNode, ...own.filter(name => component.anyNode?.includes(meant(name)))]
    return { ...component, hosts: [...new Set([...component.hosts, ...own])], ...(anyNode ? { anyNode: [...new Set(anyNode)] } : {}) }
  })
}

