// Edits at places that others go by too: an anchor, an env file of two clusters, a configuration that several servers mount. Given the model; reads no text.
import type { ObservedStack } from '../model/observation.ts'
import type { Edit } from '../model/rule.ts'
import type { Workload } from '../model/stack.ts'
import type { Span } from '../model/value.ts'
import type { CheckedFinding } from './check.ts'

interface Used {
  readonly span: Span
  readonly owner: string
  readonly name: string
}

/**
 * The findings, in which an edit of what others share is not safe any more and names them. The nodes of one cluster are one. `aliased`: what of a file
 * stands elsewhere in it, too, under a name; where that is, no model knows (a health check, a build argument, another setting), so no such edit is safe.
 */
export function withCarefulEdits(findings: readonly CheckedFinding[], stacks: readonly ObservedStack[], aliased: (file: string) => readonly Span[]): readonly CheckedFinding[] {
  const changed = new Map<string, Span[]>()
  for (const { span } of findings.flatMap(({ report }) => (report.edits ?? []).flatMap(({ safe, changes }) => (safe ? changes : [])))) {
    const before = changed.get(span.file)
    if (before) before.push(span)
    else changed.set(span.file, [span])
  }
  if (changed.size === 0) return findings
  const repeated = new Map([...changed.keys()].map(file => [file, aliased(file)] as const))
  const used = new Map<string, Used[]>()
  for (const one of stacks.flatMap(stack => usedIn(stack, span => changed.get(span.file)?.some(each => touches(each, span)) === true))) {
    const before = used.get(one.span.file)
    if (before) before.push(one)
    else used.set(one.span.file, [one])
  }
  return findings.map(finding => {
    const { edits } = finding.report
    if (edits?.some(({ safe }) => safe) !== true) return finding
    const own = ownerOf(finding.stack, finding.component.name)
    return { ...finding, report: { ...finding.report, edits: edits.map(edit => careful(edit, own, finding.component.name, used, repeated)) } }
  })
}

function careful(edit: Edit, own: string, component: string, used: ReadonlyMap<string, readonly Used[]>, repeated: ReadonlyMap<string, readonly Span[]>): Edit {
  if (!edit.safe) return edit
  const others = new Set(edit.changes.flatMap(({ span }) => (used.get(span.file) ?? []).filter(one => one.owner !== own && touches(one.span, span)).map(({ name }) => name)))
  if (others.size === 0) {
    const named = edit.changes.some(({ span }) => repeated.get(span.file)?.some(one => touches(one, span)) === true)
    return named ? { ...edit, safe: false, hazard: `An alias brings the same lines to other places: look at each, or give ${component} lines of its own first.` } : edit
  }
  const names = [...others].slice(0, 3).join(', ')
  return { ...edit, safe: false, hazard: `${names}${others.size > 3 ? ` and ${others.size - 3} more` : ''} ${others.size === 1 ? 'goes' : 'go'} by the same lines: give ${component} lines of its own first.` }
}

const touches = (a: Span, b: Span): boolean => a.start <= b.end && b.start <= a.end

const ownerOf = ({ kind, root }: ObservedStack, name: string): string => JSON.stringify([kind, root, name])

function usedIn(stack: ObservedStack, isChanged: (span: Span) => boolean): readonly Used[] {
  const members = new Map(stack.components.flatMap(component => component.members.map(member => [member.name, component.name] as const)))
  const of = (name: string, spans: readonly (Span | undefined)[]): readonly Used[] => {
    const touched = spans.filter(span => span !== undefined).filter(isChanged)
    if (touched.length === 0) return []
    const component = members.get(name) ?? name, owner = ownerOf(stack, component)
    return touched.map(span => ({ span, owner, name: component }))
  }
  return [
    ...stack.workloads.flatMap(workload => of(workload.name, placesOf(workload))),
    ...stack.components.flatMap(({ name, settings }) => of(name, [...settings.values()].flatMap(setting => (setting.state === 'stated' ? [setting.span, ...(setting.others ?? []).map(({ span }) => span)] : [])))),
  ]
}

const placesOf = ({ image, entrypoint = [], command = [], environment, labels, mounts, replicas, memoryLimit, stopGrace, settings = [] }: Workload): readonly (Span | undefined)[] => [
  image?.span, ...entrypoint.map(({ span }) => span), ...command.map(({ span }) => span), ...[...environment, ...labels, ...settings].map(({ value }) => value.span),
  ...mounts.flatMap(({ target, source }) => [target.span, source?.span]), replicas?.span, memoryLimit?.span, stopGrace?.span,
]
