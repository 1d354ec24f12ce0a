// What ESLint shows as a warning although the rule is one that fails a run: a finding that misfit thinks less of. ESLint itself knows one severity a rule.
import type { Severity } from '../model/rule.ts'

export type ReportId = 'finding' | 'related' | 'softened' | 'softenedRelated'

/** The message id of a report, which tells the processor whether misfit softened the finding. */
export function softened(id: 'finding' | 'related', rule: Severity, finding: Severity): ReportId {
  if (rule !== 'error' || finding === 'error') return id
  return id === 'finding' ? 'softened' : 'softenedRelated'
}

interface Message {
  readonly ruleId: string | null
  readonly messageId?: string | undefined
  readonly severity: 0 | 1 | 2
}

const isSoftened = ({ ruleId, messageId }: Message): boolean =>
  ruleId?.startsWith('misfit/') === true && (messageId === 'softened' || messageId === 'softenedRelated')

/** Hands the text through as it is, and shows softened findings as warnings. */
export const processor = {
  meta: { name: 'misfit/yaml' },
  supportsAutofix: true,
  preprocess: (text: string) => [text],
  postprocess: <T extends Message>(lists: readonly (readonly T[])[]): T[] =>
    lists.flat().map(message => (message.severity === 2 && isSoftened(message) ? { ...message, severity: 1 } : message)),
}
