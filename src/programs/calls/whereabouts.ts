// Where source says that its server is: on the machine that it runs on, or wherever it is told. Knows the forms of addresses, no library.
import type { Technology } from '../../model/names.ts'
import type { Reading } from './reading.ts'
import { isMark } from './source.ts'

/** `itself`: every client of the file is made for the machine that it runs on, in so many words. `elsewhere`: one of them may be for another. */
export type Whereabouts = 'itself' | 'elsewhere'

const machine = '(?:localhost|127(?:\\.\\d{1,3}){3}|0\\.0\\.0\\.0)'
const onMachine: Readonly<Record<Technology, RegExp>> = {
  redis: new RegExp(`^(?:(?:redis|valkey)s?:\\/\\/(?:[^@/\\s]{0,200}@)?)?${machine}(?::\\d{1,5})?(?:\\/\\d{0,3})?$`),
  kafka: new RegExp(`^${machine}:\\d{2,5}(?:,${machine}:\\d{2,5}){0,8}$`),
}
// A name that an address comes from: `REDIS_URL`, `settings.kafka_brokers`.
const addressName = /^(?=.{0,60}$)(?:.{0,20}[_.])?(?:redis|valkey|kafka|celery|broker)[\w.-]{0,20}?(?:url|uri|host|addr|servers?|brokers|endpoint)/i
// What hands an address on as it is: `kafka.TCP("localhost:9092")`, `List.of("localhost:9092")`.
const passing = new Set(['TCP', 'of', 'asList', 'Some', 'String', 'from', 'Collections', 'singletonList'])
// These connect to the machine itself when nothing is said: https://redis.readthedocs.io/en/stable/connections.html, https://github.com/redis/ioredis#connect-to-redis
const unsaid = new Set(['Redis', 'StrictRedis', 'IORedis', 'createClient'])
const byDefault = new Set(['python', 'typescript'])

/** Where the clients of a technology are made for that a file makes by one of the names; undefined where it makes none, or nobody can tell. */
export function whereaboutsOf(reading: Reading, technology: Technology, makers: ReadonlySet<string>): Whereabouts | undefined {
  const { source, language } = reading, { tokens, grammar: { functions } } = source
  const made: number[] = [], placed = new Set<number>()
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined || token.kind === 'mark' || token.kind === 'number') continue
    if (token.kind === 'text' && !token.computed && token.text.length < 300 && onMachine[technology].test(token.text)) {
      const maker = makerAround(reading, at, makers)
      if (maker !== undefined) placed.add(maker)
      else if (/[:/]/.test(token.text)) return 'elsewhere'
    } else if (addressName.test(token.text)) return 'elsewhere'
    else if (token.kind === 'word' && makers.has(token.text) && isMark(source, at + 1, '(') && !functions.includes(tokens[at - 1]?.text ?? '')) {
      made.push(at)
      if (unsaid.has(token.text) && byDefault.has(language.id) && isMark(source, at + 2, ')')) placed.add(at)
    }
  }
  if (made.some(at => !placed.has(at))) return 'elsewhere'
  return placed.size > 0 ? 'itself' : undefined
}

/** The name of what is made with the address in so many words; none where it is only what holds if nothing else is said. */
function makerAround({ source }: Reading, at: number, makers: ReadonlySet<string>): number | undefined {
  const { tokens, grammar: { functions } } = source
  if (isMark(source, at - 1, '||', '??', '?') || tokens[at - 1]?.text === 'or') return undefined
  for (let back = at - 1, depth = 0; back > at - 80 && back >= 0; back--) {
    if (isMark(source, back, ')', ']', '}')) depth++
    else if (isMark(source, back, '(', '[', '{') && depth-- === 0) {
      depth = 0
      const name = tokens[back - 1]
      if (name?.kind === 'word' && makers.has(name.text)) return functions.includes(tokens[back - 2]?.text ?? '') ? undefined : back - 1
      if (isMark(source, back, '(') && !passing.has(name?.text ?? '')) return undefined
    }
  }
  return undefined
}
