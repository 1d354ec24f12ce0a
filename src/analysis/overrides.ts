// What an overriding file changes about a component is the cause of what is found with that file only: it is named among the evidence, though the
// finding stands where the component is defined. Knows views of a project, no rule and no technology.
import type { CheckedFinding } from './check.ts'
import type { ObservedStack } from '../model/observation.ts'
import { nameOf } from '../model/files.ts'
import type { Workload } from '../model/stack.ts'
import type { Note, Span } from '../model/value.ts'

/** The findings, those that only variants of a project have with the place in the variant that makes the difference. */
export function withOverrides(findings: readonly CheckedFinding[], stacks: readonly ObservedStack[]): readonly CheckedFinding[] {
  const bases = new Map(stacks.filter(({ variant }) => variant === undefined).map(stack => [project(stack), stack]))
  return findings.map(finding => {
    const base = bases.get(project(finding.stack))
    if (base === undefined || finding.views.some(({ stack }) => stack.variant === undefined)) return finding
    const { report, component } = finding
    const own = (file: string): boolean => !base.files.includes(file)
    const before = base.components.find(({ name, span }) => name === component.name && span.file === component.span.file && span.start === component.span.start)
    if (before === undefined || own(report.span.file) || report.because.some(({ span }) => own(span.file))) return finding
    const note = component.members.flatMap((member, at) => changeOf(member, before.members[at], own) ?? []).at(0)
    return note ? { ...finding, report: { ...report, because: [note, ...report.because] } } : finding
  })
}

const project = ({ kind, root }: ObservedStack): string => JSON.stringify([kind, root])

// The command and the entrypoint are replaced as a whole, all else is added to.
function changeOf(member: Workload, before: Workload | undefined, own: (file: string) => boolean): Note | undefined {
  const replaced = (['command', 'entrypoint'] as const).find(part => member[part]?.some(({ span }) => own(span.file)))
  const at = replaced && member[replaced]?.find(({ span }) => own(span.file))?.span
  if (replaced && at) {
    const [first] = before?.[replaced] ?? []
    return { span: at, text: first === undefined ? `${nameOf(at.file)} gives it another ${replaced}` : `${nameOf(at.file)} replaces the whole ${replaced} of ${nameOf(first.span.file)}` }
  }
  const changed: Span | undefined = [...member.mounts.map(({ span }) => span), ...member.environment.map(({ value }) => value.span), ...member.image ? [member.image.span] : []].find(({ file }) => own(file))
  return changed && { span: changed, text: `${nameOf(changed.file)} changes it` }
}
