// `npm run fuzz -- --unset DIR…`: every literal of every folder in DIR in the place of which stands something that nobody can read, one at a time.
// None of them may add a finding. Each folder inside a DIR is a repository; labels of corpora are left out.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { diskTree } from '../../src/host/disk.ts'
import { memoryTree } from '../../src/host/memory.ts'
import { lint } from '../../src/lint.ts'
import type { Report } from '../../src/model/report.ts'
import { added, hiddenOneByOne, unsetOneByOne, type Files } from '../support/mutations.ts'
import { randomFor } from './random.ts'
import { stackOf } from './stacks.ts'

/** Of larger repositories nothing is mutated: each change is a run over all of it. */
const most = 1_000_000
/** One in so many parts of literals: whole ones are all replaced. */
const share = 9

const report = (files: Files): Report => lint(memoryTree({ ...files }))
const asDeployed = (files: Files): Report => lint(memoryTree({ ...files }), { environment: () => 'production' })
/** A password that is a word is a sign of development, and one that is hidden is what every production file has: no sign of anything. */
const isPassword = (text: string): boolean => /(?:PASSWORD|PASSWD|PWD|PASS|SECRET)\w*(?:\.value)?: /i.test(text)

function textsIn(folder: string): Files | undefined {
  const tree = diskTree(folder), files: Record<string, string> = {}
  let size = 0
  for (const path of tree.files()) {
    const text = path.endsWith('labels.yaml') ? undefined : tree.read(path)
    if (typeof text !== 'string') continue
    files[path] = text
    if ((size += text.length) > most) return undefined
  }
  return files
}

/** Mutates the repositories in the folders, the smallest first, `count` from the `from`th on; the number of findings that came up. */
export function unsetIn(folders: readonly string[], from: number, count: number, say: (text: string) => void): number {
  const paths = folders.flatMap(folder => readdirSync(folder).sort().map(name => join(folder, name))).filter(path => statSync(path).isDirectory())
  const all = paths.map(path => ({ path, files: textsIn(path) })), small = all.flatMap(({ path, files }) => (files === undefined ? [] : [{ path, files, size: sizeOf(files) }]))
  let mutations = 0, told = Date.now()
  const finds = new Map<string, number>()
  for (const [repositories, { path, files }] of small.sort((a, b) => a.size - b.size).slice(from, from + count).entries()) {
    const read = new Set<string>(), tree = memoryTree({ ...files })
    const before = lint({ ...tree, read: path => { read.add(path); return tree.read(path) } })
    const seen = Object.fromEntries(Object.entries(files).filter(([path]) => read.has(path)))
    // What nothing reads changes nothing.
    for (const { text, files: hidden } of hiddenOneByOne(seen, share)) {
      const changed = { ...files, ...hidden }
      mutations++
      for (const { rule, severity, component } of added(before, report(changed), isPassword(text) ? () => asDeployed(files) : undefined)) {
        finds.set(rule, (finds.get(rule) ?? 0) + 1)
        say(`${severity} ${rule} on ${component} (${path}): ${text}`)
      }
      if (Date.now() - told > 60_000) { told = Date.now(); say(`${mutations} changes in ${repositories} of ${Math.min(count, small.length - from)} repositories so far`) }
    }
  }
  for (const [rule, times] of [...finds].sort((a, b) => b[1] - a[1])) say(`${String(times).padStart(7)}  ${rule}`)
  say(`${mutations} changes in ${Math.min(count, small.length - from)} repositories (${all.length - small.length} too large to be changed), ${[...finds.values()].reduce((sum, times) => sum + times, 0)} findings more`)
  return finds.size
}

const sizeOf = (files: Files): number => Object.values(files).reduce((sum, text) => sum + text.length, 0)

/** Hides every literal of deployments put together by chance; the number of findings that came up. */
export function unsetInStacks(seed: number, from: number, count: number, until: number, say: (text: string) => void): number {
  let at = from, changes = 0, finds = 0, told = Date.now()
  for (; at < from + count && Date.now() < until; at++) {
    const files = stackOf(randomFor(seed, at)), before = report(files)
    for (const { text, files: changed } of unsetOneByOne(Object.fromEntries(Object.entries(files).filter(([path]) => /compose|common|more/.test(path))))) {
      // Compose refuses an image that ends with a sign or has a blank.
      if (/\.image: [^→]*(?:[^\w→]|:[-.][^→]*|\s[^→]*) → /.test(text)) continue
      changes++
      for (const { rule, severity, component } of added(before, report({ ...files, ...changed }))) {
        finds++
        say(`${severity} ${rule} on ${component} (--stacks --seed ${seed} --from ${at} --count 1): ${text}`)
      }
    }
    if (Date.now() - told > 60_000) { told = Date.now(); say(`${changes} changes in ${at - from + 1} stacks so far`) }
  }
  say(`${changes} changes in ${at - from} stacks of seed ${seed} from ${from}, ${finds} findings more`)
  return finds
}
