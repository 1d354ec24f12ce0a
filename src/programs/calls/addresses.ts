// Servers that source names outright. Knows the forms of addresses, no library.
import type { Technology } from '../../model/names.ts'
import type { Address } from '../../model/program.ts'
import { remembered } from '../../model/once.ts'
import { known } from '../../model/value.ts'
import type { Reading } from './reading.ts'
import { isMark, plain } from './source.ts'

const url = /^(?:redis|rediss|valkey|valkeys):\/\/(?:[^@/\s]{0,200}@)?([A-Za-z0-9][\w.-]{0,250})(?::(\d{1,5}))?(?:\/(\d{1,3}))?/
const hostAndPort = /^([A-Za-z0-9][\w.-]{0,250}):(\d{2,5})$/
const brokers = new Set(['brokers', 'bootstrapservers', 'bootstrapserversconfig', 'broker', 'addr', 'metadatabrokerlist', 'addresses', 'bootstrapserver', 'kafkabrokers', 'seedbrokers'])
const hosts = new Set(['host', 'hostname', 'redishost'])

const lettered = /^[A-Za-z_.-]+$/
const fields = remembered(text => { const name = plain(text); return brokers.has(name) || hosts.has(name) ? name : '' })
/** The field that a name is in any spelling; empty for most. */
const fieldOf = (text: string): string => (lettered.test(text) ? fields(text) : '')

/** The addresses of a file: those of Redis by their scheme, others by the field that they stand in where the file deals with the technology. */
export function addressesIn(reading: Reading, technologies: ReadonlySet<Technology>): readonly Address[] {
  const { tokens } = reading.source
  const found: Address[] = []
  let field = '', fieldAt = -100
  for (let at = 0; at < tokens.length && found.length < 20; at++) {
    const token = tokens[at]
    if (token === undefined || token.kind === 'mark' || token.kind === 'number') continue
    if (technologies.size > 0 && token.text.length < 30 && isMark(reading.source, at + 1, ':', '=', '=>', '(', ',')) {
      const name = fieldOf(token.text)
      if (name !== '') { field = name; fieldAt = at; continue }
    }
    if (token.kind !== 'text' || token.computed || token.text.length > 500) continue
    const redis = url.exec(token.text)
    const add = (technology: Technology, host: string, port?: string, database?: string): void => {
      // The machine itself is a default for whoever runs the program by hand, no server of a stack.
      if (host === 'localhost' || host === '127.0.0.1' || host === '0.0.0.0') return
      const start = token.start + Math.max(0, reading.source.text.slice(token.start, token.end).lastIndexOf(host))
      found.push({ technology, host: known(host, { file: reading.source.file, start, end: start + host.length }), ...(port === undefined ? {} : { port: Number(port) }), ...(database === undefined ? {} : { database: Number(database) }) })
    }
    if (redis?.[1] !== undefined) { add('redis', redis[1], redis[2], redis[3]); continue }
    if (at - fieldAt > 8) continue
    if (technologies.has('kafka') && brokers.has(field)) {
      for (const part of token.text.split(',').slice(0, 9)) {
        const [, host, port] = hostAndPort.exec(part.trim()) ?? []
        if (host !== undefined) add('kafka', host, port)
      }
    } else if (technologies.has('redis') && !technologies.has('kafka') && hosts.has(field) && at - fieldAt <= 8 && /^[A-Za-z][\w.-]{0,100}$/.test(token.text) && onClient(reading, fieldAt)) {
      add('redis', token.text)
    }
  }
  return found
}

// A host counts in what makes a client: `new Redis({ host: 'cache' })`, `redis.Redis(host='cache')`.
function onClient(reading: Reading, at: number): boolean {
  const { tokens } = reading.source
  const makers = new Set(reading.language.redis.clients)
  for (let back = at - 1, depth = 0; back > at - 40 && back >= 0; back--) {
    if (isMark(reading.source, back, ')', ']', '}')) depth++
    else if (isMark(reading.source, back, '(', '[', '{') && depth-- === 0) {
      depth = 0
      if (makers.has(tokens[back - 1]?.text ?? '')) return true
    }
  }
  return false
}
