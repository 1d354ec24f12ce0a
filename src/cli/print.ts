// Standard output of the commands: whole at any size, and no complaint about a reader that has seen enough.
import { fstatSync, writeSync } from 'node:fs'
import type { ReportedProblem } from '../model/report.ts'
import { masked } from '../model/secrets.ts'
import { inert } from '../reporters/github.ts'
import { clipped } from '../reporters/plain.ts'
import { UsageError } from './usage.ts'

/** Whether a stream is a terminal. Asks Node only where it can be one, since Node's own streams take long to load. */
export const isTerminal = (stream: 'stdout' | 'stderr'): boolean => {
  try {
    return fstatSync(stream === 'stdout' ? 1 : 2).isCharacterDevice() && process[stream].isTTY
  } catch {
    return false
  }
}

// In the log of a job on GitHub a line of text may be a command.
const inLog = (text: string): string => (process.env['GITHUB_ACTIONS'] === 'true' ? inert(text) : text)

/** Writes text for people, whose parts are harmless already, to standard output. */
export const printText = (text: string): void => { print(inLog(text)) }

const longest = 2_000

/** Writes a line to standard error: no secret, nothing that steers, no command, and not endless. */
export const complain = (line: string): void => { process.stderr.write(inLog(`${clipped(masked(line), longest)}\n`)) }

/** Says what could not be read, where the command's own output has no room for it. */
export function complainOf(problems: readonly ReportedProblem[]): void {
  for (const { file, line, column, message, unread } of problems) if (unread) complain(`${file}:${line}:${column}: ${message}`)
}

// What is in Node's stream goes before what comes after it.
let queued = false

/** Writes a text to standard output; whether anybody reads on. */
export function print(text: string): boolean {
  if (queued || isTerminal('stdout')) { process.stdout.write(text); return true }
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      // `misfit | head` is no failure of ours.
      if (code === 'EPIPE') return false
      if (code !== 'EAGAIN') throw new UsageError(`standard output cannot be written: ${error instanceof Error ? error.message : String(error)}`)
      // Somebody made the pipe non-blocking and it is full: Node's stream waits for its reader.
      process.stdout.on('error', (later: NodeJS.ErrnoException) => { if (later.code !== 'EPIPE') throw later })
      process.stdout.write(bytes.subarray(at))
      queued = true
      return true
    }
  }
  return true
}
