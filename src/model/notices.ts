// What misfit says of what people tell it, not of a Redis or a Kafka. Listed, explained and switched off as rules are.
import type { Severity } from './rule.ts'

export interface Notice {
  readonly id: string
  readonly severity: Severity
  /** What is reported, in one sentence. */
  readonly summary: string
  readonly failure: string
  readonly fix: string
}

export const notices = {
  'misfit/unused-suppression': {
    id: 'misfit/unused-suppression', severity: 'warning',
    summary: 'A misfit-ignore comment suppresses nothing.',
    failure: 'A suppression that outlives its finding hides the next one.',
    fix: 'Delete the comment, or the rules in it that report nothing there any more; misfit --fix does.',
  },
  'misfit/unknown-rule': {
    id: 'misfit/unknown-rule', severity: 'warning',
    summary: 'A misfit-ignore comment names a rule that does not exist.',
    failure: 'What it was meant for is reported all the same.',
    fix: 'Correct the name (misfit rules lists them), or delete it.',
  },
  'misfit/suppression-without-reason': {
    id: 'misfit/suppression-without-reason', severity: 'warning',
    summary: 'A misfit-ignore comment gives no reason although one is required.',
    failure: 'Nobody can tell later whether it still holds; with --require-reason it suppresses nothing.',
    fix: 'Write why behind it: `-- reason`.',
  },
  'misfit/switched-off': {
    id: 'misfit/switched-off', severity: 'warning',
    summary: 'With --since: the change takes findings out of sight, by configuration, a comment, a waiver, a baseline, .gitignore, a link, or a milder environment.',
    failure: 'Once it is merged, nobody is told of it any more.',
    fix: 'Keep it only if it is meant, and say why in the change.',
  },
} as const satisfies Readonly<Record<string, Notice>>

export type NoticeId = keyof typeof notices
export const noticeIds = Object.keys(notices) as readonly NoticeId[]
