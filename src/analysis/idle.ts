// Servers that nothing works with, and those that are emptied whenever their stack starts. Must not know any technology.
import type { Knowledge } from '../model/knowledge.ts'
import type { Client } from '../model/observation.ts'
import { pattern } from '../model/patterns.ts'
import type { Program } from '../model/program.ts'
import type { Component, Technology, Workload } from '../model/stack.ts'
import { readable, type Note } from '../model/value.ts'
import type { Context, Hit } from './signals/context.ts'

/** Whether a server of the stack is there by its name, its settings and an address that is handed on, and no more. */
export const isQuiet = ({ external, declared }: Component, hits: readonly Hit[]): boolean =>
  !external && declared.length === 0 && !hits.some(({ family, weight }) => weight !== 'weak' && weight !== 'against' && !quiet.has(family))

/** Whether every program of the stack was read and none works with a server of the technology. */
export function opensNone(technology: Technology, { stack, workloads, links }: Context): boolean {
  // Where none is deployed here, they are deployed elsewhere.
  const started = workloads.flatMap(({ program }) => program ?? []), programs = [...started, ...(stack.programs ?? []).flatMap(({ program }) => program ?? [])]
  if (stack.unread.length > 0 || started.length === 0 || programs.some(program => worksWith(program, technology)) || !started.every(({ certain, whole }) => certain && whole === true)) return false
  return workloads.every(workload => workload.program !== undefined || isNoClient(workload, technology, links))
}

// What people say of a server and what stands around it opens nothing.
const quiet: ReadonlySet<Hit['family']> = new Set(['name', 'comment', 'server', 'system'])

const worksWith = ({ shown, traffic, addresses }: Program, technology: Technology): boolean => [shown, traffic, addresses].some(each => each.some(one => one.technology === technology))

// An image of somebody else's that is given no address.
const isNoClient = (workload: Workload, technology: Technology, links: Context['links']): boolean =>
  links.isOtherStore(workload, technology) || (workload.image?.known === true && workload.ours === undefined && workload.hidden === undefined && links.of(workload, technology).length === 0)

/** The place in what a server or its clients start with where its data is thrown away. */
export function emptiedIn({ members, technology }: Component, clients: readonly Client[], { technologies }: Knowledge): { readonly emptied?: Note } {
  const source = technologies.find(({ id }) => id === technology)?.empties
  if (source === undefined) return {}
  const empties = pattern(source, false)
  for (const { scripts = [], entrypoint = [], command = [], prepared = [] } of [...members, ...clients.map(({ workload }) => workload)]) {
    for (const script of scripts) {
      const found = empties.exec(script.text.slice(0, 50_000)), said = found?.[0] ?? ''
      if (found) return { emptied: { span: script.span(found.index, found.index + said.length), text: `"${said}" empties it at each start` } }
    }
    for (const word of [...entrypoint, ...command, ...prepared.flatMap(each => [...each.entrypoint ?? [], ...each.command ?? []])]) {
      const found = empties.exec(readable(word).slice(0, 5000))
      if (found) return { emptied: { span: word.span, text: `"${found[0] ?? ''}" empties it at each start` } }
    }
  }
  return {}
}
