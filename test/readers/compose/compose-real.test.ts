// Our merged model of a compose project against that of the real program, `docker-compose config` (1.29, Debian).
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import * as yaml from 'js-yaml'
import { afterAll, describe, expect, it } from 'vitest'
import { discover } from '../../../src/readers/compose/discover.ts'
import { filesOf } from '../../../src/readers/compose/files.ts'
import { mergedModel } from '../../../src/readers/compose/index.ts'
import { shellWords } from '../../../src/readers/shell.ts'
import { memoryTree } from '../../support/memory-tree.ts'

const corpus = '../shared/corpus'
const fixtures = 'fixtures/compose'

/** Known differences, and why ours is right for Compose today. */
const known: readonly { readonly what: RegExp; readonly why: string }[] = [
  {
    what: /^redis-frappe-docker\/\S+ (?:\S+ image|frontend environment)$/,
    why: '1.29 leaves variables inside a default as they are (`${IMAGE:-erpnext:$VERSION}`, `${HEADER:-$$host}`); Compose v2 resolves them',
  },
  {
    what: /^kafka-jitsu\/\S+ (?:console|ingest) environment$/,
    why: '1.29 ends a nested default at the first brace (`${A:-http://localhost:${PORT:-3000}/}`) and leaves the inner reference as text; Compose v2 nests',
  },
]

const installed = ((): boolean => {
  try {
    execFileSync('docker-compose', ['version'], { stdio: 'ignore' })
    return true
  } catch { return false }
})()

const scratch = mkdtempSync(join(tmpdir(), 'misfit-compose-'))
afterAll(() => { rmSync(scratch, { recursive: true, force: true }) })

function textsBelow(folder: string, path = ''): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const name of readdirSync(join(folder, path))) {
    const inner = path === '' ? name : `${path}/${name}`
    if (statSync(join(folder, inner)).isDirectory()) Object.assign(texts, textsBelow(folder, inner))
    else if (name !== 'labels.yaml') texts[inner] = readFileSync(join(folder, inner), 'utf8')
  }
  return texts
}

type Data = Readonly<Record<string, unknown>>
const record = (value: unknown): Data => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Data : {})
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])
const text = (value: unknown): string => (value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value))

/** What the program answers, or why it cannot read the files; env files and build folders that are not in the corpus are made up as empty ones. */
async function real(folder: string, files: readonly string[]): Promise<{ model?: Data; refusal?: string }> {
  for (let attempt = 0; ; attempt++) {
    const answer = await new Promise<{ out: string; err: string; ok: boolean }>(done => {
      execFile('docker-compose', [...files.flatMap(f => ['-f', f]), 'config'],
        { cwd: folder, env: { PATH: process.env.PATH, HOME: scratch, LC_ALL: 'C.UTF-8' }, maxBuffer: 1 << 26, timeout: 60_000 },
        (error, out, err) => { done({ out, err, ok: !error }) })
    })
    if (answer.ok) return { model: record(yaml.load(answer.out, { schema: yaml.FAILSAFE_SCHEMA })) }
    const missing = /Couldn't find env file: (.+)/.exec(answer.err)?.[1]?.trim()
    const build = /^build path (\S+) either does not exist/m.exec(answer.err)?.[1]
    if (build?.startsWith(scratch) && attempt <= 12) { mkdirSync(build, { recursive: true }); continue }
    if (missing === undefined || attempt > 12 || !missing.startsWith(scratch)) return { refusal: answer.err.trim().split('\n').slice(0, 3).join(' ') }
    mkdirSync(dirname(missing), { recursive: true })
    writeFileSync(missing, '')
  }
}

const unescaped = (value: unknown): string => text(value).replaceAll('$$', '$')
const words = (value: unknown, read: (v: unknown) => string): readonly string[] =>
  Array.isArray(value) ? value.map(read) : shellWords(read(value)).map(word => word.text)

const number = (value: string): string => (/^-?\d+\.0*$/.test(value) ? String(Number(value)) : value)
function environment(value: unknown, read: (v: unknown) => string): Data {
  const entries = Object.entries(record(value)).map(([k, v]): [string, string | null] => [k, v === null || v === 'null' ? null : number(read(v))])
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
const names = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : Object.keys(record(value))).sort()

/** A volume as `source-name:target`; the program makes sources absolute, so their last part must do. */
function volume(value: unknown, read: (v: unknown) => string, home: string): string {
  const long = record(value)
  const [a = '', b] = typeof value === 'string' ? read(value).split(/:(?![\\/]{2})/) : [read(long.source), read(long.target)]
  const [source, target] = b === undefined ? ['', a] : [a, b]
  return `${basename(join(/^\.\.?(?:\/|$)/.test(source) ? home : '', source).replace(/\/$/, ''))}:${target.replace(/(.)\/$/, '$1')}`
}
const ports = (value: unknown): readonly string[] => [...new Set(list(value).flatMap(port => {
  const target = (text(record(port).target) || text(port).split(':').at(-1) || '').replace(/\/.*/, '')
  const [first = 0, last = first] = target.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i))
}))].sort()

function bytes(value: unknown): number {
  const match = /^([\d.]+)\s*([kmgt]?)/i.exec(text(value))
  return match ? Math.floor(Number(match[1]) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(match[2]?.toLowerCase() ?? '')) : NaN
}

/** The fields that we read of a service, in one notation for both sides. */
function normal(service: Data, read: (v: unknown) => string, home: string): Data {
  const deploy = record(service.deploy)
  const test = text(record(service.healthcheck).disable) === 'true' ? ['NONE'] : record(service.healthcheck).test
  const flag = (value: unknown): string => read(value).replace(/^(?:false|False)$/, 'no')
  return {
    image: read(service.image),
    command: words(service.command, read),
    entrypoint: words(service.entrypoint, read),
    environment: environment(service.environment, read),
    volumes: list(service.volumes).map(v => volume(v, read, home)).sort(),
    ports: ports(service.ports),
    expose: list(service.expose).map(read).sort(),
    depends_on: names(service.depends_on),
    links: list(service.links).map(read).sort(),
    profiles: list(service.profiles).map(read).sort(),
    container_name: read(service.container_name),
    hostname: read(service.hostname),
    restart: flag(service.restart),
    labels: environment(service.labels, read),
    healthcheck: test === undefined ? [] : Array.isArray(test) ? test.map(read) : ['CMD-SHELL', read(test)],
    memory: [bytes(service.mem_limit), bytes(record(record(deploy.resources).limits).memory)],
    replicas: text(deploy.replicas ?? service.scale),
    tmpfs: list(service.tmpfs).map(read).sort(),
    networks: names(service.networks).filter(name => name !== 'default'),
    secrets: list(service.secrets).map(s => read(record(s).source ?? s)).sort(),
    configs: list(service.configs).map(s => read(record(s).source ?? s)).sort(),
  }
}

function differences(place: string, home: string, ours: Data, theirs: Data): string[] {
  const found: string[] = []
  const a = record(ours.services), b = record(theirs.services)
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!(name in a) || !(name in b)) { found.push(`${place} ${name}: only ${name in a ? 'ours' : 'theirs'}`); continue }
    const mine = normal(record(a[name]), text, home), real = normal(record(b[name]), unescaped, home)
    for (const field of Object.keys(mine)) {
      const left = JSON.stringify(mine[field]), right = JSON.stringify(real[field])
      if (left !== right && !known.some(k => k.what.test(`${place} ${name} ${field}`))) found.push(`${place} ${name} ${field}: ours ${left}, theirs ${right}`)
    }
  }
  return found
}

interface Case { readonly place: string; readonly folder: string; readonly files: readonly string[] }

function casesIn(root: string): readonly Case[] {
  const cases: Case[] = []
  for (const name of readdirSync(root)) {
    if (!statSync(join(root, name)).isDirectory()) continue
    const tree = memoryTree(textsBelow(join(root, name)))
    const views = discover(filesOf(tree), [], [])
    if (views.length === 0) continue
    const folder = join(scratch, basename(root), name)
    cpSync(join(root, name), folder, { recursive: true })
    execFileSync('chmod', ['-R', 'u+w', folder])
    for (const view of views) cases.push({ place: `${name}/${view.files.join('+')}`, folder, files: view.files })
  }
  return cases
}

/** The corpus holds no sources, and the program insists on its build folders. */
function makeBuildFolders({ folder, files }: Case): void {
  for (const service of Object.values(mergedModel(memoryTree(textsBelow(folder)), files).services)) {
    const path = join(folder, dirname(files[0] ?? ''), text(record(service.build).context))
    if (service.build !== undefined && path.startsWith(scratch) && !existsSync(path)) mkdirSync(path, { recursive: true })
  }
}

/** Compares every case, two programs at a time. */
async function compare(cases: readonly Case[]): Promise<{ compared: number; found: string[]; refused: string[] }> {
  const found: string[] = [], refused: string[] = []
  let next = 0, compared = 0
  const work = async (): Promise<void> => {
    for (let c = cases[next++]; c; c = cases[next++]) {
      makeBuildFolders(c)
      const { model, refusal } = await real(c.folder, c.files)
      if (!model) { refused.push(`${c.place}: ${refusal ?? ''}`); continue }
      compared++
      found.push(...differences(c.place, join(c.folder, dirname(c.files[0] ?? '')), { ...mergedModel(memoryTree(textsBelow(c.folder)), c.files) }, model))
    }
  }
  await Promise.all([work(), work()])
  return { compared, found, refused }
}

describe('the merged model equals docker-compose config', () => {
  it('has the program to compare with in CI', () => {
    if (process.env.CI === 'true') expect(installed).toBe(true)
  })

  it.skipIf(!installed)('on a fixture of each feature', async () => {
    const { compared, found, refused } = await compare(casesIn(fixtures))
    expect(found).toEqual([])
    expect(refused).toEqual([])
    expect(compared).toBeGreaterThanOrEqual(8)
  }, 300_000)

  it.skipIf(!installed || !existsSync(corpus))('on every corpus stack it can read', async () => {
    const { compared, found, refused } = await compare(casesIn(corpus))
    if (process.env.SHOW) console.log(refused.join('\n'))
    expect(found).toEqual([])
    expect(compared).toBeGreaterThan(80)
  }, 1_800_000)
})
