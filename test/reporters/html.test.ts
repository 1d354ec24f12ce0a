// The HTML report in a real browser: nothing leaves it, nothing in a name runs, keyboard and screen reader reach everything, 300 components fold.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rules } from '../../rules/index.ts'
import { lint } from '../../src/index.ts'
import type { FileTree } from '../../src/model/files.ts'
import type { Report } from '../../src/model/report.ts'
import type { Context } from '../../src/reporters/context.ts'
import { behaviour, behaviourHash } from '../../src/reporters/html/behaviour.ts'
import { html } from '../../src/reporters/html/index.ts'
import { lookUp } from '../../src/cli/source.ts'
import { plain } from '../../src/reporters/plain.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { misuse } from '../support/program.ts'

const pageOf = (report: Report, tree: FileTree): string => html(report, {
  version: '1.2.3', rules, docsOf: rule => `https://example.com/${rule}`, base: '.', started: '2026-01-31T12:00:00', outcome: { failed: true }, ...lookUp([{ prefix: '.', tree }]),
} satisfies Context)
const written = (files: Readonly<Record<string, string>>): string => pageOf(lint(memoryTree(files), { details: true }), memoryTree(files))
const shop = written({ 'compose.yaml': misuse, 'other/compose.yaml': 'services:\n  store:\n    image: redis:7.4\n' })

it('lets the browser run its own script only', () => {
  expect(createHash('sha256').update(behaviour).digest('base64')).toBe(behaviourHash)
  expect(shop).toContain(`<script>${behaviour}</script>`)
  expect(shop).toContain(`script-src 'sha256-${behaviourHash}'`)
})

const path = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(each => existsSync(each))

describe.skipIf(path === undefined && process.env['CI'] !== 'true')('in a browser', () => {
  const home = mkdtempSync(join(tmpdir(), 'misfit-html-'))
  let browser: Browser
  let pages = 0
  beforeAll(async () => { browser = await chromium.launch({ executablePath: path ?? 'chromium', args: ['--no-sandbox'] }) }, 60_000)
  afterAll(async () => { await browser.close(); rmSync(home, { recursive: true, force: true }) })

  /** The page from disk, and everything that went wrong or was asked for. */
  async function opened(text: string, options: BrowserContextOptions = {}): Promise<{ readonly page: Page; readonly asked: string[]; readonly wrong: string[] }> {
    const file = join(home, `${++pages}.html`)
    writeFileSync(file, text)
    const page = await (await browser.newContext(options)).newPage()
    const asked: string[] = [], wrong: string[] = []
    page.on('request', request => { asked.push(request.url()) })
    page.on('pageerror', error => { wrong.push(error.message) })
    page.on('console', message => { if (message.type() === 'error') wrong.push(message.text()) })
    page.on('dialog', dialog => { wrong.push(dialog.message()); void dialog.dismiss() })
    await page.goto(pathToFileURL(file).href)
    return { page, asked, wrong }
  }

  it('shows the picture and what is known, and asks for nothing', async () => {
    const { page, asked, wrong } = await opened(shop)
    expect([asked.length, wrong]).toEqual([1, []])
    expect(await page.getByRole('link', { name: 'redis, redis: misfit, used as job-queue, 1 finding' }).isVisible()).toBe(true)
    expect(await page.locator('svg .use').first().textContent()).toBe('job-queue')
    expect(await page.locator('pre.excerpt mark').first().textContent()).toBe('allkeys-lru')
    expect(await page.locator('.diff ins').first().textContent()).toContain('--maxmemory-policy noeviction')
    await page.getByText('Decision table: job-queue').click()
    expect(await page.locator('.decision[open] tbody tr').count()).toBeGreaterThan(3)
    // What nothing is said about is folded.
    expect(await page.locator('.stack[open]').count()).toBe(1)
  })

  it('is reached by keyboard from the picture to the component', async () => {
    const { page } = await opened(shop)
    await page.getByRole('link', { name: /^redis, redis: misfit/ }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate('document.activeElement.id + " " + document.activeElement.className')).toBe('s0c0 component misfit here')
    await page.evaluate('location.hash = "s1c0"')
    await expect.poll(() => page.evaluate('document.activeElement.id + document.getElementById("s1").open')).toBe('s1c0true')
  })

  it('searches and filters, and Escape ends it', async () => {
    const { page } = await opened(shop)
    const visible = (): Promise<number> => page.locator('.component').evaluateAll(all => (all as unknown as { hidden: boolean }[]).filter(each => !each.hidden).length)
    await page.keyboard.press('/')
    await page.keyboard.type('CACHE other')
    expect([await visible(), await page.getByRole('status').textContent()]).toEqual([1, '1 component'])
    await page.keyboard.press('Escape')
    expect(await visible()).toBe(2)
    await page.getByLabel('only with findings').check()
    expect(await visible()).toBe(1)
    await page.getByRole('checkbox', { name: 'error', exact: true }).uncheck()
    expect(await visible()).toBe(0)
  })

  it('needs no scrolling sideways on a phone, however long the words', async () => {
    const { page } = await opened(shop.replaceAll('celery -A shop worker', 'celery.worker.'.repeat(12)), { viewport: { width: 390, height: 844 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    expect(await page.locator('.finding li').first().isVisible()).toBe(true)
  })

  it('is dark or light as the reader wishes, and says all of it on paper and without scripts', async () => {
    const back = (page: Page): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const { page } = await opened(shop, { colorScheme: 'dark' })
    expect(await back(page)).toBe('rgb(13, 17, 23)')
    await page.getByRole('button', { name: 'Light or dark' }).click()
    expect(await back(page)).toBe('rgb(255, 255, 255)')
    await page.evaluate('dispatchEvent(new Event("beforeprint"))')
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('details:not([open])').count()).toBe(0)
    expect(await page.locator('.controls').isVisible()).toBe(false)
    const plain = (await opened(shop, { javaScriptEnabled: false })).page
    expect([await plain.getByText('redis holds the jobs of web').first().isVisible(), await plain.locator('.controls').isVisible()]).toEqual([true, false])
  })

  it.each([
    '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '\' onload=\'alert(1)', '</style><script>alert(1)</script>', '</title><script>alert(1)</script>', 'javascript:alert(1)',
    '<svg/onload=alert(1)>', '--><base href=https://evil.example>', '${alert(1)}', '\u202egnp.exe', '订单队列'.repeat(20), '\u0000\u001b[31m', '&lt;b&gt;',
  ])('keeps %j text', async name => {
    const place = { file: name, line: 1, column: 1 }
    const report = lint(memoryTree({ 'compose.yaml': misuse }), { details: true })
    const [stack] = report.stacks
    const [component] = stack?.components ?? []
    const [finding] = report.findings
    if (!stack || !component || !finding) throw new Error('nothing found')
    const hostile: Report = {
      ...report,
      stacks: [{ ...stack, name, root: name, variant: name, files: [name], components: [{
        ...component, ...place, name, product: name, version: name, clients: [name], links: [{ ...place, program: name, uses: ['cache'], by: { ...place, text: name } }],
        uses: component.uses.map(use => ({ ...use, evidence: [{ ...place, text: name, signal: name }] })), settings: { [name]: { state: 'stated', value: name, ...place }, b: { state: 'unknown', why: name } },
        decisions: [{ id: name, verdict: 'misfit', instead: name, rows: [{ row: 'durability', title: name, side: 'both', reasons: [name], stated: [{ ...place, text: name }] }] }],
      }] }],
      findings: [{ ...finding, ...place, endLine: 1, endColumn: 3, stack: name, component: name, message: name, failureMode: name, fix: name, because: [{ ...place, text: name }], edits: [{ title: name, safe: false, hazard: name, changes: [{ span: { file: name, start: 0, end: 1 }, text: name }] }] }],
      problems: [{ ...place, message: name }],
    }
    const text = html(hostile, { version: name, rules, docsOf: () => '', base: '.', started: name, source: () => name, place: (_, offset) => ({ line: 1, column: offset + 1 }) })
    const { page, asked, wrong } = await opened(text)
    expect([asked.length, wrong]).toEqual([1, []])
    expect(await page.evaluate('[document.scripts.length, document.images.length, document.querySelectorAll("base,iframe,object,[onload],[onerror]").length]')).toEqual([1, 0, 0])
    expect(await page.locator('a').evaluateAll(all => (all as unknown as { getAttribute: (name: string) => string }[]).map(each => each.getAttribute('href')).filter(href => !/^(?:#|https:\/\/example\.com\/)/.test(href)))).toEqual([])
    expect(await page.locator('h3').first().textContent()).toContain(plain(name))
  }, 30_000)

  it('folds 300 components by stack, finds one of them, and draws 300 in one stack', async () => {
    const service = (i: number): string => `  web${i}:\n    image: a/web${i}:1\n    environment: {CACHE_URL: "redis://redis${i}:6379"}\n  redis${i}:\n    image: redis:7.4\n`
    const stack = (from: number, to: number): string => `services:\n${Array.from({ length: to - from }, (_, i) => service(from + i)).join('')}`
    const { page, wrong } = await opened(written(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`s${i}/compose.yaml`, stack(i * 5, i * 5 + 5)]))))
    expect([await page.locator('.stack').count(), await page.locator('.stack[open]').count(), await page.locator('.component').count()]).toEqual([60, 5, 300])
    await page.getByLabel('Search').fill('redis217')
    expect([await page.getByRole('status').textContent(), await page.locator('.stack:visible').count()]).toEqual(['1 component', 1])
    const one = await opened(written({ 'compose.yaml': stack(0, 300) }))
    expect(await one.page.getByText('180 more had no room in the picture and are below.').isVisible()).toBe(true)
    expect([await one.page.locator('svg a').count(), wrong, one.wrong]).toEqual([240, [], []])
  }, 60_000)
})
