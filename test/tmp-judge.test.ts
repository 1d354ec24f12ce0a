import { checkSync } from 'recheck'
import { appendFileSync } from 'node:fs'
import { it } from 'vitest'
import { inSources } from './support/regular-expressions.ts'
const bound = /(\\.|\[(?:\\.|[^\]\\])*\])|\{(\d+)(,?)(\d*)\}/g
const least = (source: string): string => source.replace(bound, (whole: string, other: string | undefined, from: string, comma: string, to: string) =>
  other !== undefined ? whole : `{${Math.min(Number(from), 2)}${comma}${to === '' ? '' : Math.min(Number(to), 3)}}`)
it('x', () => {
  const all = inSources().expressions.filter(({ at }) => at.startsWith('src/programs/'))
  appendFileSync('/tmp/tr/slow.txt', `${all.length} in all\n`)
  const seen = new Set<string>()
  for (const one of all) {
    const key = one.source + '/' + one.flags
    if (seen.has(key)) continue
    seen.add(key)
    const found = checkSync(least(one.source), one.flags, { timeout: 10_000 })
    if (found.status !== 'safe') appendFileSync('/tmp/tr/slow.txt', `${one.at}\t/${one.source}/${one.flags}\t${found.status === 'vulnerable' ? found.complexity.summary + ' ' + found.attack.pattern.slice(0, 120) : JSON.stringify(found.error)}\n`)
  }
  appendFileSync('/tmp/tr/slow.txt', 'done\n')
}, 600_000)
