// Dragonfly's flags and variables → settings under the names Redis gives them.
// https://www.dragonflydb.io/docs/managing-dragonfly/flags
import type { Setting, Workload } from '../../model/stack.ts'
import type { Span } from '../../model/value.ts'
import { statedWords, type Launch } from '../launch.ts'
import type { Word } from '../script.ts'
import { emptyReading, hide, type Files, type Reading } from './settings.ts'

interface Flag {
  readonly value: string
  readonly span: Span
  readonly unknown?: string
}

/** Reads `--maxmemory=1gb`, `--cache_mode`, `-dbfilename x` and `DFLY_maxmemory=…`. */
export function dragonflyReading(workload: Workload, launch: Launch, files: Files): Reading {
  const reading = emptyReading()
  const flags = new Map<string, Flag>()
  for (const variable of workload.environment) {
    if (!variable.name.startsWith('DFLY_')) continue
    const { value } = variable
    flags.set(variable.name.slice(5).toLowerCase(), value.known ? { value: value.value, span: value.span } : { value: value.raw, span: value.span, unknown: value.why })
  }
  const call = launch.calls.find(entry => entry.program === 'dragonfly' || entry.word.text.startsWith('-'))
  if (!call && statedWords(workload).length > 0) {
    hide(reading, launch.opaque ?? { span: statedWords(workload)[0]?.span ?? workload.span, text: `what ${workload.name} runs does not show how Dragonfly is started` })
    return reading
  }
  readDragonflyFlags(reading, !call ? [] : call.program === 'dragonfly' ? call.arguments : [call.word, ...call.arguments], flags, files)
  return reading
}

/** Reads the words of its command over what `flags` says already. */
export function readDragonflyFlags(reading: Reading, words: readonly Word[], flags = new Map<string, Flag>(), files: Files = () => ({})): void {
  for (const [i, word] of words.entries()) {
    const match = /^--?([a-z][\w-]*)(?:=([\s\S]*))?$/i.exec(word.text)
    if (!match) {
      if (word.loose && !words[i - 1]?.text.startsWith('-')) hide(reading, { span: word.span, text: `${word.text} may set anything: ${word.unknown ?? ''}` })
      continue
    }
    const name = (match[1] ?? '').replaceAll('-', '_').toLowerCase()
    const next = words[i + 1]
    const inline = match[2]
    const separate = inline === undefined && next !== undefined && !next.text.startsWith('-') ? next : undefined
    const unknown = inline === undefined ? separate?.unknown : word.unknown
    flags.set(name, { value: inline ?? separate?.text ?? 'true', span: separate?.span ?? word.span, ...(unknown === undefined ? {} : { unknown }) })
  }
  fromFile(reading, flags, files)
  translate(reading, flags)
}

// `--flagfile`: one flag a line, under what the command itself says.
function fromFile(reading: Reading, flags: Map<string, Flag>, files: Files): void {
  const named = flags.get('flagfile')
  if (!named) return
  const { text, why } = named.unknown === undefined ? files(named.value) : { text: undefined, why: named.unknown }
  if (!text) { hide(reading, { span: named.span, text: why ?? `${named.value} is part of the image and cannot be read here` }); return }
  for (const match of text.text.matchAll(/^[ \t]*--?([a-z][\w-]*)(?:=([^\r\n]*))?/gim)) {
    const name = (match[1] ?? '').replaceAll('-', '_').toLowerCase()
    if (!flags.has(name)) flags.set(name, { value: match[2]?.trim() ?? 'true', span: text.span(match.index, match.index + match[0].length) })
  }
}

const isOn = (text: string): boolean => /^(?:true|t|yes|y|1)$/i.test(text)

function translate(reading: Reading, flags: ReadonlyMap<string, Flag>): void {
  const put = (setting: string, flag: Flag | undefined, value: (text: string) => string): void => {
    if (!flag) return
    const stated: Setting = flag.unknown === undefined ? { state: 'stated', value: value(flag.value), span: flag.span } : { state: 'unknown', why: flag.unknown, span: flag.span }
    reading.settings.set(setting, stated)
  }
  const same = (text: string): string => text
  put('maxmemory', flags.get('maxmemory'), same)
  put('databases', flags.get('dbnum'), same)
  put('dir', flags.get('dir'), same)
  put('requirepass', flags.get('requirepass'), same)
  put('notify-keyspace-events', flags.get('notify_keyspace_events'), same)
  put('cache_mode', flags.get('cache_mode'), text => String(isOn(text)))
  // Cache mode evicts any key by recency and frequency, as allkeys-lfu does: https://www.dragonflydb.io/blog/dragonfly-cache-design
  put('maxmemory-policy', flags.get('cache_mode'), text => (isOn(text) ? 'allkeys-lfu' : 'noeviction'))
  const cron = flags.get('snapshot_cron') ?? flags.get('save_schedule'), file = flags.get('dbfilename')
  if (cron) put('save', cron, same)
  else if (file?.value === '' && file.unknown === undefined) put('save', file, () => '')
  else reading.settings.set('save', { state: 'unknown', why: 'without a schedule Dragonfly saves only when it is stopped in an orderly way' })
}
