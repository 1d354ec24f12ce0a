// Services of compose texts for tests, as the compose reader leaves them.
import type { ReadStack } from '../../src/readers/read-stack.ts'
import { composeStacks } from '../../src/readers/compose/index.ts'
import type { Workload } from '../../src/model/stack.ts'
import { readable, type Span, type Value } from '../../src/model/value.ts'
import { memoryTree } from './memory-tree.ts'

export type Files = Record<string, string>
export const stacksOf = (files: Files): readonly ReadStack[] => composeStacks(memoryTree(files)).stacks

export function only(files: Files): ReadStack {
  const [stack, ...more] = stacksOf(files)
  if (!stack || more.length > 0) throw new Error(`not one stack but ${more.length + (stack ? 1 : 0)}`)
  return stack
}
export function service(files: Files, name = 'redis'): Workload {
  const found = only(files).workloads.find(w => w.name === name)
  if (!found) throw new Error(`no service ${name}`)
  return found
}
export const one = (yaml: string): Workload => service({ 'compose.yaml': `services:\n  redis:\n${yaml.replace(/^/gm, '    ')}\n` })
export const texts = (values: readonly Value[] | undefined): readonly string[] | undefined => values?.map(readable)
export const variable = (w: Workload, name: string): Value | undefined => w.environment.find(v => v.name === name)?.value
export const at = (files: Files, span: Span | undefined): string => (span ? (files[span.file] ?? '').slice(span.start, span.end) : '')
