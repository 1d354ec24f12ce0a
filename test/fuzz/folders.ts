// `npm run fuzz -- --unset DIR…`: every literal of every folder in DIR in the place of which stands something that nobody can read, one at a time.
// None of them may add a finding. Each folder inside a DIR is a repository; labels of corpora are left out.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { diskTree } from '../../src/host/disk.ts'
import { memoryTree } from '../../src/host/memory.ts'
import { lint } from '../../src/lint.ts'
import type { Report } from '../../src/model/report.ts'
import { added, hiddenOneByOne, type Files } from '../support/mutations.ts'

/** Of larger repositories nothing is mutated: each change is a run over all of it. */
const most = 1_000_000
/** One in so many parts of literals: whole ones are all replaced. */
const share = 9

const report = (files: Files): Report => lint(memoryTree({ ...files }))

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

/** Mutates all repositories in the folders; the number of findings that came up. */
export function unsetIn(folders: readonly string[], say: (text: string) => void): number {
  let repositories = 0, mutations = 0, left = 0
  const finds = new Map<string, number>()
  for (const folder of folders) for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    if (!statSync(path).isDirectory()) continue
    const files = textsIn(path)
    if (files === undefined) { left++; continue }
    repositories++
    const before = report(files)
    for (const { text, files: changed } of hiddenOneByOne(files, share)) {
      mutations++
      for (const { rule, severity, component } of added(before, report(changed))) {
        finds.set(rule, (finds.get(rule) ?? 0) + 1)
        say(`${severity} ${rule} on ${component} (${path}): ${text}`)
      }
    }
  }
  for (const [rule, times] of [...finds].sort((a, b) => b[1] - a[1])) say(`${String(times).padStart(7)}  ${rule}`)
  say(`${mutations} changes in ${repositories} repositories (${left} too large to be changed), ${[...finds.values()].reduce((sum, times) => sum + times, 0)} findings more`)
  return finds.size
}
