// The files inside a packed chart: gunzip, tar, and nothing outside the archive. Knows the tar format, nothing of charts.
// https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
import { gunzipSync } from 'node:zlib'
import { join, type FileTree, type Refusal } from '../model/files.ts'
import { inside } from './memory.ts'

const limits = { unpacked: 30_000_000, files: 5_000, file: 5_000_000 } as const

// What a chart's values and templates never refer to, and what is most of a large chart.
const aside = /\/crds\/|\.(?:png|svg|jpe?g|gif|ico|tgz|md|prov)$/i

/** A `.tgz` as a tree of its own; paths start with the archive's path and `!/`. Only regular files with a path inside it are there. */
export function archiveTree(path: string, packed: Uint8Array): FileTree | Refusal {
  let tar: Buffer
  try {
    tar = gunzipSync(packed, { maxOutputLength: limits.unpacked })
  } catch {
    return { refused: `it is no gzip archive, or unpacks to more than ${limits.unpacked / 1_000_000} MB` }
  }
  const prefix = `${path}!/`
  const contents = new Map<string, Buffer>()
  for (const { name, content } of entriesOf(tar)) {
    const normal = join('.', name)
    if (contents.size >= limits.files || name.startsWith('/') || name.includes('\0') || !inside(normal) || normal === '.') continue
    // A copy, so that the rest of the archive need not stay in memory.
    contents.set(prefix + normal, aside.test(normal) ? nothing : Buffer.from(content))
  }
  const files = [...contents.keys()].sort()
  return {
    kept: [...contents.values()].reduce((sum, content) => sum + content.length, 0),
    files: () => files,
    read(file) {
      const content = contents.get(file)
      if (!content) return undefined
      if (content.length > limits.file) return { refused: `it is larger than ${limits.file / 1_000_000} MB` }
      return content.includes(0) ? { refused: 'it is binary' } : content.toString('utf8')
    },
    list(folder) {
      const start = folder.endsWith('/') ? folder : `${folder}/`
      const names = new Set(files.filter(file => file.startsWith(start)).map(file => file.slice(start.length).split('/')[0] ?? ''))
      return names.size > 0 ? [...names].sort() : undefined
    },
    archive: () => undefined,
  }
}

const nothing = Buffer.alloc(0)
const block = 512

function* entriesOf(tar: Buffer): Generator<{ readonly name: string; readonly content: Buffer }> {
  let longName: string | undefined
  for (let at = 0; at + block <= tar.length;) {
    const header = tar.subarray(at, at + block)
    if (header.every(byte => byte === 0)) return
    const size = Number.parseInt(text(header, 124, 12).trim() || '0', 8)
    if (!Number.isSafeInteger(size) || size < 0) return
    const content = tar.subarray(at + block, at + block + size)
    at += block + Math.ceil(size / block) * block
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'L') { longName = content.toString('utf8').replace(/\0.*$/s, ''); continue }
    if (type === 'x') { longName = paxPath(content) ?? longName; continue }
    const own = text(header, 257, 5) === 'ustar' && text(header, 345, 155) !== '' ? `${text(header, 345, 155)}/${text(header, 0, 100)}` : text(header, 0, 100)
    if (type === '0' || type === '\0') yield { name: longName ?? own, content }
    if (type !== 'g') longName = undefined
  }
}

const text = (buffer: Buffer, start: number, length: number): string => buffer.toString('utf8', start, start + length).replace(/\0.*$/s, '')

const paxPath = (content: Buffer): string | undefined => /^\d+ path=(.*)$/m.exec(content.toString('utf8'))?.[1]
