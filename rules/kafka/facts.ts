// What the Kafka rules ask of the model again and again: numbers, topics, client settings; knows no file format and reports nothing.
import { oncePer } from '../../src/model/once.ts'
import type { Client, ObservedComponent, ObservedStack, Use } from '../../src/model/observation.ts'
import type { Setting, Topic, UseName, Workload } from '../../src/model/stack.ts'
import { readable, valueOf, type Known, type Note, type Span, type Value } from '../../src/model/value.ts'
import { before } from '../../src/model/words.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export type Stated = Extract<Setting, { state: 'stated' }>

/** The setting as somebody wrote it; undefined when defaulted, unknown or absent. */
export function stated(component: ObservedComponent, name: string): Stated | undefined {
  const setting = component.settings.get(name)
  return setting?.state === 'stated' ? setting : undefined
}

/** The value that holds, stated or proven by the image's default. */
export const effective = (setting: Setting | undefined): string | undefined =>
  setting === undefined || setting.state === 'unknown' ? undefined : setting.value.trim().toLowerCase()

/** A whole number in the server's units; undefined when it is no number or not known. */
export function numberOf(setting: Setting | undefined): number | undefined {
  const text = effective(setting)
  return text !== undefined && /^-?\d{1,18}$/.test(text) ? Number(text) : undefined
}

/** A note on a setting: where it is written, or on the component's key what default holds. */
export function settingNote(component: ObservedComponent, name: string): Note | undefined {
  const setting = component.settings.get(name)
  if (setting === undefined || setting.state === 'unknown') return undefined
  return setting.state === 'stated'
    ? { span: setting.span, text: `${name}=${setting.value}` }
    : { span: component.span, text: `${name} is not set, and ${setting.of} has ${setting.value}` }
}

/** Notes that exist, in order. */
export const notes = (...all: readonly (Note | undefined)[]): readonly Note[] => all.filter(note => note !== undefined)

/** Topics that Kafka's own tools keep for themselves. */
export const internalTopic = (name: string): boolean =>
  /^_/.test(name) || /(^|[-_.])(connect|debezium)[-_.]?(cluster[-_.])?(configs?|offsets?|status(es)?|storage)$/i.test(name)
  || /[-_.](changelog|repartition|configs|offsets|status|statuses)$/i.test(name) || /^(ksql|_?confluent|mm2|heartbeats$)/i.test(name)

/** Topics of a try-out. */
export const scratchTopic = (name: string): boolean => /(^|[-_.])(tmp|temp|scratch|test|sandbox|dummy)([-_.]|$)/i.test(name)

/** Topics of telemetry, whose loss nobody repairs. */
export const telemetryTopic = (name: string): boolean =>
  /(^|[-_.])(metrics?|logs|traces?|spans?|telemetry|monitoring|heartbeats?|clickstream)([-_.]|$)/i.test(name)

/** Topics somebody provisions for data of their own. */
export const dataTopics = (component: ObservedComponent): readonly Topic[] =>
  component.topics.filter(topic => !internalTopic(topic.name) && !scratchTopic(topic.name))

const hostsOf = oncePer((workloads: ObservedStack['workloads']) => new Set(workloads.flatMap(workload => workload.hosts).concat('localhost', '127.0.0.1', '0.0.0.0', '')))

/** Brokers of the cluster; undefined when not known, or when its metadata names nodes that the stack does not hold. */
export function brokersOf(component: ObservedComponent, stack: ObservedStack): number | undefined {
  const brokers = valueOf(component.nodes)
  if (brokers === undefined || component.external || stack.kind !== 'compose') return component.external ? undefined : brokers
  const hosts = hostsOf(stack.workloads)
  const voters = (effective(component.settings.get('controller.quorum.voters')) ?? '').split(',').map(voter => voter.replace(/^\s*\d+@/, ''))
  const keepers = (effective(component.settings.get('zookeeper.connect')) ?? '').split(',')
  const outside = [...voters, ...keepers].map(address => before(address.trim(), /[:/]/)).some(host => !hosts.has(host))
  return outside ? undefined : brokers
}

/**
 * Whether its Kafka is older than a version, by what its image holds and by the protocol that its brokers are told to speak, which is never the newer one.
 * https://kafka.apache.org/documentation/#brokerconfigs_inter.broker.protocol.version
 */
export function isOlder({ version, contains, settings }: ObservedComponent, [major, minor]: readonly [number, number]): boolean {
  return [contains ?? version, effective(settings.get('inter.broker.protocol.version'))].some(each => {
    const match = /^(\d{1,3})\.(\d{1,3})/.exec(each ?? '')
    return match !== null && (Number(match[1]) < major || (Number(match[1]) === major && Number(match[2]) < minor))
  })
}

/** The established use of that name that is not a platform tool's own. */
export const established = (component: ObservedComponent, ...names: readonly UseName[]): Use | undefined =>
  component.uses.find(use => use.established && !use.internal && names.includes(use.use))

/** Its strongest evidence, as a note. */
export function useNote(use: Use | undefined): Note | undefined {
  const evidence = use?.evidence.find(one => one.for)
  return use && evidence ? { span: evidence.span, text: evidence.signal === 'declared' ? evidence.text : `${evidence.text} shows the use ${use.use}` } : undefined
}

const inside = (inner: Span, outer: Span): boolean => inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end

/** Whether evidence of a use lies in the definition of this very topic; a list of topics shows nothing about one of them. */
export const showsUse = (use: Use | undefined, topic: Topic): boolean =>
  use !== undefined && use.evidence.some(one => one.for && inside(one.span, topic.span))

export interface ClientSetting {
  readonly workload: Workload
  /** Upper case, words separated by `_`. */
  readonly key: string
  readonly value: Known
  readonly written: string
}

/**
 * What the clients' environment, their configuration files and the source of their programs state under keys that match, values known
 * only. A program that may be another's states nothing.
 */
export const clientSettings = (component: ObservedComponent, key: RegExp): readonly ClientSetting[] => underKeys(component)(key)

// Rules ask again for each of a component's programs.
const underKeys = oncePer((component: ObservedComponent) =>
  oncePer((key: RegExp): readonly ClientSetting[] => settingsOf(component).flatMap(({ value, ...setting }) => (key.test(setting.key) && value.known ? [{ ...setting, value }] : []))))

// Many rules ask the same component.
const settingsOf = oncePer((component: ObservedComponent): readonly (Omit<ClientSetting, 'value'> & { readonly value: Value })[] => component.clients.filter(({ workload }) => !servesOthers(workload, component)).flatMap(({ workload }) => {
  const program = workload.program?.certain === true ? workload.program : undefined
  const stated = [...workload.environment, ...(program ? workload.settings ?? [] : [])] as readonly { readonly name: string; readonly value: Value }[]
  const called = program?.settings.filter(({ technology }) => technology === component.technology) ?? []
  return [...stated, ...called].map(({ name, value }) => ({ workload, key: name.toUpperCase().replace(/[^A-Z0-9]+/g, '_'), value, written: name }))
}))

const bootstrap = /(?:^|[._-])(?:bootstrap[._-]?servers?|brokers?(?:[._-]list)?)$/i

/** Whether a program names brokers elsewhere, too, so that nobody can say of which a setting of it speaks. */
const servesOthers = (workload: Workload, { hosts }: ObservedComponent): boolean => workload.environment.some(({ name, value }) => {
  if (!bootstrap.test(name) || !value.known || value.value.length > 2000) return false
  const named = value.value.split(/[,\s]+/).map(part => before(part.replace(/^\w+:\/\//, ''), /[:/]/).toLowerCase()).filter(host => /[a-z]/.test(host))
  return named.length > 0 && named.every(host => host.includes('.') && !hosts.includes(host) && !hosts.includes(before(host, /\./)))
})

/** One setting for each place: what shared code or a shared file says stands for all programs that have it. `who` names them. */
export function oncePerPlace(settings: readonly ClientSetting[]): readonly (ClientSetting & { readonly who: string })[] {
  const places = new Map<string, ClientSetting[]>()
  for (const setting of settings) {
    const { file, start, end } = setting.value.span
    const place = JSON.stringify([file, start, end])
    const same = places.get(place)
    if (same) same.push(setting)
    else places.set(place, [setting])
  }
  return [...places.values()].flatMap(same => {
    const [first] = same
    const others = new Set(same.map(({ workload }) => workload.name)).size - 1
    return first ? [{ ...first, who: others === 0 ? first.workload.name : `${first.workload.name} (and ${others} more)` }] : []
  })
}

const tools = /(kafka-?ui|kafdrop|akhq|console|kowl|manager|cmak|exporter|kminion|burrow|cruise-control|kouncil|topics-ui|control-center|zookeeper)/i

/** User interfaces, exporters and other tools of operators. */
export const isTool = (workload: Workload): boolean => tools.test(`${readable(workload.image)} ${workload.name}`)

/** Clients that speak to it for certain, tools of operators left out. */
export const applications = (component: ObservedComponent): readonly Client[] =>
  component.clients.filter(({ workload, links }) => links.some(link => link.how !== 'only-one') && !isTool(workload))

/** Words of the command that is run, joined. */
export const commandOf = (workload: Workload): string =>
  [...(workload.entrypoint ?? []), ...(workload.command ?? [])].map(readable).join(' ')

/** "7 days", "90 minutes", "10 seconds". */
export function duration(ms: number): string {
  const units = [[day, 'day'], [hour, 'hour'], [minute, 'minute'], [1000, 'second']] as const
  for (const [size, name] of units) {
    if (ms >= size && ms % size === 0) return `${ms / size} ${name}${ms === size ? '' : 's'}`
  }
  return `${ms} ms`
}

/** "12 MB". */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`

/** "a, b and 3 more". */
export function list(names: readonly string[], most = 3): string {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}` : names[0] ?? ''
}

/** Retention of the broker in milliseconds (-1 for ever), and the setting that decides it. */
export function brokerRetention(component: ObservedComponent): { readonly ms: number; readonly name: 'log.retention.ms' | 'log.retention.minutes' | 'log.retention.hours' } | undefined {
  const units = [['log.retention.ms', 1], ['log.retention.minutes', minute], ['log.retention.hours', hour]] as const
  // A more precise setting wins over a coarser one, but only where somebody states it.
  const order = [...units.filter(([name]) => component.settings.get(name)?.state === 'stated'), ...units]
  if (units.some(([name]) => component.settings.get(name)?.state === 'unknown')) return undefined
  for (const [name, size] of order) {
    const value = numberOf(component.settings.get(name))
    if (value !== undefined) return { ms: value < 0 ? -1 : value * size, name }
  }
  return undefined
}

/** The cleanup policies of a topic, its own or the broker's; undefined when not known. */
export function policiesOf(component: ObservedComponent, topic: Topic): readonly string[] | undefined {
  const policy = effective(topic.config.get('cleanup.policy') ?? component.settings.get('log.cleanup.policy'))
  return policy?.split(/[,\s]+/).filter(word => word !== '')
}

// `--advertise-kafka-addr localhost:9092`, `--advertise-kafka-addr=localhost:9092`.
const advertisesLocalhost = (command: string): boolean => command.split(/\s+/).some((word, i, words) =>
  word.includes('advertise') && /localhost|127\.0\.0\.1/.test(word.includes('=') ? word.slice(word.indexOf('=')) : words[i + 1] ?? ''))

/** Brokers that tell their clients to come to localhost serve somebody's own machine. */
export const forOneMachine = (component: ObservedComponent): boolean =>
  component.members.some(member => advertisesLocalhost(commandOf(member)) || member.environment.some(({ name, value }) =>
    name.includes('ADVERTISED') && value.known && /(localhost|127\.0\.0\.1|host\.docker\.internal)/.test(value.value)))
