// Where a server's data lies: which mount covers its data directory, and which mounts were meant for data but miss it.
// Knows paths and mounts; the server's own settings come in as a path.
import type { Misplaced, Mount, Storage, StorageKind, Workload } from '../model/stack.ts'
import { readable, type Span } from '../model/value.ts'
import { withoutEnd } from '../model/words.ts'

export interface StorageQuestion {
  readonly workload: Workload
  /** Absolute path in the container; undefined when it cannot be known. */
  readonly dataDir: string | undefined
  /** The product's own, for the report. */
  readonly usualDir: string
  /** The setting that moved it. */
  readonly dirSpan?: Span | undefined
  /** Paths that the image declares as VOLUME; undefined when the image is not known. */
  readonly volumes: readonly string[] | undefined
  /** What it means that nothing is mounted, when `volumes` does not tell. */
  readonly uncovered?: StorageKind
}

const kinds: Readonly<Record<Mount['kind'], StorageKind>> = {
  'named-volume': 'named-volume', bind: 'bind', claim: 'claim', 'anonymous-volume': 'anonymous-volume', tmpfs: 'tmpfs', 'empty-dir': 'empty-dir',
  config: 'unknown', secret: 'unknown', unknown: 'unknown',
}

/** Whether a path is a folder or lies in it. */
export const covers = (folder: string, path: string): boolean => {
  const clean = withoutEnd(folder, '/')
  return path === clean || path.startsWith(`${clean}/`)
}

/** The storage of a server, by the tables of the rules catalogue: mount, image volume or container layer. */
export function storageOf(question: StorageQuestion): Storage {
  const { workload, dataDir, usualDir, dirSpan } = question
  // Wherever the directory is, nothing is there that could keep it.
  if (dataDir === undefined) return { kind: mayKeep(workload) ? 'unknown' : question.uncovered ?? 'anonymous-volume', dataDir: usualDir, span: dirSpan ?? workload.span, misplaced: [] }
  const mounts = workload.mounts.filter(mount => covers(readable(mount.target), dataDir))
  const mount = mounts.reduce<Mount | undefined>((best, next) => (best && readable(best.target).length > readable(next.target).length ? best : next), undefined)
  const hidden = workload.mounts.find(entry => !entry.target.known)
  // One of an unknown place may lie over a part of another, memory over a volume at the same place.
  if (mount && hidden && hidden !== mount && (readable(mount.target) !== dataDir || hidden.kind === 'tmpfs')) return { kind: 'unknown', dataDir, span: hidden.span, misplaced: [] }
  if (mount) return { kind: mount.target.known ? kinds[mount.kind] : 'unknown', dataDir, span: mount.span, misplaced: [] }
  const inside = workload.mounts.find(entry => covers(dataDir, readable(entry.target)))
  if (hidden ?? inside) return { kind: 'unknown', dataDir, span: (hidden ?? inside)?.span ?? workload.span, misplaced: [] }
  // Whatever an image declares that is not known: without any mount its files are in a volume without a name at best.
  const kind = question.volumes === undefined ? question.uncovered ?? (!mayKeep(workload) && dataDir === usualDir ? 'anonymous-volume' : 'unknown') : question.volumes.some(path => covers(path, dataDir)) ? 'anonymous-volume' : 'container-layer'
  return { kind, dataDir, span: dirSpan ?? workload.span, misplaced: kind === 'unknown' ? [] : misplaced(workload) }
}

// Configuration, secrets and what is read only keep no data.
const mayKeep = ({ mounts, hidden }: Workload): boolean =>
  hidden?.includes('mounts') === true || mounts.some(mount => !(mount.readOnly || mount.content !== undefined || mount.kind === 'config' || mount.kind === 'secret'))

// Only what looks like a place for data: configuration, certificates, scripts, logs and sockets are mounted elsewhere on purpose.
const dataLike = /(?:^|[/_.-])(?:(?:redis|valkey|keydb|kafka)?data|db|dump|dumps|persist|persistence|storage|redis|valkey|keydb|kafka|bitnami|kraft)(?:$|[/_.-])/
const otherUse = /(?:^|\/)(?:etc|conf|config|configs?\.d|logs?|log|run|tmp|certs?|tls|ssl|secrets?|scripts?|bin|backups?|modules?|plugins?|acl|docker-entrypoint[^/]*|mounted-etc)(?:\/|$)|\.[a-z]{2,5}$|-(?:conf|config|logs?|certs?)$/

/** Whether the container's own script names something in a mounted folder: then it is what the mount is for. */
export const servesScript = (workload: Workload, target: string): boolean =>
  [...(workload.entrypoint ?? []), ...(workload.command ?? [])].some(word => readable(word).includes(`${withoutEnd(target, '/')}/`))

function misplaced(workload: Workload): readonly Misplaced[] {
  const found: Misplaced[] = []
  for (const mount of workload.mounts) {
    if ((mount.kind !== 'named-volume' && mount.kind !== 'bind' && mount.kind !== 'claim') || mount.readOnly || mount.content || !mount.target.known) continue
    const target = mount.target.value
    if (servesScript(workload, target)) continue
    if (dataLike.test(target.toLowerCase()) && !otherUse.test(target.toLowerCase())) found.push({ target, span: mount.span, targetSpan: mount.target.span })
  }
  return found
}
