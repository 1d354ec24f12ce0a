// Repositories for tests, as maps of texts: a deployment with the programs that it is built from.
import { observe } from '../../src/lint.ts'
import type { LintOptions } from '../../src/lint.ts'
import type { ObservedComponent } from '../../src/model/observation.ts'
import type { Program } from '../../src/model/program.ts'
import { memoryTree } from './memory-tree.ts'

/** The component of that name in the first stack of a repository that has one. */
export function componentIn(files: Record<string, string>, name = 'redis', options: LintOptions = {}): ObservedComponent {
  const { stacks, problems } = observe(memoryTree(files), options)
  const failed = problems.find(problem => problem.message.startsWith('misfit failed'))
  if (failed) throw new Error(failed.message)
  const found = stacks.flatMap(stack => stack.components).find(component => component.name === name)
  if (!found) throw new Error(`no component ${name}`)
  return found
}

/** Names of its established uses, sorted. */
export const usesIn = (files: Record<string, string>, name = 'redis', options: LintOptions = {}): readonly string[] =>
  componentIn(files, name, options).uses.filter(use => use.established).map(use => use.use).sort()

/** The program of the workload of that name. */
export const programIn = (files: Record<string, string>, name: string): Program | undefined =>
  observe(memoryTree(files)).stacks.flatMap(stack => stack.workloads).find(workload => workload.name === name)?.program

/** A compose file with a Redis and services that are built, each from what is given for it. */
export const composeWith = (services: Record<string, string>): string =>
  ['services:', '  redis:', '    image: redis:7', ...Object.entries(services).flatMap(([name, build]) => [`  ${name}:`, `    build: ${build}`, '    environment:', '      REDIS_URL: redis://redis:6379'])].join('\n')

/** A package.json with these runtime dependencies. */
export const npm = (name: string, ...dependencies: readonly string[]): string =>
  JSON.stringify({ name, dependencies: Object.fromEntries(dependencies.map(each => [each, '^1.0.0'])) })
