// A tree compared with an earlier state of it: only stacks that a change can have to do with are read and judged, on both sides.
import { filesOf, lint, observe, type LintOptions, type Observation } from './lint.ts'
import { remembering } from './host/remembering.ts'
import { folderOf, nameOf, type FileTree } from './model/files.ts'
import type { Report } from './model/report.ts'
import { readable } from './model/value.ts'
import { mayBeProgram, tellsWhose } from './programs/concerned.ts'
import { hasDesign, readSpecs } from './readers/design-spec/index.ts'
import { introductionsIn, isIntroduction } from './readers/introductions.ts'
import { mayDeploy } from './readers/deployers.ts'
import { mayStart, startsIn } from './readers/starts.ts'

export interface Compared {
  readonly report: Report
  readonly before: Report
  /** The files whose stacks were judged; undefined when all were. */
  readonly only?: ReadonlySet<string>
}

/** Reports on a tree and on what it was, which are the same as if everything had been read but for stacks that are equal on both sides. `changed`: every path at which the two may differ. */
export function lintChange(tree: FileTree, earlier: FileTree, changed: ReadonlySet<string> | undefined, options: LintOptions): Compared {
  const now = remembering(tree), then = remembering(earlier)
  const narrowed = changed === undefined || reachesFar(changed, now, then, options) ? undefined : around(changed, now, then, options)
  if (!narrowed) return { report: lint(now, options), before: lint(then, options) }
  const { only, after, before } = narrowed
  return { report: lint(now, { ...options, only }, after), before: lint(then, { ...options, only }, before), only }
}

/** Whether a change may tell on stacks that none of its files belongs to: it decides which files count, what the repository is, whose a program is, or what a design speaks of. */
function reachesFar(changed: ReadonlySet<string>, now: FileTree, then: FileTree, options: LintOptions): boolean {
  const both = [now, then], paths = [...changed]
  const exists = (tree: FileTree, path: string): boolean => tree.read(path) !== undefined
  const introduced = (tree: FileTree, path: string): string => JSON.stringify(introductionsIn(tree)(folderOf(path)).map(({ value }) => value))
  // A dev container's file lies in a folder below the one that it speaks for.
  const started = (tree: FileTree, path: string): string => JSON.stringify([folderOf(path), folderOf(folderOf(path))].map(folder => startsIn(tree)(folder).map(({ target, starts }) => [target, starts])))
  return paths.some(path => nameOf(path) === '.gitignore' || /^misfit\.config\./.test(nameOf(path)))
    || paths.some(path => nameOf(path) === 'package.json' && both.some(tree => { const text = tree.read(path); return typeof text === 'string' && text.includes('"misfit"') }))
    || (options.source !== false && paths.some(path => tellsWhose(path) || (mayBeProgram(path) && exists(now, path) !== exists(then, path))))
    || paths.some(path => mayStart(path) && started(now, path) !== started(then, path))
    || paths.some(path => both.some(tree => { const text = /ya?ml$|^Jenkinsfile$/.test(path) ? tree.read(path) : undefined; return text !== undefined && mayDeploy(path, text) }))
    || paths.some(path => isIntroduction(path) && introduced(now, path) !== introduced(then, path))
    || both.some(tree => hasDesign(tree, options.specs) || readSpecs(tree, options.specs).documents.some(({ components }) => components.length > 0))
}

/** More rounds than this find no end. */
const mostRounds = 6

/** What both sides hold of the stacks around a change: a stack that one side has is looked for on the other by all of its files. */
function around(changed: ReadonlySet<string>, now: FileTree, then: FileTree, options: LintOptions): { readonly only: ReadonlySet<string>; readonly after: Observation; readonly before: Observation } | undefined {
  let only = changed
  for (let round = 0; round < mostRounds; round++) {
    const after = observe(now, { ...options, only }), before = observe(then, { ...options, only })
    const found = new Set([...only, ...[...after.stacks, ...before.stacks].flatMap(filesOf).filter(file => !mayBeProgram(file))])
    if (handedOn(after) !== handedOn(before)) return undefined
    if (found.size === only.size) return { only, after, before }
    only = found
  }
  return undefined
}

/** What others may have from stacks: those in folders below them what they are for, those that run an image the program in it, those of one cluster a server. */
const handedOn = ({ stacks }: Observation): string => JSON.stringify([
  ...stacks.flatMap(({ variant, kind, root, environment }) => (variant === undefined && environment.class !== 'unspecified' && environment.class !== 'production' ? [`${kind} ${root} ${environment.class}`] : [])),
  ...stacks.flatMap(({ workloads }) => workloads).flatMap(({ image, builtFrom }) => (image && builtFrom ? [JSON.stringify([readable(image), builtFrom, [...builtFrom.args], [...builtFrom.contexts]])] : [])),
  ...stacks.filter(({ kind }) => kind !== 'compose').flatMap(({ name, root, kind, variant, components }) =>
    components.map(component => JSON.stringify([name, root, kind, variant, component.span.file, component.name, component.external, component.hosts]))),
].sort())
