// What `misfit spec` writes of a deployment must not be read as a contradiction of it, on any stack that we have.
import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { draftOf } from '../../../src/cli/spec.ts'
import { diskTree } from '../../../src/host/disk.ts'
import { overlayTree } from '../../../src/host/memory.ts'
import { lint } from '../../../src/index.ts'

const drift = new Set(['spec/role-drift', 'spec/durability-drift', 'spec/consumer-drift', 'spec/topic-drift', 'spec/undeclared-component', 'spec/declared-not-deployed'])
const corpus = '../shared/corpus'
const cases = existsSync(corpus) ? readdirSync(corpus, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => `${corpus}/${entry.name}`) : []

describe.skipIf(cases.length === 0)('a draft of a real stack', () => {
  it.each([...cases, 'fixtures/shop', 'fixtures/compose'].filter(folder => existsSync(folder)))('agrees with %s', async folder => {
    const tree = diskTree(folder, { exclude: path => /(^|\/)labels\.yaml$/.test(path) })
    const before = lint(tree)
    const { text } = await draftOf(tree, { name: 'case', before: undefined, file: 'misfit.yaml' })
    const report = lint(overlayTree(tree, new Map([['misfit.yaml', text]])))
    expect(report.findings.filter(({ rule }) => drift.has(rule)).map(({ rule, message, line }) => `${rule}:${line} ${message}`)).toEqual([])
    expect(report.problems.filter(({ file }) => file === 'misfit.yaml')).toEqual([])
    expect(report.summary.components).toBe(before.summary.components)
  })
})
