// Helpers for tests of what calls show.
import { readable } from '../../../src/model/value.ts'
import { callsOf } from '../../../src/programs/calls/index.ts'

/** Lines such as `job-queue decisive: new Queue('emails')`; a client without a use is `client`. */
export const shows = (file: string, text: string): readonly string[] =>
  callsOf(file, text).shown.map(({ use, weight, text: says }) => (use === undefined ? `client: ${says}` : `${use} ${weight}: ${says}`))

/** Uses that are at least strong. */
export const uses = (file: string, text: string): readonly string[] =>
  [...new Set(callsOf(file, text).shown.flatMap(({ use, weight }) => (use !== undefined && (weight === 'strong' || weight === 'decisive') ? [use] : [])))]

/** Uses that are weak only. */
export const weakly = (file: string, text: string): readonly string[] => {
  const strong = uses(file, text)
  return [...new Set(callsOf(file, text).shown.flatMap(({ use, weight }) => (use !== undefined && weight === 'weak' && !strong.includes(use) ? [use] : [])))]
}

/** Lines such as `kafka writes orders`, `kafka reads orders as mailer`. */
export const traffic = (file: string, text: string): readonly string[] =>
  callsOf(file, text).traffic.map(({ technology, how, name, group }) => `${technology} ${how} ${readable(name)}${group ? ` as ${readable(group)}` : ''}`)

/** Lines such as `acks=all`. */
export const settings = (file: string, text: string): readonly string[] => callsOf(file, text).settings.map(({ name, value }) => `${name}=${value.value}`)

/** Lines such as `redis cache:6379/1`. */
export const addresses = (file: string, text: string): readonly string[] =>
  callsOf(file, text).addresses.map(({ technology, host, port, database }) => `${technology} ${host.value}${port === undefined ? '' : `:${port}`}${database === undefined ? '' : `/${database}`}`)
