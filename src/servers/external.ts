// Servers outside the stack that its clients name by a full host name. Knows addresses, not programs.
import { pattern } from '../model/patterns.ts'
import type { Knowledge, TechnologyWords } from '../model/knowledge.ts'
import { oncePer, remembered } from '../model/once.ts'
import type { Component, Setting, Technology, Variable, Workload } from '../model/stack.ts'
import { unstated, type Span } from '../model/value.ts'
import { watched } from './redis/settings.ts'

/** A server elsewhere, as somebody names it. */
export interface Elsewhere {
  readonly host: string
  readonly technology: Technology
  readonly provider: string | undefined
  /** Where it is documented that an endpoint of this name has cluster mode on. */
  readonly cluster?: string
  readonly span: Span
}

/** What is known of names: providers' hosts, and the words for each technology. */
type Names = Pick<Knowledge, 'providers' | 'technologies'>

/**
 * One component for each distinct host that is surely a server of its kind: by URL scheme, by the provider's host names, or a private name or address
 * under a key that calls the technology by name. Several nodes in one list are one cluster.
 */
export function externalComponents(workloads: readonly Workload[], own: readonly Component[], names: Names): readonly Component[] {
  const hosts = new Set([...workloads.flatMap(workload => workload.hosts), ...own.flatMap(component => component.hosts)].flatMap(host => [host, host.replaceAll('_', '-')]))
  const found = new Map<string, Elsewhere>(), clusters: { readonly nodes: Set<string>; readonly first: Elsewhere }[] = []
  for (const workload of workloads) {
    for (const variable of workload.environment) {
      for (const external of externalsOf(variable, names.providers)) {
        const key = clusterOf(external)
        if (!found.has(key) && !hosts.has(external.host) && !hosts.has(external.host.split('.')[0] ?? '')) found.set(key, external)
      }
      const nodes = privateNodes(variable, names).filter(({ host, technology }) =>
        !found.has(`${technology} ${host}`) && !hosts.has(host) && !hosts.has(host.split('.')[0] ?? '') && !(isNumeric(host) && own.some(component => component.technology === technology)))
      const [first] = nodes
      if (first === undefined) continue
      const same = clusters.find(cluster => cluster.first.technology === first.technology && nodes.some(({ host }) => cluster.nodes.has(host)))
      if (same) nodes.forEach(({ host }) => same.nodes.add(host))
      else clusters.push({ nodes: new Set(nodes.map(({ host }) => host)), first })
    }
  }
  return [...[...found.values()].map(each => externalComponent(each.host, each)), ...clusters.filter(({ first }) => !found.has(`${first.technology} ${first.host}`)).map(({ first, nodes }) => ({ ...externalComponent(first.host, first), hosts: [...nodes] }))]
}

const isNumeric = (host: string): boolean => /^[\d.]+$/.test(host)

// The machine itself may publish what the stack runs, so an address says less than a name.
function privateNodes(variable: Variable, { technologies }: Names): readonly Elsewhere[] {
  if (!variable.value.known || variable.value.value.length > 2_000) return []
  const technology = addressedBy(technologies)(variable.name)
  if (technology === '') return []
  const { value, span } = variable.value
  return value.split(/[,;\s]+/).flatMap(part => {
    const [, scheme, name] = address.exec(part) ?? numeric.exec(part) ?? []
    const host = name?.toLowerCase()
    if (host === undefined || here.test(host) || (scheme !== undefined && !listeners.test(scheme)) || !(ownNetwork.test(host) || isNumeric(host)) || placeholder.test(host.replace(ownNetwork, ''))) return []
    return [{ host, technology, provider: undefined, span }]
  })
}

// `REDIS_HOST`, `spring.kafka.bootstrap-servers`; empty for keys of anything else.
const addressedBy = oncePer((technologies: readonly TechnologyWords[]) => remembered((key): Technology | '' => {
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase().split(/[^a-z0-9]+/)
  return addressWord.test(words.at(-1) ?? '') ? technologies.find(each => each.words.some(word => words.includes(word)))?.id ?? '' : ''
}))
const addressWord = /^(?:hosts?|hostname|addr|addrs|address|addresses|servers?|endpoints?|brokers?|bootstrap|nodes?|urls?|uris?)$/
const listeners = /^(?:plaintext|sasl_plaintext|sasl_ssl|ssl|tcp|internal|external)$/i

// The nodes of one managed cluster differ in their first label only.
const clusterOf = (found: Elsewhere): string => `${found.technology} ${found.technology === 'kafka' && found.provider !== undefined ? found.host.replace(/^(?:b-|kafka-|seed-)?\w+(?:-\w+)?\./, '') : found.host}`

const address = /^(?:([a-z][a-z0-9+.-]{1,30}):\/\/)?(?:[^\s@/]{0,200}@)?([a-z0-9](?:[a-z0-9-]{0,62}\.)+[a-z][a-z0-9-]{1,30})(?::(\d{2,5}))?(?:[/?#].*)?$/i
const schemes = /^(?:rediss?|valkeys?)(?:\+\w+)?$/i
const numeric = /^(?:([a-z][a-z0-9+.-]{1,30}):\/\/)?(?:[^\s@/]{0,200}@)?((?:\d{1,3}\.){3}\d{1,3})(?::(\d{2,5}))?(?:[/?#].*)?$/i
const here = /^(?:127\.|0\.|169\.254\.|172\.17\.0\.1$)/
// Names of one's own network: what stands before them has to be a name, too.
const ownNetwork = /\.(?:internal|local|lan|corp|intra|private|intranet)$/
const placeholder = /(?:^|[.-])(?:example|your|my|some|placeholder|change-?me|xxx+|foo|host|hostname|test|dummy|internal|local|localhost|invalid|localdomain|svc|docker)(?:$|[.-])/i

function externalsOf(variable: Variable, providers: Names['providers']): readonly Elsewhere[] {
  if (!variable.value.known || variable.value.value.length > 2_000) return []
  const { span } = variable.value
  return hostsOf(providers)(variable.value.value).map(found => ({ ...found, span }))
}

const hostsOf = oncePer((providers: Names['providers']) => remembered((value): readonly Omit<Elsewhere, 'span'>[] => {
  const found: Omit<Elsewhere, 'span'>[] = []
  for (const part of value.split(/[,\s]+/)) {
    const [, scheme, name] = address.exec(part) ?? numeric.exec(part) ?? []
    const host = name?.toLowerCase()
    if (host === undefined || here.test(host)) continue
    const provider = providers.find(entry => pattern(entry.host, true).test(host))
    if (provider && !placeholder.test(host.split('.')[0] ?? '')) found.push({ host, technology: provider.technology, provider: provider.id, ...(provider.cluster !== undefined && pattern(provider.cluster, true).test(host) ? { cluster: provider.source } : {}) })
    else if (scheme !== undefined && schemes.test(scheme) && !placeholder.test(host.replace(ownNetwork, ''))) found.push({ host, technology: 'redis', provider: undefined })
  }
  return found
}))

const why = 'it runs outside these files'

/** A component that runs elsewhere; nothing about its server is known. */
export function externalComponent(name: string, { host, technology, provider, cluster, span }: Elsewhere): Component {
  const names = technology === 'redis' ? watched : ([] as const)
  return {
    name, span, technology,
    product: technology === 'redis' ? 'redis' : 'apache-kafka',
    external: true,
    ...(provider === undefined ? {} : { provider }),
    members: [],
    nodes: unstated(why, span),
    settings: new Map<string, Setting>([
      ...names.map(name => [name, { state: 'unknown', why, unstated: true } satisfies Setting] as const),
      ...(cluster === undefined ? [] : [['cluster-enabled', { state: 'defaulted', value: 'yes', of: 'a cluster endpoint of its provider', source: cluster } satisfies Setting] as const]),
    ]),
    storage: { kind: provider === undefined ? 'unknown' : 'managed', dataDir: '', span, misplaced: [] },
    restartsItself: undefined,
    hosts: [host],
    topics: [], unloadedConfigs: [], declared: [], unread: [],
  }
}
