// Docker Compose 2 as an oracle: what `docker-compose config` makes of files, and our merged model in the same notation.
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { discover } from '../../src/readers/compose/discover.ts'
import { filesOf } from '../../src/readers/compose/files.ts'
import { mergedModel, type MergedModel } from '../../src/readers/compose/model.ts'
import { secondsOf } from '../../src/readers/compose/units.ts'
import { commandWords } from '../../src/readers/compose/words.ts'
import { memoryTree } from '../support/memory-tree.ts'

export interface Case { readonly place: string; readonly folder: string; readonly files: readonly string[] }

type Data = Readonly<Record<string, unknown>>
type Read = (value: unknown) => string
const record = (value: unknown): Data => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Data : {})
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])
const text: Read = value => (value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value))
// `${PWD}`, where the program runs, is known to nobody who only reads the files.
const withoutPlace: Read = value => text(value).replaceAll('${PWD}', '')
const unescapedIn = (folder: string): Read => value => text(value).replaceAll('$$', '$').replaceAll(folder, '')

export function textsBelow(folder: string, path = ''): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const name of readdirSync(join(folder, path))) {
    const inner = path === '' ? name : `${path}/${name}`
    if (statSync(join(folder, inner)).isDirectory()) Object.assign(texts, textsBelow(folder, inner))
    else if (name !== 'labels.yaml') texts[inner] = readFileSync(join(folder, inner), 'utf8')
  }
  return texts
}

const mostBytes = 1_000_000

/** One case for each stack that we see in each folder of `root`, copied to where the program may be given what it insists on. */
export function casesIn(root: string, scratch: string): readonly Case[] {
  const cases: Case[] = []
  for (const name of readdirSync(root)) {
    if (!statSync(join(root, name)).isDirectory()) continue
    const folder = join(scratch, basename(root), name)
    const views = discover(filesOf(memoryTree(textsBelow(join(root, name)))), [], [])
    if (views.length > 0) {
      // Nothing that a compose project refers to is larger, and whole repositories are.
      cpSync(join(root, name), folder, { recursive: true, filter: source => { const file = lstatSync(source); return basename(source) !== 'labels.yaml' && (!file.isFile() || file.size < mostBytes) } })
      execFileSync('chmod', ['-R', 'u+w', folder])
    }
    for (const view of views) cases.push({ place: `${name}/${view.files.join('+')}`, folder, files: view.files })
  }
  return cases
}

// The texts of the folder that was read last: many cases in turn are of one repository.
let last: { readonly folder: string; readonly texts: Readonly<Record<string, string>> } | undefined

/** What the program answers, or why it refuses the files; env files that are not in the corpus are made up as empty ones. */
export async function askCompose({ folder, files }: Case, scratch: string): Promise<{ model?: Data; refusal?: string }> {
  for (let attempt = 0; ; attempt++) {
    const answer = await new Promise<{ out: string; err: string; ok: boolean }>(done => {
      execFile('docker-compose', [...files.flatMap(f => ['-f', f]), '--profile', '*', 'config', '--format', 'json'],
        { cwd: folder, env: { PATH: process.env.PATH, HOME: scratch, LC_ALL: 'C.UTF-8' }, maxBuffer: 1 << 26, timeout: 60_000 },
        (error, out, err) => { done({ out, err, ok: !error }) })
    })
    if (answer.ok) return { model: record(JSON.parse(answer.out)) }
    const missing = /(?:env file|label file) (\S+) not found/.exec(answer.err)?.[1]
    if (missing?.startsWith(scratch) !== true || attempt > 30) {
      return { refusal: answer.err.split('\n').filter(line => !/level=warning/.test(line)).join(' ').replaceAll(`${folder}/`, '').trim() }
    }
    mkdirSync(dirname(missing), { recursive: true })
    writeFileSync(missing, '')
    last = undefined
  }
}

// A line that goes on below with `\` is one command for us, a word of a line end for the program.
const words = (value: unknown, read: Read): readonly string[] => (Array.isArray(value) ? value.map(read).filter(word => word !== '\n') : commandWords(read(value)).map(word => word.text))
function environment(value: unknown, read: Read): Data {
  const entries = Object.entries(record(value)).filter(([k]) => k !== 'PWD').map(([k, v]): [string, string | null] => [k, v === null || v === 'null' ? null : read(v)])
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
const pairs = (value: unknown): Data => (Array.isArray(value) ? Object.fromEntries(value.map(item => { const [name = '', ...rest] = text(item).split('='); return [name, rest.length === 0 ? null : rest.join('=')] })) : record(value))
const names = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : Object.keys(record(value))).sort()

/** The program adds what other fields imply. */
function dependencies(service: Data, read: Read): readonly string[] {
  const implied = [...list(service.links), ...list(service.volumes_from)].map(read).filter(item => !item.startsWith('container:')).map(item => item.split(':')[0] ?? '')
  const shared = ['network_mode', 'ipc', 'pid'].map(key => /^service:(.+)/.exec(read(service[key]))?.[1] ?? '')
  return [...new Set([...names(service.depends_on), ...implied, ...shared].filter(name => name !== ''))].sort()
}

/** A volume as `source-name:target`; the program makes sources absolute, so their last part must do. An empty source is the file's folder in a file, and the folder of the case in what the program prints. */
function volume(value: unknown, read: Read, folder: string, home: string): string {
  const long = record(value)
  const [a = '', b] = typeof value === 'string' ? read(value).split(/:(?![\\/]{2})/) : [read(long.source), read(long.target)]
  const [source, target] = b === undefined ? ['', a] : [a, b]
  return `${basename(join(/^\.\.?(?:\/|$)/.test(source) ? home : source === '' && long.type === 'bind' && read === withoutPlace ? home : '', source).replace(folder, '').replace(/\/$/, '')) || '.'}:${posix.normalize(target).replace(/(.)\/$/, '$1')}`
}
const ports = (value: unknown): readonly string[] => [...new Set(list(value).flatMap(port => {
  const target = (text(record(port).target) || text(port).split(':').at(-1) || '').replace(/\/.*/, '')
  const [first = 0, last = first] = target.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i))
}))].sort()

/** What is granted and where: secrets by the file's name, as both the short form and a bare name mean the same folder. */
const granted = (value: unknown, read: Read): readonly string[] => list(value).map(grant => {
  const source = read(record(grant).source ?? grant)
  return `${source}:${(read(record(grant).target) || source).replace(/^\/run\/secrets\/|^\/(?=[^/]*$)/, '')}`
}).sort()

function bytes(value: unknown): number {
  const match = /^([\d.]+)\s*([kmgt]?)/i.exec(text(value))
  return match ? Math.floor(Number(match[1]) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(match[2]?.toLowerCase() ?? '')) : 0
}

/** The fields that we read of a service, in one notation for both sides. */
function normal(service: Data, read: Read, folder: string, home: string): Data {
  const deploy = record(service.deploy)
  const check = record(service.healthcheck)
  const test = text(check.disable) === 'true' ? ['NONE'] : check.test
  const build = record(service.build)
  const flag = (value: unknown): string => read(value).replace(/^(?:false|False)$/, 'no')
  return {
    image: read(service.image),
    command: words(service.command, read),
    entrypoint: words(service.entrypoint, read),
    environment: environment(service.environment, read),
    volumes: list(service.volumes).map(v => volume(v, read, folder, home)).sort(),
    volumes_from: list(service.volumes_from).map(read).sort(),
    ports: ports(service.ports),
    expose: list(service.expose).map(read).sort(),
    depends_on: dependencies(service, read),
    links: list(service.links).map(read).sort(),
    profiles: list(service.profiles).map(read).sort(),
    container_name: read(service.container_name),
    hostname: read(service.hostname),
    restart: flag(service.restart),
    // A label without a value is an empty one.
    labels: Object.fromEntries(Object.entries(environment(service.labels, read)).map(([name, value]) => [name, value ?? ''])),
    healthcheck: test === undefined ? [] : Array.isArray(test) ? test.map(read) : ['CMD-SHELL', read(test)],
    // The older field is moved to where the newer one stands.
    memory: bytes(record(record(deploy.resources).limits).memory) || bytes(service.mem_limit),
    replicas: text(deploy.replicas ?? service.scale),
    grace: secondsOf(read(service.stop_grace_period)) ?? 0,
    tmpfs: list(service.tmpfs).map(read).sort(),
    networks: names(service.networks).filter(name => name !== 'default'),
    secrets: granted(service.secrets, read),
    configs: granted(service.configs, read),
    build: { dockerfile: read(build.dockerfile) || (service.build === undefined || build.dockerfile_inline !== undefined ? '' : 'Dockerfile'), target: read(build.target), args: environment(pairs(build.args), read) },
  }
}

function differences(place: string, folder: string, home: string, ours: Data, theirs: Data): string[] {
  const found: string[] = []
  const a = record(ours.services), b = record(theirs.services)
  if (typeof ours.name === 'string' && ours.name !== theirs.name) found.push(`${place} name: ours ${ours.name}, theirs ${text(theirs.name)}`)
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!(name in a) || !(name in b)) { found.push(`${place} ${name}: only ${name in a ? 'ours' : 'theirs'}`); continue }
    const mine = normal(record(a[name]), withoutPlace, folder, home), real = normal(record(b[name]), unescapedIn(folder), folder, home)
    for (const field of Object.keys(mine)) {
      const left = JSON.stringify(mine[field]), right = JSON.stringify(real[field])
      if (left !== right) found.push(`${place} ${name} ${field}: ours ${left}, theirs ${right}`)
    }
  }
  return found
}

export interface Comparison {
  readonly same: readonly string[]
  /** By case. */
  readonly different: ReadonlyMap<string, readonly string[]>
  readonly refused: ReadonlyMap<string, string>
}

/** Read with the folder's name, as the program knows it. */
function ours({ folder, files }: Case): MergedModel {
  const name = basename(folder)
  if (last?.folder !== folder) last = { folder, texts: Object.fromEntries(Object.entries(textsBelow(folder)).map(([file, text]) => [`${name}/${file}`, text])) }
  return mergedModel(memoryTree(last.texts), files.map(file => `${name}/${file}`))
}

/** Compares every case, two programs at a time. */
export async function compare(cases: readonly Case[], scratch: string): Promise<Comparison> {
  const same: string[] = [], different = new Map<string, readonly string[]>(), refused = new Map<string, string>()
  let next = 0
  const work = async (): Promise<void> => {
    for (let c = cases[next++]; c; c = cases[next++]) {
      const { model, refusal } = await askCompose(c, scratch)
      if (!model) { refused.set(c.place, refusal ?? ''); continue }
      const found = differences(c.place, c.folder, join(c.folder, dirname(c.files[0] ?? '')), { ...ours(c) }, model)
      if (found.length > 0) different.set(c.place, found)
      else same.push(c.place)
    }
  }
  await Promise.all([work(), work()])
  return { same, different, refused }
}
