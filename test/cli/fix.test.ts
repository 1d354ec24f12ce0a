// Suggested edits: what --fix applies repairs its finding, brings no new one, and touches nothing else.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/index.ts'
import { applied, repair, unifiedDiff, writeRepair } from '../../src/cli/fix.ts'
import { diskTree } from '../../src/host/disk.ts'
import { lint } from '../../src/index.ts'
import { repairNotes } from '../../src/cli/unsafe.ts'
import type { Finding, Report } from '../../src/model/report.ts'
import { memoryTree } from '../support/memory-tree.ts'

const linted = (files: Readonly<Record<string, string>>): readonly Finding[] => lint(memoryTree({ ...files })).findings
const offered = rules.flatMap(rule => rule.bad.flatMap(example => linted(example.files)
  .filter(finding => finding.rule === rule.id)
  .flatMap(finding => (finding.edits ?? []).map(edit => ({ name: `${rule.id}: ${example.title}: ${edit.title}`, rule, example, edit, message: finding.message })))))

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

  it('is shown on the page of every rule that offers one', () => {
    const offering = rules.map(rule => rule.id).filter(id => /replacement\(|edits:|Instead\(/.test(readFileSync(`rules/${id}.ts`, 'utf8')))
    expect(offering.filter(id => !offered.some(({ rule }) => rule.id === id))).toEqual([])
  })

  it.each(offered.map(each => [each.name, each] as const))('%s', (_, each) => {
    const after = linted(edited(each.example.files, each))
    expect(after.map(finding => finding.message)).not.toContain(each.message)
    if (!each.edit.safe) return
    const known = new Set(linted(each.example.files).flatMap(finding => [finding.rule, ...(finding.explains ?? [])]))
    expect(after.filter(finding => !known.has(finding.rule)).map(finding => finding.message)).toEqual([])
  })
})

describe('--fix over every example', () => {
  const examples = rules.flatMap(rule => [...rule.bad, ...rule.good].map(example => [`${rule.id}: ${example.title}`, example.files] as const))

  it.each(examples)('leaves nothing safe undone and brings nothing new: %s', (_, files) => {
    const said = (findings: readonly Finding[]): ReadonlySet<string> =>
      new Set(findings.flatMap(({ component, rule, explains = [] }) => [rule, ...explains].map(id => `${id} on ${component}`)))
    const known = said(linted(files))
    const { report, changed } = repair(memoryTree({ ...files }), '.', tree => lint(tree))
    expect(report.findings.flatMap(({ edits = [] }) => edits.filter(edit => edit.safe))).toEqual([])
    if (changed.size > 0) expect([...said(report.findings)].filter(each => !known.has(each))).toEqual([])
  })
})

describe('an edit of a cluster', () => {
  const broker = (id: number, more: string): string => `  kafka-${id}:
    image: apache/kafka:3.9.0
    environment:
      CLUSTER_ID: 4L6g3nShT-eMCtK--X86sw
      KAFKA_NODE_ID: ${id}
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093
${more}`
  const repaired = (...more: readonly string[]): string => {
    const text = `services:\n${more.map((lines, i) => broker(i + 1, lines)).join('')}`
    return repair(memoryTree({ 'compose.yaml': text }), '.', tree => lint(tree)).changed.get('compose.yaml')?.after ?? text
  }
  const unclean = (value: string): string => `      KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "${value}"\n`

  it('changes every broker that states the value', () => {
    expect(repaired(unclean('true'), unclean('true'), unclean('true')).match(/ENABLE: "false"/g)).toHaveLength(3)
  })

  it('finds the broker that differs from the first', () => {
    expect(repaired(unclean('false'), '', unclean('true'))).not.toContain('"true"')
  })

  it('changes a text that brokers share once, where somebody has looked at what else goes by it', () => {
    const shared = `x-all: &all\n  CLUSTER_ID: 4L6g3nShT-eMCtK--X86sw\n  KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: "true"   # ask Ida\nservices:\n${[1, 2, 3].map(id =>
      `  kafka-${id}: {image: "apache/kafka:3.9.0", environment: {<<: *all, KAFKA_NODE_ID: ${id}, KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093"}}\n`).join('')}`
    const tree = memoryTree({ 'compose.yaml': shared })
    expect(repair(tree, '.', files => lint(files)).changed.size).toBe(0)
    expect(repair(tree, '.', files => lint(files), () => true).changed.get('compose.yaml')?.after).toBe(shared.replace('"true"', '"false"'))
  })
})

describe('a place that others share', () => {
  const unsafe = (files: Readonly<Record<string, string>>) => {
    const { changed, report } = repair(memoryTree({ ...files }), '.', tree => lint(tree))
    return { changed: [...changed.keys()], hazards: report.findings.flatMap(({ edits = [] }) => edits.flatMap(({ safe, hazard }) => (safe ? [] : [hazard ?? '']))) }
  }
  const kafka = (name: string, more: string): string => `  ${name}:\n    image: confluentinc/cp-kafka:7.6.0\n    volumes: [ "${name}:/var/lib/kafka/data" ]\n${more}`
  const settings = 'KAFKA_PROCESS_ROLES: broker,controller\n  KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3\n'

  it('is changed by nobody who asked for safe edits: an anchor', () => {
    const files = { 'compose.yaml': `x-env: &env\n  ${settings}services:\n${kafka('orders', '    environment: *env\n')}${kafka('billing', '    environment: {<<: *env, KAFKA_NODE_ID: 7}\n')}volumes: { orders: {}, billing: {} }\n` }
    expect(unsafe(files)).toEqual({ changed: [], hazards: expect.arrayContaining(['billing goes by the same lines: give orders lines of its own first.', 'orders goes by the same lines: give billing lines of its own first.']) as unknown })
  })

  it.each([
    ['a check', '', '  app: {image: me/app, healthcheck: {test: "true", retries: *n}}\n'],
    ['an argument of a build', '', '  app: {build: {context: ., args: {N: *n}}}\n'],
    ['another setting of the same broker', '      KAFKA_NUM_PARTITIONS: *n\n', ''],
    ['a place that nobody reads', '', 'x-more: *n\n'],
    ['its own place alone', '', ''],
  ])('is changed by nobody who asked for safe edits: what an alias brings to %s', (_, own, more) => {
    const files = { 'compose.yaml': `x-n: &n 3\nservices:\n${kafka('orders', `    environment:\n      KAFKA_PROCESS_ROLES: broker,controller\n      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: *n\n${own}`)}${more}` }
    expect(unsafe(files)).toEqual({ changed: [], hazards: ['An alias brings the same lines to other places: look at each, or give orders lines of its own first.'] })
    expect(unsafe({ 'compose.yaml': files['compose.yaml'].replace('*n', '3') }).changed).toEqual(['compose.yaml'])
  })

  it('is changed by nobody who asked for safe edits: an env file of two clusters, in one project or in two', () => {
    const env = settings.replaceAll(/^ */gm, '').replaceAll(': ', '=')
    const from = '    env_file: kafka.env\n'
    expect(unsafe({ 'kafka.env': env, 'compose.yaml': `services:\n${kafka('orders', from)}${kafka('billing', from)}` }).changed).toEqual([])
    expect(unsafe({ 'kafka.env': env, 'a/compose.yaml': `services:\n${kafka('orders', from.replace('kafka', '../kafka'))}`, 'b/compose.yaml': `services:\n${kafka('orders', from.replace('kafka', '../kafka'))}` }).changed).toEqual([])
    expect(unsafe({ 'kafka.env': env, 'compose.yaml': `services:\n${kafka('orders', from)}` }).changed).toEqual(['kafka.env'])
  })
})

describe('an edit that brings a finding', () => {
  // A linter that knows two faults: what repairs the first is the second.
  const finding = (rule: string, start: number, text: string): Finding => ({
    rule, component: 'redis', stack: 's', file: 'f', line: 1, column: start + 1, explains: [], edits: [{ title: `write ${text}`, safe: true, changes: [{ span: { file: 'f', start, end: start + 1 }, text }] }],
  } as unknown as Finding)
  const quarrelling = (text: string): Report => ({ findings: [...(text.startsWith('a') ? [finding('one', 0, 'b')] : []), ...(text.startsWith('b') ? [finding('two', 0, 'c')] : []), ...(text.endsWith('x') ? [finding('three', 1, 'y')] : [])] } as unknown as Report)

  it('is not made, and named; the others are', () => {
    const { changed, made, undone } = repair(memoryTree({ f: 'ax' }), '.', tree => { const text = tree.read('f'); return quarrelling(typeof text === 'string' ? text : '') })
    expect([changed.get('f')?.after, made.map(each => each.finding.rule), undone.map(each => [each.finding.rule, each.brings.rule])]).toEqual(['ay', ['three'], [['one', 'two']]])
    expect(repairNotes([{ changed, made, undone, report: quarrelling('ay'), tree: memoryTree({}) }], quarrelling('ay'))).toEqual([
      'Changed 1 file for 1 finding.', 'Not made, because it would bring another finding:', '  f:1 one: write b (two on redis)',
    ])
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

  it('ends its lines as the file does', () => {
    expect(applied('a: 1\r\nb: 2\r\n', [{ span: { file: '', start: 4, end: 4 }, text: '\nc: 3' }])).toBe('a: 1\r\nc: 3\r\nb: 2\r\n')
    expect(applied('a: 1\nb: 2\r\n', [{ span: { file: '', start: 4, end: 4 }, text: '\nc: 3' }])).toBe('a: 1\nc: 3\nb: 2\r\n')
  })

  it('finds the files again under the prefix of the report', () => {
    const { changed } = repair(memoryTree({ 'compose.yaml': before }), '../deploy', tree => lint(tree, { prefix: '../deploy' }))
    expect([...changed.keys()]).toEqual(['compose.yaml'])
  })

  it('keeps a byte order mark and the end of the last line on disk', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'misfit-fix-')))
    try {
      const text = `\uFEFF${before.trimEnd()}`
      writeFileSync(join(folder, 'compose.yaml'), text)
      writeRepair(folder, repair(diskTree(folder), '.', tree => lint(tree)))
      expect(readFileSync(join(folder, 'compose.yaml'), 'utf8')).toBe(text.replace('FACTOR: 3', 'FACTOR: 1'))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('writes over nothing that somebody else has written in the meantime, nor over what is no UTF-8, nor out of the folder', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'misfit-fix-')))
    try {
      mkdirSync(join(folder, 'repo'))
      const file = join(folder, 'repo/compose.yaml')
      writeFileSync(file, before)
      const made = repair(diskTree(join(folder, 'repo')), '.', tree => lint(tree))
      for (const other of [`${before}# Ida was here\n`, Buffer.from(before.replace('Ida', 'I\u00e4a'), 'latin1')]) {
        writeFileSync(file, other)
        expect(() => { writeRepair(join(folder, 'repo'), made) }).toThrow('it was not changed')
        expect(readFileSync(file).equals(Buffer.from(other))).toBe(true)
      }
      writeFileSync(join(folder, 'elsewhere.yaml'), before)
      rmSync(file)
      symlinkSync('../elsewhere.yaml', file)
      expect(() => { writeRepair(join(folder, 'repo'), made) }).toThrow('it was not changed')
      expect(readFileSync(join(folder, 'elsewhere.yaml'), 'utf8')).toBe(before)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
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
