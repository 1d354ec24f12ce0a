// The machine's side: what is read, what is refused, what discovery leaves out.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diskTree } from '../../src/host/disk.ts'
import { memoryTree, overlayTree, withoutFiles } from '../../src/host/memory.ts'
import { remembering } from '../../src/host/remembering.ts'
import { lint } from '../../src/lint.ts'
import { glance } from '../../src/model/files.ts'

let root: string
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'misfit-')) })
afterEach(() => { rmSync(root, { recursive: true, force: true }) })

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
}

describe('diskTree reads', () => {
  it('files by any spelling of their path, and says nothing of missing ones', () => {
    write({ 'a/b.yaml': 'x' })
    const tree = diskTree(root)
    expect([tree.read('a/b.yaml'), tree.read('./a/../a//b.yaml'), tree.read('a'), tree.read('a/none'), tree.read('a/b.yaml/c')])
      .toEqual(['x', 'x', undefined, undefined, undefined])
    expect([tree.list('a'), tree.list('.'), tree.list('none')]).toEqual([['b.yaml'], ['a'], undefined])
  })

  it('nothing outside its root', () => {
    write({ 'in/own.yaml': 'own', 'secret.yaml': 'secret', 'secrets/a.yaml': 'secret' })
    symlinkSync(join(root, 'secret.yaml'), join(root, 'in/link.yaml'))
    symlinkSync(join(root, 'secrets'), join(root, 'in/folder'))
    symlinkSync('own.yaml', join(root, 'in/inner.yaml'))
    symlinkSync('round.yaml', join(root, 'in/round.yaml'))
    const tree = diskTree(join(root, 'in'))
    for (const path of ['../secret.yaml', 'a/../../secret.yaml', join(root, 'secret.yaml'), 'link.yaml', 'folder/a.yaml', 'own.yaml\0']) {
      expect(tree.read(path), path).toHaveProperty('refused')
    }
    expect(tree.list('folder')).toBeUndefined()
    expect(tree.list('..')).toBeUndefined()
    expect(tree.read('inner.yaml')).toBe('own')
    expect(tree.read('round.yaml')).toHaveProperty('refused')
    expect(tree.files()).toEqual(['own.yaml'])
  })

  it('neither huge nor binary files', () => {
    write({ 'huge.yaml': '', 'binary.yaml': new Uint8Array([97, 0, 98]) })
    truncateSync(join(root, 'huge.yaml'), 5_000_001)
    expect(diskTree(root).read('huge.yaml')).toEqual({ refused: 'it is larger than 5 MB' })
    expect(diskTree(root).read('binary.yaml')).toEqual({ refused: 'it is binary' })
  })

  it.skipIf(process.getuid?.() === 0)('no file without permission', () => {
    write({ 'locked.yaml': 'x' })
    chmodSync(join(root, 'locked.yaml'), 0)
    expect(diskTree(root).read('locked.yaml')).toEqual({ refused: 'there is no permission to read it' })
  })
})

describe('discovery', () => {
  it('honours .gitignore files, the inner one over the outer one', () => {
    write({
      '.gitignore': 'build/\n*.local.yaml\n/top.yaml\n', 'top.yaml': '', 'sub/top.yaml': '', 'build/a.yaml': '', 'a.local.yaml': '',
      'sub/.gitignore': '!keep.local.yaml\nown.yaml\n', 'sub/keep.local.yaml': '', 'sub/other.local.yaml': '', 'sub/own.yaml': '', 'own.yaml': '',
      'node_modules/x/docker-compose.yml': '', '.env': '',
    })
    expect(diskTree(root).files()).toEqual(['.env', '.gitignore', 'own.yaml', 'sub/.gitignore', 'sub/keep.local.yaml', 'sub/top.yaml'])
  })

  it('still reads an ignored file that something refers to', () => {
    write({ '.gitignore': '.env\n', '.env': 'A=1' })
    expect(diskTree(root).files()).not.toContain('.env')
    expect(diskTree(root).read('.env')).toBe('A=1')
  })

  it('says what it did not look into', () => {
    const deep = Array.from({ length: 41 }, () => 'd').join('/')
    write({ [`${deep}/compose.yaml`]: 'services: {}\n', 'ignored/a.yaml': '', 'compose.yaml': 'services: {}\n' })
    const tree = diskTree(root)
    expect(tree.files()).not.toContain(`${deep}/compose.yaml`)
    expect(tree.unseen?.()).toEqual([{ path: deep, why: 'it lies more than 40 folders deep, so nothing in it was looked at' }])
    expect(lint(diskTree(root)).problems).toMatchObject([{ file: deep, message: expect.stringContaining('40 folders deep') as string }])
    expect(lint(diskTree(root, { exclude: path => path === 'd' })).problems).toEqual([])
  })

  it('says when .gitignore files ask for more than there is time for, and lints more rather than less', () => {
    write({ '.gitignore': Array.from({ length: 200_000 }, (_, i) => `*a*a*a*a*${i}x`).join('\n'), ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${'a'.repeat(60)}${i}.yaml`, ''])) })
    const tree = diskTree(root)
    expect(tree.files()).toHaveLength(61)
    expect(tree.unseen?.()).toMatchObject([{ path: '.', why: expect.stringContaining('more patterns than can be compared') as string }])
  })

  it('says where it has no permission', () => {
    write({ 'locked/compose.yaml': 'services: {}\n', 'open/compose.yaml': 'services: {}\n' })
    chmodSync(join(root, 'locked'), 0)
    // Root may read everything, so somebody else looks.
    const me = process.geteuid?.() ?? 1
    if (me === 0) {
      chmodSync(root, 0o755)
      process.seteuid?.(65534)
    }
    try {
      const tree = diskTree(root)
      expect(tree.files()).toEqual(['open/compose.yaml'])
      expect(tree.unseen?.()).toEqual([{ path: 'locked', why: 'there is no permission to read it, so nothing in it was looked at' }])
    } finally {
      if (me === 0) process.seteuid?.(0)
      chmodSync(join(root, 'locked'), 0o755)
    }
  })

  it('says which link Compose would start from, or holds a design, unless what it leads to is found itself', () => {
    write({ 'a/compose.yaml': 'services: {}\n', 'b/.keep': '', 'c/.keep': '', '.gitignore': 'c\n' })
    symlinkSync('../a/compose.yaml', join(root, 'b/docker-compose.yml'))
    symlinkSync('/dev/zero', join(root, 'b/compose.yaml'))
    symlinkSync('/dev/zero', join(root, 'b/other.yaml'))
    symlinkSync('/dev/zero', join(root, 'c/compose.yaml'))
    symlinkSync('/dev/zero', join(root, 'a/misfit.yaml'))
    symlinkSync('compose.yaml', join(root, 'a/docker-compose.override.yml'))
    symlinkSync('/dev/zero', join(root, 'a/compose.override.yaml'))
    const tree = diskTree(root)
    expect(tree.files()).toEqual(['.gitignore', 'a/compose.yaml', 'b/.keep'])
    const why = 'it is a symbolic link or a device, which nobody follows here, so what Compose would start from it is not looked at: put the file itself there'
    expect(tree.unseen?.()).toEqual([{ path: 'a/compose.override.yaml', why, unread: true }, { path: 'a/docker-compose.override.yml', why }, { path: 'a/misfit.yaml', why: why.replace('what Compose would start from it', 'the design in it'), unread: true }, { path: 'b/compose.yaml', why, unread: true }])
  })

  it('leaves out what is excluded, and opens what is named', () => {
    write({ '.gitignore': 'b.yaml\n', 'a.yaml': '', 'b.yaml': '', 'old/c.yaml': '' })
    expect(diskTree(root, { exclude: path => path === 'old', include: ['b.yaml'] }).files()).toEqual(['.gitignore', 'a.yaml', 'b.yaml'])
  })
})

describe('a remembered tree', () => {
  it('keeps what is read, and nothing that is only glanced at', () => {
    const asked: string[] = []
    const below = memoryTree({ 'a.txt': 'a', 'b.txt': 'b' })
    const tree = remembering({ ...below, read: path => { asked.push(path); return below.read(path) }, glance: path => { asked.push(`glance ${path}`); return below.read(path) } })
    expect([tree.read('a.txt'), tree.read('a.txt'), glance(tree, 'a.txt'), glance(tree, 'b.txt'), glance(tree, 'b.txt')]).toEqual(['a', 'a', 'a', 'b', 'b'])
    expect(asked).toEqual(['a.txt', 'glance b.txt', 'glance b.txt'])
  })

  it('is glanced at through unsaved texts and missing files', () => {
    const tree = withoutFiles(overlayTree(memoryTree({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' }), new Map([['b.txt', 'new']])), new Set(['c.txt']))
    expect(['a.txt', 'b.txt', 'c.txt', '../d.txt'].map(path => glance(tree, path))).toEqual(['a', 'new', undefined, tree.read('../d.txt')])
  })
})

describe('overlayTree', () => {
  it('lays unsaved text over files and leaves the rest', () => {
    const tree = overlayTree(memoryTree({ 'a/x.yaml': 'old', 'a/y.yaml': 'y' }), new Map([['a/x.yaml', 'new'], ['b/z.yaml', 'z'], ['../out.yaml', 'out']]))
    expect(tree.files()).toEqual(['a/x.yaml', 'a/y.yaml', 'b/z.yaml'])
    expect([tree.read('a/x.yaml'), tree.read('./a/y.yaml'), tree.read('b/z.yaml'), tree.read('none')]).toEqual(['new', 'y', 'z', undefined])
    expect([tree.list('a'), tree.list('b'), tree.list('none'), tree.list('.')]).toEqual([['x.yaml', 'y.yaml'], ['z.yaml'], undefined, ['a', 'b']])
    expect(tree.read('../out.yaml')).toHaveProperty('refused')
  })
})
