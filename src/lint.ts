// The one-way road from files to a report: read, model, infer, check, report. Wires the areas together and decides nothing itself.
import { createHash } from 'node:crypto'
import { knowledge as builtIn } from '../rules/knowledge/index.ts'
import { rules as allRules } from '../rules/index.ts'
import { check } from './analysis/check.ts'
import { environmentOf } from './analysis/environment.ts'
import { infer } from './analysis/infer.ts'
import { writeReport } from './analysis/report.ts'
import { findComponents } from './formats/components.ts'
import { composeStacks } from './formats/compose/index.ts'
import { remembering } from './host/remembering.ts'
import type { FileTree } from './model/files.ts'
import type { Knowledge } from './model/knowledge.ts'
import type { ObservedStack } from './model/observation.ts'
import type { Report } from './model/report.ts'
import type { Rule, Severity } from './model/rule.ts'
import type { EnvironmentClass, Problem, Stack } from './model/stack.ts'

export interface LintOptions {
  readonly rules?: readonly Rule[]
  readonly knowledge?: Knowledge
  /** A person's own severity for a rule; `off` leaves the rule out. */
  readonly severities?: Readonly<Record<string, Severity | 'off'>>
  /** A person's word on a stack's environment, from its root and files; undefined leaves it to the evidence. */
  readonly environment?: (stack: { readonly root: string; readonly files: readonly string[] }) => EnvironmentClass | undefined
  /** The tree's root, relative to the working directory; the report's paths start with it. */
  readonly prefix?: string
  /** What to call a stack that lies in the root itself. */
  readonly name?: string
  /** Compose files that belong together, in merge order: lists that a person wrote. */
  readonly compose?: readonly (readonly string[])[]
  /** Lints only the stacks that these files belong to. */
  readonly only?: ReadonlySet<string>
  readonly progress?: (done: number, all: number) => void
}

/** A stack as a reader leaves it, before anything is concluded from it. */
export type ReadStack = Omit<Stack, 'components' | 'environment' | 'standing'> & Partial<Pick<Stack, 'standing'>>

export interface Reading {
  readonly stacks: readonly ReadStack[]
  readonly problems: readonly Problem[]
}

// One line an input format.
const readers: readonly ((tree: FileTree) => Reading)[] = [composeStacks]

/** Everything the files say, before any rule looks at it. */
export function observe(tree: FileTree, options: LintOptions = {}): { stacks: readonly ObservedStack[]; problems: readonly Problem[] } {
  const knowledge = options.knowledge ?? builtIn
  const problems: Problem[] = []
  const stacks: ObservedStack[] = []
  for (const read of readers) {
    const reading = read(tree)
    problems.push(...reading.problems)
    const wanted = reading.stacks.filter(stack => options.only === undefined || concerns(stack, options.only))
    for (const [done, stack] of wanted.entries()) {
      options.progress?.(done, wanted.length)
      const stated = options.environment?.(stack)
      stacks.push(infer({
        ...stack,
        standing: stack.standing ?? 'deployment',
        components: findComponents(stack.workloads, tree, knowledge),
        environment: stated ? { class: stated, because: ['the configuration says so'] } : environmentOf(stack),
      }, knowledge))
    }
  }
  return { stacks, problems }
}

// A file belongs to the stacks that are made of it, and to those that mount it or a folder around it.
const concerns = (stack: ReadStack, only: ReadonlySet<string>): boolean =>
  stack.files.some(file => only.has(file)) ||
  stack.workloads.some(workload => workload.mounts.some(({ path }) => path !== undefined && [...only].some(file => file === path || file.startsWith(`${path}/`))))

/** Lints everything in a tree. Pure apart from reading the tree; nothing in the files makes it throw. */
export function lint(tree: FileTree, options: LintOptions = {}): Report {
  const started = performance.now()
  const files = remembering(tree)
  const { stacks, problems } = observe(files, options)
  const checked = check(stacks, options.rules ?? allRules, options.severities ?? {})
  return writeReport({
    stacks,
    findings: checked.findings,
    problems: [...problems, ...checked.problems],
    textOf: files.text,
    digest: text => createHash('sha256').update(text).digest('hex').slice(0, 32),
    prefix: options.prefix ?? '.',
    name: options.name ?? 'stack',
    milliseconds: () => Math.round(performance.now() - started),
  })
}
