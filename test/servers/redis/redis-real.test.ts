// Asks a real redis-server what our reading of flags and files says. Skipped where there is none, except in CI.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { knowledge } from '../../../rules/knowledge/index.ts'
import { composeStacks } from '../../../src/readers/compose/index.ts'
import { launchOf } from '../../../src/servers/launch.ts'
import { serverCalls } from '../../../src/servers/redis/command.ts'
import { redisServer } from '../../../src/servers/redis/server.ts'
import { findComponents } from '../../../src/servers/components.ts'
import { bytes } from '../../../src/model/units.ts'
import type { Mount, Settings } from '../../../src/model/stack.ts'
import { memoryTree } from '../../support/memory-tree.ts'
import { workload } from '../../support/workloads.ts'

const present = spawnSync('redis-server', ['--version']).status === 0
const compared = ['save', 'appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy', 'databases', 'min-replicas-to-write', 'stop-writes-on-bgsave-error', 'notify-keyspace-events'] as const
const folder = mkdtempSync(join(tmpdir(), 'misfit-redis-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const freePort = (): Promise<number> => new Promise(resolve => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => { resolve(typeof address === 'object' && address ? address.port : 0) })
  })
})

/** The settings of a server started with these arguments; undefined when it refuses them. */
async function asked(args: readonly string[]): Promise<Record<string, string> | undefined> {
  const port = await freePort()
  const child = spawn('redis-server', [...args, '--port', String(port), '--bind', '127.0.0.1', '--daemonize', 'no', '--loglevel', 'notice', '--logfile', '', '--requirepass', '', '--dir', folder], { cwd: folder })
  try {
    const ready = await new Promise<boolean>(resolve => {
      let log = ''
      child.stdout.on('data', (chunk: Buffer) => { log += chunk.toString(); if (log.includes('Ready to accept connections')) resolve(true) })
      child.on('exit', () => { resolve(false) })
    })
    if (!ready) return undefined
    const found: Record<string, string> = {}
    for (const name of compared) found[name] = await configGet(port, name)
    return found
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise(resolve => { child.once('exit', resolve) })
      child.kill('SIGKILL')
      await gone
    }
  }
}

const configGet = (port: number, name: string): Promise<string> => new Promise((resolve, reject) => {
  const socket = createConnection(port, '127.0.0.1', () => { socket.write(`CONFIG GET ${name}\r\nQUIT\r\n`) })
  let answer = ''
  socket.on('data', chunk => { answer += chunk.toString() })
  socket.on('end', () => { resolve(answer.split('\r\n')[4] ?? '') })
  socket.on('error', reject)
})

// What we say, as the server would say it; settings that we call unknown are not compared.
function said(settings: Settings): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of compared) {
    const setting = settings.get(name)
    if (!setting || setting.state === 'unknown') continue
    found[name] = name === 'maxmemory' ? String(bytes(setting.value)) : setting.value
  }
  return found
}

const only = (all: Record<string, string>, names: readonly string[]) => Object.fromEntries(names.map(name => [name, all[name]]))

describe.runIf(present || process.env['CI'] === 'true')('a real redis-server agrees', () => {
  it.each<[string, string[], string?]>([
    ['without anything', []],
    ['on one save', ['--save', '60', '1']],
    ['on save as one word', ['--save', '60 1 30 2']],
    ['on repeated save', ['--save', '60', '1', '--save', '30', '2']],
    ['on save taken back', ['--save', '60', '1', '--save', '']],
    ['on save taken back first', ['--save', '', '--save', '60', '1']],
    ['on save without a value', ['--save', '--appendonly', 'yes']],
    ['on upper case', ['--AppendOnly', 'YES', '--maxmemory-policy', 'ALLKEYS-LRU']],
    ['on units', ['--maxmemory', '1g']],
    ['on other units', ['--maxmemory', '100MB']],
    ['on a whole line in one word', ['--maxmemory 5mb']],
    ['on an old name', ['--min-slaves-to-write', '1']],
    ['on a flag given twice', ['--maxmemory', '1gb', '--maxmemory', '2gb']],
    ['on a file', [], 'save 10 5\nsave 20 6\nmaxmemory 5mb\nappendonly "yes"\n'],
    ['on a file without save', [], '# nothing\n\n\tmaxmemory-policy\t\'volatile-ttl\'  \n'],
    ['on a file that ends snapshots', [], 'save 10 5\nsave ""\n'],
    ['on an empty save line', [], 'save\n'],
    ['on flags over a file', ['--maxmemory', '1gb', '--appendonly', 'no'], 'maxmemory 5mb\nappendonly yes\n'],
    ['on save in both', ['--save', '11', '6'], 'save 10 5\n'],
    ['on save ended by a flag', ['--save', ''], 'save 10 5\n'],
    ['on an included file', [], `include ${folder}/more.conf\nappendonly yes\nsave 10 5\n`],
    ['on quoted escapes', [], 'notify-keyspace-events "\\x78E"\n'],
    ['on Windows line ends', [], 'maxmemory 5mb\r\nappendonly yes\r\n'],
  ])('%s', async (_title, flags, conf) => {
    const more = 'appendonly no\nsave 1 2\n'
    writeFileSync(join(folder, 'more.conf'), more)
    const file = join(folder, 'test.conf')
    if (conf !== undefined) writeFileSync(file, conf)
    const args = [...(conf === undefined ? [] : [file]), ...flags]
    const server = workload('redis', { image: 'redis:7.0', command: ['redis-server', ...args], mounts: { [`${folder}/more.conf`]: more, ...(conf === undefined ? {} : { [file]: conf }) } })
    const product = knowledge.products.find(entry => entry.id === 'redis')
    if (!product) throw new Error('no product')
    const ours = said(redisServer(server, product, memoryTree({})).settings)
    expect(Object.keys(ours)).toEqual([...compared])
    expect(await asked(args)).toMatchObject(ours)
  })

  const corpus = new URL('../../../../shared/corpus/', import.meta.url).pathname
  it.runIf(existsSync(corpus))('on every command of the corpus that it accepts', async () => {
    // A configuration file that is mounted there, under a path that the server can read here; undefined where the corpus has none.
    const copied = (mounts: readonly Mount[], path: string): string | undefined => {
      const content = mounts.find(mount => mount.target.known && mount.target.value === path)?.content?.text
      if (content === undefined || /^\s*(?:include|loadmodule|rename-command\s+CONFIG)\b/mi.test(content)) return undefined
      const file = join(folder, `corpus-${createHash('sha1').update(content).digest('hex')}.conf`)
      writeFileSync(file, content)
      return file
    }
    const seen = new Map<string, { args: (string | undefined)[]; ours: Record<string, string>; where: string }>()
    for (const name of readdirSync(corpus).filter(entry => statSync(join(corpus, entry)).isDirectory())) {
      const files: Record<string, string> = {}
      for (const path of readdirSync(join(corpus, name), { recursive: true, encoding: 'utf8' })) {
        const full = join(corpus, name, path)
        if (statSync(full).isFile()) files[path] = readFileSync(full, 'utf8')
      }
      const tree = memoryTree(files)
      for (const stack of composeStacks(tree).stacks) {
        for (const component of findComponents(stack.workloads, tree, knowledge)) {
          const [member] = component.members
          if (component.technology !== 'redis' || !member || !/^(?:redis|valkey)/.test(component.product)) continue
          const calls = serverCalls(launchOf(member, tree))
          const [call] = calls
          if (calls.length !== 1 || !call || call.arguments.some(word => word.loose)) continue
          const args = call.arguments.map(word => (word.unknown === undefined ? word.text : 'x')).map(word => (word.startsWith('/') ? copied(member.mounts, word) : word))
          if (args.includes(undefined)) continue
          seen.set(JSON.stringify(args), { args, ours: said(component.settings), where: `${name} ${component.name}` })
        }
      }
    }
    expect(seen.size).toBeGreaterThan(10)
    let answered = 0
    for (const { args, ours, where } of seen.values()) {
      const theirs = await asked(args.filter(word => word !== undefined))
      answered += Number(theirs !== undefined)
      if (theirs) expect({ where, ...only(theirs, Object.keys(ours)) }).toEqual({ where, ...ours })
    }
    expect(answered).toBeGreaterThan(10)
    if (process.env['SHOW']) console.log(seen.size, answered)
  })
})
