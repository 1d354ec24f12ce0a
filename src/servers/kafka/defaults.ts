// What a broker does where nobody says anything: by its product and version, and by the file that its image's entrypoint starts it with.
import { entryOf } from '../../model/entry-of.ts'
import { within } from '../../model/images.ts'
import type { Product, SettingDefault } from '../../model/knowledge.ts'
import type { Setting, UnloadedConfig, Workload } from '../../model/stack.ts'
import type { Note, Span } from '../../model/value.ts'
import { mountOver } from './command.ts'

/** What a configuration file of the image itself says, and what the broker does without any. */
const packagedSource = 'https://github.com/apache/kafka/blob/4.0/config/server.properties'
const packaged: Readonly<Record<string, string>> = {
  'offsets.topic.replication.factor': '1', 'transaction.state.log.replication.factor': '1', 'transaction.state.log.min.isr': '1',
}
export const bareSource = 'https://kafka.apache.org/documentation/#brokerconfigs'
const bare: Readonly<Record<string, string>> = {
  'log.dirs': '/tmp/kafka-logs',
  'offsets.topic.replication.factor': '3', 'transaction.state.log.replication.factor': '3', 'transaction.state.log.min.isr': '2',
}

/** What is gathered of one broker on the way to its settings. */
export interface Layers {
  readonly stated: Map<string, Setting>
  readonly unloaded: UnloadedConfig[]
  readonly unread: Note[]
  /** Defaults that differ from the product's, because of what the configuration replaces. */
  defaults: Readonly<Record<string, string>>
  defaultsSource: string
  /** A configuration that cannot be read decides: nothing is defaulted. */
  opaque: { readonly why: string; readonly span: Span } | undefined
}

export interface Loaded {
  readonly path: string
  /** Environment is laid over the file, or not read at all. */
  readonly mode: 'under' | 'instead'
}

// Paths of the Apache distribution's own file: its content is known.
export const isPackagedFile = (path: string): boolean => /^\/(opt\/)?kafka[^/]*\/config\/(kraft\/)?(server|broker)\.properties$/.test(path)

// Variables that apache/kafka keeps out of server.properties; any other KAFKA_* makes it write a file of its own
// instead of the packaged one (KafkaDockerWrapper.scala, getServerConfigsFromEnv and prepareServerConfigs).
const notServerProperties = new Set([
  'KAFKA_VERSION', 'KAFKA_HEAP_OPTS', 'KAFKA_LOG4J_OPTS', 'KAFKA_OPTS', 'KAFKA_JMX_OPTS', 'KAFKA_JVM_PERFORMANCE_OPTS', 'KAFKA_GC_LOG_OPTS',
  'KAFKA_LOG4J_ROOT_LOGLEVEL', 'KAFKA_LOG4J_LOGGERS', 'KAFKA_TOOLS_LOG4J_LOGLEVEL', 'KAFKA_JMX_HOSTNAME',
])

/** Whether a variable makes apache/kafka write a file of its own, instead of starting with the packaged one or what is mounted over it. */
export const writesOwnFile = (workload: Workload): boolean => workload.environment.some(v => v.name.startsWith('KAFKA_') && !notServerProperties.has(v.name))

/** Settles which defaults hold, by what the server was started with. */
export function chooseDefaults(workload: Workload, product: Product, started: boolean, loaded: Loaded | undefined, layers: Layers): void {
  const distribution = { ...packaged, 'log.dirs': '/tmp/kraft-combined-logs' }
  if (loaded && isPackagedFile(loaded.path) && !mountOver(workload, loaded.path)) {
    // The ZooKeeper file of releases before 4.0 says /tmp/kafka-logs.
    layers.defaults = loaded.path.includes('/kraft/') || layers.stated.has('process.roles') ? distribution : { ...packaged, 'log.dirs': '/tmp/kafka-logs' }
    layers.defaultsSource = packagedSource
    return
  }
  if (loaded && (started || loaded.mode === 'instead')) { layers.defaults = bare; return }
  if (product.dialect !== 'kafka-apache' || loaded) return
  if (writesOwnFile(workload)) return
  layers.defaults = distribution
  layers.defaultsSource = packagedSource
}

/** Adds what nobody stated. */
export function addDefaults(settings: Map<string, Setting>, product: Product, layers: Layers, version: string | undefined): void {
  const of = version ? `${product.title} ${version}` : product.title
  for (const [name, value] of Object.entries(layers.defaults)) {
    if (value !== '' && !settings.has(name) && !(name === 'log.dirs' && settings.has('log.dir'))) {
      settings.set(name, { state: 'defaulted', value, of, source: layers.defaultsSource })
    }
  }
  for (const [name, given] of Object.entries(product.defaults)) {
    if (settings.has(name) || shadowed(name, settings)) continue
    const found = chosen(given, version)
    if (found === 'unclear') settings.set(name, { state: 'unknown', why: `the default of ${name} depends on the version, which the image does not tell` })
    else if (found) settings.set(name, { state: 'defaulted', value: found.value, of, source: found.source })
  }
}

// A finer or more particular name that somebody set wins over the default of the coarser one.
const finer: Readonly<Record<string, readonly string[]>> = {
  'log.dirs': ['log.dir'], 'log.retention.hours': ['log.retention.ms', 'log.retention.minutes'], 'log.roll.hours': ['log.roll.ms'],
}
const shadowed = (name: string, settings: ReadonlyMap<string, Setting>): boolean =>
  name !== 'log.dirs' && (entryOf(finer, name) ?? []).some(other => settings.has(other))

function chosen(given: SettingDefault | readonly SettingDefault[], version: string | undefined): SettingDefault | 'unclear' | undefined {
  const list = 'value' in given ? [given] : given
  if (version === undefined) return list.every(one => one.value === list[0]?.value) ? list[0] : 'unclear'
  return list.find(one => within(version, one.versions) === true)
}

