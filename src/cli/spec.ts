// `misfit spec [folder]`: writes a design spec out of what a deployment shows, or adds to the one that is there.
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join as joined, relative, sep } from 'node:path'
import { addresses } from '../addresses.ts'
import { draftSpec, extendedSpec, type Draft } from '../readers/design-spec/draft.ts'
import { readYaml } from '../readers/yaml.ts'
import { diskTree } from '../host/disk.ts'
import { overlayTree } from '../host/memory.ts'
import { readNamed } from '../host/read.ts'
import { remembering } from '../host/remembering.ts'
import { writeWhole } from '../host/write.ts'
import { observe } from '../lint.ts'
import type { ObservedComponent, ObservedStack, Use } from '../model/observation.ts'
import type { FileTree } from '../model/files.ts'
import type { Problem, UseName } from '../model/stack.ts'
import { plain } from '../reporters/plain.ts'
import { complain, complainOf, print } from './print.ts'
import { withLineEnds } from './fix.ts'
import { placing } from './places.ts'
import { fromHere, placeOf } from './roots.ts'
import { UsageError } from './usage.ts'

export interface SpecFlags {
  readonly output?: string
  readonly stdout?: boolean
}

/** Writes the draft; what people wrote in an earlier one stays. */
export async function specCommand(path: string | undefined, flags: SpecFlags): Promise<number> {
  const folder = path ?? '.'
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new UsageError(`there is no folder ${JSON.stringify(folder)}`)
  const root = placeOf(folder)
  const file = flags.output ?? joined(folder, 'misfit.yaml')
  const tree = remembering(diskTree(root))
  const before = flags.stdout === true ? undefined : readNamed(file)
  if (typeof before === 'object') throw new UsageError(`${JSON.stringify(file)} cannot be read: ${before.refused}; nothing was changed`)
  const { text, added, undeclared, problems } = await draftOf(tree, { name: basename(root), before, file: relative(process.cwd(), file).split(sep).join('/') || file })
  const places = placing(tree, fromHere(root))
  complainOf(problems.map(({ span, message, ...problem }) => ({ ...places({ span, text: message }), message, ...problem })))
  if (before === undefined && added === 0) throw new UsageError(`there is neither Redis nor Kafka below ${JSON.stringify(folder)}, so there is nothing to write`)
  if (flags.stdout === true) {
    print(text)
    return 0
  }
  const target = dirname(file)
  if (!existsSync(target) || !statSync(target).isDirectory()) throw new UsageError(`there is no folder ${JSON.stringify(target)}`)
  if (text !== before) store(file, before === undefined ? text : withLineEnds(text, before))
  const shown = relative(process.cwd(), file) || file
  complain(before === undefined ? `${plain(shown)}: a draft of ${added} ${added === 1 ? 'component' : 'components'}; correct it and commit it`
    : added === 0 ? `${plain(shown)}: every component is there already` : `${plain(shown)}: ${added} added, the rest left as it was`)
  for (const line of undeclared) complain(line)
  return 0
}

function store(file: string, text: string): void {
  try {
    writeWhole(file, text)
  } catch (error) {
    throw new UsageError(`${JSON.stringify(file)} cannot be written: ${error instanceof Error ? error.message : String(error)}; nothing was changed`)
  }
}

interface Drafting {
  readonly name: string
  /** The spec that is there already. */
  readonly before: string | undefined
  /** Its name for messages. */
  readonly file: string
}

/** The text of the spec for a tree, how many components are new in it, uses that an earlier one does not declare, and what of the tree could not be read. */
export async function draftOf(tree: FileTree, { name, before, file }: Drafting): Promise<{ readonly text: string; readonly added: number; readonly undeclared: readonly string[]; readonly problems: readonly Problem[] }> {
  if (before !== undefined) refuseBroken(file, before)
  // The earlier spec counts whatever it is called and wherever it lies.
  const { stacks, problems } = before === undefined ? observe(tree) : observe(overlayTree(tree, new Map([[earlier, before]])), { specs: [earlier] })
  const deployed = stacks.filter(stack => stack.kind !== 'spec')
  const groups = grouped(deployed)
  const fresh = before === undefined ? groups : groups.filter(({ views }) => !views.some(isDeclared) && !views.some(isIgnored))
  const drafts = named(fresh, deployed, tree, new Set(groups.flatMap(({ views }) => views.flatMap(({ component }) => component.spec?.id ?? []))))
  const undeclared = before === undefined ? [] : groups.filter(({ views }) => views.some(isDeclared)).flatMap(group => {
    const declared = new Set(group.views.flatMap(({ component }) => component.spec?.uses.flatMap(({ use }) => use?.value ?? []) ?? []))
    return usesOf(group).filter(({ use }) => !declared.has(use)).map(({ use }) => `${group.name}: it is used as ${use} too, which the spec does not declare`)
  })
  const text = before === undefined ? draftSpec(name, addresses.schema('misfit.schema.json') ?? installedSchema(file), drafts) : await extendedSpec(file, before, drafts)
  return { text, added: drafts.length, undeclared, problems: problems.filter(({ span }) => span.file !== earlier) }
}

// As long as the schema has no address: where npm puts it in the working directory, from the folder of the spec.
const installedSchema = (file: string): string => relative(dirname(file), 'node_modules/misfit/rules/schema/misfit.schema.json').split(sep).join('/')

const earlier = 'misfit.yaml'

// Text that is not YAML cannot be added to without breaking it further.
function refuseBroken(file: string, text: string): void {
  const [problem] = readYaml(file, text).problems
  if (problem === undefined) return
  const before = text.slice(0, problem.span.start)
  throw new UsageError(`${file}:${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}: ${problem.message}; nothing was changed`)
}

interface View {
  readonly stack: ObservedStack
  readonly component: ObservedComponent
}

const isDeclared = ({ component }: View): boolean => component.spec?.origin === 'design spec'
const isIgnored = ({ stack, component }: View): boolean => stack.spec?.ignored?.includes(component.name) === true

/** What has one name in all views of a folder. */
interface Group {
  readonly name: string
  readonly views: readonly View[]
}

function grouped(stacks: readonly ObservedStack[]): readonly Group[] {
  const groups = new Map<string, View[]>()
  for (const stack of [...stacks].sort((a, b) => Number(a.variant !== undefined) - Number(b.variant !== undefined))) {
    for (const component of stack.components) {
      const key = JSON.stringify([stack.root, component.technology, component.name])
      groups.set(key, [...(groups.get(key) ?? []), { stack, component }])
    }
  }
  return [...groups.values()].map(views => ({ name: views[0]?.component.name ?? '', views }))
}

function usesOf(group: Group): readonly Use[] {
  const best = new Map<UseName, Use>()
  for (const { component } of group.views) {
    for (const use of component.uses) {
      const earlier = best.get(use.use)
      if (!use.internal && use.established && (earlier === undefined || earlier.confidence < use.confidence)) best.set(use.use, use)
    }
  }
  return [...best.values()].sort((a, b) => b.confidence - a.confidence)
}

const questions: Partial<Record<UseName, readonly string[]>> = {
  cache: ['How long may an entry live? ttl: 10m'],
  'session-store': ['How long does a session live? ttl: 12h'],
  'job-queue': ['What must the jobs survive? durability: survive_restart'],
  lock: ['What would a second holder cost? lock: {purpose: efficiency} or {purpose: correctness}'],
  'event-bus': ['Who reads it? consumers: [{service: billing, group: billing, downtime_max: 12h}]', 'Must somebody read the past again? replay: {required: true, window: 7d}'],
  'event-log': ['How far back must it reach? replay: {required: true, window: 30d}', 'What must it survive? durability: survive_node_loss'],
  'derived-state': ['What is it rebuilt from? rebuild_from: a store, or component/use'],
  'source-of-truth': ['What must it survive? durability: survive_node_loss'],
}

function named(groups: readonly Group[], all: readonly ObservedStack[], tree: FileTree, taken: Set<string>): readonly Draft[] {
  const places = placing(tree, '.')
  const several = new Set(all.map(stack => stack.root)).size > 1
  const quotedAt = (note: { readonly span: Use['evidence'][number]['span']; readonly text: string }): string => {
    const at = places(note)
    return `${plain(at.text)} (${at.file}:${at.line})`
  }
  return groups.flatMap(({ name, views }) => {
    const [first] = views
    if (first === undefined) return []
    const { component, stack } = first
    const uses = usesOf({ name, views })
    const clients = [...new Set(views.flatMap(view => view.component.clients.map(({ workload }) => workload.name)))]
    const perhaps = component.uses.filter(use => !use.established && !use.internal && !uses.some(other => other.use === use.use))
    return [{
      id: freeId(name, stack, taken), technology: component.technology, flavor: /^[a-z][\w-]*$/.test(component.product) ? component.product : undefined,
      match: {
        by: component.external ? 'host' as const : stack.kind === 'compose' ? 'compose' as const : 'helm' as const,
        names: component.external ? component.hosts : [...new Set([component.name, ...component.members.map(member => member.name)])],
        files: several ? [...new Set(views.map(view => view.component.span.file))] : [],
      },
      about: clients.length > 0 ? [`used by ${clients.slice(0, 8).map(plain).join(', ')}${clients.length > 8 ? ` and ${clients.length - 8} more` : ''}`] : [],
      uses: uses.map(use => ({ id: use.use, because: [...new Set(use.evidence.filter(evidence => evidence.for).map(quotedAt))].slice(0, 3), questions: questions[use.use] ?? [] })),
      open: [
        ...perhaps.map(use => `perhaps ${use.use} (${Math.round(use.confidence * 100)} %): ${[...new Set(use.evidence.filter(each => each.for).map(quotedAt))].slice(0, 2).join('; ')}`),
        ...(uses.length === 0 ? ['Nothing shows for certain what it is for: add an entry such as {id: pages, use: cache}.'] : []),
      ],
    }]
  })
}

// Two servers of one name in several projects need names of their own.
function freeId(name: string, stack: ObservedStack, taken: Set<string>): string {
  const plainName = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'component'
  const options = [plainName(name), plainName(`${stack.name}-${name}`)]
  let id = options.find(option => !taken.has(option)) ?? options[1] ?? name
  for (let number = 2; taken.has(id); number++) id = `${options[1] ?? name}-${number}`
  taken.add(id)
  return id
}
