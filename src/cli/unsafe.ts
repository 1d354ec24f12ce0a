// `--fix-unsafe`: which edits that need care are made, and what a person is told of them. Writes nothing.
import type { Finding, Report } from '../model/report.ts'
import type { Edit } from '../model/rule.ts'
import { clipped, plain } from '../reporters/plain.ts'
import type { Ask } from './ask.ts'
import type { Chosen, Repair } from './fix.ts'

const same = (finding: Finding, edit: Edit): string => JSON.stringify([finding.rule, finding.file, finding.component, finding.message, edit.title])
const place = ({ file, line, rule }: Finding): string => `${clipped(file, 200)}:${line} ${rule}`
const care = (edit: Edit): string => (edit.hazard === undefined ? '' : ` First: ${plain(edit.hazard)}`)

/** Asks about every unsafe edit of a report; those that were not asked about are not made. */
export async function askedFor(report: Report, ask: Ask): Promise<Chosen> {
  const wanted = new Set<string>()
  let all = false
  for (const finding of report.findings) {
    for (const edit of finding.edits ?? []) {
      if (edit.safe) continue
      const answer: string = all ? 'yes' : await ask(`${place(finding)}: ${plain(edit.title)}?${care(edit)}`, ['no', 'yes', 'all', 'quit'])
      if (answer === 'quit') return (found, each) => each.safe || wanted.has(same(found, each))
      all ||= answer === 'all'
      if (answer !== 'no') wanted.add(same(finding, edit))
    }
  }
  return (finding, edit) => edit.safe || wanted.has(same(finding, edit))
}

const most = 5

/** What was repaired (`dry`: would be), what of it needed care, and what is left for which reason. */
export function repairNotes(repairs: readonly Repair[], report: Report, dry = false): readonly string[] {
  const made = repairs.flatMap(({ made }) => made)
  const files = repairs.reduce((sum, { changed }) => sum + changed.size, 0)
  const undone = repairs.flatMap(repair => repair.undone)
  const unsafe = made.filter(({ edit }) => !edit.safe)
  const left = report.findings.flatMap(finding => (finding.edits ?? []).slice(0, 1).map(edit => ({ finding, edit })))
  const some = (title: string, list: typeof left): readonly string[] => (list.length === 0 ? [] : [
    `${title}:`, ...list.slice(0, most).map(({ finding, edit }) => `  ${place(finding)}: ${plain(edit.title)}.${care(edit)}`), ...list.length > most ? [`  and ${list.length - most} more`] : [],
  ])
  return [
    made.length === 0 ? `Nothing ${dry ? 'would be' : 'was'} changed.` : `${dry ? 'Would change' : 'Changed'} ${files} file${files === 1 ? '' : 's'} for ${made.length} finding${made.length === 1 ? '' : 's'}.`,
    ...some(dry ? 'Needs care' : 'Needed care, and made', unsafe),
    ...(undone.length === 0 ? [] : ['Not made, because it would bring another finding:', ...undone.slice(0, most).map(({ finding, edit, brings }) => `  ${place(finding)}: ${plain(edit.title)} (${brings.rule} on ${clipped(brings.component, 40)})`), ...undone.length > most ? [`  and ${undone.length - most} more`] : []]),
    ...some('Not made, because it needs care (--fix-unsafe)', left.filter(({ finding, edit }) => !edit.safe || !undone.some(each => each.finding.rule === finding.rule && each.finding.file === finding.file))),
  ]
}
