// The first half of the road: files → stacks with their servers, programs, surroundings and designs → what each component is used for. No rule is known here.
import { knowledge as builtIn } from '../rules/knowledge/index.ts'
import type { Override } from './analysis/check.ts'
import { environmentOf, withInherited } from './analysis/environment.ts'
import { infer } from './analysis/infer.ts'
import { sharding, type Shard } from './analysis/shard.ts'
import { builtServers } from './servers/built.ts'
import { findComponents, ownComponents, productOf } from './servers/components.ts'
import { mayHaveNeighbours, withNeighbours } from './servers/neighbours.ts'
import { withSharedNetworks } from './servers/shared-networks.ts'
import { composeStacks } from './readers/compose/index.ts'
import { mayBuild, saysBuild } from './readers/compose/recognise.ts'
import { helmStacks } from './readers/helm/index.ts'
import { manifestStacks } from './readers/manifests/index.ts'
import { repositoryOf } from './programs/builds.ts'
import { mayBeProgram } from './programs/concerned.ts'
import { withAccessList } from './programs/access-lists.ts'
import { programsOf } from './programs/index.ts'
import { introductionsIn } from './readers/introductions.ts'
import { deployersIn } from './readers/deployers.ts'
import { startsIn } from './readers/starts.ts'
import type { Reading, ReadStack } from './readers/read-stack.ts'
import { attach, blocksOf, hasDesign, readSpecs, strayBlocks } from './readers/design-spec/index.ts'
import { folderOf, foldersAbove, join, yamlFilesThat, type FileTree } from './model/files.ts'
import type { Knowledge } from './model/knowledge.ts'
import { remembered } from './model/once.ts'
import type { ObservedStack } from './model/observation.ts'
import type { Rule, Severity } from './model/rule.ts'
import type { Environment, EnvironmentClass, Problem, Stack, Workload } from './model/stack.ts'
import type { Span } from './model/value.ts'

export interface LintOptions {
  readonly rules?: readonly Rule[]
  readonly knowledge?: Knowledge
  /** A person's own severity for a rule; `off` leaves the rule out. */
  readonly severities?: Readonly<Record<string, Severity | 'off'>>
  /** The same for findings in some files, or about components defined there; the last that fits counts. */
  readonly overrides?: readonly Override[]
  /** A suppression without a reason suppresses nothing. */
  readonly requireReason?: boolean | undefined
  /** Whether the report says what fits, for which rules that are switched off run too. Default true. */
  readonly verdicts?: boolean
  /** Whether the report tells the decision table of every use: much text, for pictures and pages. */
  readonly details?: boolean
  /** Whether `eslint-disable` comments count; ESLint itself applies them to what it is told. Default true. */
  readonly eslintComments?: boolean
  /** Where the root lies in the repository, so that fingerprints are the same whichever folder of it is linted. */
  readonly anchor?: string
  /** A person's own thresholds: rule → option → number. */
  readonly options?: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** A person's word on a stack's environment, from its root and files; undefined leaves it to the evidence. */
  readonly environment?: (stack: { readonly root: string; readonly files: readonly string[] }) => EnvironmentClass | undefined
  /** The tree's root, relative to the working directory; the report's paths start with it. */
  readonly prefix?: string
  /** What to call a stack that lies in the root itself. */
  readonly name?: string
  /** Compose files that belong together, in merge order: lists that a person wrote. */
  readonly compose?: readonly (readonly string[])[]
  /** Charts with their values files in layer order: lists that a person wrote. */
  readonly charts?: readonly { readonly chart: string; readonly values: readonly string[] }[]
  /** Files that are design specs, whatever their names are. */
  readonly specs?: readonly string[]
  /** The day that waivers of a design end against (`2027-06-30`); without it none has ended. */
  readonly now?: string
  /** Lints only the stacks that these files belong to. */
  readonly only?: ReadonlySet<string>
  /** Whether the programs of workloads are read too, where the repository holds them. Default true. */
  readonly source?: boolean
  /** Judges only this part of the stacks; the others are read. */
  readonly shard?: Shard
  readonly progress?: (done: number, all: number) => void
}

type Reader = (tree: FileTree, options: LintOptions) => Reading

// One line an input format.
const readers: readonly Reader[] = [
  (tree, { only, compose, knowledge }) => composeStacks(tree, { finished: builtServers(knowledge ?? builtIn), ...(only === undefined ? {} : { files: [...only] }), ...(compose === undefined ? {} : { projects: compose }) }),
  (tree, { only, charts, knowledge }) => helmStacks(tree, knowledge ?? builtIn, { ...(only === undefined ? {} : { files: [...only] }), ...(charts === undefined ? {} : { charts }) }),
  (tree, { only }) => manifestStacks(tree, only === undefined ? {} : { files: [...only] }),
]

/** The stacks of a tree as the readers leave them. */
export function readStacks(tree: FileTree, options: LintOptions = {}): Reading {
  const { only, ...rest } = options
  // A design is compared with all that it speaks of, whichever of its files somebody named; a program belongs to whoever builds it.
  if (only === undefined || hasDesign(tree, options.specs) || [...only].some(mayBeProgram)) return joined(readers.map(reader => reader(tree, rest)))
  const [compose, ...cluster] = readers.map(reader => reader(tree, options))
  const shared = compose?.stacks.some(({ networks }) => networks !== undefined) === true
  // What runs in one cluster, or on one network of a machine, reaches each other from whatever chart or folder.
  return joined([...shared ? readers.slice(0, 1).map(reader => reader(tree, rest)) : compose ? [compose] : [], ...cluster.some(({ stacks }) => stacks.some(mayHaveNeighbours)) ? readers.slice(1).map(reader => reader(tree, rest)) : cluster])
}

const joined = (read: readonly Reading[]): Reading => ({ stacks: read.flatMap(reading => reading.stacks), problems: read.flatMap(reading => reading.problems) })

// Stacks that build images which these run, so that the programs behind them are found though nobody asked for their files.
function builders(stacks: readonly ReadStack[], tree: FileTree, { only, compose }: LintOptions): readonly Workload[] {
  if (only === undefined) return []
  const images = [...new Set(stacks.flatMap(stack => stack.workloads).flatMap(({ image, builtFrom }) => (image?.known === true && !builtFrom ? [repositoryOf(image.value)] : [])))]
  const building = images.length === 0 ? [] : yamlFilesThat(tree, saysBuild).filter(file => {
    const text = only.has(file) ? undefined : tree.read(file)
    return typeof text === 'string' && mayBuild(file, text, images)
  })
  return building.length === 0 ? [] : composeStacks(tree, { files: building, ...(compose === undefined ? {} : { projects: compose }) }).stacks.flatMap(stack => stack.workloads)
}

export interface Observation {
  readonly stacks: readonly ObservedStack[]
  readonly problems: readonly Problem[]
  /** With a shard: the place of each stack among those of all shards. */
  readonly order?: readonly number[]
}

/** Everything the files say, before any rule looks at it. */
export function observe(tree: FileTree, options: LintOptions = {}): Observation {
  const { stacks, problems, ...rest } = situated(tree, options)
  const observed = stacks.map(stack => observedIn(stack, problems, options))
  return { ...rest, ...(rest.order ? { order: rest.order.filter((_, i) => observed[i]) } : {}), stacks: observed.flatMap(stack => stack ?? []), problems }
}

/** Of a stack at most: every rule asks of each server who in the stack works with it. */
const most = { programs: 5_000, servers: 2_500 } as const
/** Pairs of a server's node and a program: either may name the other. */
const mostPairs = 2_500_000

// Of what is larger nothing is said, since what was left out could speak for the rest.
function isSmall(all: readonly { readonly span: Span }[], what: keyof typeof most, problems: Problem[]): boolean {
  const span = all[most[what]]?.span
  if (span && !problems.some(problem => problem.span.file === span.file && problem.span.start === span.start)) problems.push({ span, message: `the stack was not checked: it has ${all.length} ${what}, and at most ${most[what]} can be looked at in time; divide it`, unread: true })
  return span === undefined
}

// The nodes of a cluster are one server, and programs have addresses of each.
function isComparable({ components, workloads }: Pick<Stack, 'components' | 'workloads'>, problems: Problem[]): boolean {
  const nodes = components.reduce((sum, { members }) => sum + Math.max(1, members.length), 0), programs = workloads.length - components.reduce((sum, { members }) => sum + members.length, 0)
  const [first] = components
  if (!first || nodes * programs <= mostPairs) return true
  problems.push({ span: first.span, message: `the stack was not checked: it has ${nodes} servers and ${programs} programs, more than can be compared with each other in time; divide it`, unread: true })
  return false
}

/** An observation before anybody knows what each component is for. */
type Situation = Omit<Observation, 'stacks' | 'problems'> & { readonly stacks: readonly Stack[]; readonly problems: Problem[] }

/** The stacks that are to be judged with what they run, where they stand and what is designed; not yet what each component is for. */
export function situated(tree: FileTree, options: LintOptions): Situation {
  const knowledge = options.knowledge ?? builtIn
  const { stacks: all, problems: unread } = readStacks(tree, options)
  const specs = readSpecs(tree, options.specs)
  const problems: Problem[] = [...unread, ...specs.problems]
  // What servers are recognised by ends here: whole blocks of values, and nothing behind rests on them.
  const own = all.flatMap(stack => attempt(stack, problems, () => [{ ...stack, components: ownComponents(stack, tree, knowledge), deployed: [], pods: [] }]) ?? [])
  const programs = options.source === false ? undefined : programsOf(tree, knowledge, [...all.flatMap(stack => stack.workloads), ...builders(all, tree, options)])
  const found = withNeighbours(withSharedNetworks(own)).flatMap(stack => attempt(stack, problems, () => {
    const hasServers = (): boolean => stack.components.length > 0 || stack.workloads.some(workload => productOf(workload, tree, knowledge))
    if (stack.workloads.length > most.programs && hasServers() && !isSmall(stack.workloads, 'programs', problems)) return []
    const whole = { ...stack, components: findComponents(stack.workloads, tree, knowledge, stack.components, { partly: stack.hidden?.includes('workloads') === true }).map(withAccessList) }
    return isSmall(whole.components, 'servers', problems) && isComparable(whole, problems) ? [programs ? programs.with(whole) : whole] : []
  }) ?? [])
  for (const { path, why, unread } of tree.unseen?.() ?? []) problems.push({ span: { file: path, start: 0, end: 0 }, message: why, ...(unread ? { unread } : {}) })
  const blocks = new Map(found.map(stack => [stack, stack.files.flatMap(file => {
    const text = tree.read(file)
    const read = blocksOf(file, typeof text === 'string' ? text : '')
    problems.push(...read.problems)
    return read.blocks
  })]))
  for (const [stack, own] of blocks) if (stack.kind === 'compose') problems.push(...strayBlocks(stack, own))
  const { deployed, declared } = attach(found, specs, blocks, options.now)
  const about = surroundings(tree)
  const whole = [...found, ...declared].flatMap(stack => {
    const placed = { ...stack, ...about(stack), ...deployed.get(stack as typeof found[number]) }
    return attempt(stack, problems, () => [{ ...placed, environment: environmentIn(placed, knowledge, options) }]) ?? []
  })
  const { only, shard } = options
  const placed = withInherited(whole, only === undefined ? whole : [...whole, ...stacksAbove(whole, tree, knowledge, options)])
  if (!shard) return { stacks: only === undefined ? placed : placed.filter(stack => filesOf(stack).some(file => only.has(file)) || runsOne(stack, only)), problems }
  const part = sharding(shard, placed, filesOf)
  const order = [...placed.keys()].filter(at => { const stack = placed[at]; return stack && part.has(stack) })
  return { stacks: order.flatMap(at => placed[at] ?? []), problems: problems.filter(({ span }) => part.hasFile(span.file)), order }
}

// A fault of ours in one stack must not cost the others; tests fail on this message.
function attempt<T>(stack: { readonly files: readonly string[] }, problems: Problem[], action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    const file = stack.files[0] ?? '.'
    problems.push({ span: { file, start: 0, end: 0 }, message: `misfit failed on this stack: ${error instanceof Error ? error.message : String(error)}` })
    return undefined
  }
}

/** A stack with what each component is used for; undefined where that fails, which is a problem. */
export const observedIn = (stack: Stack, problems: Problem[], { knowledge = builtIn }: LintOptions): ObservedStack | undefined => attempt(stack, problems, () => infer(stack, knowledge))

const composeFilesIn = (tree: FileTree, folder: string): readonly string[] => (tree.list(folder) ?? []).filter(name => /^(?=.*compose).*\.ya?ml$/i.test(name))

/** What a repository says about the stacks of a folder: where it introduces them, what its own tools start, and what else is deployed from there. */
function surroundings(tree: FileTree): (stack: Pick<Stack, 'root' | 'kind' | 'files'>) => Pick<Stack, 'introductions' | 'starts' | 'beside' | 'deployer'> {
  const introductions = introductionsIn(tree), starts = startsIn(tree), beside = remembered(folder => composeFilesIn(tree, folder))
  const deployerOf = ({ root, files }: Pick<Stack, 'root' | 'files'>): Pick<Stack, 'deployer'> => {
    const deployer = deployersIn(tree).find(each => each.starts.some(path => [[root], files].some(paths => paths.every(own => own === path || own.startsWith(`${path}/`)))))
    return deployer === undefined ? {} : { deployer }
  }
  return stack => ({ introductions: introductions(stack.root), starts: starts(stack.root), ...(stack.kind === 'compose' ? { beside: beside(stack.root) } : stack.kind === 'spec' ? {} : deployerOf(stack)) })
}

// What the compose files in the folders above are for, where only some files were asked for: the class is the same as in a run over everything.
function stacksAbove(stacks: readonly Stack[], tree: FileTree, knowledge: Knowledge, options: LintOptions): readonly (Omit<Stack, 'components'>)[] {
  const folders = new Set<string>()
  for (const { root, environment } of stacks) {
    if (environment.class !== 'unspecified') continue
    for (let folder = root; folder !== '.' && !folder.startsWith('/');) folders.add(folder = folderOf(folder))
  }
  const files = [...folders].flatMap(folder => composeFilesIn(tree, folder).map(name => join(folder, name)))
  if (files.length === 0) return []
  const about = surroundings(tree)
  return composeStacks(tree, { files, finished: builtServers(knowledge) }).stacks.map(stack => {
    const placed = { ...stack, ...about(stack) }
    return { ...placed, environment: environmentIn(placed, knowledge, options) }
  })
}

/** Every file that shapes a stack, its design included. */
export const filesOf = (stack: Pick<Stack, 'files' | 'touched' | 'spec'>): readonly string[] => [...stack.files, ...(stack.touched ?? []), ...(stack.spec?.files ?? [])]

// Whether a program of the stack lies where one of the files does.
const runsOne = ({ workloads, programs }: Stack, only: ReadonlySet<string>): boolean => {
  const folders = new Set([...workloads, ...programs ?? []].flatMap(({ program, builtFrom }) => [...program?.folders ?? [], ...builtFrom ? [builtFrom.folder] : []]))
  return folders.size > 0 && [...only].some(file => mayBeProgram(file) && foldersAbove(file).some(folder => folders.has(folder)))
}

// A person's word counts; what a design says of the whole gives way to what a variant shows of itself.
function environmentIn(stack: Omit<Stack, 'environment' | 'components'>, knowledge: Knowledge, options: LintOptions): Environment {
  const stated = options.environment?.(stack)
  if (stated !== undefined) return { class: stated, because: ['the configuration says so'] }
  const shown = environmentOf(stack, knowledge)
  const designed = stack.spec?.environment?.value
  return designed === undefined || (stack.variant !== undefined && shown.class !== 'unspecified') ? shown : { class: designed, because: ['the design spec says so'] }
}
