// Scripts that run inside the server, as texts in source: what their commands do together. Sources:
// https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/, https://redis.io/docs/latest/commands/incr/
import type { Reading } from './reading.ts'
import type { Told } from './redis.ts'
import type { Site } from './source.ts'

const longest = 6000
const calls = (text: string, ...commands: readonly string[]): boolean => commands.every(command => new RegExp(`["']${command}["']`, 'i').test(text))

/** What the scripts of a file do, with their places. */
export function scriptsIn({ source: { tokens } }: Reading): readonly (Told & { readonly site: Site })[] {
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'text' || token.text.length > longest || !/redis\.p?call\s*\(/.test(token.text)) return []
    const told = meaning(token.text)
    return told ? [{ ...told, site: { at, name: '', chain: [], begin: at, end: at + 1, how: 'mention' as const, args: [] } }] : []
  })
}

function meaning(text: string): Told | undefined {
  // Who gives a lock back looks first whether it is still theirs.
  if (/["']get["']\s*,\s*KEYS\[1\]\s*\)\s*==\s*ARGV\[\d\]/i.test(text) && (calls(text, 'del') || calls(text, 'pexpire') || calls(text, 'expire'))) return { id: 'redis-script-unlock', use: 'lock', weight: 'strong' }
  if (calls(text, 'zremrangebyscore', 'zadd') && /zcard|zcount/i.test(text)) return { id: 'redis-script-window', use: 'rate-limiter', weight: 'strong' }
  if ((calls(text, 'incr') || calls(text, 'incrby')) && /["']p?expire["']/i.test(text) && /[<>]=?\s*(?:tonumber\s*\(\s*)?(?:ARGV|\w*(?:limit|max|burst|quota|threshold))/i.test(text)) return { id: 'redis-script-window', use: 'rate-limiter', weight: 'weak' }
  return undefined
}
