// Built code walks arrays by their numbers: it must do what the source says. `.ci/array-loops.ts` writes it so.
import { runInThisContext } from 'node:vm'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { withoutIterators } from '../../.ci/array-loops.ts'

/** What a source says of itself, as written and as built. */
function bothWays(text: string): { readonly built: string; readonly before: unknown; readonly after: unknown } {
  const host = ts.createCompilerHost({}), read = host.getSourceFile.bind(host)
  host.getSourceFile = (name, version) => (name === 'sample.ts' ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true) : read(name, version))
  const program = ts.createProgram(['sample.ts'], { target: ts.ScriptTarget.ES2023, lib: ['lib.es2023.d.ts'], types: [], strict: true, noUncheckedIndexedAccess: true }, host)
  const source = program.getSourceFile('sample.ts')
  if (!source) throw new Error('no sample')
  const built = withoutIterators(source, program.getTypeChecker())
  const run = (code: string): unknown => runInThisContext(`(() => { ${ts.transpile(code.replace(/^#!.*/, ''), { target: ts.ScriptTarget.ES2023 })}; return said })()`)
  return { built, before: run(text), after: run(built) }
}

describe('loops and patterns of built code', () => {
  it.each<[string, string]>([
    ['break, continue and labels', 'const said: number[] = []; outer: for (const a of [1, 2, 3, 4]) { for (const b of [1, 2, 3]) { if (b === 2) continue; if (b > a) continue outer; if (a === 4) break outer; said.push(a * b) } }'],
    ['a list that grows meanwhile, and is another one afterwards', 'const said: number[] = []; let list = [1]; for (const each of list) { said.push(each); if (each < 4) list.push(each + 1); list = [...list] }'],
    ['functions that keep what a turn had', 'const later: (() => number)[] = []; for (const [at, each] of [5, 6].entries()) later.push(() => at * each); const said = later.map(run => run())'],
    ['a body without braces, and a loop as the whole of another', 'const said: number[] = []; if (said.length === 0) for (const list of [[1], [2, 3]]) for (const each of list) said.push(each); else said.push(0)'],
    ['numbers alone, and items alone', "const said: unknown[] = []; for (const [at] of ['a', 'b'].entries()) said.push(at); for (const [, each] of ['a', 'b'].entries()) said.push(each)"],
    ['patterns in patterns, defaults, what is left out', "const pairs: readonly (readonly [string, readonly number[]])[] = [['a', [1]], ['b', []]]; const said = pairs.map(([name, [first = 7, , third]]) => [name, first, third]); for (const [, [only = 0]] of pairs) said.push([only as never])"],
    ['a match, or none', "const [, word = 'none'] = /(b+)/.exec('abba') ?? [], [all] = /x/.exec('abba') ?? []; const said = [word, all]"],
    ['a variable that is set again', 'let [a, b] = [1, 2]; [a, b] = [b, a]; const said = [a, b]; for (let each of [1, 2]) { each *= 2; said.push(each) }'],
  ])('%s', (_, text) => {
    const { built, before, after } = bothWays(text)
    expect(after).toEqual(before)
    expect(built).not.toMatch(/\bfor \((?:const|let) .* of /)
  })

  it('what stands before the first statement stays', () => {
    expect(bothWays('#!/usr/bin/env node\n// Why.\nconst said = 1\n').built).toBe('#!/usr/bin/env node\n// Why.\nconst said = 1\n')
  })

  it.each<[string, string]>([
    ['a text is walked by characters', "const said: string[] = []; for (const each of 'a\u{1F600}') said.push(each); const [, second] = 'a\u{1F600}'; said.push(second ?? '')"],
    ['a set that shrinks meanwhile', 'const said: number[] = [], left = new Set([1, 2, 3]); for (const each of left) { left.delete(each + 1); said.push(each) }'],
    ['a generator is left where the loop ends', "const said: string[] = []; function* all(): Generator<number> { try { yield 1; yield 2 } finally { said.push('left') } } for (const each of all()) { said.push(String(each)); break } const [first] = all(); said.push(String(first))"],
    ['a map by pairs, and what is left of a list', 'const said: unknown[] = []; for (const [key, [first, ...rest]] of new Map([[1, [2, 3, 4]]])) said.push(key, first, rest)'],
    ['what may be a list or a text', "const said: string[] = []; for (const each of ['ab', ['cd']]) for (const part of each) said.push(part)"],
  ])('%s', (_, text) => {
    const { before, after } = bothWays(text)
    expect(after).toEqual(before)
  })
})
