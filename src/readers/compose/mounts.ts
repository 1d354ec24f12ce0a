// What a compose service mounts: volumes, tmpfs, configs and secrets. Knows Compose's mount syntax, not which server reads what.
import { join, type FileTree } from '../../model/files.ts'
import type { Mount, MountKind } from '../../model/stack.ts'
import { known, valueOf, wholeFile, type Text, type Value } from '../../model/value.ts'
import { exampleOf, type Remarks } from './files.ts'
import { installedFrom } from './installed.ts'
import { volumeParts } from './merge.ts'
import { field, partOf, scalarAt, scalarsOf, itemsOf, textOf, valueOfScalar, type Node, type ScalarNode } from './node.ts'
import type { Project } from './project.ts'

const maxContent = 262_144
const envFile = /(?:^|\/)(?:\.env|[\w-]+\.env)$/

/** Everything that a service mounts, in the order volumes, tmpfs, configs, secrets. */
export function mountsOf(service: Node, project: Project, tree: FileTree, remarks: Remarks): readonly Mount[] {
  const mounts: Mount[] = []
  for (const item of itemsOf(field(service, 'volumes'))) {
    const mount = item.kind === 'scalar' ? shortVolume(item, project, tree, remarks) : longVolume(item, project, tree, remarks)
    if (mount) mounts.push(mount)
  }
  for (const item of scalarsOf(field(service, 'tmpfs'))) {
    mounts.push({ kind: 'tmpfs', target: partOf(item, 0, volumeParts(item.text).source?.length ?? item.text.length), readOnly: false, span: item.span })
  }
  for (const kind of ['config', 'secret'] as const) {
    for (const item of itemsOf(field(service, `${kind}s`))) {
      const mount = granted(kind, item, project, tree, remarks)
      if (mount) mounts.push(mount)
    }
  }
  return mounts.map(mount => ({ ...mount, target: cleaned(mount.target) }))
}

/** As Compose writes a place in a container: `/./data` is `/data`. */
function cleaned(target: Value): Value {
  const path = valueOf(target)
  return path === undefined || !target.known || !path.startsWith('/') || !/\/\.{0,2}\//.test(path) ? target : { ...target, value: `/${join('.', path.slice(1)).replace(/^\.$/, '')}` }
}

function shortVolume(item: ScalarNode, project: Project, tree: FileTree, remarks: Remarks): Mount | undefined {
  if (item.isNull || item.text === '') return undefined
  const { source, target, targetAt, mode } = volumeParts(item.text)
  const where = partOf(item, targetAt, targetAt + target.length)
  const readOnly = mode?.split(',').includes('ro') ?? false
  // `${MOUNT}` may be anything.
  if (source === undefined) return { kind: where.known || where.raw.startsWith('/') ? 'anonymous-volume' : 'unknown', target: where, readOnly, span: item.span }
  const from = partOf(item, 0, source.length)
  const kind = kindOfSource(from, project)
  // Whether it can be written to, nobody knows.
  const open = mode !== undefined && !partOf(item, item.text.length - mode.length, item.text.length).known
  return { kind: open ? 'unknown' : kind, target: where, source: from, ...(kind === 'bind' ? inTree(from, item.source.folder, tree, remarks) : {}), readOnly, span: item.span }
}

function longVolume(item: Node, project: Project, tree: FileTree, remarks: Remarks): Mount | undefined {
  const target = scalarAt(item, 'target')
  if (!target) return undefined
  const type = scalarAt(item, 'type')?.text
  const source = scalarAt(item, 'source')
  const from = source && valueOfScalar(source)
  const kind: MountKind = type === 'tmpfs' ? 'tmpfs' : type === 'bind' ? 'bind' : from === undefined ? 'anonymous-volume' : kindOfSource(from, project)
  const readOnly = scalarAt(item, 'read_only')?.text === 'true'
  // Coolify writes the file that it binds from here: https://coolify.io/docs/knowledge-base/docker/compose#create-a-file-with-content
  const inline = scalarAt(item, 'content')
  const found = inline ? { content: textOf(inline) } : source && from ? inTree(from, source.source.folder, tree, remarks) : {}
  return { kind, target: valueOfScalar(target), ...(from ? { source: from } : {}), ...(kind === 'bind' ? found : {}), readOnly, span: item.span }
}

/** Paths begin with `.`, `/`, `~` or a drive; everything else names a volume, whose driver may make it a bind or a tmpfs after all. */
function kindOfSource(source: Value, project: Project): MountKind {
  const text = source.known ? source.value : source.raw
  if (/^(?:[./~\\]|[A-Za-z]:[\\/]|\$\{PWD\})/.test(text) || (!source.known && text.includes('/'))) return 'bind'
  if (!source.known) return 'unknown'
  const options = field(field(project.top.get('volumes'), text), 'driver_opts')
  const type = scalarAt(options, 'type')?.text
  if (type === 'tmpfs') return 'tmpfs'
  return /(?:^|,)r?bind(?:,|$)/.test(scalarAt(options, 'o')?.text ?? '') ? 'bind' : 'named-volume'
}

/** The path in the tree and, for a single readable file, the content of what a bind or `file:` names. */
function inTree(source: Value, folder: string, tree: FileTree, remarks: Remarks): { path?: string; content?: Text } {
  const text = valueOf(source)
  const path = text === undefined ? installedFrom(source.known ? '' : source.raw, folder, tree) : /^(?!~|\/|[A-Za-z]:[\\/])/.test(text) ? join(folder, text) : undefined
  if (path === undefined) return {}
  if (tree.list(path) !== undefined) return { path }
  const content = tree.read(path)
  if (content === undefined) {
    const example = envFile.test(path) ? exampleOf(tree, path) : undefined
    return example ? { path, content: wholeFile(example.file, example.text) } : {}
  }
  if (typeof content !== 'string') {
    remarks.unread.push({ span: source.span, text: `${path} was not read: ${content.refused}` })
    return path.startsWith('..') ? {} : { path }
  }
  return content.length <= maxContent && !content.includes('\0') ? { path, content: wholeFile(path, content) } : { path }
}

/** A config or secret that a service is granted, by short or long form. The text of secrets is never kept. */
function granted(kind: 'config' | 'secret', item: Node, project: Project, tree: FileTree, remarks: Remarks): Mount | undefined {
  const name = item.kind === 'scalar' ? item : scalarAt(item, 'source')
  if (!name || name.text === '') return undefined
  const fallback = kind === 'config' ? `/${name.text}` : `/run/secrets/${name.text}`
  const stated = item.kind === 'map' ? scalarAt(item, 'target') : undefined
  const inside = stated && kind === 'secret' && !stated.text.startsWith('/') ? known(`/run/secrets/${stated.text}`, stated.span) : stated && valueOfScalar(stated)
  const definition = field(project.top.get(`${kind}s`), name.text)
  const file = scalarAt(definition, 'file'), inline = scalarAt(definition, 'content')
  const found: { path?: string; content?: Text } = file ? inTree(valueOfScalar(file), file.source.folder, tree, remarks) : inline ? { content: textOf(inline) } : {}
  const source = valueOfScalar(name), from = file && valueOfScalar(file)
  return {
    kind, target: inside ?? known(fallback, name.span), source: from?.known === false ? from : source,
    ...(found.path === undefined ? {} : { path: found.path }), ...(kind === 'config' && found.content ? { content: found.content } : {}),
    readOnly: true, span: item.span,
  }
}

const configName = /\.(?:env|properties|conf|cfg|ini|toml|ya?ml)$/i
const sourceFolder = /^(?:package\.json|pyproject\.toml|Cargo\.toml|go\.mod|pom\.xml|Gemfile|composer\.json)$|^Dockerfile|^(?=.*compose).*\.ya?ml$/i

/** Whether a mount of which nobody can read what it is may be a file of the program's own configuration. */
export const mayHoldConfiguration = ({ kind, source, target, content }: Mount): boolean =>
  content === undefined && kind !== 'tmpfs' && kind !== 'secret' && (source === undefined ? !target.known : !source.known) && (!target.known || configName.test(target.value))

/** Readable config texts of a mount: its own content, or the config files directly in a mounted folder that is no source folder. */
export function configTexts(mount: Mount, tree: FileTree): readonly Text[] {
  if (mount.content) return [mount.content]
  if (mount.kind !== 'bind' || mount.path === undefined || mount.path === '.') return []
  const names = tree.list(mount.path)
  if (!names || names.some(name => sourceFolder.test(name))) return []
  const texts: Text[] = []
  for (const name of names.filter(n => configName.test(n)).slice(0, 20)) {
    const path = join(mount.path, name)
    const text = tree.read(path)
    if (typeof text === 'string' && text.length <= maxContent) texts.push(wholeFile(path, text))
  }
  return texts
}
