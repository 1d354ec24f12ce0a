// What a Redpanda broker starts with: flags of `rpk redpanda start`, `--set`, `redpanda.yaml` and `.bootstrap.yaml`.
// Knows Redpanda's names and the Kafka names that mean the same; nothing of clusters, storage or uses.
import { join, type FileTree } from '../../model/files.ts'
import type { Mount, Setting, UnloadedConfig, Workload } from '../../model/stack.ts'
import { readable, type Note, type Span, type Text } from '../../model/value.ts'
import { withoutEnd } from '../../model/words.ts'
import { shellWords } from '../../readers/shell.ts'
import { mountedText, mountOver, type ShellWord, type Statement } from './command.ts'
import { get, readYaml, type YamlNode } from '../../readers/yaml.ts'

interface Layers {
  readonly stated: Map<string, Setting>
  readonly unloaded: UnloadedConfig[]
  readonly unread: Note[]
  opaque: { readonly why: string; readonly span: Span } | undefined
}

/** Redpanda's names for what Kafka calls otherwise. https://docs.redpanda.com/current/reference/properties/cluster-properties/ */
const common: Readonly<Record<string, string>> = {
  auto_create_topics_enabled: 'auto.create.topics.enable', default_topic_replications: 'default.replication.factor',
  default_topic_partitions: 'num.partitions', log_retention_ms: 'log.retention.ms', delete_retention_ms: 'log.retention.ms',
  retention_bytes: 'log.retention.bytes', log_cleanup_policy: 'log.cleanup.policy', log_segment_size: 'log.segment.bytes',
  kafka_batch_max_bytes: 'message.max.bytes', data_directory: 'log.dirs', internal_topic_replication_factor: 'offsets.topic.replication.factor',
}

/** Fills `stated` in the order of precedence: files, then flags. */
export function redpandaSettings(workload: Workload, statements: readonly Statement[], tree: FileTree, layers: Layers): void {
  for (const path of ['/etc/redpanda/redpanda.yaml', '/etc/redpanda/.bootstrap.yaml']) readFile(workload, path, tree, layers)
  const words = statements.flatMap(statement => statement.flatMap(split))
  readFlags(words, layers)
  for (const [own, name] of Object.entries(common)) {
    const setting = layers.stated.get(own)
    if (setting) layers.stated.set(name, setting)
  }
}

// Compose files for Redpanda often keep a flag and its value in one list item, which rpk's entrypoint splits again.
const split = (word: ShellWord): readonly ShellWord[] =>
  /\s/.test(word.text) ? shellWords(word.text).map(part => ({ text: part.text, span: word.span })) : [word]

function readFlags(words: readonly ShellWord[], layers: Layers): void {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (!word?.text.startsWith('--')) continue
    const [flag = '', ...rest] = word.text.split('=')
    const next = words[i + 1]
    const value = rest.length > 0 ? rest.join('=') : next && !next.text.startsWith('-') ? next.text : 'true'
    const span = rest.length === 0 && value !== 'true' && next ? next.span : word.span
    if (flag === '--set') set(value, span, layers)
    else if (flag === '--mode') state('mode', value, span, layers)
    else if (flag === '--unsafe-bypass-fsync') state('unsafe_bypass_fsync', value, span, layers)
    else if (flag === '--data-dir') state('data_directory', value, span, layers)
    else if (flag === '--seeds' || flag === '-s') state('seeds', value, span, layers)
    else if (flag === '--config' && value !== '/etc/redpanda/redpanda.yaml') {
      layers.opaque = { why: `the configuration file ${value} was not read`, span }
      layers.unread.push({ span, text: layers.opaque.why })
    }
  }
  const mode = layers.stated.get('mode')
  if (mode?.state !== 'stated' || !/^dev-container$/.test(mode.value)) return
  // What the mode bundles: https://docs.redpanda.com/current/reference/rpk/rpk-redpanda/rpk-redpanda-start/
  const notes = [{ span: mode.span, text: '--mode dev-container bundles it' }]
  for (const [name, value] of [['developer_mode', 'true'], ['unsafe_bypass_fsync', 'true'], ['write_caching_default', 'true'], ['auto_create_topics_enabled', 'true']] as const) {
    if (!layers.stated.has(name)) layers.stated.set(name, { state: 'stated', value, span: mode.span, notes })
  }
}

function set(assignment: string, span: Span, layers: Layers): void {
  const at = assignment.indexOf('=')
  if (at > 0) state(assignment.slice(0, at).replace(/^redpanda\./, ''), assignment.slice(at + 1), span, layers)
}

const state = (name: string, value: string, span: Span, layers: Layers): void => {
  layers.stated.set(name, value.includes('${') ? { state: 'unknown', why: `${value} has no value here`, span } : { state: 'stated', value, span })
}

function readFile(workload: Workload, path: string, tree: FileTree, layers: Layers): void {
  const mount = mountOver(workload, path)
  if (!mount || isData(mount)) return
  const content = mountedText(workload, path, tree) ?? listed(mount, path, tree) ?? prepared(workload, path)
  if (content === 'absent') return
  if (!content) {
    layers.opaque = { why: `${path} is mounted, but its content is not in the repository`, span: mount.span }
    layers.unread.push({ span: mount.span, text: layers.opaque.why })
    return
  }
  const document = readYaml(content.file, content.text).documents[0]
  const block = get(document, 'redpanda') ?? (path.endsWith(bootstrap) ? document : undefined)
  if (block) readBlock(block, content, layers)
}

const bootstrap = '/.bootstrap.yaml'

/**
 * What Redpanda's operator makes of a chart's settings before the broker starts: each is JSON in a text of `.bootstrap.json.in`, which references to secrets
 * may be laid over. https://github.com/redpanda-data/redpanda-operator/tree/main/operator/cmd/bootstrap
 */
function prepared(workload: Workload, path: string): Text | undefined {
  if (!path.endsWith(bootstrap)) return undefined
  for (const { entrypoint = [], command = [], mounts } of workload.prepared ?? []) {
    const words = [...entrypoint, ...command].map(readable)
    const from = words.includes('bootstrap') ? words[words.indexOf('--in-dir') + 1] : undefined
    const found = from === undefined ? undefined : mounts.find(mount => mount.content !== undefined && readable(mount.target) === `${withoutEnd(from, '/')}/.bootstrap.json.in`)
    if (found?.content) return found.content
  }
  return undefined
}

// A named volume over the configuration folder starts as a copy of the image's own.
const isData = (mount: Mount): boolean => mount.kind === 'named-volume' || mount.kind === 'anonymous-volume' || mount.kind === 'tmpfs'

function listed(mount: Mount, path: string, tree: FileTree): 'absent' | undefined {
  const names = mount.path === undefined ? undefined : tree.list(join('.', mount.path))
  return names && !names.includes(path.slice(path.lastIndexOf('/') + 1)) ? 'absent' : undefined
}

// `"\"compact\""`: a text of JSON inside a text.
const plain = (text: string): string => (/^"[^"\\]*"$/.test(text) ? text.slice(1, -1) : text)

function readBlock(block: YamlNode, content: Text, layers: Layers): void {
  if (block.kind !== 'map') return
  for (const [name, entry] of block.entries) {
    if (entry.value.kind !== 'scalar' || entry.value.text === '') continue
    state(name, plain(entry.value.text), content.span(entry.value.span.start, entry.value.span.end), layers)
  }
}
