// Evidence from the program of a client: the libraries that it is built with, its own configuration, its calls. Must not know any technology.
import type { Program, Shown } from '../../model/program.ts'
import type { Component, Technology, UseName, Workload } from '../../model/stack.ts'
import { isKnownApp } from './commands.ts'
import { componentsFor, lowered, weightBy } from './context.ts'
import type { Context, Hit, Reach } from './context.ts'
import { addressWords, componentsOf, isWeak, soleOf } from '../links/trace.ts'
import { isReachedLocally, reaches } from './targets.ts'
import { normalKey, wordsOf } from './text.ts'

/** Hits of what the programs of the stack, and those beside it, show by their own files, and of what the servers let them do. */
export function programHits(context: Context): readonly Hit[] {
  const found: Hit[] = context.stack.components.flatMap(permitted)
  for (const workload of context.workloads) {
    if (workload.program) found.push(...hitsOfProgram(workload.program, workload, context))
  }
  for (const workload of context.stack.programs ?? []) {
    if (workload.program) found.push(...hitsOfProgram(workload.program, workload, context, true).flatMap(hit => besideStack(hit, context)))
  }
  return found
}

const permitted = (component: Component): readonly Hit[] => (component.permits ?? []).flatMap(({ id, use, weight, span, text }) =>
  (use === undefined ? [] : [{ signal: id, family: 'program' as const, component, use, weight, internal: false, span, text, sure: true }]))

/** Those that show what a server is for as a rule, for one that shows no use otherwise. */
export const likelyHits = (hits: readonly Hit[]): readonly Hit[] => hits.flatMap(hit => (hit.likely ? [{ ...hit, weight: 'strong' as const }] : []))

/** Those that rest on nothing, or on what other evidence shows to be on the same server, and no setting of the same program puts elsewhere. */
export const keptHits = (hits: readonly Hit[]): readonly Hit[] => hits.filter(({ kept, component, workload, beside }) => {
  if (kept === undefined) return true
  const there = hits.filter(hit => hit.use === kept && hit.kept === undefined && hit.component === component)
  return there.some(({ weight }) => weight === 'strong' || weight === 'decisive') && !there.some(hit => hit.weight === 'against' && hit.workload === workload && hit.beside === beside)
})

/** What runs beside the stack works with a server that nobody in the stack works with, or only images that nothing is known of: else it is none of those that do. */
export function besideStack(hit: Hit, context: Context): readonly Hit[] {
  const { workload, ...rest } = hit
  if (!workload) return []
  const told = (context.links.clients.get(hit.component) ?? []).some(({ workload }) => workload.program !== undefined || (workload.ours !== true && isKnownApp(workload, context)))
  const weight = told && hit.weight !== 'against' ? lowered(hit.weight) : hit.weight
  return weight === 'trap' ? [] : [{ ...rest, weight, beside: workload, ...(workload.hidden?.includes('program') ? { unsure: true } : {}) }]
}

/** `beside`: whether it only stands beside the stack, where an only server is no reason to believe that it works with that one. */
function hitsOfProgram(program: Program, workload: Workload, context: Context, beside = false): readonly Hit[] {
  const found: Hit[] = []
  const files = callingFiles(program)
  for (const shown of program.shown) {
    const { use } = shown
    if (use === undefined) continue
    // Hints that stand in several files agree with each other.
    const given = shown.weight === 'weak' && files(shown.technology, use) > 1 ? 'strong' : shown.weight
    const alone = soleOf(context.stack, shown.technology) !== undefined
    const weight = program.certain || (alone && !beside) || given === 'against' ? given : lowered(given)
    // Who waits for one server only works with that one.
    const single = new Set(context.links.of(workload, shown.technology).map(({ component }) => component)).size === 1
    for (const { component, link } of reachOf(shown, workload, context)) {
      const counts = alone || (single && link?.how === 'depends-on') ? weight : weightBy(weight, link)
      if (counts === 'trap') continue
      const astray = shown.itself === true && !isReachedLocally(component, workload, beside)
      found.push({ ...(astray ? { astray: true as const } : {}),
        signal: shown.id, family: 'program', ...(shown.kept ? { kept: shown.kept } : {}), ...(shown.likely && counts === 'weak' && program.certain ? { likely: true as const } : {}), ...(shown.side ? { side: shown.side } : {}), ...(shown.from === 'configuration' ? { chosen: true as const } : {}), component, use, weight: counts, internal: false, workload, span: shown.span, text: shown.text,
        // What a package or the framework's settings serve elsewhere says nothing against what the code does by itself, or the deployment states.
        ...(counts === 'against' ? { soft: shown.from !== 'call' } : { sure: shown.only ?? shown.from !== 'library', ...(shown.from === 'library' ? { built: true as const } : {}) }),
      })
    }
  }
  return found
}

// In how many files calls show each use. A method of the program's own and its callers are one command, seen from both ends.
function callingFiles({ shown }: Program): (technology: Technology, use: UseName) => number {
  const found = new Map<string, Set<string>>()
  for (const { use, from, weight, technology, span, handed, through } of shown) {
    if (use === undefined || from !== 'call' || weight === 'against' || handed) continue
    const key = `${technology} ${use} ${through ?? false}`
    // Of what is kept, several things tell as much as several files.
    found.set(key, (found.get(key) ?? new Set()).add(use === 'state-store' ? `${span.file}:${span.start}` : span.file))
  }
  return (technology, use) => Math.max(...[true, false].map(through => found.get(`${technology} ${use} ${through}`)?.size ?? 0))
}

/** The component that a place of the program means: the one that its variables or hosts lead to, else the workload's own. */
function reachOf(shown: Shown, workload: Workload, context: Context): readonly Reach[] {
  const names = shown.names ?? []
  if (names.length > 0) {
    const keys = new Set(names.map(normalKey)), hosts = names.map(name => name.toLowerCase())
    const named = context.links.of(workload, shown.technology).filter(({ key, component }) =>
      (key !== undefined && keys.has(normalKey(key))) || component.hosts.some(host => hosts.some(name => reaches(name, host.toLowerCase()))))
    const components = new Set(named.map(({ component }) => component))
    if (components.size === 1) return named.slice(0, 1).map(link => ({ component: link.component, link }))
    if (components.size === 0 && asksInVain(names, workload, shown.technology, context)) return []
    const called = calledLike(names, workload, shown.technology, context)
    if (called) return [called]
  }
  return componentsFor(context, workload, shown.technology)
}

/** Of several components the only one that is called like a name of the program: `this.orders.client` is the server `orders`, `ordersCache` the one `cache-orders`. */
function calledLike(names: readonly string[], workload: Workload, technology: Technology, { links, knowledge, stack }: Context): Reach | undefined {
  const linked = links.of(workload, technology), mine = new Set(linked.map(({ component }) => component))
  const candidates = mine.size > 0 ? [...mine] : componentsOf(stack, technology)
  if (candidates.length < 2) return undefined
  const plain = new Set(knowledge.technologies.find(({ id }) => id === technology)?.words), words = candidates.map(({ name }) => new Set(wordsOf(name)))
  const telling = words.map(own => [...own].filter(word => word.length > 2 && !plain.has(word) && !/^\d+$/.test(word) && !words.every(others => others.has(word))))
  const said = names.map(name => new Set(wordsOf(name)))
  const [only, ...others] = candidates.filter((_, at) => (telling[at] ?? []).length > 0 && said.some(name => (telling[at] ?? []).every(word => name.has(word))))
  const link = linked.find(({ component }) => component === only)
  // Its name tells more than that the program waits for it.
  return only && others.length === 0 ? { component: only, link: link && isWeak(link) ? undefined : link } : undefined
}

/**
 * What takes its address from a variable of its own (`CACHE_STORE_URL` beside `STORE_URL`) is not there where the deployment sets only the other one.
 * Nobody can tell where a file of variables could not be read.
 */
function asksInVain(names: readonly string[], workload: Workload, technology: Technology, { links, knowledge, stack }: Context): boolean {
  const words = new Set(knowledge.technologies.find(({ id }) => id === technology)?.words)
  const addresses = names.filter(name => /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name)).map(wordsOf).filter(parts => parts.some(part => words.has(part)) && parts.some(part => addressWords.has(part)))
  if (addresses.length === 0 || stack.unread.length > 0 || workload.hidden?.includes('environment')) return false
  const set = new Set([...workload.environment, ...workload.beside ?? [], ...workload.settings ?? []].map(({ name }) => wordsOf(name).join(' ')))
  return addresses.every(parts => !set.has(parts.join(' ')) && parts.some(part => !words.has(part) && !addressWords.has(part)))
    && links.of(workload, technology).some(link => link.key !== undefined && !isWeak(link) && wordsOf(link.key).every(part => words.has(part) || addressWords.has(part)))
}
