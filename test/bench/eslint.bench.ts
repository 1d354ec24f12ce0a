// What misfit adds to ESLint: processor time per file over the corpus, one process. Target: a median of 10 ms for every file after the first of its repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Linter } from 'eslint'
import { describe, it } from 'vitest'
import misfit from '../../src/eslint.ts'
import { diskTree } from '../../src/host/disk.ts'
import { spent } from './sides.ts'

const corpus = resolve(import.meta.dirname, '../../../shared/corpus')
const cases = existsSync(corpus) ? readdirSync(corpus, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => join(corpus, entry.name)) : []
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0
const share = (times: readonly number[], part: number): number => [...times].sort((a, b) => a - b)[Math.floor(times.length * part)] ?? 0

/** What ESLint takes for the first file of each root, and for those after it. */
function measure(roots: readonly string[], typing: boolean): { later: number[]; first: number[] } {
  const linter = new Linter({ configType: 'flat', cwd: corpus })
  const first: number[] = [], later: number[] = []
  for (const root of roots) {
    const files = diskTree(root).files().filter(path => /\.ya?ml$/.test(path))
    for (const [index, path] of files.entries()) {
      const text = readFileSync(join(root, path), 'utf8') + (typing ? `\n# typed ${index}` : '')
      ;(index === 0 ? first : later).push(spent(() => {
        linter.verify(text, [{ ...misfit.configs.recommended, settings: { misfit: { root } } }], { filename: join(root, path) })
      }))
    }
  }
  return { first, later }
}

const say = (title: string, { first, later }: { first: number[]; later: number[] }): void => {
  const ms = (value: number): string => value.toFixed(1)
  process.stdout.write(`${title}: processor time, after the first ${later.length} files, median ${ms(median(later))} ms, 90 % ${ms(share(later, 0.9))} ms; the first of a root, median ${ms(median(first))} ms\n`)
}

describe.skipIf(cases.length === 0)('eslint over the corpus', () => {
  it('each case is a repository', () => { say('saved, each case a repository', measure(cases, false)) })
  it('each keystroke', () => { say('unsaved, each case a repository', measure(cases, true)) })
  it('the whole corpus is one repository', () => { say('saved, one repository', measure([corpus], false)) })
})
