// The ranges of versions in which charts name their dependencies. https://github.com/Masterminds/semver#checking-version-constraints
import { within } from '../../model/images.ts'

const wild = /^(?:x|X|\*)$/

/** Whether a version lies in a range such as `^1.2`, `~2.1`, `1.x`, `>=1, <3`, `1 - 2 || 4`; undefined when either cannot be read. */
export function inRange(version: string, range: string): boolean | undefined {
  const plain = /^v?(\d+\.\d+\.\d+)(?:[-+].*)?$/.exec(version.trim())?.[1]
  if (plain === undefined || range.length > 200) return undefined
  const answers = range.split('||').map(part => holds(plain, part.trim()))
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false
}

function holds(version: string, part: string): boolean | undefined {
  const between = /^(\S+)\s+-\s+(\S+)$/.exec(part)
  const bounds = (between ? `>=${between[1] ?? ''} <=${between[2] ?? ''}` : part).replace(/([<>=!~^])\s+/g, '$1').split(/[\s,]+/).filter(each => each !== '')
  const answers = bounds.map(bound => {
    const [, operator = '', text = ''] = /^(<=|>=|=<|=>|!=|[<>=~^])?v?(.*)$/.exec(bound) ?? []
    return compared(version, operator, text.split(/[-+]/, 1)[0] ?? '')
  })
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true
}

function compared(version: string, operator: string, text: string): boolean | undefined {
  const parts = text === '' ? ['*'] : text.split('.')
  const first = parts.findIndex(part => wild.test(part))
  const stated = first < 0 ? parts : parts.slice(0, first)
  if (!stated.every(part => /^\d{1,9}$/.test(part))) return undefined
  if (stated.length === 0) return operator !== '!=' && operator !== '<' && operator !== '>'
  const bound = stated.join('.')
  const upTo = (at: number): string => stated.slice(0, at + 1).map((part, i) => (i === at ? Number(part) + 1 : part)).join('.')
  switch (operator) {
    case '^': {
      const leading = stated.findIndex(part => Number(part) > 0)
      return within(version, `>=${bound} <${upTo(leading < 0 ? stated.length - 1 : leading)}`)
    }
    case '~': return within(version, `>=${bound} <${upTo(Math.min(1, stated.length - 1))}`)
    case '': case '=': return within(version, bound)
    case '!=': return within(version, bound) === false
    case '=<': case '<=': return within(version, stated.length < 3 ? `<${upTo(stated.length - 1)}` : `<=${bound}`)
    case '=>': return within(version, `>=${bound}`)
    case '>': return within(version, stated.length < 3 ? `>=${upTo(stated.length - 1)}` : `>${bound}`)
    default: return within(version, `${operator}${bound}`)
  }
}
