import { describe, expect, it } from 'vitest'
import { knowledge } from '../../../rules/knowledge/index.ts'
import { redisServer } from '../../../src/servers/redis/server.ts'
import { productOf } from '../../../src/servers/components.ts'
import type { Setting } from '../../../src/model/stack.ts'
import { bytes, milliseconds } from '../../../src/model/units.ts'
import { memoryTree } from '../../support/memory-tree.ts'
import { workload, type Given } from '../../support/workloads.ts'

const read = (given: Given, files: Record<string, string> = {}) => {
  const tree = memoryTree(files)
  const server = workload('redis', given)
  const product = productOf(server, tree, knowledge)
  if (!product) throw new Error('not recognised')
  return redisServer(server, product, tree, [server])
}
const shown = (setting: Setting | undefined): string | undefined => (setting === undefined ? undefined : setting.state === 'unknown' ? '?' : setting.state === 'stated' ? setting.value : `(${setting.value})`)
const settings = (given: Given, ...names: readonly string[]) => {
  const found = read(given).settings
  return Object.fromEntries(names.map(name => [name, shown(found.get(name))]))
}
const four = ['save', 'appendonly', 'maxmemory', 'maxmemory-policy'] as const
const defaults = { save: '(3600 1 300 100 60 10000)', appendonly: '(no)', maxmemory: '(0)', 'maxmemory-policy': '(noeviction)' }

describe('settings of the official image', () => {
  it('are the built-in ones when nothing is stated', () => {
    expect(settings({ image: 'redis:7' }, ...four)).toEqual(defaults)
  })
  it.each<[string, Given, Record<string, string>]>([
    ['flags in a list', { command: ['redis-server', '--appendonly', 'yes', '--maxmemory', '1gb'] }, { appendonly: 'yes', maxmemory: '1gb' }],
    ['flags without the program', { command: ['--appendonly', 'yes'] }, { appendonly: 'yes' }],
    ['a shell', { command: ['sh', '-c', 'exec redis-server --save "" --maxmemory-policy allkeys-lru'] }, { save: '', 'maxmemory-policy': 'allkeys-lru' }],
    ['a shell as entrypoint', { entrypoint: ['/bin/sh', '-c'], command: ['sysctl vm.overcommit_memory=1 || true; redis-server --appendonly yes # on'] }, { appendonly: 'yes' }],
    ['a password that is not known', { command: ['redis-server', '--requirepass', '${PASSWORD}', '--appendonly', 'yes'] }, { appendonly: 'yes' }],
    ['an unknown password in a shell', { command: ['sh', '-c', 'redis-server --requirepass $REDIS_PASSWORD --appendonly yes'] }, { appendonly: 'yes' }],
    ['flags in a variable', { command: ['sh', '-c', 'exec redis-server $REDIS_ARGS'], environment: { REDIS_ARGS: '--save 60 1 --appendonly yes' } }, { save: '60 1', appendonly: 'yes' }],
    ['a value that is not known', { command: ['redis-server', '--maxmemory', '${LIMIT}'] }, { maxmemory: '?' }],
    ['repeated save', { command: ['redis-server', '--save', '60', '1', '--save', '30', '2'] }, { save: '60 1 30 2' }],
    ['save taken back', { command: ['redis-server', '--save', '60', '1', '--save', ''] }, { save: '' }],
    ['a variable of the image', { image: 'valkey/valkey:8', environment: { VALKEY_EXTRA_FLAGS: '--maxmemory 1gb' } }, { maxmemory: '1gb' }],
    ['a branch that does not matter', { command: ['sh', '-c', 'if [ -n "$P" ]; then redis-server --appendonly yes --requirepass "$P"; else redis-server --appendonly yes; fi'] }, { appendonly: 'yes' }],
    ['a branch that does', { command: ['sh', '-c', 'if [ -n "$P" ]; then redis-server --appendonly yes; else redis-server; fi'] }, { appendonly: '?' }],
    ['upper case', { command: ['redis-server', '--AppendOnly', 'YES', '--maxmemory-policy', 'AllKeys-LRU'] }, { appendonly: 'yes', 'maxmemory-policy': 'allkeys-lru' }],
    ['an old name', { command: ['redis-server', '--slaveof', 'a', '6379'] }, { replicaof: 'a 6379' }],
    ['a here-document that is no command', { command: ['sh', '-c', 'cat > /x.conf <<EOF\nredis-server --appendonly yes\nEOF\nredis-server --maxmemory 5mb'] }, { maxmemory: '5mb', appendonly: '(no)' }],
    ['sudo-like wrappers', { entrypoint: ['docker-entrypoint.sh'], command: ['redis-server', '--appendonly', 'yes'] }, { appendonly: 'yes' }],
    ['CONFIG SET in its own script', { command: ['sh', '-c', 'redis-server & sleep 1; redis-cli config set maxmemory-policy allkeys-lfu; wait'] }, { 'maxmemory-policy': 'allkeys-lfu' }],
  ])('understand %s', (_title, given, expected) => {
    expect(settings({ image: 'redis:7', ...given }, ...Object.keys(expected))).toEqual(expected)
  })
  it('become unknown, every one, behind a script, variable or file that cannot be read', () => {
    const nothing = { save: '?', appendonly: '?', maxmemory: '?', 'maxmemory-policy': '?' }
    expect(settings({ image: 'redis:7', command: ['sh', '/start.sh'] }, ...four)).toEqual(nothing)
    expect(settings({ image: 'redis:7', command: ['redis-server', '/etc/redis.conf'] }, ...four)).toEqual(nothing)
    expect(settings({ image: 'redis:7', command: ['redis-server', '${EXTRA}'] }, ...four)).toEqual(nothing)
    expect(settings({ image: 'acme/redis:7' }, ...four)).toEqual(nothing)
    expect(settings({ image: 'acme/redis:7', command: ['redis-server', '--appendonly', 'yes'] }, ...four)).toEqual({ ...nothing, appendonly: 'yes' })
    expect(settings({ build: true, ports: [6379], command: ['redis-server'] }, ...four)).toEqual(nothing)
  })
  it('do not claim snapshots for versions that drop them when flags are given', () => {
    expect(settings({ image: 'redis:5', command: ['redis-server', '--appendonly', 'yes'] }, 'save')).toEqual({ save: '?' })
    expect(settings({ image: 'redis:5' }, 'save')).toEqual({ save: defaults.save })
  })
})

describe('configuration files', () => {
  const given: Given = { image: 'redis:7', command: ['redis-server', '/usr/local/etc/redis/redis.conf', '--maxmemory', '2gb'] }
  it('count below the flags, and keep their places', () => {
    const text = '# cache\nmaxmemory 1gb\nmaxmemory-policy "allkeys-lru"\nsave 900 1\nsave 60 5\n'
    const { settings: found } = read({ ...given, mounts: { '/usr/local/etc/redis/redis.conf': text } })
    expect(shown(found.get('maxmemory'))).toBe('2gb')
    expect(shown(found.get('save'))).toBe('900 1 60 5')
    const policy = found.get('maxmemory-policy')
    if (policy?.state !== 'stated') throw new Error('not stated')
    expect(text.slice(policy.span.start, policy.span.end)).toBe('"allkeys-lru"')
  })
  it('are followed into includes of a mounted folder, and hide everything where one is missing', () => {
    const folder = { image: 'redis:7', command: ['/conf/redis.conf'], mounts: { '/conf': 'bind deploy/conf' } }
    const files = { 'deploy/conf/redis.conf': 'maxmemory 1mb\ninclude /conf/more.conf\n', 'deploy/conf/more.conf': 'appendonly yes\n' }
    expect(shown(read(folder, files).settings.get('appendonly'))).toBe('yes')
    expect(shown(read(folder, { 'deploy/conf/redis.conf': files['deploy/conf/redis.conf'] }).settings.get('maxmemory'))).toBe('?')
  })
  it('that are mounted but never named are reported with what they would have set', () => {
    const { unloadedConfigs, settings: found } = read({ image: 'redis:7', command: ['redis-server'], mounts: { '/usr/local/etc/redis/redis.conf': 'maxmemory 1gb\n' } })
    expect(unloadedConfigs.map(config => [config.target, shown(config.settings.get('maxmemory'))])).toEqual([['/usr/local/etc/redis/redis.conf', '1gb']])
    expect(shown(found.get('maxmemory'))).toBe('(0)')
    expect(read({ ...given, mounts: { '/usr/local/etc/redis/redis.conf': 'maxmemory 1gb\n' } }).unloadedConfigs).toEqual([])
    expect(read({ image: 'redis:7', command: ['sh', '/run.sh'], mounts: { '/etc/redis.conf': 'maxmemory 1gb\n' } }).unloadedConfigs).toEqual([])
  })
})

it('files and scripts that call themselves end in unknowns, not in a hang', () => {
  const conf = 'include /conf/redis.conf\n'.repeat(200)
  expect(shown(read({ image: 'redis', command: ['/conf/redis.conf'], mounts: { '/conf/redis.conf': conf } }).settings.get('maxmemory'))).toBe('?')
  expect(read({ image: 'redis', command: ['sh', '/run.sh'], mounts: { '/run.sh': 'sh /run.sh\n'.repeat(300) } }).unread).not.toEqual([])
})

describe('other images', () => {
  it.each<[string, Given, Record<string, string>]>([
    ['Bitnami as it comes', { image: 'bitnami/redis:7.2' }, { appendonly: '(yes)', save: '()' }],
    ['Bitnami variables', { image: 'docker.io/bitnamilegacy/redis:7.2', environment: { REDIS_AOF_ENABLED: 'no', REDIS_RDB_POLICY: '900#1 60#1000' } }, { appendonly: 'no', save: '900 1 60 1000' }],
    ['Bitnami flags', { image: 'bitnami/redis', command: ['/opt/bitnami/scripts/redis/run.sh', '--maxmemory', '1gb'] }, { maxmemory: '1gb', appendonly: '(yes)' }],
    ['Bitnami overrides', { image: 'bitnami/redis', mounts: { '/opt/bitnami/redis/mounted-etc/overrides.conf': 'maxmemory-policy allkeys-lru\n' } }, { 'maxmemory-policy': 'allkeys-lru', appendonly: '(yes)' }],
    ['Bitnami with a file of its own', { image: 'bitnami/redis', mounts: { '/opt/bitnami/redis/mounted-etc/redis.conf': 'maxmemory 1gb\n' } }, { maxmemory: '1gb', appendonly: '(no)' }],
    ['Redis Stack', { image: 'redis/redis-stack-server:latest', environment: { REDIS_ARGS: '--appendonly yes --maxmemory 1gb' } }, { appendonly: 'yes', maxmemory: '1gb', save: defaults.save }],
    ['KeyDB', { image: 'eqalpha/keydb', command: ['keydb-server', '--appendonly', 'yes'] }, { appendonly: 'yes' }],
    ['Dragonfly', { image: 'docker.dragonflydb.io/dragonflydb/dragonfly', command: ['dragonfly', '--logtostderr', '--maxmemory=1gb', '--cache_mode', '--snapshot_cron', '*/5 * * * *'] }, { maxmemory: '1gb', 'maxmemory-policy': 'allkeys-lfu', save: '*/5 * * * *' }],
    ['Dragonfly as it comes', { image: 'dragonflydb/dragonfly' }, { 'maxmemory-policy': '(noeviction)', save: '?' }],
  ])('%s', (_title, given, expected) => {
    expect(settings(given, ...Object.keys(expected))).toEqual(expected)
  })
  it('Kvrocks keeps its data on disk: eviction and snapshots are not spoken of', () => {
    expect(read({ image: 'apache/kvrocks' }).settings.has('maxmemory-policy')).toBe(true)
    expect(settings({ image: 'apache/kvrocks' }, ...four)).toEqual({ save: '?', appendonly: '?', maxmemory: '?', 'maxmemory-policy': '?' })
  })
})

describe('storage', () => {
  it.each<[string, Given, string]>([
    ['a named volume', { image: 'redis', mounts: { '/data': 'named-volume' } }, 'named-volume'],
    ['nothing', { image: 'redis' }, 'anonymous-volume'],
    ['nothing, in an image without a volume', { image: 'bitnami/redis' }, 'container-layer'],
    ['tmpfs', { image: 'redis', mounts: { '/data': 'tmpfs' } }, 'tmpfs'],
    ['a parent folder', { image: 'bitnami/redis', mounts: { '/bitnami': 'bind' } }, 'bind'],
    ['a moved folder', { image: 'redis', command: ['redis-server', '--dir', '/var/lib/redis'], mounts: { '/var/lib/redis': 'named-volume' } }, 'named-volume'],
    ['a moved folder that nothing covers', { image: 'redis', command: ['redis-server', '--dir', '/somewhere'], mounts: { '/data': 'named-volume' } }, 'container-layer'],
    ['an image built here, whose folder may be the mounted one', { build: true, ports: [6379], mounts: { '/var/lib/store': 'named-volume' } }, 'unknown'],
    ['an image built here that nothing is mounted into', { build: true, ports: [6379] }, 'anonymous-volume'],
  ])('%s', (_title, given, kind) => {
    expect(read(given).storage.kind).toBe(kind)
  })
  it('names volumes that miss the data, and no others', () => {
    const misplaced = (given: Given) => read(given).storage.misplaced.map(mount => mount.target)
    expect(misplaced({ image: 'redis', mounts: { '/var/lib/redis': 'named-volume' } })).toEqual(['/var/lib/redis'])
    expect(misplaced({ image: 'bitnami/redis', mounts: { '/data': 'named-volume' } })).toEqual(['/data'])
    expect(misplaced({ image: 'redis', mounts: { '/data': 'named-volume', '/backup/data': 'bind' } })).toEqual([])
    expect(misplaced({ image: 'redis', mounts: { '/etc/redis': 'bind', '/var/log/redis': 'named-volume', '/tls/redis': 'bind', '/run/redis': 'named-volume' } })).toEqual([])
  })
})

describe('units', () => {
  it('are those of redis-server', () => {
    expect(['1g', '1gb', '100MB', '5k', '7', '75%', '0.5gb', ''].map(bytes)).toEqual([1e9, 2 ** 30, 100 * 2 ** 20, 5000, 7, undefined, undefined, undefined])
    expect(['500ms', '1h30m', '7d', '5'].map(milliseconds)).toEqual([500, 5_400_000, 604_800_000, undefined])
  })
})
