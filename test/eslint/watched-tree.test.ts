// The folder that an editor's server asks for days: what counts as a change, and what does not. The clock is set by hand.
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, afterEach, describe, expect, it, vi } from 'vitest'
import { watchedTree, type WatchedTree } from '../../src/eslint/watched-tree.ts'
import { git, repository } from '../support/git-repository.ts'

const top = realpathSync(mkdtempSync(join(tmpdir(), 'misfit-watched-')))
afterAll(() => { rmSync(top, { recursive: true, force: true }) })
beforeEach(() => { vi.useFakeTimers({ toFake: ['Date'] }) })
afterEach(() => { vi.useRealTimers() })

let count = 0
let folder = ''
const at = (path: string): string => join(folder, path)
function put(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), text)
}
function treeOf(files: Readonly<Record<string, string>>): WatchedTree {
  folder = join(top, String(count++))
  mkdirSync(folder)
  for (const [path, text] of Object.entries(files)) put(path, text)
  return watchedTree(folder, path => path === 'left-out')
}
/** Whether the tree notices what an action does, a second later. */
function notices(tree: WatchedTree, action: () => void): boolean {
  vi.setSystemTime(Date.now() + 1000)
  const before = tree.version()
  action()
  vi.setSystemTime(Date.now() + 1000)
  return tree.version() !== before
}

describe('a change', () => {
  it('is another text of the same size and with the same time', () => {
    const tree = treeOf({ 'a.yaml': 'a: 1' })
    expect(tree.read('a.yaml')).toBe('a: 1')
    const { atime, mtime } = statSync(at('a.yaml'))
    expect(notices(tree, () => {
      put('a.yaml', 'a: 2')
      utimesSync(at('a.yaml'), atime, mtime)
    })).toBe(true)
    expect(tree.read('a.yaml')).toBe('a: 2')
  })

  it('is an absent file that comes, and one that goes', () => {
    const tree = treeOf({})
    expect([tree.read('.env'), tree.list('charts'), tree.files()]).toEqual([undefined, undefined, []])
    expect(notices(tree, () => { put('.env', 'A=1') })).toBe(true)
    expect([tree.read('.env'), tree.files()]).toEqual(['A=1', ['.env']])
    expect(notices(tree, () => { rmSync(at('.env')) })).toBe(true)
    expect([tree.read('.env'), tree.files()]).toEqual([undefined, []])
    expect(notices(tree, () => { put('charts/redis/Chart.yaml', 'name: redis') })).toBe(true)
    expect([tree.list('charts'), tree.files()]).toEqual([['redis'], ['charts/redis/Chart.yaml']])
  })

  it('is a folder that becomes a file, and back', () => {
    const tree = treeOf({ 'conf/redis.conf': 'appendonly yes' })
    expect([tree.read('conf/redis.conf'), tree.list('conf')]).toEqual(['appendonly yes', ['redis.conf']])
    expect(notices(tree, () => {
      renameSync(at('conf'), at('left-out'))
      put('conf', 'a file')
    })).toBe(true)
    expect([tree.read('conf/redis.conf'), tree.list('conf'), tree.read('conf'), tree.files()]).toEqual([undefined, undefined, 'a file', ['conf']])
    expect(notices(tree, () => {
      rmSync(at('conf'))
      renameSync(at('left-out'), at('conf'))
    })).toBe(true)
    expect([tree.read('conf/redis.conf'), tree.files()]).toEqual(['appendonly yes', ['conf/redis.conf']])
  })

  it('is a symbolic link that leads elsewhere; outside it leads nowhere', () => {
    const tree = treeOf({ 'one/a.env': 'A=1', 'two/a.env': 'A=2' })
    symlinkSync('one', at('link'))
    expect(tree.read('link/a.env')).toBe('A=1')
    expect(notices(tree, () => {
      unlinkSync(at('link'))
      symlinkSync('two', at('link'))
    })).toBe(true)
    expect(tree.read('link/a.env')).toBe('A=2')
    put('../secret.env', 'A=3')
    expect(notices(tree, () => {
      unlinkSync(at('link'))
      symlinkSync('..', at('link'))
    })).toBe(true)
    expect([tree.read('link/secret.env'), tree.read('../secret.env')]).toEqual([expect.objectContaining({ refused: expect.any(String) as string }), expect.objectContaining({ refused: expect.any(String) as string })])
  })

  it('is another .gitignore, also one that git ignores itself', () => {
    const tree = treeOf({ 'a/.gitignore': '*', 'a/compose.yaml': 'services: {}' })
    expect(tree.files()).toEqual([])
    expect(notices(tree, () => { put('a/.gitignore', '.gitignore') })).toBe(true)
    expect(tree.files()).toEqual(['a/compose.yaml'])
    expect(notices(tree, () => { put('.gitignore', 'a/') })).toBe(true)
    expect(tree.files()).toEqual(['.gitignore'])
  })

  it('is a file that git tracks from now on, whatever .gitignore says', () => {
    const tree = treeOf({ '.gitignore': 'gen', 'gen/compose.yaml': 'services: {}' })
    repository(folder)
    expect(tree.files()).toEqual(['.gitignore'])
    expect(notices(tree, () => { git(folder, 'add', '-f', 'gen/compose.yaml') })).toBe(true)
    expect(tree.files()).toEqual(['.gitignore', 'gen/compose.yaml'])
  })

  it('is a packed chart that was replaced', () => {
    const tree = treeOf({ 'redis.tgz': 'no archive' })
    expect(tree.archive('redis.tgz')).toMatchObject({ refused: expect.stringContaining('gzip') as string })
    expect(notices(tree, () => { rmSync(at('redis.tgz')) })).toBe(true)
    expect(tree.archive('redis.tgz')).toBeUndefined()
  })
})

describe('no change', () => {
  it('is a file that was only touched, or written again as it was', () => {
    const tree = treeOf({ 'a.yaml': 'a: 1' })
    tree.read('a.yaml')
    tree.files()
    expect(notices(tree, () => { utimesSync(at('a.yaml'), 1, 1) })).toBe(false)
    expect(notices(tree, () => {
      put('new', 'a: 1')
      renameSync(at('new'), at('a.yaml'))
    })).toBe(false)
  })

  it('is a file that an editor keeps for a moment', () => {
    const tree = treeOf({ 'a.yaml': 'a: 1' })
    expect([tree.files(), tree.list('.')]).toEqual([['a.yaml'], ['a.yaml']])
    expect(notices(tree, () => {
      put('.a.yaml.swp', '')
      rmSync(at('.a.yaml.swp'))
    })).toBe(false)
  })

  it('is what happens where nobody looked', () => {
    const tree = treeOf({ 'a.yaml': 'a: 1', 'left-out/b.yaml': '' })
    tree.files()
    expect(notices(tree, () => { put('left-out/c.yaml', 'c: 1') })).toBe(false)
  })
})

it('looks at most four times a second', () => {
  const tree = treeOf({ 'a.yaml': 'a: 1' })
  tree.read('a.yaml')
  vi.setSystemTime(Date.now() + 1000)
  const before = tree.version()
  put('a.yaml', 'a: 2')
  vi.setSystemTime(Date.now() + 100)
  expect([tree.version(), tree.read('a.yaml')]).toEqual([before, 'a: 1'])
  vi.setSystemTime(Date.now() + 1000)
  expect(tree.version()).not.toBe(before)
  expect(tree.read('a.yaml')).toBe('a: 2')
})

it('notices a clock that was set back', () => {
  const tree = treeOf({ 'a.yaml': 'a: 1' })
  tree.read('a.yaml')
  put('a.yaml', 'a: 2 ')
  const before = tree.version()
  vi.setSystemTime(Date.now() - 3_600_000)
  expect(tree.version()).not.toBe(before)
})

it('keeps a bounded amount of text, and still notices what it let go', () => {
  const large = 'x'.repeat(4_900_000)
  const tree = treeOf(Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`${i}.yaml`, large])))
  for (let i = 0; i < 15; i++) tree.read(`${i}.yaml`)
  const before = tree.version()
  for (const path of ['0.yaml', '14.yaml']) put(path, 'short')
  expect([tree.read('0.yaml'), tree.read('14.yaml')]).toEqual(['short', large])
  expect(tree.version()).not.toBe(before)
})
