// The stories that the Redis rules tell, asked of a real redis-server: small, on loopback, no waiting by the clock.
// Skipped where there is no server, except in CI. The numbers M1 to M22 are those of the measurements behind the rules.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'

const present = spawnSync('redis-server', ['--version']).status === 0
const home = mkdtempSync(join(tmpdir(), 'misfit-facts-'))
const running = new Set<Server>()
let folders = 0
afterAll(() => { rmSync(home, { recursive: true, force: true }) })
afterEach(async () => { for (const server of running) await server.stop('SIGKILL') })

type Answer = string | number | null | readonly Answer[]
type Words = readonly (string | number)[]

/** A connection that sends commands and reads answers in order; an error is an answer that starts with `-`. */
interface Connection {
  readonly ask: (...words: Words) => Promise<Answer>
  readonly many: (commands: readonly Words[]) => Promise<readonly Answer[]>
}
interface Server extends Connection {
  readonly port: number
  readonly folder: string
  readonly stop: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>
}

const freePort = (): Promise<number> => new Promise(resolve => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => { resolve(typeof address === 'object' && address ? address.port : 0) })
  })
})

const freshFolder = (): string => mkdtempSync(join(home, `${++folders}-`))

/** A server with these arguments; `as` starts it where another one was: same port, same files. */
async function start(args: readonly string[], as: { readonly port?: number; readonly folder?: string; readonly file?: string } = {}): Promise<Server> {
  const port = as.port ?? await freePort()
  const folder = as.folder ?? freshFolder()
  const child = spawn('redis-server', [...(as.file === undefined ? [] : [as.file]), '--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  await ready(child)
  const socket = createConnection(port, '127.0.0.1')
  const connection = speaking(socket)
  const server: Server = {
    ...connection, port, folder,
    stop: async signal => {
      running.delete(server)
      socket.destroy()
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise(resolve => { child.once('exit', resolve) })
      child.kill(signal)
      await gone
    },
  }
  running.add(server)
  return server
}

const ready = (child: ChildProcess): Promise<void> => new Promise((resolve, reject) => {
  let log = ''
  child.stdout?.on('data', (chunk: Buffer) => { log += chunk.toString(); if (log.includes('Ready to accept connections')) resolve() })
  child.on('exit', () => { reject(new Error(log)) })
})

function speaking(socket: Socket): Connection {
  const waiting: ((answer: Answer) => void)[] = []
  let buffer = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', chunk => {
    buffer = Buffer.concat([buffer, chunk])
    let at = 0
    for (let parsed = parse(buffer, at); parsed; parsed = parse(buffer, at)) {
      at = parsed.end
      waiting.shift()?.(parsed.answer)
    }
    buffer = buffer.subarray(at)
  })
  const send = (words: Words): Promise<Answer> => new Promise(resolve => {
    waiting.push(resolve)
    socket.write(`*${words.length}\r\n${words.map(word => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`).join('')}`)
  })
  return { ask: (...words) => send(words), many: commands => Promise.all(commands.map(send)) }
}

function parse(buffer: Buffer, at: number): { readonly answer: Answer; readonly end: number } | undefined {
  const line = buffer.indexOf('\r\n', at)
  if (line < 0) return undefined
  const [kind, rest] = [String.fromCharCode(buffer[at] ?? 0), buffer.toString('utf8', at + 1, line)]
  if (kind === ':') return { answer: Number(rest), end: line + 2 }
  if (kind === '+') return { answer: rest, end: line + 2 }
  if (kind === '-') return { answer: `-${rest}`, end: line + 2 }
  const length = Number(rest)
  if (length < 0) return { answer: null, end: line + 2 }
  if (kind === '$') return buffer.length < line + 4 + length ? undefined : { answer: buffer.toString('utf8', line + 2, line + 2 + length), end: line + 4 + length }
  const items: Answer[] = []
  let end = line + 2
  for (let i = 0; i < length; i++) {
    const item = parse(buffer, end)
    if (!item) return undefined
    items.push(item.answer)
    end = item.end
  }
  return { answer: items, end }
}

/** Asks again until it holds; the number of questions is bounded, not the time. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1_000_000; i++) if (await holds()) return
  throw new Error('it never came to hold')
}
const info = async (server: Connection, field: string): Promise<string> => new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(String(await server.ask('INFO', 'everything')))?.[1] ?? ''
const times = <T>(count: number, make: (i: number) => T): readonly T[] => Array.from({ length: count }, (_, i) => make(i))
const exist = async (server: Connection, names: readonly string[]): Promise<number> => Number(await server.ask('EXISTS', ...names))

// Enough cache entries to fill 4 MB several times.
const limit = ['--maxmemory', '4mb', '--save', '']
const burst = (expiry: readonly (string | number)[] = [], round = 0): readonly Words[] => times(4000, i => ['SET', `cache:${round}:${i}`, 'x'.repeat(2000), ...expiry])
const pour = async (server: Connection, commands: readonly Words[]): Promise<readonly Answer[]> => {
  const answers: Answer[] = []
  for (let i = 0; i < commands.length; i += 500) answers.push(...await server.many(commands.slice(i, i + 500)))
  return answers
}
/** Bursts of cache entries, each refused by nobody, until the keys are gone. The clock of LRU counts seconds, so that in one second chance decides. */
async function pourUntilGone(server: Server, names: readonly string[], expiry: readonly (string | number)[] = [], database = 0): Promise<void> {
  for (let round = 0; round < 50; round++) {
    expect((await pour(server, burst(expiry, round))).filter(answer => answer !== 'OK')).toEqual([])
    await server.ask('SELECT', database)
    const left = await exist(server, names)
    await server.ask('SELECT', 0)
    if (left === 0) return
  }
  throw new Error('some of the keys stayed')
}
/** The memory of a long command counts too and is free again after it: the last bytes are filled by short ones. */
async function fillUp(server: Server): Promise<void> {
  let filler = 0
  await until(async () => refused.test(String(await server.ask('SET', `f${filler++}`, '1'))))
}
const lists = times(50, i => `list:${i}`)
const work: readonly Words[] = [
  ...lists.map((list): Words => ['LPUSH', list, 'job']), ['XADD', 'stream', '*', 'k', 'v'], ['SET', 'lock', 'me'], ['SET', 'session', 'ida'], ['LPUSH', 'bull:mail:wait', '1'],
]
const refused = /^-OOM command not allowed when used memory > 'maxmemory'/

it('has a server to ask in CI', () => {
  if (process.env['CI'] === 'true') expect(present).toBe(true)
})

describe.skipIf(!present)('persistence', () => {
  it('M1 the defaults: snapshots, no log, no limit, no eviction', async () => {
    const server = await start([])
    const ask = async (name: string): Promise<Answer> => (await server.ask('CONFIG', 'GET', name) as readonly Answer[])[1] ?? null
    expect(await ask('save')).toBe('3600 1 300 100 60 10000')
    expect(await Promise.all(['appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy', 'databases', 'min-replicas-to-write', 'stop-writes-on-bgsave-error'].map(ask)))
      .toEqual(['no', 'everysec', '0', 'noeviction', '16', '0', 'yes'])
  })

  it.each([
    ['M2 defaults, a clean stop keeps everything', [], 'SIGTERM', 3],
    ['M3 defaults, a kill loses all since the last snapshot', [], 'SIGKILL', 0],
    ['M4 without snapshots a clean stop loses everything', ['--save', ''], 'SIGTERM', 0],
    ['M5 the append-only file survives a kill', ['--appendonly', 'yes'], 'SIGKILL', 3],
  ] as const)('%s', async (_, args, signal, left) => {
    const first = await start(args)
    await first.many(times(3, i => ['LPUSH', 'jobs', i]))
    if (args[0] === '--appendonly') await until(async () => await info(first, 'aof_pending_bio_fsync') === '0' && Number(await info(first, 'aof_current_size')) > 50)
    await first.stop(signal)
    expect(await (await start(args, first)).ask('LLEN', 'jobs')).toBe(left)
  })

  it('M22 a configuration file without save keeps the snapshots, and flags win over the file', async () => {
    const folder = freshFolder()
    const file = join(folder, 'redis.conf')
    writeFileSync(file, 'maxmemory 8mb\nmaxmemory-policy allkeys-lru\n')
    const server = await start(['--maxmemory-policy', 'noeviction'], { folder, file })
    expect(await server.ask('CONFIG', 'GET', 'save')).toEqual(['save', '3600 1 300 100 60 10000'])
    expect(await server.ask('CONFIG', 'GET', 'maxmemory')).toEqual(['maxmemory', '8388608'])
    expect(await server.ask('CONFIG', 'GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  })

  it('M17 switching the log on by flag starts empty, on the running server first it does not', async () => {
    for (const [live, left] of [[false, 0], [true, 3]] as const) {
      const first = await start([])
      await first.many(times(3, i => ['LPUSH', 'jobs', i]))
      await first.ask('SAVE')
      if (live) {
        await first.ask('CONFIG', 'SET', 'appendonly', 'yes')
        await until(async () => await info(first, 'aof_rewrite_in_progress') === '0' && await info(first, 'aof_rewrite_scheduled') === '0')
      }
      await first.stop('SIGTERM')
      expect(await (await start(['--appendonly', 'yes'], first)).ask('LLEN', 'jobs')).toBe(left)
    }
  })

  it('M18 writes stop once a snapshot failed', async () => {
    const server = await start(['--save', '3600 1'])
    await server.ask('SET', 'a', '1')
    rmSync(server.folder, { recursive: true })
    await server.ask('BGSAVE')
    await until(async () => await info(server, 'rdb_last_bgsave_status') === 'err')
    expect(await server.ask('SET', 'b', '1')).toMatch(/^-MISCONF/)
    expect(await server.ask('GET', 'a')).toBe('1')
  })
})

describe.skipIf(!present)('eviction', () => {
  it('M6 allkeys-lru deletes lists, streams, locks and sessions, and says nothing', async () => {
    const server = await start([...limit, '--maxmemory-policy', 'allkeys-lru'])
    await server.many(work)
    await pourUntilGone(server, [...lists, 'stream', 'lock', 'session', 'bull:mail:wait'])
    expect(Number(await info(server, 'evicted_keys'))).toBeGreaterThan(1000)
  })

  it('M7 a database of its own isolates nothing', async () => {
    const server = await start([...limit, '--maxmemory-policy', 'allkeys-lru'])
    await server.many([['SELECT', 1], ...work, ['SELECT', 0]])
    await pourUntilGone(server, lists, [], 1)
    await server.ask('SELECT', 1)
    expect(await server.ask('DBSIZE')).toBe(0)
  })

  it('M8 a list goes in one step', async () => {
    const server = await start([...limit, '--maxmemory-policy', 'allkeys-lru'])
    await server.ask('RPUSH', 'jobs', ...times(2000, i => `job ${i}`))
    const lengths = new Set<Answer>()
    for (let round = 0; round < 50 && !lengths.has(0); round++) {
      const answers = await pour(server, burst([], round).flatMap(command => [command, ['LLEN', 'jobs']]))
      for (let i = 1; i < answers.length; i += 2) lengths.add(answers[i] ?? null)
    }
    expect([...lengths]).toEqual([2000, 0])
  })

  it('M9 volatile-lru spares what has no expiry and takes sessions', async () => {
    const server = await start([...limit, '--maxmemory-policy', 'volatile-lru'])
    const sessions = times(50, i => `session:${i}`)
    await server.many([...work, ...sessions.map((name): Words => ['SET', name, 'ida', 'EX', 3600])])
    await pourUntilGone(server, sessions, ['EX', 3600])
    expect(await exist(server, lists)).toBe(50)
  })

  it('M10 volatile-lru refuses writes where nothing has an expiry', async () => {
    const server = await start([...limit, '--maxmemory-policy', 'volatile-lru'])
    expect((await pour(server, burst())).some(answer => refused.test(String(answer)))).toBe(true)
  })

  it('M11 volatile-ttl takes locks and limits first, their time being shortest', async () => {
    const server = await start([...limit, '--maxmemory-policy', 'volatile-ttl'])
    const locks = times(20, i => `lock:${i}`)
    const counters = times(20, i => `rate:${i}`)
    await server.many([...locks.map((name): Words => ['SET', name, 'me', 'NX', 'EX', 300]), ...counters.map((name): Words => ['SET', name, 1, 'EX', 600])])
    await pourUntilGone(server, [...locks, ...counters], ['EX', 36_000])
    expect(await server.ask('DBSIZE')).toBeGreaterThan(500)
  })

  it('M12 noeviction refuses writes aloud; reading and deleting go on', async () => {
    const server = await start([...limit, '--maxmemory-policy', 'noeviction'])
    await pour(server, burst())
    await fillUp(server)
    for (const command of [['SET', 'a', '1'], ['LPUSH', 'jobs', '1'], ['XADD', 's', '*', 'k', 'v']] as const) expect(await server.ask(...command)).toMatch(refused)
    expect(await server.ask('GET', 'cache:0:0')).toBe('x'.repeat(2000))
    expect(await server.ask('DEL', 'cache:0:0')).toBe(1)
  })

  it('M16 a stream without a length fills the memory, with one it does not', async () => {
    const server = await start(limit)
    const entries = (name: string, bound: readonly (string | number)[]): readonly Words[] => times(8000, () => ['XADD', name, ...bound, '*', 'k', 'x'.repeat(800)])
    expect((await pour(server, entries('bounded', ['MAXLEN', '~', 1000]))).filter(answer => String(answer).startsWith('-'))).toEqual([])
    expect((await pour(server, entries('endless', []))).some(answer => refused.test(String(answer)))).toBe(true)
    await fillUp(server)
    expect(await server.ask('INCR', 'neighbour')).toMatch(refused)
  })
})

describe.skipIf(!present)('replication and messages', () => {
  const replicaOf = (primary: Server, ...args: readonly string[]): Promise<Server> => start(['--replicaof', `127.0.0.1 ${primary.port}`, '--save', '', '--repl-diskless-sync-delay', '0', ...args])
  const inTouch = (replica: Server): Promise<void> => until(async () => await info(replica, 'master_link_status') === 'up')

  it('M13 an empty primary that starts again by itself empties its replicas', async () => {
    const args = ['--save', '', '--repl-diskless-sync-delay', '0']
    const primary = await start(args)
    const replica = await replicaOf(primary)
    await inTouch(replica)
    await primary.many(times(3, i => ['SET', `k${i}`, '1']))
    await until(async () => await replica.ask('DBSIZE') === 3)
    await primary.stop('SIGKILL')
    const again = await start(args, primary)
    await until(async () => await replica.ask('DBSIZE') === 0)
    expect(await again.ask('DBSIZE')).toBe(0)
  })

  it('M14 a lock that only the primary knows is given twice', async () => {
    const primary = await start(['--save', '', '--repl-diskless-sync-delay', '0'])
    const replica = await replicaOf(primary)
    await inTouch(replica)
    await replica.ask('REPLICAOF', '127.0.0.1', '1')
    expect(await primary.ask('SET', 'lock', 'A', 'NX', 'PX', 60_000)).toBe('OK')
    expect(await primary.ask('WAIT', 1, 1)).toBe(0)
    await primary.stop('SIGKILL')
    await replica.ask('REPLICAOF', 'NO', 'ONE')
    expect(await replica.ask('SET', 'lock', 'B', 'NX', 'PX', 60_000)).toBe('OK')
  })

  it('M15 a message that nobody listens to is gone', async () => {
    const server = await start(['--save', ''])
    expect(await server.ask('PUBLISH', 'orders', 'first')).toBe(0)
    const late = speaking(createConnection(server.port, '127.0.0.1'))
    expect(await late.ask('SUBSCRIBE', 'orders')).toEqual(['subscribe', 'orders', 1])
    expect(await server.ask('PUBLISH', 'orders', 'second')).toBe(1)
  })

  it('M19 a primary that wants a replica refuses writes without one', async () => {
    const server = await start(['--save', '', '--min-replicas-to-write', '1'])
    expect(await server.ask('SET', 'a', '1')).toMatch(/^-NOREPLICAS/)
  })
})
