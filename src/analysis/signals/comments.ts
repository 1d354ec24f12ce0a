// Evidence from prose: comments beside a component, and sentences of the stack's files that speak of it. Must not know any technology.
import type { CommentSignal, Knowledge } from '../../model/knowledge.ts'
import { oncePer } from '../../model/once.ts'
import { componentsOf } from '../links/trace.ts'
import type { Comment } from '../../model/stack.ts'
import type { Known } from '../../model/value.ts'
import { mentionsAbroad, statesAbroad } from './abroad.ts'
import { hitsOf, signalsOf } from './context.ts'
import type { Context, Hit } from './context.ts'
import { heads, lists, mentions, namesPlace, playedBy, preserves, sentencesOf, states, statesOf } from './prose.ts'
import { quoted, remembered, wordsOf } from './text.ts'

// What a signal about prose looks for, as words: the technology itself, what else may be meant, and the purposes.
const proseOf = oncePer((knowledge: Knowledge) => oncePer((signal: CommentSignal) => {
  const technology = knowledge.technologies.find(each => each.id === signal.technology)
  return {
    subjects: new Set<string>(technology?.words),
    others: new Set([
      ...knowledge.otherStores.flatMap(store => [store.id, ...(store.schemes ?? [])]),
      ...knowledge.technologies.filter(each => each !== technology).flatMap(each => each.words),
    ]),
    phrases: (signal.stated ?? signal.words).map(wordsOf),
    words: signal.words.map(wordsOf),
    apart: (signal.notAfter ?? []).flatMap(wordsOf),
    abroad: signal.abroad ?? [],
  }
}))

const sentences = remembered(sentencesOf)

// What the signals of each technology look for, as the roles among which one is told from the others.
const rivalsIn = oncePer((signals: readonly CommentSignal[]) => oncePer((knowledge: Knowledge) => remembered(technology => {
  const rivals = signals.filter(signal => signal.technology === technology).map(proseOf(knowledge))
  return { roles: rivals.map(({ phrases }) => phrases), stems: rivals.map(({ abroad }) => abroad) }
})))

/** What prose says: words beside a component are weak, a sentence that states its purpose is strong, wherever in the stack's files it stands. */
export function commentHits(context: Context): readonly Hit[] {
  const found: Hit[] = []
  const said = new Map(context.stack.components.map(component => [component, [...(component.comments ?? []), ...component.members.flatMap(member => member.comments)]]))
  const written = new Set([...context.stack.prose ?? [], ...[...said.values()].flat()].flatMap(each => sentences(each.value).flat()))
  const texts = [...context.stack.prose ?? [], ...[...said.values()].flat()].map(each => each.value.toLowerCase()).join('\n')
  const all = signalsOf(context, 'comment'), known = proseOf(context.knowledge)
  for (const signal of all) {
    const { subjects, others, phrases, words, apart, abroad } = known(signal)
    // Most signals speak of what no sentence of the stack does.
    if (!phrases.some(([first = '']) => written.has(first)) && !words.some(([first = '']) => written.has(first)) && !abroad.some(stem => texts.includes(stem))) continue
    const { roles, stems } = rivalsIn(all)(context.knowledge)(signal.technology)
    const heading = (text: string): boolean => lists(sentences(text), phrases, subjects, roles, others, apart) || heads(sentences(text), phrases, subjects, roles, apart)
    const foreign = (text: string): boolean => statesAbroad(text, abroad, phrases, stems)
    const named = (text: string): boolean => sentences(text).some(sentence => sentence.some(word => subjects.has(word)))
    const alike = componentsOf(context.stack, signal.technology)
    const tells = ({ value }: Known): boolean =>
      states(sentences(value), phrases, others, apart) || preserves(sentences(value), phrases, others, apart) || heading(value) || playedBy(sentences(value), phrases, subjects, others, apart) || foreign(value)
    // What stands at the key of a server's address speaks of it as what stands at the server does.
    const isAbout = ({ key }: Comment): boolean => key !== undefined && namesPlace(wordsOf(key), subjects, roles)
    for (const component of alike) {
      const own = said.get(component) ?? []
      const stated = own.find(tells)
        ?? (alike.length === 1 ? context.stack.prose?.find(each => (isAbout(each) && tells(each)) || statesOf(sentences(each.value), phrases, subjects, others, apart)
          || playedBy(sentences(each.value), phrases, subjects, others, apart) || (named(each.value) && !sentences(each.value).some(sentence => sentence.some(word => others.has(word))) && (heading(each.value) || foreign(each.value)))) : undefined)
      const comment = stated ?? own.find(each => mentions(sentences(each.value), words, apart) || mentionsAbroad(each.value, abroad))
      if (!comment) continue
      const means = stated ? signal.means.map(meaning => ({ ...meaning, weight: 'strong' as const })) : signal.means
      found.push(...hitsOf(signal, 'comment', means, [{ component, link: undefined }], { span: comment.span, text: quoted(comment.value) }))
    }
  }
  return found
}
