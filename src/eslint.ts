// The ESLint plugin: the rules as ESLint rules, the configurations, the language. Adapts, decides nothing.
import type { ESLint, Linter } from 'eslint'
import manifest from '../package.json' with { type: 'json' }
import { rules } from '../rules/index.ts'
import { noticeRules } from './analysis/suppress.ts'
import { contextSettings } from './eslint/context-settings.ts'
import { language } from './eslint/language.ts'
import { eslintRule, localName, type Described } from './eslint/rule.ts'

const notices: Readonly<Record<(typeof noticeRules)[number], string>> = {
  'misfit/unused-suppression': 'A misfit-ignore comment suppresses nothing.',
  'misfit/unknown-rule': 'A misfit-ignore comment names a rule that does not exist.',
  'misfit/suppression-without-reason': 'A misfit-ignore comment gives no reason although one is required.',
}
const described: readonly Described[] = [...rules, ...noticeRules.map(id => ({ id, summary: notices[id] }))]
const ids = described.map(({ id }) => id)
const severityOf = new Map(rules.map(rule => [rule.id, rule.severity]))

/** What the configurations turn on: a rule of severity error fails a run, everything else warns. */
const turnedOn = (minSeverity: 'warning' | 'info'): Linter.RulesRecord =>
  Object.fromEntries(ids.map(id => [`misfit/${localName(id)}`, [severityOf.get(id) === 'error' ? 'error' : 'warn', { minSeverity }]]))

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
  rules: Object.fromEntries(described.map(rule => [localName(rule.id), eslintRule(rule, ids)])),
} as unknown as ESLint.Plugin

const files = ['**/*.{yml,yaml}']
const configs: MisfitPlugin['configs'] = {
  get recommended() { return { name: 'misfit/recommended', files, plugins: { misfit: plugin }, language: 'misfit/yaml', rules: turnedOn('warning') } },
  get strict() { return { name: 'misfit/strict', files, plugins: { misfit: plugin }, language: 'misfit/yaml', rules: turnedOn('info') } },
  get 'rules-only'() { return { name: 'misfit/rules-only', files, plugins: { misfit: plugin }, rules: turnedOn('warning') } },
}

const plugin: MisfitPlugin = Object.assign(base, { configs, contextSettings })
export default plugin
