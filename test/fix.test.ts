// Suggested edits: what --fix applies repairs its finding, brings no new one, and touches nothing else.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules } from '../rules/index.ts'
import { applied, repair, unifiedDiff } from '../src/cli/fix.ts'
import { lint } from '../src/index.ts'
import type { Finding } from '../src/model/report.ts'
import { memoryTree } from './memory-tree.ts'

const linted = (files: Readonly<Record<string, string>>): readonly Finding[] => lint(memoryTree({ ...files })).findings
const offered = rules.flatMap(rule => rule.bad.flatMap(example => linted(example.files)
  .filter(finding => finding.rule === rule.id)
  .flatMap(finding => (finding.edits ?? []).map(edit => ({ name: `${rule.id}: ${example.title}: ${edit.title}`, rule, example, edit })))))

const edited = (files: Readonly<Record<string, string>>, { edit }: (typeof offered)[number]): Record<string, string> => {
  const result = { ...files }
  for (const file of new Set(edit.changes.map(({ span }) => span.file))) {
    result[file] = applied(result[file] ?? '', edit.changes.filter(({ span }) => span.file === file))
  }
  return result
}

describe('every edit that an example offers', () => {
  it('comes in both kinds', () => {
    expect(new Set(offered.map(({ edit }) => edit.safe))).toEqual(new Set([true, false]))
    for (const { edit } of offered) if (!edit.safe) expect(edit.hazard).toMatch(/\.$/)
  })

  it.each(offered.map(each => [each.name, each] as const))('%s', (_, each) => {
    const after = linted(edited(each.example.files, each))
    expect(after.filter(finding => finding.rule === each.rule.id).map(finding => finding.message)).toEqual([])
    if (!each.edit.safe) return
    const known = new Set(linted(each.example.files).flatMap(finding => [finding.rule, ...(finding.explains ?? [])]))
    expect(after.filter(finding => !known.has(finding.rule)).map(finding => finding.message)).toEqual([])
  })
})

// Three brokers wanted of one, and a server setting that only a person may change.
const before = `# Our stack; ask Ida before changing it.\r
services:\r
  kafka:   # the log
    image: confluentinc/cp-kafka:7.6.0
    environment:
      KAFKA_PROCESS_ROLES:   broker,controller
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3   # was 1 on the laptop
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "true"
    volumes: [ data:/var/lib/kafka/data ]
volumes: { data: {} }
`

describe('--fix', () => {
  it('applies the safe edits only and leaves every other byte', () => {
    const { changed, report } = repair(memoryTree({ 'compose.yaml': before }), '.', tree => lint(tree))
    expect(changed.get('compose.yaml')?.after).toBe(before.replace('FACTOR: 3', 'FACTOR: 1'))
    expect(report.findings.map(finding => finding.rule)).not.toContain('kafka/internal-topics-replication')
  })

  it('finds the files again under the prefix of the report', () => {
    const { changed } = repair(memoryTree({ 'compose.yaml': before }), '../deploy', tree => lint(tree, { prefix: '../deploy' }))
    expect([...changed.keys()]).toEqual(['compose.yaml'])
  })

  it('changes nothing where nothing is safe', () => {
    const clean = before.replace('FACTOR: 3', 'FACTOR: 1')
    expect(repair(memoryTree({ 'compose.yaml': clean }), '.', tree => lint(tree)).changed.size).toBe(0)
  })
})

describe('--fix-dry-run', () => {
  const numbered = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('')
  it.each([
    ['one line', numbered(20), numbered(20).replace('line 10\n', 'LINE 10\n')],
    ['the first and the last', numbered(20), numbered(20).replace('line 1\n', 'LINE 1\n').replace('line 20\n', 'LINE 20\n')],
    ['lines that come and go', numbered(30), numbered(30).replace('line 5\n', 'line 5\nmore\nand more\n').replace('line 25\n', '')],
    ['no newline at the end', 'a: 1\nb: 2', 'a: 1\nb: 3'],
    ['neighbours', numbered(9), numbered(9).replace('line 2\n', 'x\n').replace('line 7\n', 'y\n')],
    ['Windows line ends', before, before.replace('FACTOR: 3', 'FACTOR: 1')],
  ])('prints a diff that patch applies: %s', (_, old, now) => {
    const folder = mkdtempSync(join(tmpdir(), 'misfit-fix-'))
    try {
      writeFileSync(join(folder, 'f.yaml'), old)
      writeFileSync(join(folder, 'now.yaml'), now)
      execFileSync('git', ['apply', '-p1', '-'], { cwd: folder, input: unifiedDiff('f.yaml', old, now) })
      execFileSync('cmp', ['f.yaml', 'now.yaml'], { cwd: folder })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
