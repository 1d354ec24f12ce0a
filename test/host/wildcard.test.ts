// Globs and .gitignore rules: what git and picomatch say of ordinary patterns, and bounded time for those that hang a regular expression.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import picomatch from 'picomatch'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { globOf } from '../../src/host/glob.ts'
import { ignoreRules } from '../../src/host/ignore-rules.ts'

const matches = (glob: string, path: string): boolean => {
  const test = globOf(glob)
  if (typeof test !== 'function') throw new Error(test.refused)
  return test(path)
}
const unbounded = { left: Number.POSITIVE_INFINITY }

describe('a glob', () => {
  const globs = [
    '*', '**', '*.yaml', '**/*.yaml', 'a/*', 'a/**', '**/a/**', 'a/**/b', '*.{yaml,yml}', '{a,b}/**/*.{yaml,yml}', 'a?c', 'compose.[a-c]*.yaml', '[^a]b', '**/compose*.yaml', '?(x)a.yaml', '@(a|b)/c.yaml',
    '+(a|b)', '*(ab|c).yaml', '!(*.prod).yaml', 'a/!(b)/c.yaml', 'deploy/**/values-*.yaml', '.env*', '**/.env', 'a.b', '**/**/a', 'a/**/**/b', '*a*b*', 'kafka/*', 'redis/*-lock', '{a,b{c,d}}.yaml', 'v{1..3}.yaml', 'a\\*b', 'a[*]b',
  ]
  const paths = [
    'a', 'b', 'ab', 'ac', 'abc', 'a.b', 'axb', 'bb', 'a*b', 'a.yaml', 'x.yaml', 'xa.yaml', 'b.yml', 'a/b', 'a/c.yaml', 'b/c.yaml', 'a/b/c.yaml', 'a/x/c.yaml', 'a/b/c/d.yaml', 'x/a/b.yaml', 'compose.yaml', 'compose.b.yaml', 'compose.bee.yaml', 'x/compose.prod.yaml',
    '.env', '.env.local', 'x/.env', 'ababc.yaml', 'abab', '.yaml', 'x.prod.yaml', 'deploy/values-a.yaml', 'deploy/x/values-b.yaml', 'kafka/single', 'redis/non-expiring-lock', 'redis/x', 'bc.yaml', 'bd.yaml', 'v2.yaml', 'v4.yaml', 'a/b/x/b',
  ]

  it.each(globs)('%s fits what picomatch has it fit', glob => {
    const reference = picomatch(glob, { dot: true })
    // A folder itself is asked for by a pattern of its own.
    const asked = paths.filter(path => !(glob.endsWith('/**') && `${path}/**` === glob))
    expect(asked.filter(path => matches(glob, path))).toEqual(asked.filter(path => reference(path)))
  })

  it('of ordinary pieces fits what picomatch has it fit', () => {
    const piece = fc.constantFrom('a', 'b', 'ab', '*', '?', 'a*', '*b', 'a?', '[ab]', '[^a]', '*.y', '{a,b}', '@(a|b)', '+(a|b)', '*a*')
    const glob = fc.array(fc.oneof({ weight: 4, arbitrary: piece }, { weight: 1, arbitrary: fc.constant('**') }), { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', 'aab', 'abab', 'x.y', '.y', 'c'), { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
    fc.assert(fc.property(glob, path, (pattern, file) => {
      fc.pre(!pattern.endsWith('**') && !file.split('/').includes('.y'))
      expect(matches(pattern, file)).toBe(picomatch(pattern, { dot: true })(file))
    }), { numRuns: 1_500 })
  })

  it.each([
    '**/*a*a*a*a*a*b', `${'*a'.repeat(60)}b`, '(a|aa)+', '+(a|aa)', '+(+(+(a|aa)|a)|aa)b', '*(*(*(a)))b', '!(!(+(a)))b', '+(a*)b', '+(*(a)*(a))c', '**/'.repeat(40) + 'b', '{a,aa}'.repeat(9) + 'b', '+(!(a)|!(aa))b', '!(+(a|aa)|*(aa|a))c', '[a-z]*'.repeat(40) + '!',
  ])('%s takes little time', glob => {
    const test = globOf(glob)
    // A regular expression takes minutes to years for these.
    if (typeof test === 'function') for (const path of ['a'.repeat(200), `${'a/'.repeat(100)}a`, `${'aa'.repeat(60)}/${'aa'.repeat(60)}`]) expect(test(path)).toBeTypeOf('boolean')
  })

  it('that stands for too many or cannot be read is refused', () => {
    for (const glob of ['{a,b}'.repeat(20), '{1..999999}', 'x'.repeat(3_000), '+(a/b)', '{a,b,c,d}'.repeat(6)]) expect(globOf(glob), glob.slice(0, 30)).toHaveProperty('refused')
  })
})

describe('.gitignore', () => {
  let repo: string
  beforeAll(() => {
    repo = mkdtempSync(join(tmpdir(), 'misfit-ignore-'))
    execFileSync('git', ['init', '-q', repo])
  })
  afterAll(() => { rmSync(repo, { recursive: true, force: true }) })

  const folders = ['a', 'b', 'a/b', 'a/b/c', 'build', 'x/build', 'a b', 'a/build']
  const files = ['a/x.yaml', 'x.yaml', 'b/x.yml', 'a/b/x.yaml', 'a/b/c/x', 'build/x', 'x/build/y', 'a.b', '#x', '!x', 'a b/c ', 'a/#x', 'foo', 'foobar', 'a/foo', 'a/b/foo', 'a/b/c/foo', '[x]', 'a*b', 'axb', 'a\\b', 'x.log', 'a/x.log', '-', 'a/-', '.env', 'a/.env', 'x1', 'x2', 'a/build/z']
  beforeAll(() => {
    for (const path of [...folders.map(each => `${each}/.keep`), ...files]) {
      mkdirSync(dirname(join(repo, path)), { recursive: true })
      writeFileSync(join(repo, path), '')
    }
  })
  const asked = [...folders.map(path => [path, true] as const), ...files.map(path => [path, false] as const)]

  // What git says of each path, where no folder above it is ignored already.
  function same(text: string): void {
    writeFileSync(join(repo, '.gitignore'), text)
    const out = spawnSync('git', ['-c', 'core.excludesFile=/dev/null', 'check-ignore', '--no-index', '--stdin', '-z', '-v', '-n'], { cwd: repo, encoding: 'utf8', input: asked.map(([path]) => `${path}\0`).join(''), env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null' } }).stdout.split('\0')
    const rules = ignoreRules(text)
    const own = (path: string, directory: boolean): boolean | undefined => rules.ignores(path, directory, unbounded)
    for (const [i, [path, directory]] of asked.entries()) {
      const source = out[i * 4] ?? '', pattern = out[i * 4 + 2] ?? ''
      const git = source !== '.gitignore' ? undefined : !pattern.startsWith('!')
      const above = path.split('/').slice(0, -1).map((_, k, all) => all.slice(0, k + 1).join('/'))
      const ours = above.some(folder => own(folder, true) === true) ? true : own(path, directory)
      expect([path, ours], JSON.stringify(text)).toEqual([path, git])
    }
  }

  it.each([
    'a', '/a', 'a/', 'a/b', '/a/b/', 'build/', '*.yaml', '*.y?ml', '**/foo', 'a/**/foo', 'a/**', '**/build/**', '**', '/*', '*/foo', '*\n!*.yaml', '*\n!a\n!a/x.yaml', '\\#x', '\\!x', '#x', '!x', 'a b/c\\ ', 'a b/c ', 'foo   ', 'foo\t', '[x]', '\\[x]', '[[]x]', 'a[*]b', 'a\\*b', 'a[!x]b', 'a[^*]b', 'x[0-9]', 'x[[:digit:]]', 'x[[:nonsense:]]',
    'x[1', 'foo\\', '-', '/foo', 'foo*', '*foo', '*foo*', 'f**r', 'a/*/foo', 'a/**/b/**/foo', '.env', '.*', '\ufefffoo', 'foo\r\nx.log\r\n', '*.log\n!a/x.log\n', 'a/*\n!a/b\n', '/', '//', 'a//b', './foo', 'a/.', '**/', '**/a/', '?', 'a/?', '***', 'a/***/foo', '!\n', '\\', '\\\\', 'a\\\\b', 'x.log\n!x.log', '!x.log\nx.log', '*/\n!/*',
  ])('%j is read as git reads it', text => { same(text) })

  it('of ordinary lines is read as git reads it', () => {
    const word = fc.constantFrom('a', 'b', 'foo', 'build', '*', '**', '*.yaml', 'x*', '?', '[ab]', 'fo[!x]', 'f*o')
    const line = fc.tuple(fc.constantFrom('', '', '!'), fc.constantFrom('', '', '/'), fc.array(word, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '', '/')).map(([not, start, parts, end]) => `${not}${start}${parts.join('/')}${end}`)
    fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 4 }).map(lines => lines.join('\n')), text => { same(text) }), { numRuns: 60 })
  })

  it.each([
    ['names', (i: number) => `name-${i}`], ['ends', (i: number) => `*.end${i}`], ['starts', (i: number) => `start${i}*`], ['paths', (i: number) => `/a/b/${i}/c`], ['hostile wildcards', (i: number) => `**/*a*a*a*a${i}*b`], ['hostile names', (i: number) => `*a*a*a*a*${i}`],
  ])('of 200,000 lines stays within its budget: %s', (_, lineOf) => {
    const text = Array.from({ length: 200_000 }, (__, i) => lineOf(i)).join('\n')
    const rules = ignoreRules(text)
    const budget = { left: 1_000_000 }
    for (let i = 0; i < 2_000; i++) rules.ignores(`folder/${'a'.repeat(40)}/${i}`, false, budget)
    // At most one pattern is tried beyond it; without a bound the hostile ones take hours.
    expect(budget.left).toBeGreaterThan(-10_000)
    expect([rules.ignores('name-199999', false, unbounded), rules.ignores('x.end7', false, unbounded)]).toEqual([text.startsWith('name') ? true : undefined, text.startsWith('*.end') ? true : undefined])
  })
})
