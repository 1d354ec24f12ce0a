// Evidence from what clients run, and from what they are: commands and images of known programs. Must not know any technology.
import type { CommandSignal, ImageSignal, UseMeaning } from '../../model/knowledge.ts'
import type { Component, Workload } from '../../model/stack.ts'
import type { Span } from '../../model/value.ts'
import { readable } from '../../model/value.ts'
import { componentsFor, hitsOf, holds, lowered, signalsOf } from './context.ts'
import type { Context, Hit, Reach } from './context.ts'
import { oncePer } from '../../model/once.ts'
import { componentsOf, soleOf } from '../links/trace.ts'
import { blanked, fits, fitting, fittingMaybe, pattern } from '../../model/patterns.ts'
import { commandOf, imageOf, normalKey, quoted, remembered } from './text.ts'

export function commandHits(context: Context): readonly Hit[] {
  const signals = signalsOf(context, 'command')
  const found: Hit[] = []
  for (const workload of context.workloads) {
    const whole = commandOf(workload)
    found.push(...hitsIn(whole, signals, workload, context, index => ({ span: spanAt(workload, index), text: quoted(whole) })))
    // The script that a command names is a part of it.
    for (const script of workload.scripts ?? []) {
      // One that starts this or that by its argument says less.
      const one = /\bcase\s|\$\{?[1@*]/.test(script.text) ? signals.map(signal => ({ ...signal, means: signal.means.map(meaning => ({ ...meaning, weight: lowered(meaning.weight) })) })) : signals
      found.push(...hitsIn(script.text, one, workload, context, index => {
        const start = script.text.lastIndexOf('\n', index) + 1, end = script.text.indexOf('\n', index)
        const line = script.text.slice(start, end < 0 ? undefined : end), text = line.trim()
        const from = start + line.indexOf(text)
        return { span: script.span(from, from + text.length), text: quoted(text) }
      }))
    }
  }
  return found
}

function hitsIn(whole: string, signals: readonly CommandSignal[], workload: Workload, context: Context, at: (index: number) => { readonly span: Span; readonly text: string }): readonly Hit[] {
  if (whole.trim() === '') return []
  const { traps, others } = candidatesOf(signals)(whole.toLowerCase())
  const text = traps.reduce((rest, { command }) => blanked(command, rest), whole)
  return others.flatMap(signal => {
    const match = pattern(signal.command, false).exec(text)
    if (!match || !applies(signal, workload)) return []
    return hitsOf(signal, 'command', signal.means, componentsFor(context, workload, signal.technology), { workload, ...at(match.index) }, { sure: signal.only ?? false })
  })
}

// What of the signals may fit a command, by its words in lower case: commands repeat, and hardly any signal is about any of them.
const candidatesOf = oncePer((signals: readonly CommandSignal[]) => {
  const isTrap = new Set(signals.filter(signal => signal.means.every(meaning => meaning.weight === 'trap')))
  const candidates = fittingMaybe(signals.map(({ command }) => command))
  return remembered(lower => {
    const possible = candidates(lower).flatMap(at => signals[at] ?? [])
    return { traps: possible.filter(signal => isTrap.has(signal)), others: possible.filter(signal => !isTrap.has(signal)) }
  })
})

const applies = (signal: CommandSignal, workload: Workload): boolean =>
  (signal.image === undefined || fits(signal.image, false, imageOf(workload))) && !signal.unless?.some(gate => holds([gate], workload))

// The word of the command line in which the match begins.
function spanAt(workload: Workload, index: number): Span {
  let at = 0
  for (const word of [...(workload.entrypoint ?? []), ...(workload.command ?? [])]) {
    at += readable(word).length + 1
    if (index < at) return word.span
  }
  return workload.span
}

const imagesOf = oncePer((signals: readonly ImageSignal[]) => fitting(signals.map(each => each.image), false))

/** Known programs by their image. Companions count here only: a queue's dashboard shows the queue it looks at. */
export function imageHits(context: Context): readonly Hit[] {
  const signals = signalsOf(context, 'image')
  const found: Hit[] = []
  for (const workload of context.stack.workloads) {
    const image = imageOf(workload)
    if (image === '' || context.links.isMember(workload)) continue
    for (const at of imagesOf(signals)(image)) {
      const signal = signals[at]
      if (signal && (signal.family === 'image' || !context.links.isCompanion(workload))) found.push(...appHits(signal, workload, context))
    }
  }
  return found
}

const knownApps = oncePer<Context, ReadonlySet<Workload>>(context => new Set(imageHits(context).flatMap(hit => (hit.internal ? [] : hit.workload ?? []))))

/** Whether a workload's image tells what the program does; a registry that keeps its own data there is a part of the server's setting. */
export const isKnownApp = (workload: Workload, context: Context): boolean => knownApps(context).has(workload)

function appHits(signal: ImageSignal, workload: Workload, context: Context): readonly Hit[] {
  const found: Hit[] = []
  const place = { workload, span: workload.image?.span ?? workload.span, text: quoted(workload.image ? readable(workload.image) : workload.name) }
  const alone = soleOf(context.stack, signal.technology) !== undefined
  for (const meaning of signal.means) {
    const reached = appReach(signal, meaning, workload, context)
    found.push(...hitsOf(signal, signal.family, [meaning], reached, place, { keepsClass: alone, sure: meaning.weight === 'decisive' }))
  }
  return found
}

function appReach(signal: ImageSignal, meaning: UseMeaning, workload: Workload, context: Context): readonly Reach[] {
  const links = context.links.of(workload, signal.technology)
  const components = componentsOf(context.stack, signal.technology)
  const { host, via } = meaning
  if (host !== undefined) {
    const variable = workload.environment.find(each => normalKey(each.name) === normalKey(host))
    const led = variable ? context.links.from(variable).filter(link => link.component.technology === signal.technology) : []
    if (led.length > 0) return led.map(link => ({ component: link.component, link }))
    return components.filter(component => component.hosts.some(name => name.toLowerCase() === host.toLowerCase())).map(component => implicit(component, workload))
  }
  if (via !== undefined) {
    // Of nested prefixes the longest that fits a key decides.
    const prefixes = signal.means.flatMap(each => (each.via === undefined ? [] : [normalKey(each.via)]))
    const mine = links.filter(link => link.key !== undefined && longestPrefix(normalKey(link.key), prefixes) === normalKey(via))
    if (mine.length > 0) return mine.map(link => ({ component: link.component, link }))
    if (components.length > 1) return []
  }
  if (links.length === 0) {
    const known = components.filter(component => signal.defaultHosts?.some(name => component.hosts.includes(name)))
    if (known.length > 0) return known.slice(0, 1).map(component => implicit(component, workload))
  }
  return componentsFor(context, workload, signal.technology)
}

const implicit = (component: Component, workload: Workload): Reach =>
  ({ component, link: { how: 'implicit-host', note: { span: workload.image?.span ?? workload.span, text: `${workload.name} reaches ${component.name} under its default host name` } } })

const longestPrefix = (key: string, prefixes: readonly string[]): string | undefined =>
  prefixes.filter(prefix => key.startsWith(prefix)).sort((a, b) => b.length - a.length)[0]
