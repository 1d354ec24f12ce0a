// What a rule makes of a stack's stage. Knows no technology.
import type { ObservedStack } from '../src/model/observation.ts'

/** Production, or nothing that says otherwise; a stage that cannot be read may be a milder one. */
export const serious = (stack: ObservedStack): boolean =>
  stack.environment.unread === undefined && (stack.environment.class === 'production' || stack.environment.class === 'unspecified')
