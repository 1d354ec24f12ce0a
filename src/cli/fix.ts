// `misfit --fix`: applies the safe edits of a report to texts, again until none is left, and shows them as a diff. Writes through the caller's folder only.
import { readFileSync, realpathSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { overlayTree } from '../host/memory.ts'
import { writeWhole } from '../host/write.ts'
import type { FileTree } from '../model/files.ts'
import type { Finding, Report } from '../model/report.ts'
import type { Edit } from '../model/rule.ts'
import { UsageError } from './usage.ts'

/** What repairing came to: the files that change, and the report once they have. */
export interface Repair {
  readonly report: Report
  readonly tree: FileTree
  /** The edits that were made, each with its finding. */
  readonly made: readonly Made[]
  readonly undone: readonly Undone[]
  /** Path from the tree's root → text before and after. */
  readonly changed: ReadonlyMap<string, { readonly before: string; readonly after: string }>
}

export interface Made {
  readonly finding: Finding
  readonly edit: Edit
}

/** An edit that was not made after all, and the finding that it would bring. */
export interface Undone extends Made {
  readonly brings: Finding
}

/** Says whether an edit is to be made. */
export type Chosen = (finding: Finding, edit: Edit) => boolean

// One repair may make room for the next; more rounds than this would be a quarrel between rules.
const rounds = 10
// Where edits are tried one by one, each takes a look at everything.
const mostSteps = 200

/** Makes the chosen edits of `linted(tree)`, then of what is linted after them. An edit that brings a finding is not made. `prefix` is what the report's paths start with. */
export function repair(tree: FileTree, prefix: string, linted: (tree: FileTree) => Report, chosen: Chosen = (_, edit) => edit.safe): Repair {
  const made: Made[] = [], undone: Undone[] = []
  const before = new Map<string, string>()
  let texts: ReadonlyMap<string, string> = new Map()
  let report = linted(tree)
  // The tree with some edits more, and what is said of it; undefined where these bring a finding.
  const tried = (edits: readonly Made[]): { readonly texts: ReadonlyMap<string, string>; readonly report: Report } | { readonly brings: Finding } => {
    const next = new Map(texts)
    for (const [path, changes] of byFile(changesOf(edits))) {
      const file = inTree(path, prefix)
      const text = texts.get(file) ?? tree.read(file)
      if (typeof text !== 'string') continue
      if (!before.has(file)) before.set(file, text)
      next.set(file, applied(text, changes))
    }
    const then = linted(overlayTree(tree, next))
    const known = new Set(report.findings.flatMap(said))
    const brings = then.findings.find(finding => !finding.rule.startsWith('misfit/') && !known.has(said(finding)[0] ?? ''))
    return brings === undefined ? { texts: next, report: then } : { brings }
  }
  for (let round = 0, step = 0; round < rounds && step < mostSteps; step++) {
    const offered = report.findings.flatMap(finding => (finding.edits ?? []).filter(edit => chosen(finding, edit) && !undone.some(each => sameEdit(each, { finding, edit }))).slice(0, 1).map(edit => ({ finding, edit })))
    const wanted = compatible(offered)
    if (wanted.length === 0) break
    const together = tried(wanted)
    // Of several edits that bring a finding together, each is tried in the next rounds by itself.
    const [first, ...rest] = wanted
    const one = 'brings' in together && rest.length > 0 && first ? tried([first]) : together
    const kept = one === together ? wanted : wanted.slice(0, 1)
    if ('brings' in one) {
      if (first) undone.push({ ...first, brings: one.brings })
      continue
    }
    if (one === together) round++
    made.push(...kept)
    ;({ texts, report } = one)
  }
  const changed = [...texts].map(([file, after]) => [file, { before: before.get(file) ?? '', after }] as const)
  return { report, tree: texts.size === 0 ? tree : overlayTree(tree, texts), made, undone, changed: new Map(changed.sort(([a], [b]) => (a < b ? -1 : 1))) }
}

// What a finding and those that are folded into it say, whatever the values; the finding's own first.
const said = ({ stack, component, rule, explains = [] }: Finding): readonly string[] => [rule, ...explains].map(id => JSON.stringify([stack, component, id]))

const sameEdit = (one: Made, other: Made): boolean => one.edit.title === other.edit.title && said(one.finding)[0] === said(other.finding)[0] && one.finding.file === other.finding.file

type Change = Edit['changes'][number]

const inTree = (path: string, prefix: string): string => (prefix === '.' ? path : path.slice(prefix.length + 1))
const overlap = (a: Change, b: Change): boolean => a.span.file === b.span.file && a.span.start < b.span.end && b.span.start < a.span.end
const same = (a: Change, b: Change): boolean => a.span.file === b.span.file && a.span.start === b.span.start && a.span.end === b.span.end && a.text === b.text

// An edit is applied whole or not in this round; the same change asked for twice is made once.
function compatible(offered: readonly Made[]): readonly Made[] {
  const taken: Change[] = []
  return offered.filter(({ edit }) => {
    const fresh = edit.changes.filter(change => !taken.some(other => same(change, other)))
    if (edit.changes.length === 0 || fresh.some(change => taken.some(other => overlap(change, other)))) return false
    taken.push(...fresh)
    return true
  })
}

const changesOf = (edits: readonly Made[]): readonly Change[] => edits.flatMap(({ edit }) => edit.changes).filter((change, i, all) => !all.slice(0, i).some(other => same(change, other)))

function byFile(changes: readonly Change[]): ReadonlyMap<string, readonly Change[]> {
  const files = new Map<string, Change[]>()
  for (const change of changes) files.set(change.span.file, [...(files.get(change.span.file) ?? []), change])
  return files
}

/** A text whose new lines end as those of another do, where these all end alike. */
export const withLineEnds = (text: string, like: string): string => (/\r\n/.test(like) && !/(?<!\r)\n/.test(like) ? text.replace(/(?<!\r)\n/g, '\r\n') : text)

/** The text with its changes made; everything between them stays byte for byte. */
export function applied(text: string, changes: readonly Change[]): string {
  let result = text
  for (const { span, text: words } of [...changes].sort((a, b) => b.span.start - a.span.start)) result = result.slice(0, span.start) + withLineEnds(words, text) + result.slice(span.end)
  return result
}

/** Writes the changed files; refuses where the disk no longer holds what was linted. */
export function writeRepair(folder: string, { changed }: Repair): void {
  for (const [file, { before, after }] of changed) {
    const path = realpathSync(resolve(folder, file))
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) throw new UsageError(`${file} lies outside ${folder}; it was not changed`)
    if (!readFileSync(path).equals(Buffer.from(before))) throw new UsageError(`${file} has changed in the meantime, or is not UTF-8; it was not changed`)
    try {
      writeWhole(path, after)
    } catch (error) {
      throw new UsageError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

const context = 3

/** A unified diff of two texts that differ in few places. `shown` is the path in its head. */
export function unifiedDiff(shown: string, before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)]
  const hunks = differences(old, now)
  const lines = [`--- ${quoted(`a/${shown}`)}`, `+++ ${quoted(`b/${shown}`)}`]
  for (let i = 0; i < hunks.length;) {
    let j = i
    while (j + 1 < hunks.length && (hunks[j + 1]?.old ?? 0) - (hunks[j]?.oldEnd ?? 0) <= context * 2) j++
    lines.push(...hunk(old, now, hunks.slice(i, j + 1)))
    i = j + 1
  }
  return `${lines.join('\n')}\n`
}

const escapes: ReadonlyMap<string, string> = new Map([['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t'], ['"', '\\"'], ['\\', '\\\\']])

// A name with a line end in it would begin a line of its own; git quotes such names as C does, and reads them so:
// https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
// eslint-disable-next-line no-control-regex -- they are what is looked for
const quoted = (name: string): string => (/[\u0000-\u001f\u007f"\\]/.test(name) ? `"${name.replace(/[\u0000-\u001f\u007f"\\]/g, character => escapes.get(character) ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`)}"` : name)

interface Difference { readonly old: number; readonly oldEnd: number; readonly now: number; readonly nowEnd: number }

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n').map((line, i, all) =>
  (i === all.length - 1 && !text.endsWith('\n') ? `${line}\n\\ No newline at end of file` : line)))

// Where two texts part, and the nearest place where they meet again.
function differences(old: readonly string[], now: readonly string[]): readonly Difference[] {
  const found: Difference[] = []
  let [a, b] = [0, 0]
  while (a < old.length || b < now.length) {
    if (a < old.length && b < now.length && old[a] === now[b]) { a++; b++; continue }
    const [start, begin] = [a, b]
    const [skipOld, skipNow] = meeting(old, now, a, b)
    a += skipOld
    b += skipNow
    found.push({ old: start, oldEnd: a, now: begin, nowEnd: b })
  }
  return found
}

const farthest = 200

function meeting(old: readonly string[], now: readonly string[], a: number, b: number): readonly [number, number] {
  for (let away = 1; away <= farthest; away++) {
    for (let x = 0; x <= away; x++) {
      const y = away - x
      if (a + x < old.length && b + y < now.length && old[a + x] === now[b + y]) return [x, y]
    }
  }
  return [old.length - a, now.length - b]
}

function hunk(old: readonly string[], now: readonly string[], parts: readonly Difference[]): readonly string[] {
  const first = parts[0] ?? { old: 0, oldEnd: 0, now: 0, nowEnd: 0 }
  const last = parts.at(-1) ?? first
  const lead = Math.min(context, first.old)
  const tail = Math.min(context, old.length - last.oldEnd)
  const range = (start: number, length: number): string => `${length === 0 ? start : start + 1},${length}`
  const lines = [`@@ -${range(first.old - lead, last.oldEnd - first.old + lead + tail)} +${range(first.now - lead, last.nowEnd - first.now + lead + tail)} @@`]
  let at = first.old - lead
  for (const part of parts) {
    lines.push(...old.slice(at, part.old).map(line => ` ${line}`), ...old.slice(part.old, part.oldEnd).map(line => `-${line}`), ...now.slice(part.now, part.nowEnd).map(line => `+${line}`))
    at = part.oldEnd
  }
  return [...lines, ...old.slice(at, at + tail).map(line => ` ${line}`)]
}
