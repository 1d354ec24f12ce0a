// Weak evidence that stands at the component itself: its names and its own settings. Must not know any technology.
import type { NameSignal } from '../../model/knowledge.ts'
import type { Component, Setting, Technology } from '../../model/stack.ts'
import { hitsOf, signalsOf } from './context.ts'
import type { Context, Hit } from './context.ts'
import { rolesNamed } from './grammar.ts'
import { mayServe } from '../links/open.ts'
import { componentsOf } from '../links/trace.ts'
import { oncePer } from '../../model/once.ts'
import { pattern } from '../../model/patterns.ts'
import { quoted, remembered, wordsOf } from './text.ts'

/**
 * What components are called. A name is a hint only: where several share a technology it tells them apart, unless the key of that role leads to
 * another one; `likely` counts where nothing else establishes a use. `said`: what the keys of clients say; `maySay`: whether keys that cannot be
 * read may say more.
 */
export function nameHits(context: Context, said: readonly Hit[], maySay: (technology: Technology) => boolean): { readonly hits: readonly Hit[]; readonly likely: readonly Hit[] } {
  const hits: Hit[] = [], likely: Hit[] = []
  const namesOf = namesIn(context), { open } = context.links, hidden = mayServe(context.stack)
  const signals = signalsOf(context, 'name'), saidBy = saidIn(signals)
  const names = new Map(context.stack.components.map(component => [component, namesOf(component).map(name => ({ name, says: saidBy(name), roles: rolesNamed(context, component.technology, name) }))]))
  for (const signal of signals) {
    const all = componentsOf(context.stack, signal.technology)
    for (const component of all) {
      const name = names.get(component)?.find(({ says, roles }) => says.has(signal) || signal.roles?.some(role => roles.has(role)) === true)?.name
      if (name === undefined) continue
      const uses = new Set(signal.means.map(meaning => meaning.use))
      const elsewhere = said.some(hit => hit.weight !== 'against' && uses.has(hit.use) && hit.component !== component && all.includes(hit.component))
      if (elsewhere && !said.some(hit => uses.has(hit.use) && hit.component === component)) continue
      const place = { span: component.span, text: `it is called ${quoted(name)}` }
      const reached = [{ component, link: undefined }]
      const means = all.length > 1 ? signal.means : signal.means.map(meaning => ({ ...meaning, weight: signal.alone }))
      // Another one may have what its name says: where a key that cannot be read leads, or one that nobody has recognised.
      const unsure = all.length > 1 ? open.has(signal.technology) || maySay(signal.technology) : hidden && open.has(signal.technology)
      hits.push(...hitsOf(signal, 'name', means, reached, place, unsure ? { unsure } : {}))
      if (signal.likely && all.length === 1 && wordsOf(name).length <= 2) likely.push(...hitsOf(signal, 'name', signal.means, reached, place))
    }
  }
  return { hits, likely }
}

// The signals whose words stand in a name.
const saidIn = oncePer((signals: readonly NameSignal[]) => remembered((name): ReadonlySet<NameSignal> =>
  new Set(signals.filter(({ words = [] }) => words.some(word => hasWords(wordsOf(name), wordsOf(word)))))))

const hasWords = (words: readonly string[], wanted: readonly string[]): boolean =>
  words.some((_, at) => wanted.every((word, offset) => words[at + offset] === word))

// Words that many names of the stack share belong to the project, not to the component. Of a domain only the first label counts.
function namesIn({ stack }: Context): (component: Component) => readonly string[] {
  const wordsOfEach = new Map(stack.workloads.map(workload => [workload, new Set(workload.hosts.flatMap(wordsOf))]))
  // In how many workloads each word is: counted once, as stacks may have thousands of both.
  const everywhere = new Map<string, number>()
  for (const words of wordsOfEach.values()) for (const word of words) everywhere.set(word, (everywhere.get(word) ?? 0) + 1)
  const project = new Set(wordsOf(stack.name))
  return component => {
    if (component.spec?.isHandle === true && component.members.length === 0) return []
    const own = [...new Set(component.members)].flatMap(member => wordsOfEach.get(member) ?? [])
    const others = stack.workloads.length - own.length
    const isShared = (word: string): boolean => project.has(word) || (others > 1 && ((everywhere.get(word) ?? 0) - own.filter(words => words.has(word)).length) * 2 > others)
    return [component.name, ...component.hosts].map(ownLabel).flatMap(label => {
      const words = wordsOf(label)
      return words.some(isShared) ? [words.filter(word => !isShared(word)).join('-')] : [label]
    })
  }
}

// Of a domain only the owner's label counts, not the provider's (`main.shop.cache.amazonaws.com`).
function ownLabel(name: string): string {
  const [first = name, second] = name.split('.')
  return second !== undefined && /^(?:master|main|primary|replica|ro|rw|clustercfg|www)$/i.test(first) && name.split('.').length > 3 ? second : first
}

/**
 * Settings adjust the uses that other evidence found; see `combine`. Those that may introduce one are handed back apart, with the components of
 * which one that cannot be read may.
 */
export function settingHits(context: Context): { readonly adjusting: readonly Hit[]; readonly introducing: readonly Hit[]; readonly open: ReadonlySet<Component> } {
  const adjusting: Hit[] = [], introducing: Hit[] = [], open = new Set<Component>()
  for (const signal of signalsOf(context, 'setting')) {
    for (const component of context.stack.components) {
      if (component.technology !== signal.technology) continue
      const settings = Object.entries(signal.settings).map(([name, wanted]) => ({ name, setting: component.settings.get(name), fits: pattern(wanted, true) }))
      const stated = settings.flatMap(({ name, setting, fits }) => (setting?.state === 'stated' && fits.test(setting.value) ? [{ span: setting.span, text: `${name} ${quoted(setting.value === '' ? '""' : setting.value)}` }] : []))
      const [first] = stated
      const may = stated.length < settings.length && settings.every(({ setting, fits }) => (setting?.state === 'stated' ? fits.test(setting.value) : isHidden(setting)))
      if (may && signal.introduces) open.add(component)
      const denied = signal.means.filter(({ weight }) => weight === 'against')
      if (may && denied.length > 0 && settings.every(({ setting }) => setting?.state === 'stated' || isSetUnread(setting, component))) {
        adjusting.push(...hitsOf(signal, 'server', denied, [{ component, link: undefined }], { span: component.span, text: signal.id }).map(hit => ({ ...hit, doubt: true as const })))
      }
      if (!first || stated.length < settings.length) continue
      const place = { span: first.span, text: stated.map(each => each.text).join(', ') }
      ;(signal.introduces ? introducing : adjusting).push(...hitsOf(signal, 'server', signal.means, [{ component, link: undefined }], place))
    }
  }
  return { adjusting, introducing, open }
}

const isHidden = (setting: Setting | undefined): boolean => setting?.state === 'unknown' && setting.unstated !== true

// Set to something that cannot be read. What something else hides, as it hides all settings, is no sign of one of them.
const isSetUnread = (setting: Setting | undefined, { unread }: Component): boolean => isHidden(setting) && !unread.some(({ text }) => setting?.state === 'unknown' && setting.why === text)
