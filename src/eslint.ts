// The ESLint plugin: the rules as ESLint rules, the configurations, the language. Adapts, decides nothing.
import type { ESLint, Linter } from 'eslint'
import manifest from '../package.json' with { type: 'json' }
import { rules } from '../rules/index.ts'
import { noticeRules } from './analysis/suppress.ts'
import { contextSettings } from './eslint/context-settings.ts'
import { language } from './eslint/language.ts'
import { eslintRule, localName, problemRule, type Described } from './eslint/rule.ts'
import { processor } from './eslint/severity.ts'
import { notices } from './model/notices.ts'

const described: readonly Described[] = [...rules, ...noticeRules.map(id => notices[id])]

/** What the configurations turn on: an error fails a run, everything else warns. */
const turnedOn = (minSeverity: 'warning' | 'info'): Linter.RulesRecord => ({
  ...Object.fromEntries(described.map(({ id, severity }) => [`misfit/${localName(id)}`, [severity === 'error' ? 'error' : 'warn', { minSeverity }]])),
  // What is only left out of account is softened.
  'misfit/problem': 'error',
})

export interface MisfitPlugin extends ESLint.Plugin {
  readonly configs: {
    /** Errors and warnings, in all YAML files, under misfit's own language. */
    readonly recommended: Linter.Config
    /** Informative findings as warnings, too. */
    readonly strict: Linter.Config
    /** The rules of `recommended` without a language, for those who use a YAML parser of their own. */
    readonly 'rules-only': Linter.Config
  }
  /** Settings for `eslint --cache`: they change whenever a file that misfit reads below the folder does. */
  readonly contextSettings: typeof contextSettings
}

// ESLint's own types know no rules for texts; the adapter uses what every language has.
const base = {
  meta: { name: 'misfit', version: manifest.version, namespace: 'misfit' },
  languages: { yaml: language },
  processors: { yaml: processor },
  rules: { ...Object.fromEntries(described.map(rule => [localName(rule.id), eslintRule(rule)])), problem: problemRule },
} as unknown as ESLint.Plugin

const configuration = (name: string, minSeverity: 'warning' | 'info', language?: 'misfit/yaml'): Linter.Config => ({
  name: `misfit/${name}`,
  files: ['**/*.{yml,yaml}'],
  plugins: { misfit: plugin },
  processor: 'misfit/yaml',
  ...(language ? { language } : {}),
  rules: turnedOn(minSeverity),
})
const configs: MisfitPlugin['configs'] = {
  get recommended() { return configuration('recommended', 'warning', 'misfit/yaml') },
  get strict() { return configuration('strict', 'info', 'misfit/yaml') },
  get 'rules-only'() { return configuration('rules-only', 'warning') },
}

const plugin: MisfitPlugin = Object.assign(base, { configs, contextSettings })
export default plugin
