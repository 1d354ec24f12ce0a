// Uses that a person declared in a compose file: `x-misfit` and the label `misfit.use`. Knows the words, not what follows from them.
import type { Declaration, Problem, Variable } from '../../model/stack.ts'
import { known, valueOf, type Span } from '../../model/value.ts'
import { useWords } from '../design-spec/declared.ts'
import { asUnread } from '../design-spec/validate.ts'
import { entriesOf, field, scalarsOf, type Node } from './node.ts'

/**
 * Reads `use: [cache, "!job-queue"]`, `not: …` of a service's own block and of the stack's block under the service's name. What is wrong
 * in a block is said where blocks are read as designs.
 */
export function declaredIn(blocks: readonly (Node | undefined)[], labels: readonly Variable[], problems: Problem[]): readonly Declaration[] {
  const found: Declaration[] = []
  const add = (words: string, span: Span, excluded: boolean, mistakes?: Problem[]): void => {
    for (const { use, problem, excluded: out } of useWords(known(words, span), excluded)) {
      if (use) found.push({ use: use.value, excluded: out, span })
      if (problem) mistakes?.push(asUnread(problem))
    }
  }
  for (const block of blocks) {
    if (block?.kind === 'map') {
      for (const name of ['use', 'uses']) for (const item of scalarsOf(field(block, name))) add(item.text, item.span, false)
      for (const item of scalarsOf(field(block, 'not'))) add(item.text, item.span, true)
    } else for (const item of scalarsOf(block)) add(item.text, item.span, false)
  }
  for (const label of labels) {
    const text = valueOf(label.value)
    if (text !== undefined && /^misfit\.(?:uses?|not)$/.test(label.name)) add(text, label.value.span, label.name === 'misfit.not', problems)
  }
  return found
}

/** The stack's own block for a service: `x-misfit: {components: {redis: …}}` or `x-misfit: {redis: …}`. */
export const blockFor = (top: Node | undefined, service: string): Node | undefined =>
  field(field(top, 'components'), service) ?? (entriesOf(top).length > 0 ? field(top, service) : undefined)
