// What a deployment makes its data survive, computed from its settings, storage and copies. Reports nothing.
import type { ObservedComponent } from '../../src/model/observation.ts'
import type { DeclaredUse, Durability } from '../../src/model/spec.ts'
import type { StorageKind } from '../../src/model/stack.ts'
import { valueOf, type Note } from '../../src/model/value.ts'
import { copiesOf } from '../kafka/declared-topics.ts'
import { clientSettings, numberOf, settingNote } from '../kafka/facts.ts'
import { isDeployed } from './declared.ts'
import { effective, persistence, persistenceNotes, stated } from '../redis/needs.ts'

export interface Guarantee {
  readonly durability: Durability
  /** "an append-only file on a volume". */
  readonly text: string
  readonly notes: readonly Note[]
  /** The longest span of writes that a crash costs, in milliseconds; absent where it cannot be told. */
  readonly loss?: number
}

const lasting: ReadonlySet<StorageKind> = new Set(['named-volume', 'bind', 'claim', 'managed'])

/** Undefined where anything that decides is unknown. */
export function guaranteeOf(component: ObservedComponent, use: DeclaredUse): Guarantee | undefined {
  if (!isDeployed(component)) return undefined
  return component.technology === 'redis' ? ofRedis(component) : ofKafka(component, use)
}

function ofRedis(component: ObservedComponent): Guarantee | undefined {
  const kept = persistence(component)
  const { kind, span } = component.storage
  if (kept === 'unknown') return undefined
  const notes = persistenceNotes(component)
  if (kept === 'none') return { durability: 'none', text: 'writes nothing to disk', notes }
  if (kind === 'unknown') return undefined
  const storage: Note = { span, text: `its data lies on ${kind.replaceAll('-', ' ')}` }
  if (kind === 'tmpfs' || kind === 'container-layer' || kind === 'empty-dir') return { durability: 'none', text: `writes to ${kind.replaceAll('-', ' ')} storage, which goes away with the container`, notes: [...notes, storage] }
  if (kept === 'snapshots') return { durability: 'survive_clean_restart', text: 'keeps snapshots only', notes: [...notes, storage], loss: snapshotWindow(effective(component, 'save')) }
  if (!lasting.has(kind)) return { durability: 'survive_restart', text: 'has its append-only file on an anonymous volume', notes: [...notes, storage], loss: loss(component) }
  const replicas = (valueOf(component.nodes) ?? 1) > 1 && Number(effective(component, 'min-replicas-to-write') ?? 0) > 0
  return replicas
    ? { durability: 'survive_node_loss', text: 'has an append-only file and a replica that writes wait for', notes, loss: loss(component) }
    : { durability: 'survive_restart', text: 'has an append-only file on one machine', notes: [...notes, storage], loss: loss(component) }
}

const loss = (component: ObservedComponent): number => (effective(component, 'appendfsync') === 'always' ? 0 : 1000)

// Of `save 3600 1 300 100` the longest interval counts: a quiet server waits for it.
function snapshotWindow(save: string | undefined): number {
  const seconds = (save ?? '').split(/\s+/).filter((_, at) => at % 2 === 0).map(Number).filter(Number.isFinite)
  return Math.max(0, ...seconds) * 1000
}

function ofKafka(component: ObservedComponent, use: DeclaredUse): Guarantee | undefined {
  const { kind, span } = component.storage
  if (kind === 'unknown') return undefined
  if (kind === 'tmpfs' || kind === 'container-layer' || kind === 'empty-dir') {
    return { durability: 'none', text: `keeps its log on ${kind.replaceAll('-', ' ')} storage`, notes: [{ span, text: `its log lies on ${kind.replaceAll('-', ' ')}` }] }
  }
  const topic = component.topics.find(({ name }) => name === use.topic?.value)
  const copies = topic?.replicas?.known ? topic.replicas.value : numberOf(component.settings.get('default.replication.factor')) ?? (valueOf(component.nodes) === 1 ? 1 : copiesOf(component, { use, topic }))
  if (copies === undefined) return undefined
  const replicas: Note = topic?.replicas?.known ? { span: topic.replicas.span, text: `${topic.name} has ${copies} ${copies === 1 ? 'copy' : 'copies'}` }
    : settingNote(component, 'default.replication.factor') ?? { span: component.span, text: `${copies} ${copies === 1 ? 'copy' : 'copies'} of each record` }
  if (copies === 1) return { durability: 'survive_restart', text: 'keeps one copy of each record', notes: [replicas] }
  const inSync = numberOf(topic?.config.get('min.insync.replicas') ?? component.settings.get('min.insync.replicas'))
  if (inSync === undefined) return undefined
  const isr: Note = settingNote(component, 'min.insync.replicas') ?? replicas
  if (inSync < 2) return { durability: 'survive_restart', text: 'accepts a record when a single copy is written', notes: [replicas, isr] }
  const weak = clientSettings(component, /(^|_)ACKS$/).find(({ value }) => value.value === '0' || value.value === '1')
  if (weak) return { durability: 'survive_restart', text: `is written by ${weak.workload.name} with acks=${weak.value.value}`, notes: [replicas, { span: weak.value.span, text: `${weak.written}=${weak.value.value}` }] }
  const racks = component.spec?.racks?.value ?? 1
  return { durability: racks >= 3 ? 'survive_zone_loss' : 'survive_node_loss', text: `keeps ${copies} copies${racks >= 3 ? ` over ${racks} zones` : ''}`, notes: [replicas, isr] }
}

/** What a stated setting says, for the evidence of a drift. */
export const settingNotes = (component: ObservedComponent, ...names: readonly string[]): readonly Note[] => names.flatMap(name => {
  const setting = stated(component, name)
  return setting ? [{ span: setting.span, text: `${name} ${setting.value === '' ? '""' : setting.value}` }] : []
})
