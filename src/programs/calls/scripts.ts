// Scripts that run inside the server, as texts in source: what their commands do together. Sources:
// https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/, https://redis.io/docs/latest/commands/incr/
import type { Shown } from '../../model/program.ts'
import { quoted as quotedText } from '../../model/quoted.ts'
import { splitWords } from './reading.ts'
import type { Reading } from './reading.ts'
import type { Told } from './redis.ts'
import type { Site } from './source.ts'

const longest = 6000
const runs = /redis\.p?call\s*\(/
const calls = (text: string, ...commands: readonly string[]): boolean => commands.every(command => new RegExp(`["']${command}["']`, 'i').test(text))

/** What the scripts of a file do, with their places. */
export function scriptsIn({ source: { text, tokens } }: Reading): readonly (Told & { readonly site: Site })[] {
  if (!runs.test(text)) return []
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'text' || token.text.length > longest || !runs.test(token.text)) return []
    const told = meaning(token.text)
    return told ? [{ ...told, site: { at, name: '', chain: [], begin: at, end: at + 1, how: 'mention' as const, args: [] } }] : []
  })
}

/** What a file does that is one script. Its name tells what the commands are for. */
export function wholeScript(file: string, text: string): readonly Shown[] {
  if (text.length > longest * 4) return []
  const plain = text.replace(/--\[\[[^]*?\]\]|--[^\n]*/g, comment => ' '.repeat(comment.length))
  const match = /redis\.p?call\s*\([^\n]*/.exec(plain)
  const told = match ? meaning(plain) ?? called(plain, splitWords(file.slice(file.lastIndexOf('/') + 1))) : undefined
  return match && told ? [{ ...told, from: 'call', technology: 'redis', span: { file, start: match.index, end: match.index + match[0].length }, text: quotedText(match[0]) }] : []
}

function called(text: string, words: readonly string[]): Told | undefined {
  const named = (...wanted: readonly string[]): boolean => wanted.some(word => words.includes(word))
  if (named('limit', 'limiter', 'ratelimit', 'throttle', 'bucket')) return { id: 'redis-script', use: 'rate-limiter', weight: 'strong' }
  if (named('lock', 'unlock', 'mutex', 'semaphore')) return { id: 'redis-script', use: 'lock', weight: 'strong' }
  if (named('queue', 'enqueue', 'dequeue', 'job')) return { id: 'redis-script', use: 'job-queue', weight: 'strong' }
  if (calls(text, 'xadd')) return { id: 'redis-script-stream', use: 'event-bus', weight: 'weak' }
  return undefined
}

function meaning(text: string): Told | undefined {
  // Who gives a lock back looks first whether it is still theirs.
  if (/["']get["']\s*,\s*KEYS\[1\]\s*\)\s*==\s*ARGV\[\d\]/i.test(text) && (calls(text, 'del') || calls(text, 'pexpire') || calls(text, 'expire'))) return { id: 'redis-script-unlock', use: 'lock', weight: 'strong' }
  // Who limits asks whether the count is too high, or hands it out; who shows presence asks whether it has changed (`~=`).
  if (calls(text, 'zremrangebyscore', 'zadd') && /zcard|zcount/i.test(text) && (/[<>]/.test(text) || !text.includes('~='))) return { id: 'redis-script-window', use: 'rate-limiter', weight: 'strong' }
  if ((calls(text, 'incr') || calls(text, 'incrby')) && /["']p?expire["']/i.test(text) && /[<>]=?\s*(?:tonumber\s*\(\s*)?(?:ARGV|\w*(?:limit|max|burst|quota|threshold))/i.test(text)) return { id: 'redis-script-window', use: 'rate-limiter', weight: 'weak' }
  return undefined
}
