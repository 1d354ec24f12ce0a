// Container image references → name, tag and version. Knows the grammar of references, nothing of what an image does.
// https://pkg.go.dev/github.com/distribution/reference
import { remembered } from './once.ts'
import type { Value } from './value.ts'
import { isTemplated, isUnread, readable } from './value.ts'
import type { Workload } from './workload.ts'

export interface ImageReference {
  /** Lower case, without registry, tag and digest: `bitnami/redis`, `library/redis`, `redis`. */
  readonly name: string
  readonly tag?: string
  /** As far as the tag tells: `7.4`, `8`. */
  readonly version?: string
}

/** The parts of an image reference; undefined when none is given or an unresolved variable hides its name. */
export const parseImage = (image: Value | undefined): ImageReference | undefined => parsed(readable(image)).reference

const parsed = remembered((image: string): { readonly reference: ImageReference | undefined } => ({ reference: referenceOf(image) }))

function referenceOf(image: string): ImageReference | undefined {
  // What a variable without a value stands for is unknown, but it hides only the part that it stands in.
  const text = image.trim().toLowerCase().replace(/\$\{[^{}]*\}|\$\$?[a-z_]\w*/g, '$')
  // Around a variable only what is a reference whatever the variable holds says anything: of `${A}:x}e/kafka` nobody knows the rest.
  if (text.includes('$') && !wellFormed.test(text)) return undefined
  const whole = text.split('@')[0] ?? ''
  const slash = whole.lastIndexOf('/')
  const colon = whole.indexOf(':', slash + 1)
  const parts = (colon < 0 ? whole : whole.slice(0, colon)).split('/')
  // `example.com:${X}`: a port of the registry, and a name behind it.
  if (parts.at(-1) === '$' || (parts.length === 1 && colon >= 0 && isRegistry(parts[0] ?? '') && whole.slice(colon).includes('$'))) return undefined
  const path = parts.filter(part => part !== '' && part !== '$')
  if (path.length > 1 && isRegistry(path[0] ?? '')) path.shift()
  // `${REGISTRY}redis`: a prefix that brings its own slash.
  path[0] = (path[0] ?? '').replace(/^\$(?=[a-z])/, '')
  const name = path.join('/')
  if (name === '' || name.includes('$') || /\s/.test(name)) return undefined
  const tag = colon < 0 ? undefined : whole.slice(colon + 1)
  if (tag === undefined || tag === '' || tag.includes('$')) return { name }
  const version = versionOf(tag)
  return version === undefined ? { name, tag } : { name, tag, version }
}

// https://pkg.go.dev/github.com/distribution/reference#pkg-overview
const wellFormed = /^(?:[a-z0-9$.-]+(?::[0-9$]+)?\/)?[a-z0-9$._-]+(?:\/[a-z0-9$._-]+)*(?::[\w$][\w.$+-]*)?(?:@[a-z0-9$+._-]+:[a-z0-9$]+|@\$)?$/

/** Whether nobody can say whose image it is. */
export const isSecretImage = (image: Value | undefined): boolean => isUnread(image) && parseImage(image) === undefined

/**
 * Whether nobody can say what a workload runs: its image, what it extends or the program that it starts cannot be read. It may be any server,
 * any client and any tool, so it says nothing of itself, of how many there are, or of what else is not there.
 */
export const isUnidentified = (workload: Pick<Workload, 'image' | 'entrypoint' | 'command' | 'hidden'>): boolean =>
  workload.hidden?.includes('image') === true || isSecretImage(workload.image) || startsUnread([...workload.entrypoint ?? [], ...workload.command ?? []])

// What only starts another program: `docker-entrypoint.sh`, `sh -c`, `tini --`.
const starter = /^(?:\S*\/)?(?:[\w-]*entrypoint(?:\.sh)?|tini|dumb-init|exec|env|nohup|sudo|(?:ba|da|a|z)?sh|-[\w-]*)$/
const startsUnread = (words: readonly Value[]): boolean => {
  // Options that nothing stands before are for the image's own program.
  const first = readable(words[0]).startsWith('-') ? undefined : words.find(word => !starter.test(readable(word).trim()))
  return isUnread(first) && isTemplated(readable(first).trim().replace(/^exec\s+/, '').split(/\s/)[0] ?? '')
}

/**
 * Whether a word behind the program cannot be read and is no option's value, so that nobody can say which of its commands it runs: `bundle exec ${X}`,
 * `php artisan queue:${X}`. Texts for a shell, addresses and paths are what a command works with.
 */
export const isCommandUnread = ({ entrypoint, command }: Pick<Workload, 'entrypoint' | 'command'>): boolean => {
  const words = [...entrypoint ?? [], ...command ?? []].map(readable)
  return words.some((word, i) => isTemplated(word) && !/[\s/@=.]/.test(word) && !word.startsWith('-') && !words[i - 1]?.startsWith('-'))
}

const isRegistry = (part: string): boolean => part.includes('.') || part.includes(':') || part === 'localhost'

/** The version at the start of a tag: `7.4.2-alpine` → `7.4.2`. A date or a build number is none. */
export function versionOf(tag: string): string | undefined {
  const match = /^v?(\d{1,3}(?:\.\d{1,4}){0,2})(?![\d.]*\d{3})(?:$|[-_.+a-z])/i.exec(tag)
  return match?.[1]
}

/** Whether a version lies in a range such as `>=6.2 <8`; undefined when the version is not known well enough. */
export function within(version: string | undefined, range: string | undefined): boolean | undefined {
  if (range === undefined) return true
  if (version === undefined) return undefined
  for (const part of range.trim().split(/\s+/)) {
    const match = /^(>=|<=|<|>|=)?(\d+(?:\.\d+)*)$/.exec(part)
    if (!match) return undefined
    const difference = compare(version, match[2] ?? '')
    if (difference === undefined) return undefined
    const operator = match[1] ?? '='
    const holds = operator === '>=' ? difference >= 0 : operator === '<=' ? difference <= 0 : operator === '<' ? difference < 0
      : operator === '>' ? difference > 0 : difference === 0
    if (!holds) return false
  }
  return true
}

// `8` is not known well enough to compare with `8.6`; for `7` against `8.6` it is.
function compare(version: string, bound: string): number | undefined {
  const a = version.split('.').map(Number), b = bound.split('.').map(Number)
  for (let i = 0; i < b.length; i++) {
    const left = a[i], right = b[i] ?? 0
    if (left === undefined) return right === 0 ? 0 : undefined
    if (left !== right) return left - right
  }
  return 0
}
