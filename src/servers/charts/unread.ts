// Values of a server that its chart never reads: the keys of the chart that stood there before. Knows paths, no server.
import type { Chart as KnownChart } from '../../model/knowledge.ts'
import type { UnreadSetting } from '../../model/stack.ts'
import { at, booleanOf, entryAt } from '../../readers/helm/values.ts'
import type { Block } from '../../readers/read-stack.ts'
import { isEmpty } from './values.ts'

/** What the values say under paths that only other charts know. */
export function unreadValues(block: Block, chart: KnownChart): readonly UnreadSetting[] {
  const read = pathsOf(chart)
  return Object.entries(chart.formerly ?? {}).flatMap(([path, instead]) => {
    const entry = entryAt(block.values, path)
    if (!entry || isEmpty(entry.value)) return []
    // Of a block that moved, the parts that the chart would read at the new place.
    const parts = instead === '' ? [] : read.flatMap(each => (each.startsWith(`${instead}.`) ? [each.slice(instead.length + 1)] : []))
      .filter(part => entry.value.kind === 'map' && at(entry.value, part) !== undefined).map(part => `${path}.${part}`.replace(/\.enabled$/, ''))
    const decides = parts.length > 0 || (instead !== '' && read.includes(instead)) || telling.test(path) || switches(chart, block, instead, booleanOf(entry.value))
    return [{
      span: entry.key.span, written: [...new Set(parts.length > 0 ? parts : [path])], by: chart.title, decides,
      ...(instead === '' ? {} : { instead }),
    }]
  })
}

// `cluster.enabled: false` was to have no replicas, which the chart starts unless what it reads now says otherwise.
const switches = (chart: KnownChart, { values }: Block, instead: string, meant: boolean | undefined): boolean =>
  meant !== undefined && at(values, instead) === undefined
  && chart.pods.some(({ when = [] }) => when.some(({ at: path, is, default: usual }) => path === instead && is !== undefined && is.includes(usual) !== meant))

// Blocks and keys that decide on data, whatever takes their place.
const telling = /persistence|configuration|config$|configmap|replica|retention|isr|maxmessage/i

const pathsOf = (chart: KnownChart): readonly string[] =>
  [...chart.settings.map(place => place.at), ...chart.pods.flatMap(pods => [...pods.persistence ?? [], ...pods.replicas ?? [], ...pods.resources ?? []])]
