// Charts, values files and GitOps resources of a tree → stacks. Knows where Helm's values are found; must not know any use.
import { chartFolders, folderOf, join, nameOf, type FileTree } from '../../model/files.ts'
import type { Stack } from '../../model/stack.ts'
import type { Note } from '../../model/value.ts'
import type { Deployed, Reading, ReadStack } from '../read-stack.ts'
import type { YamlMap } from '../yaml.ts'
import { chartAt, valuesIn, type Chart } from './chart.ts'
import { bareStacks } from './bare.ts'
import { headOf, proseOf } from '../prose.ts'
import { releasesIn } from './gitops.ts'
import { chartFolderOf, viewsOf, type View } from './layers.ts'
import { offeredBy } from './offered.ts'
import type { Release } from './release.ts'
import { sourceOf, type Source } from './source.ts'
import { deployed, type ChartContents, type ChartKnowledge } from './stack.ts'
import { withTemplates } from './templates.ts'
import { coalesce } from './values.ts'

export interface HelmOptions {
  /** Only stacks that one of these files belongs to. */
  readonly files?: readonly string[]
  /** Charts with their values in layer order, as `-f a.yaml -f b.yaml` would. */
  readonly charts?: readonly { readonly chart: string; readonly values: readonly string[] }[]
  /** Files that another reader has read already. */
  readonly taken?: ReadonlySet<string>
}

const mostCharts = 5_000

/** Finds and reads every chart, release and values file of a tree. */
export function helmStacks(tree: FileTree, knowledge: ChartKnowledge, options: HelmOptions = {}): Reading {
  const source = sourceOf(tree)
  const files = tree.files()
  const folders = chartFolders(tree)
  const stated = (options.charts ?? []).map(({ chart, values }) => ({ folder: nameOf(chart) === 'Chart.yaml' ? folderOf(chart) : chart, values }))
  const stacks: ReadStack[] = []
  const consumed = new Set<string>()
  const keep = (stack: ReadStack): void => {
    if (options.files === undefined || options.files.some(file => stack.touched.has(file))) stacks.push(stack)
  }
  for (const { folder, values } of stated) {
    const chart = chartAt(source, folder)
    const absent = (path: string, message: string): void => { source.problems.push({ span: { file: path, start: 0, end: 0 }, message, unread: true }) }
    if (!chart) { absent(join(folder, 'Chart.yaml'), `there is no chart in ${folder}, which the configuration names`); continue }
    for (const file of values) if (tree.read(file) === undefined) absent(file, `the values file ${file} of the chart ${chart.name} is not here`)
    const base = join(folder, 'values.yaml')
    const order = values.includes(base) || source.text(base) === undefined ? values : [base, ...values]
    const last = order.at(-1)
    for (const file of order) consumed.add(file)
    if (order.some(file => source.isBroken(file))) continue
    const view: View = { files: order, ...(last === undefined || order.length < 2 ? {} : { variant: last }) }
    keep(chartStack(chart, view, source, knowledge, 'deployment'))
  }
  const releases = releasesIn(source, options.taken ?? new Set())
  let count = 0
  for (const folder of [...folders].sort()) {
    if (isSubchart(folder, folders) || stated.some(each => each.folder === folder) || ++count > mostCharts) continue
    // Of a chart in another folder a file is part only where that chart says so.
    if (options.files && !options.files.some(file => isWithin(file, folder)) && !refersElsewhere(folder, source)) continue
    const chart = chartAt(source, folder)
    if (!chart || chart.library) continue
    for (const view of viewsOf(chart, files)) {
      for (const file of view.files) consumed.add(file)
      // What a broken file says is unknown, and the chart's defaults must not stand in for it.
      if (view.files.some(file => source.isBroken(file))) continue
      const stack = chartStack(chart, view, source, knowledge)
      if (view.variant === undefined || stack.deployed.length > 0 || stack.pods.length > 0) keep(stack)
      if (view.variant === undefined) offeredStacks(chart, view, stack, source, knowledge).forEach(keep)
    }
  }
  for (const release of releases) {
    const stack = releaseStack(release, source, knowledge)
    for (const file of release.files) consumed.add(file)
    if (stack) keep(stack)
  }
  // Each is a stack of its own, so only those that were asked for are read.
  const open = (options.files ?? files).filter(file => !consumed.has(file) && !options.taken?.has(file) && chartFolderOf(file, folders) === undefined)
  for (const stack of bareStacks(source, open, knowledge)) keep(stack)
  return { stacks, problems: source.problems }
}

// `charts/x` below another chart is that chart's own; a collection of charts has no Chart.yaml above.
function isSubchart(folder: string, folders: ReadonlySet<string>): boolean {
  const match = /^(?:(.*)\/)?charts\/[^/]+$/.exec(folder)
  return match !== null && folders.has(match[1] ?? '.')
}

const isWithin = (file: string, folder: string): boolean => folder === '.' || file.startsWith(`${folder}/`)

const refersElsewhere = (folder: string, source: Source): boolean =>
  ['Chart.yaml', 'requirements.yaml'].some(name => source.text(join(folder, name))?.includes('file:'))

function layered(files: readonly string[], source: Source): YamlMap | undefined {
  let values: YamlMap | undefined
  for (const file of files) values = coalesce(values, valuesIn(source, file), true)
  return values
}

// Each by itself, as switching it on is the choice of whoever deploys the chart.
function offeredStacks(chart: Chart, view: View, stack: ReadStack, source: Source, knowledge: ChartKnowledge): readonly ReadStack[] {
  const values = layered(view.files, source)
  const [variant] = view.files
  return offeredBy(chart, values, stack.deployed, knowledge, file => source.text(file)).flatMap(on => {
    const found = deployed(chart, values, knowledge, file => source.text(file), { on })
    const servers = found.servers.filter(server => server.name === on).map(server => asIfOn(server, on))
    return servers.length === 0 ? [] : [{
      ...stack, ...(variant === undefined ? {} : { variant }), standing: 'library-defaults', workloads: found.workloads,
      deployed: servers, pods: [],
    }]
  })
}

const asIfOn = (server: Deployed, on: string): Deployed =>
  ('block' in server ? { ...server, notes: [...server.notes, { span: server.span, text: `the values leave ${on} off; it is read as if it were on` }] } : server)

const partsOf = (found: ChartContents): Pick<ReadStack, 'workloads' | 'deployed' | 'pods'> => ({ workloads: found.workloads, deployed: found.servers, pods: found.containers })

function chartStack(chart: Chart, view: View, source: Source, knowledge: ChartKnowledge, standing?: Stack['standing']): ReadStack {
  const values = layered(view.files, source)
  const found = withTemplates(deployed(chart, values, knowledge, file => source.text(file)), chart, values, chart.name, source, knowledge)
  source.problems.push(...found.problems)
  return {
    name: chart.name, root: chart.folder, kind: 'chart',
    files: [...view.files, join(chart.folder, 'Chart.yaml')],
    ...(view.variant === undefined ? {} : { variant: view.variant }),
    // The own values of a server's chart are defaults for everybody, unless they say what for; those of an application are where it
    // wires its servers.
    standing: standing ?? (view.variant === undefined && found.serversOnly && !view.files.some(file => source.text(file)?.includes('x-misfit:')) ? 'library-defaults' : 'deployment'),
    ...partsOf(found),
    prose: view.files.flatMap(file => proseOf(source.text(file) ?? '', file)), heads: view.files.flatMap(file => headOf(source.text(file) ?? '', file)),
    unread: [...found.unread, ...(found.files.length === 0 ? templates(chart, found.servers) : [])],
    touched: new Set([...view.files, join(chart.folder, 'Chart.yaml'), ...found.files, ...chartFiles(chart)]),
  }
}

/** The files of the charts below, each chart once, however many names it goes by. */
function chartFiles(chart: Chart): readonly string[] {
  const below = new Set([chart])
  for (const { dependencies } of below) for (const { chart: sub } of dependencies) if (sub) below.add(sub)
  below.delete(chart)
  return [...below].flatMap(({ folder }) => [join(folder, 'values.yaml'), join(folder, 'Chart.yaml')])
}

// Said once, and only where it matters.
const templates = (chart: Chart, servers: readonly Deployed[]): readonly Note[] =>
  chart.hasTemplates && servers.length > 0 ? [{ span: chart.span, text: `the templates of the chart ${chart.name} are not read` }] : []

function releaseStack(release: Release, source: Source, knowledge: ChartKnowledge): ReadStack | undefined {
  const local = release.path === undefined ? undefined : chartAt(source, release.path)
  const chart: Chart = local ?? {
    name: release.chart, folder: folderOf(release.file), version: release.version, appVersion: undefined, span: release.span, addresses: release.repository === undefined ? [] : [release.repository],
    dependencies: [], values: undefined, library: false, hasTemplates: false,
  }
  let values = local?.values
  for (const layer of release.layers) values = coalesce(values, layer, true)
  const plain = deployed(chart, values, knowledge, file => source.text(file), { release: release.name, ...(release.hidden[0] ? { hidden: release.hidden[0] } : {}) })
  // What values elsewhere say may switch any part of a template.
  const found = release.hidden.length > 0 ? { ...plain, files: [] } : withTemplates(plain, chart, values, release.name, source, knowledge)
  source.problems.push(...found.problems)
  if (found.servers.length === 0 && found.workloads.length === 0) return undefined
  return {
    name: release.name, root: folderOf(release.file), kind: 'values',
    files: [...new Set([release.file, ...release.files])],
    variant: release.variant ?? release.file,
    standing: 'deployment',
    ...partsOf(found), unread: [...release.hidden, ...found.unread],
    touched: new Set([release.file, ...release.files, ...(local ? [join(local.folder, 'Chart.yaml'), join(local.folder, 'values.yaml'), ...found.files, ...chartFiles(local)] : [])]),
  }
}
