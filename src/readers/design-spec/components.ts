// A declared component → what it states of a component: settings, topics, uses. Knows no deployment.
import type { DeclaredComponent } from '../../model/spec.ts'
import type { Component, Declaration, Setting, Settings, Topic } from '../../model/stack.ts'
import { known, unstated, type Span } from '../../model/value.ts'

const why = 'nothing is deployed yet'

/** A component as a design alone tells it; nothing for one whose tool is not chosen. */
export function made(spec: DeclaredComponent): readonly Component[] {
  const { technology, span } = spec
  if (technology === undefined) return []
  return [{
    name: spec.id, span, technology: technology.value,
    product: spec.flavor?.value ?? (technology.value === 'redis' ? 'redis' : 'apache-kafka'),
    external: spec.provider !== undefined, ...(spec.provider ? { provider: spec.provider.value } : {}),
    members: [], nodes: spec.nodes ?? unstated(why, span), settings: settingsOf(spec),
    storage: { kind: 'unknown', dataDir: '', span, misplaced: [] },
    restartsItself: undefined, hosts: [spec.id], topics: topicsOf(spec), unloadedConfigs: [], declared: declarations(spec, []), spec, unread: [],
  }]
}

const stated = (value: string, span: Span): Setting => ({ state: 'stated', value, span })

/** What a provider sets, by the fields of a design that say so. */
const managed: Readonly<Record<string, readonly string[]>> = {
  managedPolicy: ['maxmemory-policy'], managedReplicationFactor: ['default.replication.factor'], managedPersistence: ['save', 'appendonly'],
}

/** The server settings that a declaration states for a provider. */
export function settingsOf(spec: DeclaredComponent): Settings {
  const settings = new Map<string, Setting>()
  const { managedPolicy: policy, managedPersistence: kept, managedReplicationFactor: copies, hidden = [] } = spec
  for (const [field, names] of Object.entries(managed)) {
    if (hidden.includes(field)) for (const name of names) settings.set(name, { state: 'unknown', why: 'what the design says of it cannot be read', span: spec.span })
  }
  if (policy) settings.set('maxmemory-policy', stated(policy.value, policy.span))
  if (copies) settings.set('default.replication.factor', stated(String(copies.value), copies.span))
  if (kept && /^(none|off|no)$/i.test(kept.value)) settings.set('save', stated('', kept.span))
  if (kept) settings.set('appendonly', stated(/aof|append/i.test(kept.value) ? 'yes' : 'no', kept.span))
  return settings
}

function topicsOf(spec: DeclaredComponent): readonly Topic[] {
  return spec.uses.flatMap(use => {
    if (use.topic === undefined) return []
    const config = new Map<string, Setting>()
    const ms = (value: number): string => (value === Infinity ? '-1' : String(Math.round(value)))
    if (use.retentionPolicy) config.set('cleanup.policy', stated(use.retentionPolicy.value.replace('compact_delete', 'compact,delete'), use.retentionPolicy.span))
    if (use.retentionTime) config.set('retention.ms', stated(ms(use.retentionTime.value), use.retentionTime.span))
    if (use.retentionBytes) config.set('retention.bytes', stated(String(use.retentionBytes.value), use.retentionBytes.span))
    if (use.deleteRetention) config.set('delete.retention.ms', stated(ms(use.deleteRetention.value), use.deleteRetention.span))
    return [{
      name: use.topic.value, span: use.topic.span, config,
      ...(use.partitions ? { partitions: known(use.partitions.value, use.partitions.span) } : {}),
      ...(use.replicationFactor ? { replicas: known(use.replicationFactor.value, use.replicationFactor.span) } : {}),
    }]
  })
}

/** The uses that a design declares beside those that are declared already. */
export function declarations(spec: DeclaredComponent, have: readonly Declaration[]): readonly Declaration[] {
  const seen = new Set(have.map(({ use }) => use))
  const all = [...spec.uses.map(({ use }) => ({ use, excluded: false })), ...(spec.excluded ?? []).map(use => ({ use, excluded: true }))]
  return all.flatMap(({ use, excluded }) => {
    if (use === undefined || seen.has(use.value)) return []
    seen.add(use.value)
    return [{ use: use.value, excluded, span: use.span }]
  })
}
