// The one function of `node:crypto` that the engine uses, for browsers: theirs works asynchronously only.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

interface Hash {
  update(text: string): Hash
  digest(encoding: 'hex'): string
}

/** SHA-256 of texts, in hexadecimal. */
export function createHash(name: string): Hash {
  if (name !== 'sha256') throw new Error(`${name} is not here`)
  const hash = sha256.create()
  const made: Hash = { update: text => { hash.update(utf8ToBytes(text)); return made }, digest: () => bytesToHex(hash.digest()) }
  return made
}
