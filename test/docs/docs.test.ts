// The generated pages: a stale one fails here, `npm run docs` writes them anew.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decisionTable } from '../../rules/decision-table.ts'
import { rules } from '../../rules/index.ts'
import { pageOf } from '../../src/cli/pages.ts'
import { diskTree } from '../../src/host/disk.ts'
import { addressesOf } from '../../src/addresses.ts'
import { lint } from '../../src/lint.ts'
import { noticeIds, notices } from '../../src/model/notices.ts'
import { noticeMarkdown, ruleIndex, ruleMarkdown, ruleText } from '../../src/reporters/rule-page.ts'

const slot = /\{[a-zA-Z]+\}/
const pages = rules.map(rule => [rule.id, pageOf(rule)] as const)

describe.each(pages)('%s', (id, page) => {
  it('has a page that is up to date', async () => {
    await expect(ruleMarkdown(page)).toMatchFileSnapshot(`../../docs/rules/${id}.md`)
  })

  it('reads without data', () => {
    for (const words of [page.failure, page.fix, ruleText(page, 80).replace(/\$\{\w+[^}]*\}/g, '')]) expect(words).not.toMatch(slot)
  })
})

describe.each(pages)('the change on the page of %s', (id, { rule, repair }) => {
  it('applies to the first example, which is clean afterwards', () => {
    const [example] = rule.bad
    const folder = mkdtempSync(join(tmpdir(), 'misfit-diff-'))
    try {
      for (const [path, text] of Object.entries(example?.files ?? {})) { mkdirSync(dirname(join(folder, path)), { recursive: true }); writeFileSync(join(folder, path), text) }
      for (const { diff } of repair) execFileSync('git', ['apply', '-'], { cwd: folder, input: diff, env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() } })
      const { findings, problems } = lint(diskTree(folder))
      expect(findings.map(finding => finding.rule)).not.toContain(id)
      expect(findings.filter(({ severity }) => severity !== 'info').map(finding => finding.rule)).toEqual([])
      expect(problems).toEqual([])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

it('says that nothing can break only where no program is changed', () => {
  const harmless = pages.flatMap(([id, { rule }]) => (rule.hazards?.length ? [] : [id]))
  expect([...harmless].sort()).toEqual(['kafka/no-lag-monitoring', 'spec/contradictory-requirements', 'spec/declared-not-deployed', 'spec/missing-signal', 'spec/undeclared-component', 'spec/waiver-expired'])
  for (const [id, page] of pages) expect(ruleMarkdown(page).includes('Nothing can break by this change.'), id).toBe(harmless.includes(id))
})

it('shows such a change for every rule', () => {
  expect(pages.filter(([, page]) => page.repair.length === 0).map(([id]) => id)).toEqual([])
})

it('lists every rule', async () => {
  await expect(ruleIndex(rules, decisionTable, Object.values(notices))).toMatchFileSnapshot('../../docs/rules/index.md')
})

it.each(noticeIds)('%s has a page that is up to date', async id => {
  await expect(noticeMarkdown(notices[id])).toMatchFileSnapshot(`../../docs/rules/${id}.md`)
})

it('keeps no page of a rule that is gone', () => {
  const pages = new Set([...rules.map(rule => `${rule.id}.md`), ...noticeIds.map(id => `${id}.md`), 'index.md'])
  const found = readdirSync('docs/rules', { recursive: true, encoding: 'utf8' }).map(name => name.replaceAll('\\', '/'))
  expect(found.filter(name => name.endsWith('.md') && !pages.has(name))).toEqual([])
})

it('says addresses only where package.json names a repository and a site', () => {
  const manifest = { name: 'misfit', version: '1.2.3' }
  const unpublished = addressesOf(manifest)
  expect([unpublished.home, unpublished.installable, unpublished.page('rules/redis/source-of-truth'), unpublished.schema('misfit.schema.json')]).toEqual([undefined, undefined, undefined, undefined])
  const published = addressesOf({ ...manifest, repository: { url: 'git+https://git.example.com/a/misfit.git' }, homepage: 'https://docs.example.com/misfit' })
  expect(published.home).toBe('https://docs.example.com/misfit')
  expect(published.installable).toBe('misfit@1.2.3')
  // The site's own layout: src/site/build/pages.ts.
  expect(published.page('rules/redis/source-of-truth')).toBe('https://docs.example.com/misfit/rules/redis/source-of-truth.html')
  expect(published.schema('misfit.schema.json')).toBe('https://docs.example.com/misfit/rules/schema/misfit.schema.json')
})
