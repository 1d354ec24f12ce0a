// A workload that runs a Redis-family server → its effective settings, where its data lies and what it never loads.
// Knows how each image starts its server; must not know what anybody uses it for.
import type { FileTree } from '../../model/files.ts'
import type { Product } from '../../model/knowledge.ts'
import { oncePer } from '../../model/once.ts'
import type { Mount, Setting, Settings, Storage, UnloadedConfig, Workload } from '../../model/stack.ts'
import { isUnread, readable, type Note, type Span } from '../../model/value.ts'
import { withoutEnd } from '../../model/words.ts'
import { copiesOf } from '../copies.ts'
import { containerFile, launchOf, statedWords, type Call, type Launch } from '../launch.ts'
import { parseImage, within } from '../../model/images.ts'
import { environmentWords, isFlagOrFile, isServer, readFlags, serverCalls } from './command.ts'
import { redisConf } from './conf.ts'
import { apply, common, completed, emptyReading, hide, readFile, type Files, type Reading } from './settings.ts'
import { storageOf } from '../storage.ts'
import type { Word } from '../script.ts'
import { bitnamiReading } from './bitnami.ts'
import { dragonflyReading } from './dragonfly.ts'

export interface RedisServer {
  readonly settings: Settings
  readonly storage: Storage
  readonly unloadedConfigs: readonly UnloadedConfig[]
  readonly unread: readonly Note[]
  /** Something that cannot be read may have set anything. */
  readonly opaque: boolean
  readonly version?: string
}

/** Effective settings, storage and unread places of one server. `all` is searched for `CONFIG SET` commands sent to it. */
export function redisServer(workload: Workload, product: Product, tree: FileTree, all: readonly Workload[] = []): RedisServer {
  const version = parseImage(workload.image)?.version
  const launch = launchOf(workload, tree)
  const files: Files = path => containerFile(workload, tree, path)
  const readings = readingsOf(workload, product, launch, files)
  const settings = readings
    .map(reading => oldSaveDefault(completed(reading, product, version), product, version, workload))
    .reduce((one, other) => common(one, other, `${workload.name} is started in more than one way, and they differ`))
  const final = withConfigSet(settings, workload, all, tree)
  const unread = unreadNotes(readings, launch, workload)
  const loaded = new Set(readings.flatMap(reading => [...reading.loaded]))
  return {
    settings: final,
    storage: redisStorage(workload, product, final, readings),
    unloadedConfigs: launch.opaque || readings.some(reading => reading.opaque && reading.loaded.size === 0) ? [] : unloaded(workload, product, loaded, tree),
    unread,
    opaque: readings.some(reading => reading.opaque !== undefined),
    ...(version === undefined ? {} : { version }),
  }
}

/** One reading for each way the server may be started; at least one. */
function readingsOf(workload: Workload, product: Product, launch: Launch, files: Files): readonly [Reading, ...Reading[]] {
  if (workload.build && product.dialect !== 'redis-unofficial') return [fromCalls(workload, product, launch, files, builtNote(workload))]
  switch (product.dialect) {
    case 'redis-bitnami': return [bitnamiReading(workload, launch, files)]
    case 'dragonfly': return [dragonflyReading(workload, launch, files)]
    case 'redis-stack': return [stackReading(workload, launch, files)]
    case 'redis-official': return officialReadings(workload, product, launch, files)
    default: return [fromCalls(workload, product, launch, files, { span: workload.image?.span ?? workload.span, text: `${readable(workload.image) || 'the image'} brings settings of its own that cannot be read here` })]
  }
}

const builtNote = (workload: Workload): Note => ({ span: workload.build ?? workload.span, text: 'the image is built from the repository, and what it brings is not read' })

// Of an unknown image only what its command says is sure.
function fromCalls(workload: Workload, product: Product, launch: Launch, files: Files, note: Note): Reading {
  const reading = emptyReading()
  const call = serverCalls(launch).filter(isServer)[0] ?? impliedCall(launch)
  const written = call !== undefined && serverCalls(launch).length === 1 && isWholeCommand(workload, launch, call)
  if (!written) hide(reading, note)
  if (product.dialect === 'kvrocks' || product.dialect === 'garnet') return reading
  if (call && serverCalls(launch).length <= 1) readFlags(reading, wordsAfter(call), files, workload)
  return reading
}

// `sh -c "redis-server --save ''"`: an image's entry point may add words to a command that it is given, and none inside a script.
const isWholeCommand = (workload: Workload, { opaque }: Launch, call: Call): boolean =>
  opaque === undefined && isServer(call) && !call.conditional && /(?:^|\/)(?:ba|da|a)?sh$/.test(readable(statedWords(workload)[0]))

const impliedCall = (launch: Launch): Call | undefined => (launch.calls.length === 1 && launch.calls[0] && isFlagOrFile(launch.calls[0].word.text) ? launch.calls[0] : undefined)
const wordsAfter = (call: Call): readonly Word[] => (isServer(call) ? call.arguments : [call.word, ...call.arguments])

function officialReadings(workload: Workload, product: Product, launch: Launch, files: Files): readonly [Reading, ...Reading[]] {
  const extra = workload.entrypoint === undefined && product.id.startsWith('valkey') ? environmentWords(workload, 'VALKEY_EXTRA_FLAGS') : []
  const found = serverCalls(launch).filter(isServer)
  const implied = impliedCall(launch)
  const calls = found.length > 0 ? found : implied ? [implied] : []
  const read = (words: readonly Word[]): Reading => {
    const reading = emptyReading()
    const shipped = product.id === 'keydb' && (statedWords(workload).length === 0 || (/^\/etc\/keydb\/(?:keydb|redis)\.conf$/.test(words[0]?.text ?? '') && files(words[0]?.text ?? '').text === undefined && files(words[0]?.text ?? '').why === undefined))
    if (shipped) reading.settings.set('save', { state: 'defaulted', value: '900 1 300 10 60 10000', of: product.title, source: 'https://github.com/Snapchat/KeyDB/blob/main/keydb.conf' })
    readFlags(reading, [...(shipped ? words.slice(1) : words), ...extra], files, workload)
    return reading
  }
  // Without words of its own the image runs its server; KeyDB's names the file that it ships.
  if (statedWords(workload).length === 0) return [read([])]
  const [first, ...others] = calls.slice(0, 8).map(call => read(wordsAfter(call)))
  if (first) return [first, ...others]
  const reading = emptyReading()
  hide(reading, launch.opaque ?? { span: statedWords(workload)[0]?.span ?? workload.span, text: `what ${workload.name} runs does not show how the server is started` })
  return [reading]
}

// https://github.com/redis-stack/redis-stack/blob/master/etc/scripts/entrypoint.sh
function stackReading(workload: Workload, launch: Launch, files: Files): Reading {
  const reading = emptyReading()
  const call = serverCalls(launch).filter(isServer)[0]
  const usual = statedWords(workload).length === 0 || launch.calls.some(entry => entry.program === 'entrypoint.sh')
  if (!usual && !call) {
    hide(reading, launch.opaque ?? { span: workload.span, text: `what ${workload.name} runs does not show how the server is started` })
    return reading
  }
  if (usual && files('/redis-stack.conf').text !== undefined) readFile(reading, '/redis-stack.conf', workload.span, files)
  else if (files('/redis-stack.conf').why !== undefined) hide(reading, { span: workload.span, text: files('/redis-stack.conf').why ?? '' })
  const directory = workload.environment.find(entry => entry.name === 'REDIS_DATA_DIR')
  if (usual && directory) {
    reading.settings.set('dir', directory.value.known
      ? { state: 'stated', value: directory.value.value, span: directory.value.span } : { state: 'unknown', why: directory.value.why, span: directory.value.span })
  }
  readFlags(reading, usual ? environmentWords(workload, 'REDIS_ARGS') : call?.arguments ?? [], files, workload)
  // Started by itself, the server's wrapper uses another folder.
  if (!usual && !reading.settings.has('dir')) reading.settings.set('dir', { state: 'unknown', why: 'the command bypasses the entrypoint that sets the data folder' })
  return reading
}

// Before 6.2, and in a version that cannot be read, any flag or configuration file switched the built-in snapshots off unless it had a `save` line of its own.
function oldSaveDefault(settings: Settings, product: Product, version: string | undefined, workload: Workload): Settings {
  if (product.dialect !== 'redis-official' || settings.get('save')?.state !== 'defaulted' || statedWords(workload).length < 2) return settings
  if (within(version, '<6.2') !== true && !isUnread(workload.image)) return settings
  return new Map([...settings, ['save', { state: 'unknown', why: 'Redis before 6.2 drops the built-in snapshots when it is given flags' } satisfies Setting]])
}

const client = /^(?:redis|valkey|keydb)-cli$/

/** The workloads that call a client of the server, once for all servers of a stack. */
const callersIn = oncePer((tree: FileTree) => oncePer((all: readonly Workload[]) => all.flatMap(workload => {
  const calls = workload.command ?? workload.entrypoint ? launchOf(workload, tree).calls.filter(call => client.test(call.program)) : []
  return calls.length > 0 ? [{ workload, calls }] : []
})))

/** `redis-cli … CONFIG SET name value` in any workload that names this server, or in its own script. */
function withConfigSet(settings: Settings, workload: Workload, all: readonly Workload[], tree: FileTree): Settings {
  const changed = new Map(settings)
  const callers = callersIn(tree)(all)
  const own = callersIn(tree)([workload])
  for (const { workload: other, calls } of [...own, ...callers.filter(each => each.workload !== workload)]) {
    for (const call of calls) {
      const texts = call.arguments.map(word => word.text)
      const at = texts.findIndex((text, i) => text.toLowerCase() === 'config' && texts[i + 1]?.toLowerCase() === 'set')
      const host = texts[texts.indexOf('-h') + 1]
      const here = texts.includes('-h') ? host !== undefined && workload.hosts.includes(host) : other === workload
      const name = texts[at + 2]?.toLowerCase(), value = call.arguments[at + 3]
      if (at < 0 || !here || name === undefined || !value) continue
      changed.set(name, value.unknown !== undefined || call.conditional
        ? { state: 'unknown', why: value.unknown ?? 'a script may change it later', span: value.span }
        : { state: 'stated', value: value.text, span: value.span, notes: [{ span: value.span, text: `${other.name} sets it with CONFIG SET` }] })
    }
  }
  return changed
}

function redisStorage(workload: Workload, product: Product, settings: Settings, readings: readonly Reading[]): Storage {
  const dir = settings.get('dir')
  const dirSpan = dir?.state === 'stated' ? dir.span : undefined
  const moved = dir?.state === 'stated' && dir.value !== '' ? resolved(product.dataDir, dir.value) : undefined
  const usual = product.dialect === 'garnet' ? undefined : product.dataDir
  const hidden = dir?.state === 'unknown' && readings.some(reading => reading.opaque ?? reading.settings.has('dir'))
  const mountedThere = workload.mounts.some(mount => readable(mount.target) === product.dataDir)
  return storageOf({
    workload, usualDir: product.dataDir, dirSpan,
    // A file that cannot be read rarely moves the data; a mount at the usual place shows that it does not.
    dataDir: moved ?? (hidden && !mountedThere ? undefined : usual ?? (mountedThere ? product.dataDir : undefined)),
    volumes: workload.build || product.dialect === 'redis-unofficial' ? undefined : product.volumes,
  })
}

const resolved = (base: string, path: string): string => {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

function unreadNotes(readings: readonly Reading[], launch: Launch, workload: Workload): readonly Note[] {
  const notes: Note[] = []
  for (const note of [launch.opaque, ...readings.map(reading => reading.opaque)]) if (note && !notes.some(known => known.text === note.text)) notes.push(note)
  if (workload.image?.known === false && parseImage(workload.image) === undefined) notes.push({ span: workload.image.span, text: workload.image.why })
  return notes
}

// A file counts as a server's configuration when it says something that only such a file says.
const telling = new Set(['save', 'appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy', 'maxmemory-samples', 'dir', 'dbfilename', 'requirepass', 'protected-mode', 'databases', 'replicaof', 'tcp-keepalive', 'notify-keyspace-events', 'stop-writes-on-bgsave-error', 'rdbcompression', 'lazyfree-lazy-eviction', 'io-threads', 'maxclients'])

function unloaded(workload: Workload, product: Product, loaded: ReadonlySet<string>, tree: FileTree): readonly UnloadedConfig[] {
  if (product.dialect !== 'redis-official' && product.dialect !== 'redis-bitnami' && product.dialect !== 'redis-stack') return []
  // What a later mount of an unknown place hides, nobody knows.
  if (workload.mounts.some(mount => !mount.target.known)) return []
  const found: UnloadedConfig[] = []
  const copied = copiesOf(workload, tree).sources
  // Of a map that is mounted as a folder one file is read, the others are for other pods.
  const read = workload.mounts.filter(mount => mount.kind === 'config' && (loaded.has(readable(mount.target)) || copied.has(readable(mount.target))))
  const besideOthers = (mount: Mount): boolean => mount.kind === 'config' && read.some(other => other !== mount && readable(other.source) === readable(mount.source))
  for (const mount of workload.mounts) {
    if (!mount.target.known) continue
    const target = mount.target.value
    for (const path of target.endsWith('.conf') ? [target] : configsIn(mount.path, target, tree)) {
      if (loaded.has(path) || copied.has(path) || besideOthers(mount) || /sentinel|sysctl|acl/i.test(path)) continue
      const { text } = containerFile(workload, tree, path)
      // Nobody knows what `${FILE}` names: it may be one that sets nothing. So it is where two are mounted at one place.
      if (!text && workload.mounts.some(other => (other === mount || readable(other.target) === path) && other.source?.known === false && !readable(other.source).endsWith('.conf'))) continue
      const directives = text ? redisConf(text).directives : []
      if (text ? !directives.some(directive => telling.has(directive.name)) : !/(?:^|\/)(?=[^/]*(?:redis|valkey|keydb))[^/]*\.conf$/.test(path)) continue
      const reading = emptyReading()
      if (text) for (const directive of directives) if (directive.name !== 'include') apply(reading, directive, () => ({}))
      if (!reading.opaque) found.push({ span: mount.span, target: path, settings: reading.settings })
    }
  }
  return found
}

// A mounted folder is looked into only for the usual name, so that folders of data or fragments say nothing.
const configsIn = (path: string | undefined, target: string, tree: FileTree): readonly string[] =>
  path === undefined ? [] : (tree.list(path) ?? []).filter(name => /^(?:redis|valkey|keydb)\.conf$/.test(name)).map(name => `${withoutEnd(target, '/')}/${name}`)

/** The span of a stated or unknown setting. */
export const spanOf = (setting: Setting | undefined): Span | undefined => (setting && 'span' in setting ? setting.span : undefined)
