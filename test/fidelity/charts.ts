// What a published chart's values lead to against what its rendered manifests lead to: components, settings, storage and findings.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { lint, observe } from '../../src/lint.ts'
import type { ObservedComponent } from '../../src/model/observation.ts'
import type { Setting } from '../../src/model/stack.ts'
import { watched } from '../../src/servers/redis/settings.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { helmTemplate } from './helm.ts'

export interface ChartCase {
  /** Folder of the chart that depends on the published one. */
  readonly folder: string
  readonly values: readonly string[]
}

export const chartCases = (root: string): readonly ChartCase[] => readdirSync(root).flatMap(name =>
  [[], ...readdirSync(join(root, name)).filter(file => file.startsWith('values-')).map(file => [file])].map(values => ({ folder: join(root, name), values })))

// What the charts of all cases have of their own: a program that uses the server.
const worker = `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-worker}
spec:
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      containers:
        - name: worker
          image: {{ .Values.worker.image }}
          env:
            {{- range $name, $value := .Values.worker.env }}
            - {name: {{ $name }}, value: {{ tpl $value $ | quote }}}
            {{- end }}
`

const broker = ['default.replication.factor', 'min.insync.replicas', 'offsets.topic.replication.factor', 'auto.create.topics.enable', 'log.retention.hours', 'log.retention.bytes', 'unclean.leader.election.enable', 'num.partitions']

type Seen = Readonly<Record<string, string>>

const valueOf = (setting: Setting | undefined): string =>
  setting === undefined ? '–' : setting.state === 'unknown' ? '?' : setting.value

/** What is known of a component, in one notation. */
function seen(component: ObservedComponent, rules: readonly string[]): Seen {
  const names = component.technology === 'redis' ? watched : broker
  return {
    technology: component.technology, nodes: component.nodes.known ? String(component.nodes.value) : '?',
    storage: component.storage.kind, memory: component.memoryLimit?.known ? String(component.memoryLimit.value) : '–',
    uses: component.uses.filter(use => use.confidence >= 0.5).map(use => use.use).sort().join(' '),
    ...Object.fromEntries(names.filter(name => name !== 'dir').map(name => [name, valueOf(component.settings.get(name))])),
    findings: [...new Set(rules)].sort().join(' '),
  }
}

/** The components that files lead to. */
function componentsOf(files: Readonly<Record<string, string>>, charts: readonly { readonly chart: string; readonly values: readonly string[] }[] = []): readonly Seen[] {
  const tree = memoryTree(files)
  const observation = observe(tree, { charts })
  const { findings } = lint(tree, { charts }, observation)
  return observation.stacks.flatMap(stack => stack.components.map(component => seen(component, findings.filter(each => each.component === component.name).map(each => each.rule))))
}

export const byValues = ({ folder, values }: ChartCase): readonly Seen[] => {
  const files = Object.fromEntries(['Chart.yaml', 'values.yaml', ...values].map(file => [`shop/${file}`, readFileSync(join(folder, file), 'utf8')]))
  return componentsOf(files, [{ chart: 'shop', values: values.map(file => `shop/${file}`) }])
}

/** The same by the manifests that the program makes of them, with the chart in `charts/`, or another in its place. */
export async function byManifests(program: string, { folder, values }: ChartCase, scratch: string, instead?: string): Promise<{ readonly seen: readonly Seen[]; readonly refusal?: string }> {
  const copy = join(scratch, program, basename(folder), values[0] ?? 'alone')
  rmSync(copy, { recursive: true, force: true })
  cpSync(folder, copy, { recursive: true })
  if (instead !== undefined) {
    rmSync(join(copy, 'charts'), { recursive: true, force: true })
    cpSync(instead, join(copy, 'charts', basename(folder)), { recursive: true, dereference: true })
  }
  mkdirSync(join(copy, 'templates'), { recursive: true })
  writeFileSync(join(copy, 'templates/worker.yaml'), worker)
  const { out, refusal } = await helmTemplate(program, copy, scratch, values)
  return out === undefined ? { seen: [], ...(refusal === undefined ? {} : { refusal }) } : { seen: componentsOf({ 'rendered.yaml': out }) }
}

/** What differs, by aspect. */
export function differences(ours: readonly Seen[], theirs: readonly Seen[]): readonly string[] {
  if (ours.length !== theirs.length) return [`components: ${JSON.stringify(ours)} ≠ ${JSON.stringify(theirs)}`]
  return ours.flatMap((one, i) => Object.keys(one).filter(aspect => one[aspect] !== theirs[i]?.[aspect]).map(aspect => `${aspect}: ${one[aspect] ?? ''} ≠ ${theirs[i]?.[aspect] ?? ''}`))
}

export const publishedAt = (root: string | undefined, { folder }: ChartCase): string | undefined =>
  root !== undefined && existsSync(join(root, basename(folder))) ? join(root, basename(folder)) : undefined
