// Suppression in place: which findings a comment silences, and what is said about comments that silence nothing.
import { describe, expect, it } from 'vitest'
import { suppressionComments } from '../../src/readers/suppressions.ts'
import { lint, type LintOptions } from '../../src/lint.ts'
import type { Report } from '../../src/model/report.ts'
import { memoryTree } from '../support/memory-tree.ts'

const rule = 'redis/queue-on-evicting-instance'
const lines = [
  'services:',
  '  web:',
  '    image: shop/web:1',
  '    command: celery -A shop worker',
  '    environment:',
  '      CELERY_BROKER_URL: redis://redis:6379/0',
  '  redis:',
  '    image: redis:7.4',
  '    restart: always',
  '    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru --appendonly yes',
  '    volumes: [data:/data]',
  'volumes: {data: {}}',
]
const command = lines.findIndex(line => line.includes('--maxmemory'))
const above = (words: string, line: string): string => lines.flatMap(each => (each.startsWith(line) ? [`${/^ */.exec(each)?.[0] ?? ''}${words}`, each] : [each])).join('\n')
const behind = (words: string, line: string): string => lines.map(each => (each.startsWith(line) ? `${each} ${words}` : each)).join('\n')
const linted = (text: string, options: LintOptions = {}, more: Record<string, string> = {}): Report => lint(memoryTree({ 'compose.yaml': text, ...more }), options)
const ids = (report: Report): string[] => report.findings.map(finding => finding.rule)
const set = (report: Report): string[] => (report.suppressed ?? []).map(finding => finding.rule)
const notices = (report: Report): string[] => ids(report).filter(id => id.startsWith('misfit/'))

it('runs a rule that is switched off for the verdict alone, and not where nobody asks for that', () => {
  const redis = (options: LintOptions) => linted(lines.join('\n'), { severities: { [rule]: 'off' }, ...options }).stacks[0]?.components[0]?.verdict
  expect(redis({})).not.toBe('fits')
  expect(redis({ verdicts: false })).toBe('fits')
  const overrides = [{ matches: () => true, severities: { [rule]: 'warning' as const } }]
  expect(ids(linted(lines.join('\n'), { severities: { [rule]: 'off' }, overrides, verdicts: false }))).toContain(rule)
})

it('has a finding to suppress, on the line of the policy', () => {
  const finding = linted(lines.join('\n')).findings.find(each => each.rule === rule)
  expect(finding?.line).toBe(command + 1)
})

describe('a comment silences', () => {
  it.each([
    ['its line', behind(`# misfit-ignore ${rule} -- jobs may be lost`, '    command: redis')],
    ['the line below', above(`# misfit-ignore ${rule} -- jobs may be lost`, '    command: redis')],
    ['the line below other comments', above(`# misfit-ignore ${rule} -- jobs may be lost\n    # tuned in 2019`, '    command: redis')],
    ['the service below', above(`# misfit-ignore ${rule} -- jobs may be lost`, '  redis:')],
    ['the service it stands behind', behind(`# misfit-ignore ${rule} -- jobs may be lost`, '  redis:')],
    ['the file', `# misfit-ignore-file ${rule} -- jobs may be lost\n${lines.join('\n')}`],
    ['the next line, in ESLint\'s words', above(`# eslint-disable-next-line misfit/${rule} -- jobs may be lost`, '    command: redis')],
    ['its line, in ESLint\'s words', behind(`# eslint-disable-line misfit/${rule} -- jobs may be lost`, '    command: redis')],
    ['what follows, in ESLint\'s words', `# eslint-disable yml/x, misfit/${rule} -- jobs may be lost\n${lines.join('\n')}`],
    ['what follows, of every rule', `# eslint-disable -- jobs may be lost\n${lines.join('\n')}`],
    ['a line with Windows line ends', above(`# misfit-ignore ${rule} -- jobs may be lost`, '    command: redis').replaceAll('\n', '\r\n')],
  ])('%s', (_, text) => {
    const report = linted(text)
    expect(ids(report)).not.toContain(rule)
    expect(notices(report)).toEqual([])
    expect(report.suppressed?.find(finding => finding.rule === rule)?.suppression).toEqual({ kind: 'inSource', justification: 'jobs may be lost' })
    expect(report.summary.suppressed).toBe(report.suppressed?.length)
  })

  it('a finding in another file, when it stands at the component', () => {
    const override = { 'compose.override.yaml': 'services:\n  redis:\n    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru\n' }
    const clean = above(`# misfit-ignore ${rule} -- known`, '  redis:').replace('allkeys-lru', 'noeviction')
    const report = linted(clean, {}, override)
    expect(report.suppressed?.map(finding => [finding.rule, finding.file])).toContainEqual([rule, 'compose.override.yaml'])
  })

  it('a component whose settings stand in a redis.conf', () => {
    const conf = `# misfit-ignore ${rule} -- known\nmaxmemory-policy allkeys-lru\nmaxmemory 256mb\nappendonly yes\n`
    const text = lines.join('\n').replace(/redis-server .*/, 'redis-server /etc/redis.conf').replace('[data:/data]', '[data:/data, ./redis.conf:/etc/redis.conf]')
    expect(ids(linted(text, {}, { 'redis.conf': conf.replace(/#.*\n/, '') }))).toContain(rule)
    expect(set(linted(text, {}, { 'redis.conf': conf }))).toContain(rule)
  })
})

describe('a comment does not silence', () => {
  it.each([
    ['another service', above(`# misfit-ignore ${rule}`, '  web:')],
    ['a line further down', above(`# misfit-ignore ${rule}\n`, '    command: redis')],
    ['a place before it', `${lines.join('\n')}\n# eslint-disable misfit/${rule}\n`],
    ['a place after it was ended', `# eslint-disable misfit/${rule}\n# eslint-enable misfit/${rule}\n${lines.join('\n')}`],
    ['when it is text in quotes', lines.join('\n').replace('command: redis-server', `command: "redis-server # misfit-ignore ${rule}`).replace('--appendonly yes', '--appendonly yes"')],
    ['when it is text in a block', `x-note: |\n  # misfit-ignore-file ${rule}\n${lines.join('\n')}`],
    ['other rules', behind('# misfit-ignore redis/source-of-truth', '    command: redis')],
    ['a longer word', `# misfit-ignore-files ${rule}\n${lines.join('\n')}`],
  ])('%s', (_, text) => { expect(ids(linted(text))).toContain(rule) })
})

describe('a comment that suppresses nothing', () => {
  it('is reported once and deleted with its line, used rules stay', () => {
    const text = above(`# misfit-ignore redis/source-of-truth, ${rule}, redis/nonsense -- why`, '    command: redis')
    const found = linted(text).findings.filter(finding => finding.rule.startsWith('misfit/'))
    expect(found.map(finding => [finding.rule, finding.severity])).toEqual([['misfit/unused-suppression', 'warning'], ['misfit/unknown-rule', 'warning']])
    const [change] = found[0]?.edits?.[0]?.changes ?? []
    expect(found[1]?.edits).toEqual(found[0]?.edits)
    expect(text.slice(change?.span.start, change?.span.end)).toBe(`redis/source-of-truth, ${rule}, redis/nonsense`)
    expect(change?.text).toBe(rule)
  })

  it.each([
    [above('# misfit-ignore redis/source-of-truth', '  redis:'), '  # misfit-ignore redis/source-of-truth\n'],
    [behind('# misfit-ignore redis/source-of-truth', '    image: redis'), ' # misfit-ignore redis/source-of-truth'],
    [behind('# misfit-ignore', '    image: redis'), ' # misfit-ignore'],
  ])('leaves no trace when it is removed', (text, gone) => {
    const [change] = linted(text).findings.find(finding => finding.rule.startsWith('misfit/'))?.edits?.[0]?.changes ?? []
    expect(text.slice(change?.span.start, change?.span.end)).toBe(gone)
    expect(change?.text).toBe('')
  })

  it('is not judged when its rule is off, when only another file was asked for, or when the person says so', () => {
    const text = above('# misfit-ignore redis/source-of-truth', '  redis:')
    expect(notices(linted(text, { severities: { 'redis/source-of-truth': 'off' } }))).toEqual([])
    expect(notices(linted(text, { severities: { 'misfit/unused-suppression': 'off' } }))).toEqual([])
    expect(notices(linted(text, { only: new Set(['redis.env']) }, { 'redis.env': '' }))).toEqual([])
    expect(notices(linted(`# eslint-disable misfit/redis/source-of-truth\n${text}`))).toEqual(['misfit/unused-suppression'])
  })

  it('gets the right name when it is a near miss, and a hint when the reason lacks its dashes', () => {
    expect(linted(behind('# misfit-ignore redis/ttl-mising', '  redis:')).findings.find(finding => finding.rule === 'misfit/unknown-rule')?.message)
      .toBe('There is no rule "redis/ttl-mising" (did you mean redis/ttl-missing?), so it is not suppressed.')
    expect(linted(behind(`# misfit-ignore ${rule} it is fine`, '  redis:')).findings.find(finding => finding.rule === 'misfit/unknown-rule')?.message)
      .toContain('the reason follows --')
  })
})

describe('where reasons are required', () => {
  it('a suppression without one suppresses nothing and is reported', () => {
    const report = linted(behind(`# misfit-ignore ${rule}`, '  redis:'), { requireReason: true })
    expect(ids(report)).toContain(rule)
    expect(notices(report)).toEqual(['misfit/suppression-without-reason'])
    expect(set(linted(behind(`# misfit-ignore ${rule} -- known`, '  redis:'), { requireReason: true }))).toContain(rule)
  })
})

it('leaves ESLint\'s comments to ESLint when it is the one who asks', () => {
  expect(ids(linted(`# eslint-disable misfit/${rule}\n${lines.join('\n')}`, { eslintComments: false }))).toContain(rule)
})

it('never throws, and stays inside the file, on mangled text', () => {
  const parts = ['# misfit-ignore a, b -- c', 'x: "', '\n', ' ', '- ', '|', '#', '# eslint-disable misfit/a', '# eslint-enable', '\t', '\uFEFF', '# misfit-ignore-file -- ', '\r\n', 'k:\n']
  let seed = 7
  const next = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648)
  for (let i = 0; i < 500; i++) {
    const text = Array.from({ length: 12 }, () => parts[next() % parts.length]).join('')
    for (const comment of suppressionComments('a.yaml', text)) {
      expect(comment.span.end).toBeLessThanOrEqual(text.length)
      expect(comment.removal.end).toBeLessThanOrEqual(text.length)
      expect(text.slice(comment.span.start)).toMatch(/^#/)
    }
  }
})

describe('severities by path', () => {
  it('hold for findings in those files and for components defined there, the last one counting', () => {
    const inShop = (file: string): boolean => file === 'compose.yaml'
    expect(ids(linted(lines.join('\n'), { overrides: [{ matches: inShop, severities: { [rule]: 'off' } }] }))).not.toContain(rule)
    const both = [{ matches: inShop, severities: { [rule]: 'off' as const } }, { matches: inShop, severities: { [rule]: 'info' as const } }]
    expect(linted(lines.join('\n'), { overrides: both }).findings.find(finding => finding.rule === rule)?.severity).toBe('info')
    expect(linted(lines.join('\n'), { severities: { [rule]: 'off' }, overrides: both }).findings.find(finding => finding.rule === rule)?.severity).toBe('info')
    expect(ids(linted(lines.join('\n'), { overrides: [{ matches: () => false, severities: { [rule]: 'off' } }] }))).toContain(rule)
  })
})
