// What could not be read, as text: what is alike once, with the other places.
import type { Report } from '../../model/report.ts'
import { grouped } from '../grouped.ts'
import { clipped } from '../plain.ts'
import { wrap } from '../width.ts'
import { at, type Page } from './page.ts'

type Problem = Report['problems'][number]

const mostPlaces = 8
const mostLines = 3

/** Each kind of problem once, where all is told each problem. */
export function problemLines(problems: readonly Problem[], verbose: boolean, page: Page): string[] {
  const kinds: [Problem, ...Problem[]][] = []
  for (const problem of problems) {
    const kind = verbose ? undefined : kinds.find(([first]) => alike(first.message, problem.message))
    if (kind) kind.push(problem)
    else kinds.push([problem])
  }
  return kinds.flatMap(kind => entry(kind, page))
}

// "The key x stands twice" is the same of y: one word may differ.
function alike(message: string, other: string): boolean {
  if (message === other) return true
  const words = message.split(' ')
  const others = other.split(' ')
  return words.length > 4 && words.length === others.length && words.filter((word, i) => word !== others[i]).length === 1
}

function entry([{ file, line, column, message }, ...also]: readonly [Problem, ...Problem[]], { colors, link, width }: Page): string[] {
  const place = `${at(clipped(file, 200), line)}:${column}`
  const files = grouped(also.filter(each => each.file !== file), each => each.file).map(([each]) => each)
  const places = files.length > 0 ? files.slice(0, mostPlaces) : also.slice(0, mostLines)
  const more = also.length - places.length
  const told = places.map(each => (each.file === file ? `line ${each.line}` : at(clipped(each.file, 200), each.line))).join(', ')
  const words = `${place}  problem  ${clipped(message, 400)}${also.length === 0 ? '' : `; also ${told}${more > 0 ? ` and ${more} more` : ''}`}`
  const head = `${place}  problem`
  const [first = '', ...rest] = wrap(words, width - 2)
  return [first.startsWith(head) ? `${link(place, { file, line })}  ${colors.magenta('problem')}${first.slice(head.length)}` : first, ...rest.map(each => `  ${each}`)]
}
