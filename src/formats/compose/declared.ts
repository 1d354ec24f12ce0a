// Uses that a person declared in a compose file: `x-misfit` and the label `misfit.use`. Knows the words, not what follows from them.
import { useNames, type Declaration, type Problem, type UseName, type Variable } from '../../model/stack.ts'
import { valueOf, type Span } from '../../model/value.ts'
import { entriesOf, field, scalarsOf, type Node } from './node.ts'

/** Words of older specs and what they are called now. */
const aliases: Readonly<Record<string, UseName>> = {
  realtime: 'pub-sub', 'rate-limit': 'rate-limiter', 'primary-store': 'source-of-truth', leaderboard: 'counter', 'result-backend': 'job-queue',
  scheduler: 'job-queue', audit: 'event-log', 'event-sourcing': 'event-log', changelog: 'state-store', config: 'state-store',
}

const useNamed = (word: string): UseName | undefined => useNames.find(name => name === word) ?? (Object.hasOwn(aliases, word) ? aliases[word] : undefined)

/** Reads `use: [cache, "!job-queue"]`, `not: …` of a service's own block and of the stack's block under the service's name. */
export function declaredIn(blocks: readonly (Node | undefined)[], labels: readonly Variable[], problems: Problem[]): readonly Declaration[] {
  const found: Declaration[] = []
  const add = (words: string, span: Span, excluded: boolean): void => {
    for (const part of words.split(/[\s,]+/)) {
      if (part === '') continue
      const word = part.replace(/^!/, '').toLowerCase().replaceAll('_', '-')
      const use = useNamed(word)
      if (use) found.push({ use, excluded: excluded || part.startsWith('!'), span })
      else problems.push({ span, message: `${part} is no use that misfit knows; it knows ${useNames.join(', ')}` })
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
    if (text !== undefined && /^misfit\.(?:uses?|not)$/.test(label.name)) add(text, label.value.span, label.name === 'misfit.not')
  }
  return found
}

/** The stack's own block for a service: `x-misfit: {components: {redis: …}}` or `x-misfit: {redis: …}`. */
export const blockFor = (top: Node | undefined, service: string): Node | undefined =>
  field(field(top, 'components'), service) ?? (entriesOf(top).length > 0 ? field(top, service) : undefined)
