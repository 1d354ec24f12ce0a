// From a stack to what each component is used for: traces links, matches every kind of signal, adds the hits up.
// Knows the order of these steps only; must not know any technology.
import type { Knowledge } from '../model/knowledge.ts'
import type { Client, ObservedComponent, ObservedStack } from '../model/observation.ts'
import { isCommandUnread, isSecretImage, isUnidentified } from '../model/images.ts'
import { grouped, oncePer, remembered } from '../model/once.ts'
import { fits } from '../model/patterns.ts'
import type { Component, Stack, Technology, UseName, Workload } from '../model/stack.ts'
import { hiding, isTemplated } from '../model/value.ts'
import { linksOf } from './links.ts'
import { mayServe } from './links/open.ts'
import { isWeak } from './links/trace.ts'
import { usesOf } from './signals/combine.ts'
import { commentHits } from './signals/comments.ts'
import { commandHits, imageHits } from './signals/commands.ts'
import { componentsFor, onlyOne } from './signals/context.ts'
import type { Context, Hit } from './signals/context.ts'
import { hiddenRoles } from './signals/grammar.ts'
import { hiddenSignals, keyHits } from './signals/keys.ts'
import { nameHits, settingHits } from './signals/names.ts'
import { keptHits, likelyHits, programHits } from './signals/programs.ts'
import { shapeHits } from './signals/shapes.ts'
import { isOpenHost } from './signals/targets.ts'
import { imageOf } from './signals/text.ts'
import { emptiedIn, isQuiet, opensNone } from './idle.ts'
import { namesTopic, topicHits } from './signals/topics.ts'

/** Who uses each component, and for what, with the evidence. Pure, total, and the same for the same input. */
export function infer(stack: Stack, knowledge: Knowledge): ObservedStack {
  if (stack.components.length === 0) return { ...stack, components: [] }
  const links = linksOf(stack, knowledge)
  const context: Context = {
    stack, knowledge, links,
    workloads: stack.workloads.filter(workload => !links.isMember(workload) && !links.isCompanion(workload)),
  }
  const vague = remembered((technology: Technology) => context.workloads.filter(workload => hidesUses(workload, technology, context)))
  const settings = settingHits(context), keys = keyHits(context), names = nameHits(context, keys.filter(hit => !hit.doubt), technology => vague(technology).length > 0), shapes = shapeHits(context)
  const hits: readonly Hit[] = keptHits([
    ...keys, ...commandHits(context), ...imageHits(context), ...names.hits, ...commentHits(context),
    ...topicHits(context, keys), ...programHits(context), ...shapes.hits, ...settings.adjusting,
  ])
  const own = byComponent(hits)
  // That it is the only home of data is a guess, which gives way to what people call it.
  const called = (hit: Hit): boolean => hits.some(({ family, component, use, weight }) => family === 'comment' && component === hit.component && use !== hit.use && weight !== 'against')
  const introducing = shapes.introducing.filter(hit => hit.use !== 'source-of-truth' || !called(hit))
  const likely = byComponent([...introducing, ...names.likely, ...likelyHits(hits)]), introduced = byComponent(settings.introducing)
  const hidden = mayServe(stack), { open } = links, unopened = remembered((technology: Technology) => opensNone(technology, context))
  // What shows a use works with a server though no address says so.
  const mayReach = (workload: Workload, component: Component): boolean => componentsFor(context, workload, component.technology).some(reach => reach.component === component)
  return {
    ...stack,
    components: stack.components.map(component => {
      const all = own.get(component) ?? [], mine = all.filter(hit => !hit.doubt), firm = all.filter(hit => isFirm(hit, context) && !(hit.beside && open.has(hit.component.technology)))
      const clients = links.clients.get(component) ?? [], partly = hidden || open.has(component.technology) || settings.open.has(component) || clients.some(client => hidesUses(client.workload, component.technology, context))
        || vague(component.technology).some(workload => mayReach(workload, component))
      // What counts where nothing else shows a use counts for nobody who may have another one: by evidence that may be about it, by a topic that is made with an unread name.
      const uses = usesOf(component, mine, introduced.get(component) ?? [], likely.get(component) ?? [])
      // What may speak against a use matters where something shows that.
      const doubted = mine.length < all.length && all.some(hit => hit.doubt && uses.some(({ use }) => use === hit.use))
      const may = partly || component.hidden?.includes('topics') === true || firm.length < all.length || doubted
      return {
        ...component,
        uses,
        ...(may ? { firmUses: usesOf(component, firm, [], []) } : {}),
        // Evidence that may be about another one may as well be about this one.
        ...(partly || firm.length < all.length ? { open: true as const } : {}),
        clients: clientsOf(component, clients, mine, context),
        // That something cannot be read is no reason to be graver.
        ...(isQuiet(component, all) && unopened(component.technology) ? { unopened: true as const } : {}),
        ...emptiedIn(component, clients, knowledge),
        ...setBy(all, clients, knowledge),
        beside: besideOf(mine),
      }
    }),
  }
}

const byComponent = (hits: readonly Hit[]): ReadonlyMap<Component, readonly Hit[]> => grouped(hits, ({ component }) => [component])

// Evidence of a workload whose address cannot be read may be about another component, unless its own place has an address that can be. One
// that nobody can identify may be another server itself, or only watch this one.
function isFirm({ workload, component, span, weight, unsure }: Hit, { links }: Context): boolean {
  if (weight === 'against') return true
  if (unsure || workload?.unsure) return false
  if (!workload) return true
  if (isUnidentified(workload)) return false
  if (!links.openTo(workload).includes(component.technology)) return true
  return workload.environment.some(variable => variable.value.span.file === span.file && variable.value.span.start === span.start
    && links.from(variable).some(link => link.component === component && !isWeak(link) && !isOpenHost(link.host ?? '')))
}

// Another program, a topic of another name, a setting or what is mounted for it may show another use.
function hidesUses(workload: Workload, technology: Technology, context: Context): boolean {
  const { builtFrom, build, image, environment, mounts, span } = workload
  return builtFrom?.hidden !== undefined || isCommandUnread(workload) || (build === undefined && isSecretImage(image))
    || environment.some(variable => isTemplated(variable.name) || (!variable.value.known && namesTopic(variable)) || hiddenRoles(variable, technology, context).size > 0 || hiddenSignals(variable, context).some(signal => signal.technology === technology))
    || mounts.some(({ content, target }) => content !== undefined && (!target.known || (content.file === span.file && isTemplated(content.text))))
}

const settersOf = oncePer((signals: Knowledge['signals']) => signals.flatMap(signal => (signal.where === 'image' && signal.sets !== undefined ? [signal] : [])))

// What all that works with it sets of the topics that it creates itself: applications of which that is known, each with all its parts.
function setBy(hits: readonly Hit[], clients: readonly Client[], { signals }: Knowledge): Pick<ObservedComponent, 'set'> {
  const mine = hits.filter(({ weight }) => weight === 'strong' || weight === 'decisive'), told = new Set(mine.map(({ signal }) => signal))
  const makers = settersOf(signals).filter(({ id }) => told.has(id))
  const isMade = (workload: Workload): boolean => makers.some(({ image }) => fits(image, false, imageOf(workload)))
  if (makers.length === 0 || !clients.every(({ workload }) => isMade(workload)) || !mine.every(({ workload, beside }) => beside === undefined && (workload === undefined || isMade(workload)))) return {}
  const [first] = makers
  return { set: (first?.sets ?? []).filter(name => makers.every(({ sets }) => sets?.includes(name))) }
}

// The programs beside the stack with what they show.
function besideOf(hits: readonly Hit[]): ObservedComponent['beside'] {
  const found = new Map<Workload, Set<UseName>>()
  for (const { beside, weight, use } of hits) if (beside && weight !== 'against') found.set(beside, (found.get(beside) ?? new Set()).add(use))
  return [...found].map(([workload, uses]) => ({ workload, uses: [...uses] }))
}

// A workload whose program shows that it uses the component is a client, though no address says so.
function clientsOf(component: Component, linked: readonly Client[], hits: readonly Hit[], context: Context): readonly Client[] {
  const shown = new Set(hits.flatMap(hit => (hit.workload && hit.weight !== 'against' && hit.weight !== 'weak' ? [hit.workload] : [])))
  const known = new Set(linked.map(client => client.workload))
  for (const workload of known) shown.delete(workload)
  const extra = shown.size === 0 ? [] : context.workloads.filter(workload => shown.has(workload))
  return [...linked, ...extra.map(workload => ({ workload, links: [onlyOne(component)] }))]
    .map((client): Client => (context.links.openTo(client.workload).includes(component.technology) ? { ...client, open: true as const } : client))
    // What nobody can identify need not work with it, nor what a link leads here only because nothing else can be read.
    .map(client => (isUnidentified(client.workload) || (client.open && client.links.every(link => isWeak(link) || link.how === 'implicit-host')) ? hiding<Client>(client, 'workload', 'links') : client))
}
