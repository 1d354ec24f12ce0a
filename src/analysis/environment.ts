// What a stack is meant for: production, development, example or test. Knows paths, profiles and variables; no format, no technology.
import type { Environment, EnvironmentClass, Stack } from '../model/stack.ts'

/** What `environmentOf` looks at. */
export type Situated = Pick<Stack, 'root' | 'files' | 'workloads'> & Partial<Pick<Stack, 'variant'>>

/** The environment class of a stack with its evidence in words. */
export function environmentOf(stack: Situated): Environment {
  void stack
  const found: EnvironmentClass = 'unspecified'
  return { class: found, because: [] }
}
