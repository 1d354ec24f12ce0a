// The public API, described in docs/api.md: lint a folder or a tree, write the report, look into what was understood. The ESLint plugin is an entry of its own.
export { formatNames, formatReport, lintFolder } from './api.ts'
export type { FolderOptions, FormatName, WriteOptions } from './api.ts'
export { UsageError } from './cli/usage.ts'
export { lint, observe } from './lint.ts'
export type { LintOptions, Observation } from './lint.ts'
export { rules } from '../rules/index.ts'
export { knowledge } from '../rules/knowledge/index.ts'
export { diskTree } from './host/disk.ts'
export type { DiskOptions } from './host/disk.ts'
export { memoryTree, overlayTree } from './host/memory.ts'
// Types by name: a declaration of a value that the bundle does not have would be a lie.
export type { FileTree, Refusal } from './model/files.ts'
export type { Knowledge, Signal } from './model/knowledge.ts'
export type { Client, Evidence, Link, ObservedComponent, ObservedStack, Use } from './model/observation.ts'
export type {
  Comparison, EarlierFinding, Finding, Place, PlacedNote, Report, ReportedComponent, ReportedDecision, ReportedLink, ReportedProblem, ReportedSetting, ReportedStack,
  ReportedUse, SuppressedFinding, Suppression, Verdict,
} from './model/report.ts'
export type { Concern, Confidence, Edit, RowName, Rule, RuleExample, RuleOption, RuleReport, Severity } from './model/rule.ts'
export type { Component, EnvironmentClass, Problem, Setting, Stack, Technology, Topic, UseName, Workload } from './model/stack.ts'
export type { Known, Note, Span } from './model/value.ts'
