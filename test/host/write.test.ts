// The one writer and the one reader: whole or not at all, nothing through a link, nothing that is no file.
import { execFileSync } from 'node:child_process'
import { chmodSync, closeSync, constants, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readNamed, realPlace } from '../../src/host/read.ts'
import { writeWhole } from '../../src/host/write.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'misfit-write-'))
  mkdirSync(join(root, 'repo/.git'), { recursive: true })
  mkdirSync(join(root, 'elsewhere'))
  writeFileSync(join(root, 'elsewhere/kubeconfig'), 'theirs')
})
afterEach(() => { rmSync(root, { recursive: true, force: true }) })
const at = (path: string): string => join(root, 'repo', path)

// A program of its own that writes.
function bundled(program: string): string {
  writeFileSync(join(root, 'write.mjs'), `import { writeWhole } from ${JSON.stringify(fileURLToPath(new URL('../../src/host/write.ts', import.meta.url)))}\n${program}\n`)
  const build = join(root, 'write.cjs')
  execFileSync('node_modules/.bin/esbuild', [join(root, 'write.mjs'), '--bundle', '--platform=node', `--outfile=${build}`, '--log-level=error'])
  return build
}

describe('what is written', () => {
  it('takes the place of what was there, with its mode, and leaves nothing else behind', () => {
    writeFileSync(at('a.yaml'), 'old')
    // No umask makes such a file.
    chmodSync(at('a.yaml'), 0o662)
    writeWhole(at('a.yaml'), 'new')
    writeWhole(at('b/c.yaml'), 'fresh', { folders: true })
    expect([readFileSync(at('a.yaml'), 'utf8'), statSync(at('a.yaml')).mode & 0o777, readFileSync(at('b/c.yaml'), 'utf8')]).toEqual(['new', 0o662, 'fresh'])
    expect(readdirSync(at('.')).sort()).toEqual(['.git', 'a.yaml', 'b'])
  })

  it('leaves what was there where there is no room', () => {
    // A limit on the size of files is a full disk to whoever writes.
    writeFileSync(at('a.yaml'), 'old')
    const build = bundled(`process.on('SIGXFSZ', () => {})\ntry { writeWhole(${JSON.stringify(at('a.yaml'))}, 'x'.repeat(3_000_000)) } catch (error) { process.exit(7) }`)
    expect(() => execFileSync('sh', ['-c', `ulimit -f 1000; exec ${process.execPath} ${build}`], { stdio: 'pipe' })).toThrow(expect.objectContaining({ status: 7 }) as Error)
    expect(readFileSync(at('a.yaml'), 'utf8')).toBe('old')
    expect(readdirSync(at('.')).sort()).toEqual(['.git', 'a.yaml'])
  })

  it('leaves a file alone that nobody may write to, though its folder would let it be replaced', () => {
    writeFileSync(at('a.yaml'), 'old')
    chmodSync(at('a.yaml'), 0o444)
    // To root every file is one to write to; what runs as somebody else is refused.
    for (const path of [root, at('.')]) chmodSync(path, 0o777)
    const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {}
    expect(() => execFileSync(process.execPath, [bundled(`writeWhole(${JSON.stringify(at('a.yaml'))}, 'new')`)], { stdio: 'pipe', ...nobody })).toThrow(/EACCES/)
    expect([readFileSync(at('a.yaml'), 'utf8'), readdirSync(at('.')).sort()]).toEqual(['old', ['.git', 'a.yaml']])
  })

  it('goes through no link, of a file or a folder', () => {
    symlinkSync(join(root, 'elsewhere/kubeconfig'), at('misfit.yaml'))
    symlinkSync(join(root, 'elsewhere'), at('out'))
    symlinkSync(join(root, 'elsewhere/none'), at('dangling'))
    for (const path of ['misfit.yaml', 'out/kubeconfig', 'out/new/deep.yaml', 'dangling']) expect(() => { writeWhole(at(path), 'ours', { folders: true }) }, path).toThrow(/symbolic link/)
    expect(readFileSync(join(root, 'elsewhere/kubeconfig'), 'utf8')).toBe('theirs')
    expect(readdirSync(join(root, 'elsewhere'))).toEqual(['kubeconfig'])
  })

  it('may be a device or a pipe, which stays one', () => {
    // One of the test's own: a writer that is broken would put a file in the place of the machine's.
    execFileSync('mkfifo', [at('pipe')])
    symlinkSync('pipe', at('link'))
    const reader = openSync(at('pipe'), constants.O_RDWR | constants.O_NONBLOCK)
    try {
      for (const name of ['pipe', 'link']) {
        writeWhole(at(name), name)
        const read = Buffer.alloc(10)
        expect([read.toString('utf8', 0, readSync(reader, read)), lstatSync(at('pipe')).isFIFO()], name).toEqual([name, true])
      }
    } finally {
      closeSync(reader)
    }
  })
})

describe('what is read by its name', () => {
  it('is a regular file of usual size in the work tree', () => {
    writeFileSync(at('a.yaml'), 'text')
    symlinkSync('a.yaml', at('inner'))
    symlinkSync('/dev/zero', at('zero'))
    symlinkSync(join(root, 'elsewhere/kubeconfig'), at('outer'))
    execFileSync('mkfifo', [at('pipe')])
    writeFileSync(at('huge'), '')
    execFileSync('truncate', ['-s', '6M', at('huge')])
    expect([readNamed(at('a.yaml')), readNamed(at('inner')), readNamed(at('none')), readNamed(at('.git'))]).toEqual(['text', 'text', undefined, undefined])
    for (const name of ['zero', 'outer', 'pipe', 'huge']) expect(readNamed(at(name)), name).toHaveProperty('refused')
    expect(readNamed('/dev/zero')).toEqual({ refused: 'it is no regular file' })
  })
})

describe('a path that somebody names', () => {
  it('does not lead to the disk, nor out of its work tree', () => {
    mkdirSync(at('real'))
    symlinkSync('real', at('inner'))
    symlinkSync('/', at('disk'))
    symlinkSync(join(root, 'elsewhere'), at('outer'))
    symlinkSync('/', join(root, 'disk'))
    expect([realPlace(at('inner')), realPlace(at('real'))]).toEqual([at('real'), at('real')])
    for (const path of ['/', at('disk'), at('outer'), join(root, 'disk')]) expect(realPlace(path), path).toHaveProperty('refused')
  })
})
