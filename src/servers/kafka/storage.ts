// Where a broker's data lies and which mounts miss it. Knows container file systems, nothing of settings' origins.
import type { FileTree } from '../../model/files.ts'
import type { Misplaced, Mount, Storage, StorageKind, Workload } from '../../model/stack.ts'
import type { Setting } from '../../model/stack.ts'
import type { Product } from '../../model/knowledge.ts'
import { readable, type Span } from '../../model/value.ts'
import { withoutEnd } from '../../model/words.ts'
import { servesScript } from '../storage.ts'

/** Storage of one broker: the directory it writes to, what holds that directory, and data mounts that miss it. */
export function nodeStorage(workload: Workload, product: Product, settings: ReadonlyMap<string, Setting>, tree: FileTree): Storage {
  const found = directoriesOf(settings)
  // A file that cannot be read rarely moves the data; a mount at the usual place of an image that is known shows that it does not.
  const usual = found?.state === 'unknown' && product.dialect !== 'kafka-env' && workload.mounts.some(mount => mount.target.known && clean(mount.target.value) === product.dataDir)
  const setting: Setting | undefined = usual ? { state: 'defaulted', value: product.dataDir, of: product.title, source: product.source } : found
  if (setting?.state === 'unknown') {
    return { kind: 'unknown', dataDir: product.dataDir, span: setting.span ?? workload.span, misplaced: [] }
  }
  // An image that is not known says nowhere where it writes.
  if (!setting) return { kind: 'unknown', dataDir: product.dataDir, span: workload.span, misplaced: [] }
  const stated = setting.state === 'stated' ? setting : undefined
  const directories = setting.value.split(',').map(clean).filter(directory => directory !== '')
  const held = directories.map(directory => holder(workload, product, directory, stated?.span))
  const worst = held.reduce<Held | undefined>((worse, one) => (worse && rank[worse.kind] <= rank[one.kind] ? worse : one), undefined)
  if (!worst) return { kind: 'unknown', dataDir: product.dataDir, span: workload.span, misplaced: [] }
  const misplaced = durable.has(worst.kind) || worst.kind === 'unknown' ? [] : misplacedMounts(workload, held, tree)
  return { kind: worst.kind, dataDir: worst.directory, span: worst.span, misplaced }
}

/** The setting that decides where data goes: `log.dirs`, or `log.dir` where the former is not set. */
function directoriesOf(settings: ReadonlyMap<string, Setting>): Setting | undefined {
  const directories = settings.get('log.dirs'), directory = settings.get('log.dir')
  // A default for log.dirs that the entrypoint sets wins over log.dir; the broker's own default does not (cp-docker-images issue 653).
  return directories ?? directory
}

function clean(path: string): string {
  const bare = path.trim().replace(/^file:/, '')
  return bare.charAt(0) + withoutEnd(bare.slice(1), '/')
}

/** How much of a loss each kind survives, least first. */
export const rank: Readonly<Record<StorageKind, number>> = {
  tmpfs: 0, 'container-layer': 1, 'empty-dir': 2, 'anonymous-volume': 3, unknown: 4, managed: 5, bind: 5, 'named-volume': 5, claim: 5,
}
const durable: ReadonlySet<StorageKind> = new Set(['named-volume', 'bind', 'claim', 'managed'])

const unknownImage: ReadonlySet<string> = new Set(['kafka-env', 'kafka-opaque'])

interface Held {
  readonly directory: string
  readonly kind: StorageKind
  readonly span: Span
  /** The mount that holds it; none for the image's own VOLUME and the container's layer. */
  readonly mount?: Mount
}

function holder(workload: Workload, product: Product, directory: string, stated: Span | undefined): Held {
  let best: Mount | undefined, length = -1
  let unsure: Mount | undefined
  for (const mount of workload.mounts) {
    if (!mount.target.known) { unsure = mount; continue }
    const target = clean(mount.target.value)
    if (covers(target, directory) && target.length >= length) { best = mount; length = target.length }
  }
  // The image's own VOLUME is an anonymous volume; below a mounted parent it lies over it and hides it.
  const volume = product.volumes.map(clean).filter(path => covers(path, directory) && path.length > length).sort((a, b) => b.length - a.length)[0]
  if (volume !== undefined) {
    return unsure ? { directory, kind: 'unknown', span: unsure.span } : { directory, kind: 'anonymous-volume', span: best?.span ?? stated ?? workload.span }
  }
  // One of an unknown place may lie over a part of another.
  if (best && unsure && clean(readable(best.target)) !== directory) return { directory, kind: 'unknown', span: unsure.span }
  if (best) return { directory, kind: kindOf(best), span: best.span, mount: best }
  if (unsure) return { directory, kind: 'unknown', span: unsure.span }
  // Of an image that is not known, nobody can say what it declares as VOLUME; below /tmp no image does.
  const unsaid = unknownImage.has(product.dialect) && !/^\/tmp(\/|$)/.test(directory)
  return { directory, kind: unsaid ? 'unknown' : 'container-layer', span: stated ?? workload.span }
}

const covers = (target: string, directory: string): boolean => directory === target || directory.startsWith(target === '/' ? '/' : `${target}/`)

function kindOf(mount: Mount): StorageKind {
  switch (mount.kind) {
    case 'config':
    case 'secret':
      return 'unknown'
    default:
      return mount.kind
  }
}

/** Volumes and folders mounted for data that hold none of the broker's directories. */
function misplacedMounts(workload: Workload, held: readonly Held[], tree: FileTree): Storage['misplaced'] {
  const found: Misplaced[] = []
  for (const mount of workload.mounts) {
    if (held.some(one => one.mount === mount) || !mount.target.known || !isForData(mount, mount.target.value, tree) || servesScript(workload, mount.target.value)) continue
    found.push({ target: clean(mount.target.value), span: mount.span, targetSpan: mount.target.span })
  }
  return found
}

const notData = new RegExp(
  '^/(etc|usr|run|proc|sys|dev|sbin|bin|lib|lib64|home|root|boot)(/|$)|^/var/(run|log|lib/docker)(/|$)|\\.(sock|sh|py|jar|xml|ya?ml|json|properties|conf|cfg|jks|pem|crt|key|p12|txt|env)$'
  + '|(^|[/_.-])(conf|confs|config|configs|configuration|secrets?|certs?|certificates?|ssl|tls|keystores?|jaas|krb5|kerberos|scripts?|init|initdb\\.d|docker-entrypoint-initdb\\.d'
  + '|logs?|log4j|jmx|jmx[_-]exporter|prometheus|metrics|monitoring|agents?|plugins?|connectors?|connect|libs?|jars?|tests?|test-?data|fixtures?|samples?|examples?|schemas?|backups?'
  + '|shared|tools|bin|tmp|zookeeper|txn-logs|interceptors?|opt|share|import|seed|seeds|dumps?|src|app|workspace)(?=[/_.-]|$)', 'i')
const forData = /kafka|redpanda|bitnami|kraft|data|storage|persist/i

function isForData(mount: Mount, target: string, tree: FileTree): boolean {
  if (mount.readOnly || mount.content !== undefined) return false
  if (mount.kind !== 'named-volume' && mount.kind !== 'bind' && mount.kind !== 'claim') return false
  const path = clean(target).replace(/kafka-logs|kraft-combined-logs|controller-logs/g, 'kafka-data').replace(/^\/opt\/(bitnami\/)?kafka(?=\/|$)/, '/kafka').replace(/^\/(tmp(?=\/kafka-data)|var\/lib(?=\/))/, '')
  if (/^\/(mnt|tmp)$/.test(path) || notData.test(path.replace(/testData/g, 'test-data'))) return false
  if (mount.kind !== 'bind') return true
  // A folder of the repository with files in it brings them in rather than taking data out.
  const names = mount.path === undefined ? undefined : tree.list(mount.path)
  if (names?.some(name => !/^\.(gitkeep|gitignore|keep)$|^README/i.test(name))) return false
  return forData.test(path)
}
