// The words that start a Redis-family server: which program it is, its flags, its configuration file.
import type { Workload } from '../../model/stack.ts'
import { wordOf, type Call, type Launch } from '../launch.ts'
import { redisFlags, whyOpaque } from './conf.ts'
import { apply, hide, readFile, type Files, type Reading } from './settings.ts'
import type { Word } from '../script.ts'

const servers = new Set(['redis-server', 'valkey-server', 'keydb-server', 'redict-server', 'redis-stack-server'])
/** Whether a program is a server that takes redis.conf and its flags. */
export const isServer = (call: Call): boolean => servers.has(call.program)

/** What runs a server: its own program, or words that the image's entrypoint puts behind it. */
export const isFlagOrFile = (text: string): boolean => text.startsWith('-') || text.endsWith('.conf')

/** The calls of a launch that start a Redis-family server. */
export function serverCalls(launch: Launch): readonly Call[] {
  return launch.calls.filter(call => isServer(call) || call.program === 'dragonfly' || call.program === 'kvrocks' || call.program === 'GarnetServer')
}

/** Reads the words after `redis-server`: the file first, then the flags, whatever their order in time. */
export function readFlags(reading: Reading, words: readonly Word[], files: Files, workload: Workload): void {
  const flags = redisFlags(words)
  if (flags.file) readFile(reading, absolute(flags.file.text), flags.file.span, files)
  if (flags.opaque) hide(reading, { span: flags.opaque.span, text: whyOpaque(flags.opaque, ` in the command of ${workload.name}`) })
  for (const directive of flags.directives) apply(reading, directive, files)
}

const absolute = (path: string): string => (path.startsWith('/') ? path : `/data/${path.replace(/^\.\//, '')}`)

/** The words of an environment variable that an entrypoint passes on unquoted. */
export function environmentWords(workload: Workload, name: string): readonly Word[] {
  const variable = workload.environment.find(entry => entry.name === name)
  if (!variable) return []
  if (!variable.value.known) return [{ ...wordOf(variable.value), loose: true }]
  const { span } = variable.value
  return variable.value.value.split(/\s+/).filter(part => part !== '').map(text => ({ text, span }))
}
