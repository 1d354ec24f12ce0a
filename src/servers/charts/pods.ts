// How many pods of which kind a known chart runs, with what storage and memory. Knows Kubernetes' fields, no server.
import { entryOf } from '../../model/entry-of.ts'
import type { Chart as KnownChart, ChartCondition, ChartPods } from '../../model/knowledge.ts'
import type { Storage, StorageKind } from '../../model/stack.ts'
import { known, unknown, type Span, type Value } from '../../model/value.ts'
import { memoryLimitAt } from '../../readers/helm/amounts.ts'
import { at, overriddenBy, textAt } from '../../readers/helm/values.ts'
import type { Block } from '../../readers/read-stack.ts'
import { isNull, type YamlScalar } from '../../readers/yaml.ts'

/** Whether what is said of a chart holds with these values: pods that it runs, a place that it reads. */
export const holds = (said: { readonly when?: readonly ChartCondition[] }, block: Block): boolean =>
  (said.when ?? []).every(({ at: paths, is, isNot, default: otherwise }) => {
    const text = paths.split('|').map(path => textAt(block.values, path)?.text ?? '').find(each => each !== '') ?? otherwise
    return is?.includes(text) ?? isNot?.includes(text) === false
  })

const firstText = (paths: readonly string[] | undefined, block: Block): YamlScalar | undefined => {
  for (const path of paths ?? []) {
    const found = textAt(block.values, path)
    if (found) return found
  }
  return undefined
}

/** How many of these pods there are. */
export function countOf(pods: ChartPods, block: Block): Value<number> {
  const stated = firstText(pods.replicas, block)
  if (!stated) return block.hidden ? unknown(block.hidden.text, '', block.hidden.span) : known(pods.defaultReplicas, block.span)
  return /^\d{1,4}$/.test(stated.text) ? known(Number(stated.text), stated.span, overriddenBy(stated)) : unknown(`${stated.text} is no number`, stated.text, stated.span)
}

/** How many data nodes these pods are together. */
export function nodesOf(pods: readonly ChartPods[], block: Block): Value<number> {
  let sum = 0, span: Span | undefined
  for (const each of pods) {
    const count = countOf(each, block)
    if (!count.known) return count
    sum += count.value
    if (count.span !== block.span) span ??= count.span
  }
  return known(sum, span ?? block.span)
}

/** Where the data of these pods is kept: one kind without a claim loses its copies, so the worst speaks for all. */
export function storageOf(pods: readonly ChartPods[], chart: KnownChart, block: Block): Storage {
  let worst: Storage | undefined
  for (const each of pods) {
    if (each.data === false || each.persistence === undefined) continue
    const count = countOf(each, block)
    if (count.known && count.value === 0) continue
    const path = each.persistence.find(option => textAt(block.values, option)) ?? each.persistence[0] ?? ''
    const one = block.hidden && !textAt(block.values, path) ? { kind: 'unknown', dataDir: chart.dataDir, span: block.span, misplaced: [] } satisfies Storage : claimed(block, path, each.defaultPersistence ?? true, chart.dataDir, chart.unclaimed)
    if (!worst || (one.kind !== 'claim' && worst.kind === 'claim')) worst = one
  }
  return worst ?? { kind: 'unknown', dataDir: chart.dataDir, span: block.span, misplaced: [] }
}

/** Storage as a `persistence` block says: a claim, or else an emptyDir that goes with the pod. */
export function claimed(block: Pick<Block, 'values' | 'span'>, path: string, otherwise: boolean, dataDir: string, unclaimed: StorageKind = 'empty-dir'): Storage {
  const removed = at(block.values, path)
  if (removed && isNull(removed)) return { kind: 'unknown', dataDir, span: removed.span, misplaced: [] }
  const stated = textAt(block.values, path)
  const on = stated === undefined ? otherwise : /^(?:true|yes|1)$/i.test(stated.text) ? true : /^(?:false|no|0)$/i.test(stated.text) ? false : undefined
  const medium = textAt(block.values, `${path.slice(0, path.lastIndexOf('.') + 1)}medium`)?.text
  const kind: StorageKind = on === undefined ? 'unknown' : on ? 'claim' : medium === 'Memory' ? 'tmpfs' : unclaimed
  return { kind, dataDir, span: stated?.span ?? block.span, ...(stated ? { kept: stated.text } : {}), misplaced: [] }
}

const presets: Readonly<Record<string, number>> = { nano: 192, micro: 384, small: 768, medium: 1536, large: 3072, xlarge: 6144, '2xlarge': 12288 }

/** The memory limit of one pod, only where somebody stated it: a limit that nobody chose is nothing to hold against them. */
export function memoryOf(pods: readonly ChartPods[], block: Block): Value<number> | undefined {
  for (const path of pods.flatMap(each => each.resources ?? [])) {
    const limit = memoryLimitAt(block.values, path)
    if (limit) return limit
    const preset = textAt(block.values, `${path}Preset`)
    const size = preset && entryOf(presets, preset.text)
    if (preset && size !== undefined) return known(size * 1024 * 1024, preset.span)
  }
  return undefined
}
