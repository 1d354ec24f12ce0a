// The settings that one Kafka broker really starts with: image, mounted file, environment and command in their order.
// Knows the entrypoints of the images; nothing of clusters, storage or uses.
import type { FileTree } from '../../model/files.ts'
import type { Product } from '../../model/knowledge.ts'
import { entryOf } from '../../model/entry-of.ts'
import type { Mount, Setting, Settings, UnloadedConfig, UnreadSetting, Variable, Workload } from '../../model/stack.ts'
import { readable, type Note, type Value } from '../../model/value.ts'
import { withoutEnd } from '../../model/words.ts'
import { copiesOf } from '../copies.ts'
import { launchOf } from '../launch.ts'
import { mountedText, mountOver, statementsOf, type ShellWord, type Statement } from './command.ts'
import { addDefaults, bareSource, chooseDefaults, isPackagedFile, writesOwnFile, type Layers, type Loaded } from './defaults.ts'
import { dotted, dottedByBitnami, dottedWithEscapes, isSecret, isToolVariable, readProperties, settingOf } from './properties.ts'
import { redpandaSettings } from './redpanda.ts'
import { containedVersion, versionOf } from './versions.ts'

export interface NodeSettings {
  readonly settings: ReadonlyMap<string, Setting>
  readonly unloaded: readonly UnloadedConfig[]
  readonly unreadSettings: readonly UnreadSetting[]
  readonly unread: readonly Note[]
}

/** Effective settings of one broker under their names in `server.properties`; Redpanda's own names beside the common ones. */
export function nodeSettings(workload: Workload, product: Product, tree: FileTree): NodeSettings {
  const layers: Layers = { stated: new Map(), unloaded: [], unread: [], defaults: {}, defaultsSource: bareSource, opaque: undefined }
  const statements = statementsOf(workload, tree)
  if (product.dialect === 'kafka-opaque') layers.opaque = { why: `how ${product.title} is configured is not known`, span: workload.span }
  else if (product.dialect === 'redpanda') redpandaSettings(workload, statements, tree, layers)
  else apacheSettings(workload, product, statements, tree, layers)
  const settings = new Map(layers.stated)
  if (product.developmentOnly) developmentOnly(settings, workload, product)
  if (layers.opaque) for (const name of decisive) if (!settings.has(name)) settings.set(name, { state: 'unknown', ...layers.opaque })
  if (!layers.opaque) addDefaults(settings, product, layers, containedVersion(versionOf(workload), product) ?? versionOf(workload))
  for (const name of [...settings.keys()]) if (isSecret(name)) settings.delete(name)
  return { settings, unloaded: layers.unloaded, unreadSettings: layers.opaque ? [] : unreadVariables(workload, product, settings), unread: layers.unread }
}

// With an unreadable configuration these must be unknown rather than absent.
const decisive = [
  'log.dirs', 'num.partitions', 'default.replication.factor', 'min.insync.replicas', 'offsets.topic.replication.factor',
  'transaction.state.log.replication.factor', 'transaction.state.log.min.isr', 'auto.create.topics.enable', 'log.retention.hours',
  'log.retention.bytes', 'log.cleanup.policy', 'unclean.leader.election.enable', 'offsets.retention.minutes',
]

function developmentOnly(settings: Map<string, Setting>, workload: Workload, product: Product): void {
  if (settings.has('developer_mode')) return
  const span = workload.image?.span ?? workload.span
  settings.set('developer_mode', { state: 'stated', value: 'true', span, notes: [{ span, text: `${product.title} is made for development only` }] })
}

function apacheSettings(workload: Workload, product: Product, statements: readonly Statement[], tree: FileTree, layers: Layers): void {
  const start = serverStart(product, statements, workload, tree)
  const mounts = configMounts(workload, tree)
  const loaded = start ? start.file : imageFile(product, mounts, workload)
  const readsEnvironment = !start && loaded?.mode !== 'instead'
  if (loaded) loadFile(workload, loaded, tree, layers)
  if (readsEnvironment) readEnvironment(workload, product, layers)
  if (start) for (const word of start.overrides) override(word, workload, layers)
  if (start && editsFile(statements) && (loaded === undefined || copiesOf(workload, tree).texts.get(loaded.path)?.text === undefined)) {
    layers.opaque = { why: 'its command writes the configuration file at start', span: workload.span }
    layers.unread.push({ span: workload.span, text: layers.opaque.why })
  }
  // Whatever it is may start the server with a file of its own.
  const runs = workload.entrypoint?.[0] ?? workload.command?.[0]
  const script = start || !runs ? undefined : launchOf(workload, tree).opaque
  if (script) layers.opaque = { why: 'what it runs cannot be read', span: script.span }
  if (!start && runs && !runs.known && /^\s*\S*\$\{/.test(runs.raw)) layers.opaque = { why: 'what it runs cannot be read', span: runs.span }
  // So may a file that is mounted at a place that nobody can read.
  const lost = start || loaded ? undefined : workload.mounts.find(({ kind, target }) => !target.known && (kind === 'bind' || kind === 'config' || kind === 'unknown'))
  if (lost) layers.opaque = { why: 'where a file is mounted cannot be read', span: lost.span }
  for (const mount of mounts) if (mount.target !== loaded?.path) layers.unloaded.push(unloadedConfig(mount, workload, tree))
  chooseDefaults(workload, product, start !== undefined, loaded, layers)
}

interface Start {
  readonly file: Loaded | undefined
  readonly overrides: readonly ShellWord[]
}

/** The server started by hand, past the image's entrypoint: `kafka-server-start.sh <file> --override k=v`. */
function serverStart(product: Product, statements: readonly Statement[], workload: Workload, tree: FileTree): Start | undefined {
  for (const words of statements) {
    const at = words.findIndex(word => /(^|\/)kafka-server-start(\.sh)?$/.test(word.text))
    // Images whose entrypoint is the start script take the file and the overrides as their command.
    const bareFile = at < 0 && product.dialect === 'kafka-file' && /\.properties$/.test(words[0]?.text ?? '')
    if (at < 0 && !bareFile) continue
    if (words[0]?.text === 'echo') continue
    const rest = words.slice(at + 1)
    const overrides = rest.flatMap((word, i) => (word.text === '--override' ? (rest[i + 1] ? [rest[i + 1]] : []) : word.text.startsWith('--override=')
      ? [{ text: word.text.slice('--override='.length), span: word.span }] : [])).filter(word => word !== undefined)
    const file = rest.find((word, i) => !word.text.startsWith('-') && rest[i - 1]?.text !== '--override')
    // A variable of the script itself: what it stands for is found where the whole script is followed.
    const named = file?.text.includes('$') === true ? launchOf(workload, tree).calls.find(call => /^kafka-server-start(?:\.sh)?$/.test(call.program))?.arguments.find(word => !word.text.startsWith('-') && word.unknown === undefined) : file
    return { file: file ? { path: absolute((named ?? file).text), mode: 'instead' } : undefined, overrides }
  }
  return undefined
}

// Scripts that build the file before they start the server: what it says then cannot be known here.
const editsFile = (statements: readonly Statement[]): boolean => statements.some(words => {
  const program = words[0]?.text ?? ''
  if (/^(sed|cp|mv|envsubst|tee)$/.test(program)) return words.some(word => /\.properties$/.test(word.text))
  return /^(echo|printf)$/.test(program) && words.some(word => /^[a-z]+(\.[a-z]+)+=/.test(word.text))
})

const absolute = (path: string): string => (path.startsWith('/') ? path : `/opt/kafka/${path.replace(/^\.\//, '')}`)

interface ConfigMount {
  readonly target: string
  readonly mount: Mount
}

// A mounted folder counts through the files in it that the tree has.
function configMounts(workload: Workload, tree: FileTree): readonly ConfigMount[] {
  const found: ConfigMount[] = []
  for (const mount of workload.mounts) {
    if (!mount.target.known) continue
    const target = withoutEnd(mount.target.value, '/')
    if (/\/(server|kafka|broker)\.properties$/.test(target)) found.push({ target, mount })
    else if (mount.path !== undefined && tree.list(mount.path)?.includes('server.properties')) found.push({ target: `${target}/server.properties`, mount })
  }
  return found
}

/** Where the entrypoint of an image looks for a configuration file of the user's. */
const userFiles: Readonly<Record<string, readonly (readonly [pattern: RegExp, mode: Loaded['mode']])[]>> = {
  // KafkaDockerWrapper.scala: the mounted file, and the environment appended to it.
  'kafka-apache': [[/^\/mnt\/shared\/config\/server\.properties$/, 'under']],
  // libkafka.sh kafka_initialize: with a mounted file the environment is not read; conf/ until 2023, config/ since.
  'kafka-bitnami': [[/^\/bitnami\/kafka\/conf(ig)?\/server\.properties$/, 'instead'], [/^\/opt\/bitnami\/kafka\/conf(ig)?\/server\.properties$/, 'instead']],
  // start-kafka.sh and docker-entrypoint.sh edit the file that is there.
  'kafka-wurstmeister': [[/^\/opt\/kafka[^/]*\/config\/server\.properties$/, 'under']],
  'kafka-debezium': [[/^\/kafka\/config\/(server|broker)\.properties$/, 'under']],
  'kafka-file': [[/\/config\/(kraft\/)?server\.properties$|^\/etc\/kafka\/server\.properties$/, 'instead']],
  'kafka-env': [[/\/(server|kafka)\.properties$/, 'under']],
}

// apache/kafka starts with it where no file is mounted at its place and no variable makes one (KafkaDockerWrapper.scala, prepareServerConfigs).
const apacheDefaultFile = '/etc/kafka/docker/server.properties'

function imageFile(product: Product, mounts: readonly ConfigMount[], workload: Workload): Loaded | undefined {
  for (const [pattern, mode] of entryOf(userFiles, product.dialect) ?? []) {
    const found = mounts.find(mount => pattern.test(mount.target))
    if (found) return { path: found.target, mode }
  }
  const replaced = product.dialect === 'kafka-apache' && !writesOwnFile(workload) && mounts.some(mount => mount.target === apacheDefaultFile)
  return replaced ? { path: apacheDefaultFile, mode: 'instead' } : undefined
}

function loadFile(workload: Workload, loaded: Loaded, tree: FileTree, layers: Layers): void {
  const content = mountedText(workload, loaded.path, tree)
  if (content) {
    for (const property of readProperties(content)) layers.stated.set(property.name, settingOf(property))
    return
  }
  const mount = mountOver(workload, loaded.path)
  if (!mount || /\.sh$/.test(loaded.path)) {
    if (isPackagedFile(loaded.path)) return
    layers.opaque = { why: `${loaded.path} is a file of the image, which cannot be read here`, span: workload.span }
  } else layers.opaque = { why: `${loaded.path} is mounted, but its content is not in the repository`, span: mount.span }
  layers.unread.push({ span: layers.opaque.span, text: layers.opaque.why })
}

function unloadedConfig({ target, mount }: ConfigMount, workload: Workload, tree: FileTree): UnloadedConfig {
  const content = mountedText(workload, target, tree)
  const entries = content ? readProperties(content).filter(property => !isSecret(property.name)) : []
  return { span: mount.span, target, settings: new Map(entries.map(property => [property.name, settingOf(property)])) }
}

function readEnvironment(workload: Workload, product: Product, layers: Layers): void {
  for (const variable of workload.environment) {
    const name = propertyName(variable.name, product)
    if (name === undefined) continue
    const setting = settingOfVariable(variable)
    if (!setting) continue
    if (setting.state === 'unknown' && !isSecret(name)) layers.unread.push({ span: variable.value.span, text: `${variable.name}: ${setting.why}` })
    layers.stated.set(name, setting)
  }
  // Debezium's entrypoint overwrites it, whatever the environment says: a folder for each node.
  if (product.dialect === 'kafka-debezium') {
    layers.stated.delete('log.dirs')
    const id = workload.environment.find(variable => variable.name === 'NODE_ID' && readable(variable.value) !== '') ?? workload.environment.find(variable => variable.name === 'BROKER_ID' && readable(variable.value) !== '')
    if (id) layers.stated.set('log.dirs', id.value.known ? { state: 'defaulted', value: `/kafka/data/${id.value.value}`, of: product.title, source: product.source } : { state: 'unknown', why: id.value.why, span: id.value.span })
  }
}

// An empty variable is as good as none: the entrypoints test with -z, and the broker refuses an empty number.
function settingOfVariable(variable: Variable): Setting | undefined {
  const { value } = variable
  if (!value.known) return { state: 'unknown', why: value.why, span: value.span }
  if (value.value === '') return undefined
  if (/_\{(HOSTNAME|PORT|BROKER_ID)_COMMAND\}/.test(value.value)) return { state: 'unknown', why: 'a command fills it in at start', span: value.span }
  return { state: 'stated', value: value.value, span: value.span, ...(value.notes ? { notes: value.notes } : {}) }
}

// Without the prefix KAFKA_CFG_, Bitnami reads these only (libkafka.sh, kafka_create_alias_environment_variables, 2.x to 4.0).
const bitnamiAliases = new Set([
  'ADVERTISED_LISTENERS', 'AUTO_CREATE_TOPICS_ENABLE', 'BROKER_ID', 'NODE_ID', 'CONTROLLER_QUORUM_VOTERS', 'PROCESS_ROLES', 'DEFAULT_REPLICATION_FACTOR',
  'DELETE_TOPIC_ENABLE', 'INTER_BROKER_LISTENER_NAME', 'LISTENERS', 'LISTENER_SECURITY_PROTOCOL_MAP', 'LOG_DIRS', 'LOG_FLUSH_INTERVAL_MESSAGES',
  'LOG_FLUSH_INTERVAL_MS', 'LOG_MESSAGE_FORMAT_VERSION', 'LOG_RETENTION_BYTES', 'LOG_RETENTION_CHECK_INTERVALS_MS', 'LOG_RETENTION_HOURS',
  'LOG_SEGMENT_BYTES', 'MESSAGE_MAX_BYTES', 'NUM_IO_THREADS', 'NUM_NETWORK_THREADS', 'NUM_PARTITIONS', 'NUM_RECOVERY_THREADS_PER_DATA_DIR',
  'OFFSETS_TOPIC_REPLICATION_FACTOR', 'SOCKET_RECEIVE_BUFFER_BYTES', 'SOCKET_REQUEST_MAX_BYTES', 'SOCKET_SEND_BUFFER_BYTES',
  'SSL_ENDPOINT_IDENTIFICATION_ALGORITHM', 'TRANSACTION_STATE_LOG_MIN_ISR', 'TRANSACTION_STATE_LOG_REPLICATION_FACTOR', 'ZOOKEEPER_CONNECT',
  'ZOOKEEPER_CONNECTION_TIMEOUT_MS',
])
const bitnamiRenamed: Readonly<Record<string, string>> = {
  KAFKA_LOGS_DIRS: 'log.dirs', KAFKA_SEGMENT_BYTES: 'log.segment.bytes', KAFKA_MAX_MESSAGE_BYTES: 'message.max.bytes',
}

/** The property that an environment variable sets in this image; undefined for none. */
function propertyName(variable: string, product: Product): string | undefined {
  if (!variable.startsWith('KAFKA_') || isToolVariable(variable)) return undefined
  const name = variable.slice('KAFKA_'.length)
  switch (product.dialect) {
    case 'kafka-bitnami':
      if (name.startsWith('CFG_')) return dottedByBitnami(name.slice(4))
      return bitnamiAliases.has(name) ? dottedByBitnami(name) : entryOf(bitnamiRenamed, variable)
    case 'kafka-wurstmeister':
    case 'kafka-debezium':
      return dotted(name)
    case 'kafka-env':
      return dottedWithEscapes(name.replace(/^CFG_/, ''))
    case 'kafka-file':
    case 'kafka-opaque':
      return undefined
    default:
      return dottedWithEscapes(name)
  }
}

const conventions: Readonly<Record<string, readonly string[]>> = {
  'kafka-apache': ['KAFKA_'], 'kafka-confluent': ['KAFKA_'], 'kafka-wurstmeister': ['KAFKA_'], 'kafka-debezium': ['KAFKA_'], 'kafka-bitnami': ['KAFKA_CFG_', 'KAFKA_'],
}

/** Variables that name a broker's setting in the way of another image: they end as an unknown property, or nowhere. */
function unreadVariables(workload: Workload, product: Product, settings: Settings): readonly UnreadSetting[] {
  const own = entryOf(conventions, product.dialect)
  if (own === undefined || statesCommand(workload)) return []
  const named = new Set(workload.environment.map(variable => variable.name))
  return workload.environment.flatMap(variable => {
    const match = /^KAFKA_(CFG_)?([A-Z0-9_]+)$/.exec(variable.name)
    const setting = dotted(match?.[2] ?? '')
    const read = propertyName(variable.name, product)
    if (!match || variable.origin === 'config-file' || !brokerSettings.has(setting) || read === setting) return []
    const instead = `${own[0] ?? ''}${match[2] ?? ''}`
    // Who states it in both ways keeps one file for several images.
    if (instead === variable.name || named.has(instead)) return []
    return [{ span: variable.nameSpan, written: [variable.name], by: product.title, instead, decides: !holdsAnyway(setting, variable.value, settings) }]
  })
}

// What holds by itself is no loss, nor what may be the same.
function holdsAnyway(name: string, value: Value, settings: Settings): boolean {
  const setting = settings.get(name), holds = setting === undefined ? entryOf(builtIn, name) : setting.state === 'unknown' ? undefined : setting.value
  if (!value.known || setting?.state === 'unknown') return true
  return holds !== undefined && value.value.trim().toLowerCase() === holds.trim().toLowerCase()
}

// https://kafka.apache.org/documentation/#brokerconfigs
const builtIn: Readonly<Record<string, string>> = {
  'auto.create.topics.enable': 'true', 'default.replication.factor': '1', 'min.insync.replicas': '1', 'num.partitions': '1', 'log.retention.hours': '168', 'log.retention.bytes': '-1',
  'log.segment.bytes': '1073741824', 'log.cleanup.policy': 'delete', 'unclean.leader.election.enable': 'false', 'delete.topic.enable': 'true', 'log.roll.hours': '168',
}

// A command of one's own may read whatever it likes.
const statesCommand = (workload: Workload): boolean => workload.command !== undefined || workload.entrypoint !== undefined || workload.build !== undefined

/** Settings that decide how long records stay, where, and in how many copies. */
const brokerSettings = new Set(`auto.create.topics.enable default.replication.factor min.insync.replicas num.partitions offsets.topic.replication.factor
transaction.state.log.replication.factor transaction.state.log.min.isr log.retention.hours log.retention.minutes log.retention.ms log.retention.bytes log.segment.bytes
log.cleanup.policy log.dirs unclean.leader.election.enable offsets.retention.minutes message.max.bytes delete.topic.enable log.roll.hours`.split(/\s+/))

function override(word: ShellWord, workload: Workload, layers: Layers): void {
  const at = word.text.indexOf('=')
  if (at <= 0) return
  const name = word.text.slice(0, at)
  const value = word.text.slice(at + 1).replace(/\$\{(\w+)\}|\$(\w+)/g, (whole, braced?: string, plain?: string) => {
    const variable = workload.environment.find(v => v.name === (braced ?? plain))
    return variable?.value.known ? variable.value.value : whole
  })
  layers.stated.set(name, value.includes('$')
    ? { state: 'unknown', why: `${value} has no value here`, span: word.span }
    : { state: 'stated', value, span: word.span })
}
