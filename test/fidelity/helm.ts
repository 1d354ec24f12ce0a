// Helm as an oracle: the values that it gives each chart of a release, and the manifests that it renders.
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { chartValues } from '../../src/readers/helm/model.ts'
import { booleanOf } from '../../src/readers/helm/values.ts'
import { isNull, type YamlNode } from '../../src/readers/yaml.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { textsBelow } from './compose.ts'

export interface Answer { readonly out?: string; readonly refusal?: string }

/** The version that a program states; empty where it is not there. */
export function helmVersion(program: string): string {
  try {
    return execFileSync(program, ['version', '--short'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch { return '' }
}

/** What `helm template` prints, or why it refuses. */
export async function helmTemplate(program: string, folder: string, home: string, values: readonly string[] = [], release = 'release'): Promise<Answer> {
  return new Promise(done => {
    execFile(program, ['template', release, folder, ...values.flatMap(file => ['-f', join(folder, file)])],
      { env: { PATH: process.env.PATH, HOME: home }, maxBuffer: 1 << 26, timeout: 60_000 },
      (error, out, err) => { done(error ? { refusal: err.trim() } : { out }) })
  })
}

type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain | undefined }

// Nulls and empty globals say nothing, and the values of a chart below stand in its own scope.
function cleaned(value: unknown, without: readonly string[] = []): Plain | undefined {
  if (value === null || value === undefined) return undefined
  if (Array.isArray(value)) return value.map(item => cleaned(item) ?? '')
  if (typeof value !== 'object') return value as Plain
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]): [string, Plain][] => {
    const kept = without.includes(key) ? undefined : cleaned(inner)
    return kept === undefined || (key === 'global' && Object.keys(kept).length === 0) ? [] : [[key, kept]]
  }).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function plainOf(node: YamlNode | undefined): unknown {
  if (node === undefined || isNull(node)) return null
  if (node.kind === 'seq') return node.items.map(plainOf)
  if (node.kind === 'map') return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainOf(value)]))
  if (node.style !== 'plain') return node.text
  const switched = booleanOf(node)
  if (switched !== undefined) return switched
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(node.text) ? Number(node.text) : node.text
}

export type Scopes = Readonly<Record<string, unknown>>

/** The scopes that differ. */
export const differing = (ours: Scopes, theirs: Scopes): readonly string[] =>
  [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].filter(path => JSON.stringify(ours[path]) !== JSON.stringify(theirs[path])).map(path => `${path}: ours ${JSON.stringify(ours[path])}, theirs ${JSON.stringify(theirs[path])}`)

/** The cases of a folder of charts: each chart by itself, and with each `values-….yaml` over it. */
export const layersIn = (root: string): readonly { readonly chart: string; readonly values: readonly string[] }[] =>
  readdirSync(root).flatMap(chart => [[], ...readdirSync(join(root, chart)).filter(name => name.startsWith('values-')).map(name => [name])].map(values => ({ chart: join(root, chart), values })))

/** The scopes that we read, as data by path of the chart. */
export function ourScopes(chart: string, values: readonly string[]): Scopes {
  const scopes = chartValues(memoryTree(textsBelow(chart)), '.', ['values.yaml', ...values])
  return Object.fromEntries([...scopes].map(([path, { values: own, below }]) => [path, cleaned(plainOf(own), below) ?? {}]))
}

/** Those that Helm gives: every chart is given a template that prints its values. */
export async function theirScopes(program: string, chart: string, values: readonly string[], scratch: string): Promise<Scopes> {
  const folder = join(scratch, program, basename(chart), values[0] ?? 'alone')
  rmSync(folder, { recursive: true, force: true })
  cpSync(chart, folder, { recursive: true })
  for (const file of Object.keys(textsBelow(folder)).filter(name => basename(name) === 'Chart.yaml')) {
    // A library's templates print nothing.
    writeFileSync(join(folder, file), readFileSync(join(folder, file), 'utf8').replace(/^type: library$/m, 'type: application'))
    mkdirSync(join(folder, dirname(file), 'templates'), { recursive: true })
    writeFileSync(join(folder, dirname(file), 'templates/values.yaml'), 'path: {{ .Template.BasePath }}\nvalues: {{ .Values | toJson }}\n')
  }
  const { out, refusal } = await helmTemplate(program, folder, scratch, values)
  if (out === undefined) return { refused: refusal }
  const found = [...out.matchAll(/^path: (.*)\/templates\nvalues: (.*)$/gm)].map(([, path = '', json = '']) => [path, JSON.parse(json) as Record<string, unknown>] as const)
  const below = (path: string): readonly string[] => found.filter(([other]) => dirname(dirname(other)) === path).map(([other]) => basename(other))
  return Object.fromEntries(found.map(([path, own]) => [path, cleaned(own, below(path))]))
}
