// A merged compose service → a workload. Knows the fields of a service, not which technology it runs.
import type { FileTree } from '../../model/files.ts'
import type { Mount, Variable, Workload } from '../../model/stack.ts'
import { hiding, known, unknown, valueOf, type Known, type Span, type Text, type Value } from '../../model/value.ts'
import { commentsAt, commentsIn, commentsWithin } from '../prose.ts'
import { flattened } from '../config-files.ts'
import { blockFor, declaredIn } from './declared.ts'
import { buildSourceOf } from './build.ts'
import { inlineBuild } from './dockerfile.ts'
import { besideOf, environmentOf, labelsOf, variablesIn } from './environment.ts'
import type { Remarks } from './files.ts'
import { canonical } from './merge.ts'
import { configTexts, mayHoldConfiguration, mountsOf } from './mounts.ts'
import { entriesOf, field, itemsOf, partOf, scalarAt, scalarsOf, textOf, valueOfScalar, type Node, type ScalarNode } from './node.ts'
import type { Project, Service } from './project.ts'
import { scriptsOf } from './scripts.ts'
import { commandWords } from './words.ts'
import { bytesOf, secondsOf } from './units.ts'

const maxConfigEntries = 2000

/** The workload that a service describes. Names given by others' `links` are added by `workloadsOf`. */
export function workloadOf(service: Service, project: Project, tree: FileTree, remarks: Remarks): Workload {
  const { node } = service
  const image = scalarAt(node, 'image')
  const build = field(node, 'build')
  const inline = image ? undefined : inlineBuild(node)
  const mounts = mountsOf(node, project, tree, remarks)
  const labels = [...labelsOf(node, tree, remarks), ...variablesIn(field(field(node, 'deploy'), 'labels'), 'deploy.labels')]
  const entrypoint = wordsOf(field(node, 'entrypoint')) ?? inline?.entrypoint, command = wordsOf(field(node, 'command')) ?? inline?.command
  const replicas = scalarAt(field(node, 'deploy'), 'replicas') ?? scalarAt(node, 'scale')
  const memory = limitOf(scalarAt(field(field(field(node, 'deploy'), 'resources'), 'limits'), 'memory') ?? scalarAt(node, 'mem_limit'))
  const grace = scalarAt(node, 'stop_grace_period')
  const restart = restartOf(node)
  const healthcheck = healthcheckOf(node)
  const published = portsOf(node, 'ports')
  const environment = [...environmentOf(node, project, tree, remarks), ...configEntries(mounts, tree)]
  const builtFrom = build && buildSourceOf(build)
  const scripts = scriptsOf({ entrypoint, command, mounts, builtFrom }, tree)
  const beside = besideOf(node, environment, project, tree)
  // What this says of other names is all there is, unless one of them cannot be read.
  const hidden = [
    ...service.open === true ? inherited : [],
    ...itemsOf(field(node, 'env_file')).some(item => ((item.kind === 'scalar' ? item : scalarAt(item, 'path'))?.missing.length ?? 0) > 0) ? ['envFiles'] : [],
    ...mounts.some(mayHoldConfiguration) ? ['environment'] : [],
    ...['depends_on', 'links'].some(key => scalarsOf(field(node, key)).some(({ missing }) => missing.length > 0)) ? ['dependsOn'] : [],
    ...['container_name', 'hostname'].some(key => (scalarAt(node, key)?.missing.length ?? 0) > 0) ? ['hosts'] : [],
    ...(scalarAt(node, 'pull_policy')?.missing.length ?? 0) > 0 ? ['neverPulled'] : [],
    ...hidesPort(node, 'ports') ? ['published', 'ports'] : hidesPort(node, 'expose') ? ['ports'] : [],
  ]
  return hiding<Workload>({
    name: service.name,
    span: service.key,
    ...(image ? { image: valueOfScalar(image) } : inline?.image ? { image: inline.image } : {}),
    ...(build && builtFrom ? { build: build.span, builtFrom } : {}),
    ...(entrypoint ? { entrypoint } : {}),
    ...(command ? { command } : {}),
    ...(scripts.length > 0 ? { scripts } : {}),
    environment,
    ...(beside.length > 0 ? { beside } : {}),
    hosts: hostsOf(service, project),
    dependsOn: dependenciesOf(node),
    mounts,
    labels,
    ports: [...new Set([...published, ...portsOf(node, 'expose')])],
    ...(published.length > 0 ? { published } : {}),
    profiles: scalarsOf(field(node, 'profiles')).map(p => p.text),
    ...(replicas ? { replicas: numberOf(valueOfScalar(replicas), wholeNumber, 'no number') } : {}),
    ...(memory ? { memoryLimit: memory } : {}),
    ...(restart ? { restart } : {}),
    ...(healthcheck ? { healthcheck } : {}),
    ...(grace ? { stopGrace: numberOf(valueOfScalar(grace), secondsOf, 'no duration') } : {}),
    ...(/^(?:host|service:|container:)|\$/.test(scalarAt(node, 'network_mode')?.text ?? '') ? { sharesNetwork: true as const } : {}),
    ...(scalarAt(node, 'pull_policy')?.text === 'never' ? { neverPulled: true } : {}),
    ...(isYes(scalarAt(node, 'tty')) || isYes(scalarAt(node, 'stdin_open')) ? { interactive: true } : {}),
    comments: [...commentsOf(service, image?.span), ...mounts.flatMap(({ content }) => (content ? commentsIn(content) : []))],
    declared: declaredIn([field(node, 'x-misfit'), blockFor(project.top.get('x-misfit'), service.name)], labels, remarks.problems),
  }, ...hidden)
}

function commentsOf({ source, key }: Service, image: Span | undefined): readonly Known[] {
  const at = commentsAt(source.text, key, image), starts = new Set(at.map(({ span }) => span.start))
  return [...at, ...commentsWithin(source.text, key).filter(({ span }) => !starts.has(span.start))]
}

/** What a service may have from the one that it extends. */
const inherited = ['image', 'build', 'entrypoint', 'command', 'environment', 'mounts', 'labels', 'ports', 'published', 'profiles', 'replicas', 'memoryLimit', 'restart', 'healthcheck', 'stopGrace', 'hosts', 'dependsOn', 'declared'] as const

const isYes = (scalar: { readonly text: string } | undefined): boolean => scalar?.text === 'true'

const wholeNumber = (text: string): number | undefined => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined)

/** A limit of 0 is none. */
function limitOf(node: ScalarNode | undefined): Value<number> | undefined {
  const limit = node && numberOf(valueOfScalar(node), bytesOf, 'no size')
  return limit?.known === true && limit.value === 0 ? undefined : limit
}

function numberOf(value: Value, read: (text: string) => number | undefined, not: string): Value<number> {
  if (!value.known) return value
  const number = read(value.value)
  return number === undefined ? unknown(`${value.value} is ${not}`, value.value, value.span) : known(number, value.span, value.notes)
}

/** Words of a command: a list as it stands, a text split as Compose does, every word with its own place. */
export function wordsOf(node: Node | undefined): readonly Value[] | undefined {
  if (node === undefined || (node.kind === 'scalar' && node.isNull)) return undefined
  if (node.kind !== 'scalar') return scalarsOf(node).map(valueOfScalar)
  return commandWords(node.text).map(word => {
    const value = partOf(node, word.start, word.end, word.text)
    return /\s/.test(word.text) ? withPlaces(value, textOf(node), word.start, node.text) : value
  })
}

/** Places inside a quoted word: found from the word's own text, as quotes and escapes shift them. */
function withPlaces(value: Value, whole: Text, start: number, line: string): Value {
  const text = value.known ? value.value : value.raw
  const offsets: number[] = []
  let at = start
  for (const c of text) {
    const next = line.indexOf(c, at)
    if (next >= 0) at = next
    for (let i = 0; i < c.length; i++) offsets.push(at + i)
    at = Math.min(at + c.length, line.length)
  }
  return { ...value, at: (from, to) => whole.span(offsets[from] ?? start, (offsets[Math.max(from, to - 1)] ?? start) + 1) }
}

function configEntries(mounts: readonly Mount[], tree: FileTree): readonly Variable[] {
  const found: Variable[] = []
  for (const mount of mounts) {
    if (mount.kind !== 'bind' && mount.kind !== 'config') continue
    for (const text of configTexts(mount, tree)) {
      if (found.length >= maxConfigEntries) return found
      const inner = mount.content && mount.path === undefined ? valueOf(mount.target) ?? '' : text.file
      found.push(...flattened(inner, text).slice(0, maxConfigEntries - found.length))
    }
  }
  return found
}

function hostsOf({ name, node }: Service, project: Project): readonly string[] {
  const hosts = [name]
  // CapRover gives every app this name; its own variables start with `$$` (https://caprover.com/docs/service-networking.html).
  if (project.top.has('captainVersion')) hosts.push(`srv-captain--${name.replaceAll('$$', '$')}`)
  for (const key of ['container_name', 'hostname']) {
    const value = scalarAt(node, key)
    if (value && value.missing.length === 0) hosts.push(value.text)
  }
  for (const [, { value }] of entriesOf(field(node, 'networks'))) {
    const fixed = scalarAt(value, 'ipv4_address')
    for (const alias of [...scalarsOf(field(value, 'aliases')), ...fixed ? [fixed] : []]) if (alias.missing.length === 0) hosts.push(alias.text)
  }
  return [...new Set(hosts)]
}

function dependenciesOf(node: Node): readonly Known[] {
  const found = new Map<string, Known>()
  const add = (name: string, span: Span): void => { if (name !== '' && !found.has(name)) found.set(name, known(name, span)) }
  const dependsOn = field(node, 'depends_on')
  if (dependsOn) for (const [name, { key }] of entriesOf(canonical(dependsOn, 'depends_on'))) add(name, key)
  for (const link of scalarsOf(field(node, 'links'))) add(link.text.split(':')[0] ?? '', link.span)
  for (const from of scalarsOf(field(node, 'volumes_from'))) if (!from.text.startsWith('container:')) add(from.text.split(':')[0] ?? '', from.span)
  const shared = scalarAt(node, 'network_mode')
  if (shared?.text.startsWith('service:')) add(shared.text.slice('service:'.length), shared.span)
  return [...found.values()]
}

// Container ports: of `ports`, which the machine publishes, or of `expose`.
// Behind the last colon, that of `${PORT:-80}` is none.
function portIn(item: Node): { readonly port: string; readonly missing: number } {
  const scalar = item.kind === 'scalar' ? item : scalarAt(item, 'target')
  return { port: item.kind === 'scalar' ? item.text.slice(item.text.lastIndexOf(':') + 1) : scalar?.text ?? '', missing: scalar?.missing.length ?? 0 }
}

const hidesPort = (node: Node, key: 'ports' | 'expose'): boolean => itemsOf(field(node, key)).some(item => { const { port, missing } = portIn(item); return missing > 0 && !/^\d/.test(port) })

function portsOf(node: Node, key: 'ports' | 'expose'): readonly number[] {
  const ports = new Set<number>()
  for (const item of itemsOf(field(node, key))) {
    const [first = NaN, last = first] = portIn(item).port.split('/')[0]?.split('-').map(p => (/^\d{1,5}$/.test(p) ? Number(p) : NaN)) ?? []
    for (let port = first; port <= last && port < first + 100; port++) ports.add(port)
  }
  return [...ports]
}

function restartOf(node: Node): Value | undefined {
  const restart = scalarAt(node, 'restart')
  if (restart) return valueOfScalar(restart)
  const policy = field(field(node, 'deploy'), 'restart_policy')
  if (policy?.kind !== 'map') return undefined
  const condition = scalarAt(policy, 'condition')
  if (!condition) return known('always', policy.span)
  const value = valueOfScalar(condition)
  const word = valueOf(value)
  return word === 'none' ? known('no', value.span) : word === 'any' ? known('always', value.span) : value
}

function healthcheckOf(node: Node): readonly Value[] | undefined {
  const healthcheck = field(node, 'healthcheck')
  const disabled = scalarAt(healthcheck, 'disable')
  if (disabled?.text === 'true') return [known('NONE', disabled.span)]
  const test = field(healthcheck, 'test')
  if (test?.kind === 'scalar') return test.isNull ? undefined : [known('CMD-SHELL', test.span), valueOfScalar(test)]
  return test?.kind === 'seq' ? scalarsOf(test).map(valueOfScalar) : undefined
}
