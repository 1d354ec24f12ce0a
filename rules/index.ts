// The rules, one line each, in the order of the catalogue.
import type { Rule } from '../src/model/rule.ts'

export const rules: readonly Rule[] = [
]
