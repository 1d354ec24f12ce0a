// Files ↔ the part of an address behind `#`, which browsers keep to themselves. Packed, since addresses have a length.
import type { Files } from './engine.ts'

const limits = { text: 400_000, files: 50, packed: 60_000 } as const

async function through(stream: CompressionStream | DecompressionStream, bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > most) { await reader.cancel(); throw new Error('too much') }
    chunks.push(value)
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}

/** The files as a text for an address; undefined when they are too many for one. */
export async function packed(files: Files): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(JSON.stringify(files))
  if (bytes.length > limits.text) return undefined
  const small = await through(new CompressionStream('deflate-raw'), bytes, limits.packed).catch(() => undefined)
  return small && btoa(String.fromCharCode(...small)).replaceAll('+', '-').replaceAll('/', '_').replace(/={1,2}$/, '')
}

/** The files that an address holds; undefined for what is none. Never throws, whatever the address says. */
export async function unpacked(text: string): Promise<Files | undefined> {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), sign => sign.charCodeAt(0))
    const read: unknown = JSON.parse(new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), bytes, limits.text)))
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined
    const entries = Object.entries(read).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== '')
    return entries.length === 0 || entries.length > limits.files ? undefined : Object.fromEntries(entries)
  } catch {
    return undefined
  }
}
