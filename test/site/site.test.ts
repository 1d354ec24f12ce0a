// The static site as a person meets it: built, served on loopback, looked at in a real headless Chromium. Skipped without one, except in CI.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { deflateRawSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(path => existsSync(path))
const folder = mkdtempSync(join(tmpdir(), 'misfit-site-'))
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' }

beforeAll(async () => {
  await build({ configFile: resolve('src/site/vite.config.ts'), logLevel: 'error', build: { outDir: folder } })
}, 120_000)
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const pages = (): readonly string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.html'))

describe('the pages', () => {
  it('hold a page for every page of docs/, and every link inside the site leads somewhere', () => {
    const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.md'))
    expect(pages()).toEqual(expect.arrayContaining(docs.map(file => file.replace(/md$/, 'html'))))
    const dead = pages().flatMap(page => [...readFileSync(join(folder, page), 'utf8').matchAll(/(?:href|src)="(?!https?:|data:|mailto:)([^"#]*)(#[^"]*)?"/g)].flatMap(([, path = '', anchor]) => {
      const target = path === '' ? page : relative(folder, resolve(folder, dirname(page), path))
      if (!existsSync(join(folder, target)) || statSync(join(folder, target)).isDirectory()) return [`${page}: ${path}`]
      return anchor === undefined || anchor === '#' || readFileSync(join(folder, target), 'utf8').includes(`id="${anchor.slice(1)}"`) ? [] : [`${page}: ${path}${anchor}`]
    }))
    expect(dead).toEqual([])
  })
})

describe.skipIf(executable === undefined && process.env['CI'] !== 'true')('in Chromium', () => {
  let browser: Browser, server: Server, address: string
  const asked: string[] = []

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = join(folder, decodeURIComponent((request.url ?? '/').split(/[?#]/)[0] ?? '/'))
      if (relative(folder, path).startsWith('..') || !existsSync(path) || statSync(path).isDirectory()) { response.writeHead(404).end(); return }
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(readFileSync(path))
    })
    await new Promise<void>(done => { server.listen(0, '127.0.0.1', done) })
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await chromium.launch({
      ...(executable === undefined ? {} : { executablePath: executable }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    })
  }, 60_000)
  afterAll(async () => {
    await browser.close()
    server.close()
  })

  const opened = async (path: string): Promise<Page> => {
    const page = await browser.newPage()
    page.on('request', request => { asked.push(request.url()) })
    page.on('pageerror', error => { throw error })
    await page.goto(`${address}/${path}`)
    return page
  }
  const textOf = (page: Page, selector: string): Promise<string> => page.locator(selector).innerText()

  it('judges an example, marks it in the editor, and a quick fix takes the finding away', async () => {
    const page = await opened('playground.html')
    await page.selectOption('#example', 'row-durability')
    await page.waitForSelector('.cm-lintRange')
    expect(await textOf(page, '#outcome')).toBe('1 error, 1 info about 1 component')
    expect(await page.locator('article.finding .word').first().innerText()).toMatch(/^error$/i)
    const repairable = page.locator('article.finding', { has: page.locator('> p > button') }).first()
    const message = await repairable.locator('strong').innerText()
    await repairable.locator('> p > button').first().click()
    await page.getByText(message, { exact: true }).waitFor({ state: 'detached' })
    await page.close()
  })

  it('lints what is typed, and shows hostile names as text', async () => {
    const page = await opened('playground.html')
    await page.waitForSelector('.cm-content')
    await page.locator('.cm-content').click()
    await page.keyboard.press('Control+A')
    const hostile = '<img src=x onerror=alert(1)>'
    await page.keyboard.insertText(`services:\n  "${hostile}": {image: "redis:8", command: redis-server --maxmemory 100mb --maxmemory-policy allkeys-lru, restart: always}\n  worker: {image: acme/worker, environment: {CELERY_BROKER_URL: "redis://${hostile}"}, depends_on: ["${hostile}"], restart: always}\n`)
    await page.locator('#table').getByText(hostile).first().waitFor()
    expect(await page.locator('img').count()).toBe(0)
    await page.close()
  })

  it('tells no secret beside the editor', async () => {
    const page = await opened('playground.html')
    await page.waitForSelector('.cm-content')
    await page.locator('.cm-content').click()
    await page.keyboard.press('Control+A')
    await page.keyboard.insertText(`services:\n  redis: {image: "redis:8", command: redis-server --requirepass hunter1-Xq --maxmemory 100mb --maxmemory-policy allkeys-lru, restart: always}\n  worker: {image: acme/worker, command: celery -b redis://:hunter2-Xq@redis, environment: {CELERY_BROKER_URL: "redis://:hunter3-Xq@redis:6379/0"}}\n`)
    await page.locator('#findings article').first().waitFor()
    const shown = await page.evaluate("['outcome', 'findings', 'table', 'picture'].map(id => document.getElementById(id)).map(each => each.innerHTML + (each.shadowRoot?.innerHTML ?? '')).join('')")
    expect(shown).toContain('***')
    expect(shown).not.toMatch(/hunter\d/)
    await page.close()
  })

  it('draws the picture, and a component of it leads to its place', async () => {
    const page = await opened('playground.html')
    await page.selectOption('#example', 'row-durability')
    await page.waitForSelector('#picture svg')
    expect(await page.locator('#picture svg a').count()).toBeGreaterThan(0)
    expect(await page.locator('#picture svg').getAttribute('aria-label')).toMatch(/components? of|programs? that use/)
    await page.locator('#picture svg a').last().click()
    expect(page.url()).not.toContain('#')
    await page.close()
  })

  it('has twelve rows and twelve designs as examples, and fits a phone', async () => {
    const page = await opened('playground.html')
    const examples = await page.locator('#example option').evaluateAll(all => (all as unknown as { value: string }[]).map(each => each.value))
    expect([examples.filter(id => id.startsWith('row-')).length, examples.filter(id => id.startsWith('signal-')).length]).toEqual([12, 12])
    await page.setViewportSize({ width: 390, height: 844 })
    await page.selectOption('#example', 'row-durability')
    await page.waitForSelector('#picture svg')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page.close()
  })

  it('a design with a single signal fills one row of the table', async () => {
    const page = await opened('playground.html')
    await page.selectOption('#example', 'signal-replay')
    await page.waitForSelector('#table .side-kafka')
    expect(await page.locator('#table .side-kafka').count()).toBe(1)
    await page.close()
  })

  it('a copied link opens the same files', async () => {
    const page = await opened('playground.html')
    await page.selectOption('#example', 'signal-ordering')
    await page.click('#share')
    await page.waitForURL(/#.+/)
    const other = await opened(`playground.html${new URL(page.url()).hash}`)
    await other.locator('.cm-content', { hasText: 'per_key' }).waitFor()
    const broken = await opened('playground.html#%00not-packed')
    await broken.waitForSelector('.cm-content')
    expect(await textOf(broken, '#outcome')).not.toBe('…')
    for (const each of [page, other, broken]) await each.close()
  })

  it('a link that somebody made up holds files of any name, services of any name and texts of any kind, and shows them as text', async () => {
    const markup = '</script><img src=x onerror="document.title=1">', services = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', markup]
    const compose = `services:\n${services.map(name => `  ${JSON.stringify(name)}: {image: "redis:8", command: redis-server --maxmemory 100mb --maxmemory-policy allkeys-lru, restart: always}\n`).join('')}  worker: {image: acme/worker, environment: {CELERY_BROKER_URL: "redis://constructor"}, restart: always}\n`
    // A computed key makes `__proto__` a name like others.
    const files = { 'compose.yaml': compose, ['__proto__']: 'services: {}', constructor: 'x', [markup]: markup, '../../etc/passwd': 'root', ' ': '', [`${markup}/compose.yaml`]: `services: {redis: {image: ${JSON.stringify(markup)}}}`, 'misfit.yaml': markup }
    const hash = deflateRawSync(JSON.stringify(files)).toString('base64url')
    const page = await opened(`playground.html#${hash}`)
    await page.locator('#findings article').first().waitFor()
    for (const name of services) expect(await textOf(page, '#table'), name).toContain(name)
    expect(await page.locator('#tabs button').count()).toBe(Object.keys(files).length)
    for (const tab of await page.locator('#tabs button').all()) await tab.click()
    expect([await page.locator('img').count(), await page.title()]).toEqual([0, expect.not.stringMatching(/^1$/)])
    const others = [[], [markup], null, 1, { a: 1 }, Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`${i}.yaml`, ''])), { 'compose.yaml': 'x'.repeat(1_000_000) }].map(value => deflateRawSync(JSON.stringify(value)).toString('base64url'))
    const first = await opened('playground.html'), usual = await first.locator('#tabs button').allInnerTexts()
    for (const other of others) {
      const refused = await opened(`playground.html#${other}`)
      await refused.waitForSelector('.cm-content')
      expect(await refused.locator('#tabs button').allInnerTexts()).toEqual(usual)
      await refused.close()
    }
    for (const each of [page, first]) await each.close()
  })

  it('finds a page by its words, with the keyboard', async () => {
    const page = await opened('index.html')
    await page.fill('#search', 'queue evicting')
    await page.waitForSelector('#hits li')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/rules\/redis\/queue-on-evicting-instance\.html$/)
    expect(await textOf(page, 'h1')).toBe('redis/queue-on-evicting-instance')
    await page.close()
  })

  it('asks nobody but its own site', () => {
    expect(asked.length).toBeGreaterThan(5)
    expect(asked.filter(url => !url.startsWith(address) && !url.startsWith('data:'))).toEqual([])
  })
})
