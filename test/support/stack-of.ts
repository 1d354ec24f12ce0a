// Stacks for tests, written as compose text and read by the real readers.
import { knowledge } from '../../rules/knowledge/index.ts'
import { infer } from '../../src/analysis/infer.ts'
import { findComponents } from '../../src/servers/components.ts'
import { composeStacks } from '../../src/readers/compose/index.ts'
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import type { Stack } from '../../src/model/stack.ts'
import { memoryTree } from './memory-tree.ts'

/** The stack of one compose text, with the files that it refers to. */
export function stackOf(compose: string, files: Record<string, string> = {}): Stack {
  const tree = memoryTree({ 'compose.yaml': compose, ...files })
  const stack = composeStacks(tree).stacks[0]
  if (!stack) throw new Error('the text holds no stack')
  return { ...stack, environment: { class: 'unspecified', because: [] }, components: findComponents(stack.workloads, tree, knowledge) }
}

/** What the inference makes of it. */
export const observed = (compose: string, files: Record<string, string> = {}): ObservedStack => infer(stackOf(compose, files), knowledge)

/** The one component of that name. */
export function componentOf(stack: ObservedStack, name: string): ObservedComponent {
  const found = stack.components.find(component => component.name === name)
  if (!found) throw new Error(`no component ${name} among ${stack.components.map(component => component.name).join(', ')}`)
  return found
}

/** Names of the established uses of a component, sorted; those that a platform tool keeps for itself in brackets. */
export const establishedOf = (stack: ObservedStack, name: string): readonly string[] =>
  componentOf(stack, name).uses.filter(use => use.established).map(use => (use.internal ? `(${use.use})` : use.use)).sort()
