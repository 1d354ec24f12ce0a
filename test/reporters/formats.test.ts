// Every format: valid against its schema, complete, and harmless whatever the linted files contain.
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/index.ts'
import { pageOf } from '../../src/cli/pages.ts'
import { noticeIds } from '../../src/model/notices.ts'
import type { Finding, Report } from '../../src/model/report.ts'
import type { Rule } from '../../src/model/rule.ts'
import { formatNames, reporters, type Context, type FormatName } from '../../src/reporters/index.ts'
import { jsonParts, jsonText } from '../../src/reporters/escape.ts'
import { inert } from '../../src/reporters/github.ts'
import { plain } from '../../src/reporters/plain.ts'
import { read, schemas, steering } from '../support/formats.ts'
import { readXml } from '../support/xml.ts'

const context: Context = {
  version: '1.2.3', rules, pageOf, docsOf: rule => `https://example.com/${rule}.md`, base: '.', started: '2026-01-31T12:00:00',
  source: () => '    command: redis-server --maxmemory-policy allkeys-lru', place: (_, offset) => ({ line: 4, column: offset + 1 }),
}

/** A report in which every word that comes from a linted file is `name`. */
function made(name: string): Report {
  const place = { file: name, line: 4, column: 46 }
  const finding: Finding = {
    ...place, rule: 'redis/queue-on-evicting-instance', severity: 'error', confidence: 'certain', stack: name, component: name, endLine: 4, endColumn: 57,
    message: `${name} loses jobs`, rows: ['durability'], failureMode: `${name} evicts`, fix: `Change ${name}`, because: [{ file: name, line: 2, column: 3, text: name }],
    docs: 'https://example.com/a.md', fingerprint: 'f00',
    edits: [{ title: `Change ${name}`, safe: false, hazard: name, changes: [{ span: { file: name, start: 45, end: 56 }, text: 'noeviction' }] }],
  }
  return {
    version: 1,
    stacks: [{ name, root: '.', environment: 'production', files: [name], components: [
      { ...place, name, technology: 'redis', product: 'redis', external: false, uses: [], clients: [name], links: [{ ...place, program: name, uses: ['job-queue'], by: { ...place, text: name } }], settings: {}, verdict: 'misfit' },
      { ...place, name: 'quiet', technology: 'redis', product: 'redis', external: false, uses: [], clients: [], links: [], settings: {}, verdict: 'fits' },
    ], unread: [{ ...place, text: name }] }],
    findings: [finding, { ...finding, severity: 'warning' }, { ...finding, severity: 'info' }],
    suppressed: [{ ...finding, suppression: { kind: 'inSource', justification: name } }],
    comparisons: [{ kind: 'revision', with: name, known: 2, fixed: [{ rule: 'redis/queue-on-evicting-instance', file: name, component: name, fingerprint: 'f01' }] }],
    problems: [{ ...place, message: name }],
    summary: { files: 1, stacks: 1, components: 1, errors: 1, warnings: 1, infos: 1, suppressed: 1, milliseconds: 0 },
  }
}

const hostile: Readonly<Record<string, string>> = {
  'line breaks': 'a\nb\r\nc\u2028d\u0085e',
  'a workflow command': '::set-output name=x::y',
  'a workflow command on a line of its own': 'a\n::add-mask::y\n  ::stop-commands::z',
  'the older workflow command': '##[add-path]/evil',
  'percent signs': '%0A::error::%25%',
  'the end of CDATA': 'a]]>b',
  'terminal escapes': '\u001b[31mred\u009b2J\u0007',
  'a script': '<script>alert(1)</script>',
  'the end of a comment': '--> <!-- </details></code></summary>',
  'attributes': '" onload="x" a=\'b\' &amp; &#60;',
  'right-to-left marks': 'abc\u202egnp.exe\u2066\u200f\u200b',
  'markup': '@everyone #1 !2 [a](http://evil.example) ![i](//e) `c` | *b* _i_ ~s~ $m$ \\ www.evil.example a@evil.example :tada:',
  'lone surrogates': 'a\ud800b\udc00c',
  'characters that XML forbids': 'a\ufffe\uffffb\u0000',
  'ten kilobytes': 'x'.repeat(10_000),
  'a path out of the root': '../../etc/%2e%2e/a b?c#d:e',
  'nothing': '',
}

/** True of every format, whatever the names. */
function harmless(format: FormatName, output: string, name: string): void {
  const around = (at: number): string => (at < 0 ? '' : output.slice(Math.max(0, at - 40), at + 40))
  expect(around(output.search(steering)), 'steers a terminal').toBe('')
  expect(Buffer.from(output).toString() === output, 'is no UTF-8').toBe(true)
  const logged = format === 'text' || format === 'concise' ? inert(output) : output
  expect(logged).not.toContain('##[')
  const commands = logged.split('\n').filter(line => line.trimStart().startsWith('::'))
  expect(commands.map(line => /^::(error|warning|notice) file=[^,:]*,line=4,(endLine=4,)?col=46,(endColumn=56,)?title=misfit[^,:]*::/.test(line))).toEqual(format === 'github' ? [true, true, true, true, true] : [])
  if (format === 'markdown') onlyOwnMarkup(output)
  const seen = read(format, output)
  if (format === 'text') return
  // The name is still there, as text that can be read.
  const shown = format === 'sarif' ? plain(name).replaceAll('](', '] (') : format === 'json' ? name : plain(name).replace(/[\ufffe\uffff]/g, '')
  expect(seen.replace(/##%5B/g, '##[').replace(/\\u\{fff[ef]\}|[\ufffe\uffff]/g, '')).toContain(shown.slice(0, 30).trimEnd().replace(/[\ufffe\uffff]/g, ''))
}

function onlyOwnMarkup(page: string): void {
  const rest = page
    // What may stand in the picture is tested where it is drawn.
    .replace(/^```mermaid\n(?: {2}[^`]*\n|flowchart LR\n)+```$/m, '').replace('<!-- misfit -->', '').replaceAll('[About this rule](https://example.com/a.md)', '')
    .replace(/<\/?(?:details|summary|code)>/g, '').replace(/^\| .* \|$/gm, row => row.replace(/^\||\|$| \| /g, ' ')).replaceAll('**Not readable**', '').replace(/&#\d+;/g, 'x')
  expect(rest.replace(/^### misfit/m, '')).not.toMatch(/[<>[\]`*_|\\~$#@!&]|:\/\/|www\./)
}

describe.each(formatNames)('%s', format => {
  it.each(Object.keys(hostile))('survives %s', title => {
    const name = hostile[title] ?? ''
    harmless(format, reporters[format](made(name), context), name)
  })

  it('survives any name', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), name => {
      harmless(format, reporters[format](made(name), context), name)
    }), { numRuns: 60, seed: 1 })
  })

  it('is well-formed without a finding, and ends its last line', () => {
    const empty: Report = { ...made('x'), stacks: [], findings: [], problems: [], suppressed: [], comparisons: [], summary: { files: 0, stacks: 0, components: 0, errors: 0, warnings: 0, infos: 0, suppressed: 0, milliseconds: 0 } }
    const output = reporters[format](empty, context)
    read(format, output)
    if (format === 'github' || format === 'concise') expect(output).toBe('')
    else expect(output.endsWith('\n')).toBe(true)
  })
})

it.each(['json', 'sarif', 'text', 'markdown', 'html', 'github', 'junit', 'rdjson', 'gitlab', 'checkstyle', 'concise'] as const)('%s says what was not read', format => {
  const told = made('a.yaml'), stack = told.stacks[0]
  if (stack === undefined) throw new Error('the report has no stack')
  const report: Report = { ...told, stacks: [{ ...stack, unread: [{ file: 'a.yaml', line: 7, column: 3, text: 'the env file prod.env is not here' }] }] }
  expect(reporters[format](report, context)).toContain('the env file prod.env is not here')
  expect(reporters[format]({ ...report, stacks: [{ ...stack, unread: [] }] }, context)).not.toContain('prod.env')
})

it('gitlab says what could not be read', () => {
  expect(JSON.parse(reporters.gitlab({ ...made('a.yaml'), problems: [{ file: 'a.yaml', line: 3, column: 1, message: 'not valid YAML', unread: true }] }, context))).toContainEqual(expect.objectContaining({ check_name: 'problem', severity: 'major', description: 'Not read: not valid YAML' }))
})

it.each(['junit', 'rdjson', 'gitlab', 'checkstyle', 'concise'] as const)('%s says it once for a stack', format => {
  const told = made('a.yaml'), stack = told.stacks[0]
  if (stack === undefined) throw new Error('the report has no stack')
  const unread = [1, 2, 3].map(line => ({ file: 'a.yaml', line, column: 3, text: `the env file ${line}.env is not here` }))
  const output = reporters[format]({ ...told, stacks: [{ ...stack, unread }, { ...stack, unread }] }, context)
  expect(output.match(/is not here[^"<\n]*/g)).toEqual(['is not here, and 2 more: what depends on them was not judged'])
})

describe('sarif', () => {
  interface Result { ruleId: string; ruleIndex: number; level: string; relatedLocations: unknown[]; partialFingerprints: object; fixes: object[]; suppressions?: object[]; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }
  interface Log { runs: { tool: { driver: { rules: { id: string; helpUri: string; help?: { text: string; markdown: string }; properties: { tags: string[] } }[] } }; results: Result[] }[] }
  const [run] = (JSON.parse(reporters.sarif(made('deploy/compose.yaml'), { ...context, base: 'sub' })) as Log).runs

  it('describes the rules with help and properties', () => {
    const described = run?.tool.driver.rules ?? []
    expect(described.map(rule => rule.id)).toEqual([...rules.map(rule => rule.id), ...noticeIds])
    for (const rule of described) expect(rule.properties.tags.length).toBeGreaterThan(0)
    // What is reported is described as `misfit explain` does, every slot filled.
    const { id, help } = described.find(rule => rule.help) ?? {}
    const page = pageOf(rules.find(rule => rule.id === id) ?? rules[0] as Rule)
    expect(help?.text).toContain(page.failure)
    expect(help?.markdown).toContain(page.repair[0]?.diff.trimEnd())
    expect(help?.text).not.toMatch(/\{\w+\}|…/)
    expect(described.filter(rule => rule.help).map(rule => rule.id)).toEqual(['redis/queue-on-evicting-instance'])
  })

  it('points from a result to its rule, evidence, fix and suppression, by paths from the top of the repository', () => {
    const [first, , , last] = run?.results ?? []
    expect(first).toMatchObject({
      level: 'error', relatedLocations: [{ physicalLocation: { region: { startLine: 2, startColumn: 3 } } }], partialFingerprints: { 'misfit/v1': 'f00' },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'sub/deploy/compose.yaml', uriBaseId: '%SRCROOT%' } } }],
      fixes: [{ artifactChanges: [{ replacements: [{ deletedRegion: { startLine: 4, startColumn: 46, endColumn: 57 }, insertedContent: { text: 'noeviction' } }] }] }],
    })
    expect(rules[first?.ruleIndex ?? -1]?.id).toBe(first?.ruleId)
    expect(first).not.toHaveProperty('suppressions')
    expect(last).toMatchObject({ suppressions: [{ kind: 'inSource', justification: 'deploy/compose.yaml' }] })
  })

  it('has with the first of those that say the same the places of the others, each of which stays a result', () => {
    const report = made('redis'), [first] = report.findings
    if (!first) throw new Error('no finding')
    const other = { ...first, component: 'queue', message: first.message.replaceAll(first.component, 'queue'), line: 40, fingerprint: 'f99' }
    const [results] = (JSON.parse(reporters.sarif({ ...report, findings: [first, other] }, context)) as Log).runs.map(each => each.results)
    expect(results?.map(({ partialFingerprints }) => partialFingerprints)).toEqual(expect.arrayContaining([{ 'misfit/v1': 'f00' }, { 'misfit/v1': 'f99' }]))
    expect(results?.[0]?.relatedLocations.at(-1)).toMatchObject({ message: { text: 'The same on queue.' }, physicalLocation: { region: { startLine: 40 } } })
    expect(results?.[1]?.relatedLocations).toHaveLength(first.because.length)
    // In JSON what says the same refers to the first, whatever an earlier report said.
    const written = JSON.parse(reporters.json({ ...report, findings: [{ ...first, sameAs: 'f77' }, other] }, context)) as { findings: { sameAs?: string }[] }
    expect(written.findings.map(({ sameAs }) => sameAs)).toEqual([undefined, first.fingerprint])
  })

  it('notices what it should', () => {
    expect(schemas.sarif({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false)
    expect(schemas.gitlab([{ description: 'x' }])).toBe(false)
    expect(schemas.rdjson({ diagnostics: 'x' })).toBe(false)
  })
})

it('gives GitLab a fingerprint of its own for every entry', () => {
  const entries = JSON.parse(reporters.gitlab(made('a'), context)) as { fingerprint: string }[]
  expect(entries.slice(0, 3).map(entry => entry.fingerprint)).toEqual(['f00', 'f00-2', 'f00-3'])
  expect(new Set(entries.map(entry => entry.fingerprint)).size).toBe(entries.length)
})

it('gives reviewdog columns in bytes', () => {
  const report = made('a')
  const [first] = report.findings
  if (!first) throw new Error('no finding')
  const output = reporters.rdjson({ ...report, findings: [{ ...first, column: 4, endColumn: 5 }] }, { ...context, source: () => 'ä😀x' })
  expect(JSON.parse(output)).toMatchObject({ diagnostics: [{ location: { range: { start: { column: 7 }, end: { column: 8 } } } }, {}, {}] })
})

it('makes a JUnit failure of errors and warnings, a skipped case of what is suppressed, and lets the rest pass', () => {
  const [suite] = readXml(reporters.junit(made('redis'), context)).children
  expect(suite?.attributes).toMatchObject({ tests: '5', failures: '2', errors: '0', skipped: '1' })
  expect(suite?.children.filter(child => child.name === 'testcase').map(child => child.children[0]?.name)).toEqual(['failure', 'failure', undefined, 'skipped', undefined])
})

it('says in Markdown what a change repairs, and once', () => {
  const page = reporters.markdown(made('redis'), context)
  expect(page).toContain('2 findings not shown: already there at redis')
  expect(page.match(/Repaired since redis: redis\/queue-on-evicting-instance on redis/g)).toHaveLength(1)
})

it('keeps a Markdown page small enough for a comment, and says what it left out', () => {
  const [first] = made('redis').findings
  if (!first) throw new Error('no finding')
  const page = reporters.markdown({ ...made('redis'), findings: Array.from({ length: 1000 }, () => first) }, context)
  expect(page.length).toBeLessThan(65_536)
  expect(page).toMatch(/\d+ more in the full report\./)
})

it('writes JSON in parts as it would in one', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.oneof(fc.json().map((text): unknown => JSON.parse(text)), fc.constant(undefined), fc.array(fc.string()))), record => {
    expect([...jsonParts(record)].join('')).toBe(jsonText(record))
  }))
  expect(reporters.json(made('x\n##[error]\u001b[2J'), context)).toBe(jsonText(made('x\n##[error]\u001b[2J')))
})

let xmllint = true
try { execFileSync('xmllint', ['--version'], { stdio: 'ignore' }) } catch { xmllint = process.env['CI'] === 'true' }

it.skipIf(!xmllint)('is accepted by a real XML validator', () => {
  for (const name of Object.values(hostile)) {
    execFileSync('xmllint', ['--noout', '--schema', 'fixtures/schemas/junit.xsd', '-'], { input: reporters.junit(made(name), context), stdio: ['pipe', 'ignore', 'pipe'] })
    execFileSync('xmllint', ['--noout', '-'], { input: reporters.checkstyle(made(name), context) })
  }
})
