// No text can make a regular expression of ours take long: each takes time that grows with the text, not with its square.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { checkSync } from 'recheck'
import { expect, it } from 'vitest'
import { inKnowledge, inSchemas, inSources, type Expression } from '../support/regular-expressions.ts'

// What was judged before need not be judged again; `npm run judge` adds to it, and judges all anew where it was deleted.
const list = 'test/package/linear.txt'
const writing = process.env['npm_lifecycle_event'] === 'judge'

const { expressions, made } = inSources()
const all = [...expressions, ...inKnowledge(), ...inSchemas()]
const lineOf = ({ source, flags }: Expression): string => `/${source.replaceAll('\n', '\\n')}/${flags.replace(/[dy]/g, '')}`

// A bounded repetition costs at most its bound at each place: judged with a small one, so that an automaton of it can be built.
const bound = /(\\.|\[(?:\\.|[^\]\\])*\])|\{(\d+)(,?)(\d*)\}/g
const least = (source: string): string => source.replace(bound, (whole: string, other: string | undefined, from: string, comma: string, to: string) =>
  other !== undefined ? whole : `{${Math.min(Number(from), 2)}${comma}${to === '' ? '' : Math.min(Number(to), 3)}}`)
const bounds = (source: string): number => [...source.matchAll(bound)].reduce((product, [, , from, , to]) => product * Math.max(1, Number(to === '' ? from : to ?? 1)), 1)

it('are linear', () => {
  const judged = new Set<string>(existsSync(list) ? readFileSync(list, 'utf8').split('\n') : [])
  const slow: string[] = [], fine = new Set<string>()
  for (const one of all) {
    const line = lineOf(one)
    if (judged.has(line) || fine.has(line)) { fine.add(line); continue }
    const found = checkSync(least(one.source), one.flags, { timeout: 60_000 })
    if (found.status === 'safe' && bounds(one.source) <= 1e8) fine.add(line)
    else slow.push(`${one.at}: ${line} ${found.status === 'vulnerable' ? `takes long on ${found.attack.pattern}` : found.status === 'safe' ? 'has large bounds' : found.error.kind}`)
  }
  expect(slow).toEqual([])
  if (writing) writeFileSync(list, `${[...fine].sort().join('\n')}\n`)
}, 600_000)

it('compile', () => {
  for (const { source, flags } of all) expect(() => new RegExp(source, flags), source).not.toThrow()
})

it('are written where this test can see them', () => {
  // What is made from a text is a pattern of the knowledge or a schema, or words between fixed parts.
  const known = ['src/cli/json-schema.ts', 'src/cli/linear.ts', 'src/cli/schema.ts', 'src/model/patterns.ts', 'src/programs/builds.ts', 'src/programs/calls/index.ts', 'src/programs/calls/scripts.ts', 'src/programs/calls/through.ts', 'src/programs/configuration/symfony.ts', 'src/programs/libraries.ts', 'src/programs/manifests/pom-xml.ts', 'src/programs/ownership.ts', 'src/servers/script.ts']
  expect(made.filter(path => !known.includes(path))).toEqual([])
  expect(all.length).toBeGreaterThan(1_500)
})
