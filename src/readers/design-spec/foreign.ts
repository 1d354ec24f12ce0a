// What the readers of other formats share: empty specs and uses, addresses, words for technologies and annotations.
import { entryOf } from '../../model/entry-of.ts'
import type { DeclaredComponent, DeclaredUse, DesignSpec, Match, Origin } from '../../model/spec.ts'
import type { Problem, Technology } from '../../model/stack.ts'
import { known, type Known, type Span } from '../../model/value.ts'
import { before, didYouMean } from '../../model/words.ts'
import { dig, get, type YamlMap, type YamlNode, type YamlScalar } from '../yaml.ts'
import { componentOf, noUse, useNamed, useOf } from './declared.ts'
import { textOf } from './fields.ts'
import { annotation } from './shapes.ts'
import { validate } from './validate.ts'

export const emptySpec = (file: string, origin: Origin): DesignSpec => ({ files: [file], origin, services: [], stores: [], components: [], ignore: [], waivers: [] })

export const emptyUse = (id: string, span: Span): DeclaredUse => ({ id, span, producers: [], consumers: [], keys: [] })

export const emptyMatch: Match = { compose: [], helm: [], host: [], image: [], files: [] }

/** A match by the hosts of a list of addresses. */
export function hostsMatch(addresses: Known | undefined): { readonly match?: Match } {
  const hosts = addresses?.value.split(/[,\s]+/).map(address => before(address.replace(/^[a-z+]+:\/\//i, ''), /[:/]/)).filter(host => host !== '') ?? []
  return addresses && hosts.length > 0 ? { match: { ...emptyMatch, host: hosts.map(host => known(host, addresses.span)) } } : {}
}

/** The technology that a resource type or protocol names. */
export function technologyNamed(word: string): Technology | undefined {
  const plain = word.toLowerCase()
  if (/^(redis|valkey|keydb|dragonfly)([-_]|$)|^redis(s|-secure)?$/.test(plain)) return 'redis'
  return /^(kafka|redpanda)([-_]|$)|[-_]kafka$/.test(plain) ? 'kafka' : undefined
}

/** What a reader of another format makes of a file; mistakes only where the words are ours. */
export interface ForeignSpec {
  readonly spec: DesignSpec | undefined
  readonly problems: readonly Problem[]
}

const prefix = 'misfit.dev/'
const words = ['role', 'roles', 'use', 'uses']

/** Fields of a component and of its uses in annotations: `misfit.dev/durability: survive_restart`. */
export function annotated(annotations: YamlNode | undefined, id: string, span: Span, extra: Pick<Partial<DeclaredComponent>, 'technology' | 'match'>): { readonly component: DeclaredComponent; readonly problems: readonly Problem[] } {
  const entries = annotations?.kind === 'map' ? [...annotations.entries].filter(([name]) => name.startsWith(prefix)) : []
  const fields: YamlMap = { kind: 'map', span: annotations?.span ?? span, entries: new Map(entries.map(([name, entry]) => [name.slice(prefix.length).replaceAll('-', '_'), entry])) }
  const problems: Problem[] = []
  for (const [name, { key, value }] of fields.entries) problems.push(...mistakesOf(name, key, value))
  const named = words.flatMap(name => {
    const word = textOf(get(fields, name))
    return word ? word.value.split(/[\s,]+/).filter(part => part !== '').map(part => known(part, word.span)) : []
  })
  const uses = named.flatMap(word => {
    const use = useNamed(word.value)
    if (use === undefined) problems.push({ span: word.span, message: noUse(word.value) })
    return use === undefined ? [] : [useOf(fields, use, word, word.span)]
  })
  const component = componentOf(fields, id, span, 'annotation', uses)
  const match = matchOfText(textOf(get(fields, 'match')))
  return { component: { ...extra, ...component, ...(match ? { match } : {}) }, problems }
}

// Annotations are texts, so only fields that are written in one word can stand there; `"true"` and `"3"` are quoted everywhere.
function mistakesOf(name: string, key: YamlScalar, value: YamlNode): readonly Problem[] {
  if (words.includes(name) || name === 'match') return []
  const field = entryOf(annotation.fields, name)
  if (field === undefined) return [{ span: key.span, message: `there is no annotation ${prefix}${name}${didYouMean(name, [...words, 'match', ...Object.keys(annotation.fields)])}` }]
  return validate(value.kind === 'scalar' ? { ...value, style: 'plain' } : value, field.shape, `${prefix}${name}`)
}

// `compose=redis, helm=cacheRedis`.
function matchOfText(text: Known | undefined): Match | undefined {
  if (text === undefined) return undefined
  const match: Record<'compose' | 'helm' | 'host' | 'image', Known[]> = { compose: [], helm: [], host: [], image: [] }
  for (const part of text.value.split(/[\s,]+/)) {
    const [key = '', value = ''] = part.split('=')
    if ((key === 'compose' || key === 'helm' || key === 'host' || key === 'image') && value !== '') match[key].push(known(value, text.span))
  }
  return { ...match, files: [] }
}

/** Follows a local reference (`#/channels/orders`). */
export function follow(document: YamlNode, node: YamlNode | undefined): YamlNode | undefined {
  let at = node
  for (let steps = 0; steps < 10; steps++) {
    const reference = textOf(get(at, '$ref'))
    if (!reference?.value.startsWith('#/')) return at
    at = dig(document, ...reference.value.slice(2).split('/').map(part => decodeURIComponentSafe(part.replaceAll('~1', '/').replaceAll('~0', '~'))))
  }
  return undefined
}

function decodeURIComponentSafe(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The last part of a local reference. */
export const referred = (node: YamlNode | undefined): string | undefined => {
  const text = textOf(get(node, '$ref'))?.value
  return text === undefined ? undefined : text.slice(text.lastIndexOf('/') + 1).replaceAll('~1', '/')
}
