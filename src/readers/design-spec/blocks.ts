// What is declared inside the files of a stack → declared components: `x-misfit` blocks, and annotations of Kubernetes objects. Knows
// where such words may stand, not what a deployment is.
import type { DeclaredComponent } from '../../model/spec.ts'
import type { Problem } from '../../model/stack.ts'
import { known, type Span } from '../../model/value.ts'
import { dig, get, listOf, readYaml, type YamlEntry, type YamlMap, type YamlNode } from '../yaml.ts'
import { componentOf, useOf, usesOf, useWords, type UseWord } from './declared.ts'
import { at, flagOf, textOf, textsOf } from './fields.ts'
import { annotated } from './foreign.ts'
import { block } from './shapes.ts'
import { asUnread, validate } from './validate.ts'

/** A block and whose it is: a compose service, a values path, an object; empty for a block that speaks of the whole file. */
export interface Block {
  readonly owner: string
  readonly component: DeclaredComponent
  /** Where the owner's name stands, when it is written down and may be wrong. */
  readonly named?: Span
}

const depthLimit = 12

/** Reads the blocks of one file; broken YAML is its own reader's matter. */
export function blocksOf(file: string, text: string): { readonly blocks: readonly Block[]; readonly problems: readonly Problem[] } {
  const blocks: Block[] = [], problems: Problem[] = []
  if (!/x-misfit|misfit\.(?:dev\/|uses?\b|not\b)/.test(text)) return { blocks, problems }
  const add = (node: YamlNode, owner: string, span: Span, named?: Span): void => {
    const map = asMap(node)
    problems.push(...validate(map, block, `x-misfit of ${owner === '' ? 'this file' : owner}`), ...wordsIn(map).flatMap(({ problem }) => problem ?? []))
    blocks.push({ owner, component: componentOfBlock(map, owner, span), ...(named ? { named } : {}) })
  }
  for (const document of readYaml(file, text).documents) {
    const top = get(document, 'x-misfit')
    const services = get(document, 'services')
    if (top) {
      const listed = get(top, 'components') ?? top
      if (listed.kind === 'map' && [...listed.entries.keys()].every(name => !Object.hasOwn(block.fields, name))) {
        for (const [name, { key, value }] of listed.entries) add(value, name, key.span, key.span)
      } else add(top, '', top.span)
    }
    for (const { path, node, span } of blocksIn(document, [], 0)) {
      if (path.length > 0) add(node, services && path[0] === 'services' ? path.slice(1).join('.') : path.join('.'), span)
    }
    const object = annotatedObject(document)
    if (object) {
      blocks.push({ owner: object.component.id, component: object.component })
      problems.push(...object.problems)
    }
  }
  return { blocks, problems: problems.map(asUnread) }
}

function* blocksIn(node: YamlNode, path: readonly string[], depth: number): Iterable<{ path: readonly string[]; node: YamlNode; span: Span }> {
  if (node.kind !== 'map' || depth > depthLimit) return
  for (const [name, { key, value }] of node.entries) {
    if (name === 'x-misfit') yield { path, node: value, span: key.span }
    else yield* blocksIn(value, [...path, name], depth + 1)
  }
}

// `x-misfit: cache` and `x-misfit: [cache, lock]` are short for `use`.
function asMap(node: YamlNode): YamlMap {
  if (node.kind === 'map') return node
  const use: YamlEntry = { key: { kind: 'scalar', text: 'use', style: 'plain', span: node.span }, value: node }
  return { kind: 'map', span: node.span, entries: new Map([['use', use]]) }
}

const wordsIn = (node: YamlMap): readonly UseWord[] => [
  ...[...textsOf(get(node, 'use')), ...textsOf(get(node, 'uses'))].flatMap(text => useWords(text)),
  ...textsOf(get(node, 'not')).flatMap(text => useWords(text, true)),
]

// `use: cache` with the fields of a use beside it is one use for short.
function componentOfBlock(node: YamlMap, owner: string, span: Span): DeclaredComponent {
  const ephemeral = at(node, 'ephemeral', flagOf)
  const flat = { ...node, entries: new Map([...node.entries].filter(([name]) => name !== 'uses')) }
  const role = textOf(get(node, 'role'))
  const words = [...textsOf(get(node, 'use')), ...(role ? [role] : [])].flatMap(text => useWords(text)).filter(({ excluded }) => !excluded)
  const named = words.flatMap(({ use, text }) => (use ? [useOf(flat, use.value, text, use.span)] : []))
  // Fields of a use without a word for it still say what is asked.
  const plain = words.length === 0 && listOf(get(node, 'uses')).length === 0 && ['durability', 'data_nature', 'access_pattern', 'latency_goal', 'replay'].some(name => node.entries.has(name))
    ? [useOf(flat, 'use', undefined, span)] : []
  const uses = [...named, ...plain, ...usesOf(node)]
    .map(use => (ephemeral?.value === true && use.durability === undefined ? { ...use, durability: known('none' as const, ephemeral.span) } : use))
  const excluded = wordsIn(node).flatMap(word => (word.excluded && word.use ? [word.use] : []))
  return { ...componentOf(node, textOf(get(node, 'id'))?.value ?? owner, span, 'x-misfit', uses), ...(excluded.length > 0 ? { excluded } : {}) }
}

// `misfit.dev/role: job-queue` among the annotations of a Kubernetes object, or the label `misfit.use` on it or on its pods.
function annotatedObject(document: YamlNode): { readonly component: DeclaredComponent; readonly problems: readonly Problem[] } | undefined {
  const name = textOf(dig(document, 'metadata', 'name'))
  if (name === undefined || get(document, 'kind') === undefined || textOf(get(document, 'apiVersion'))?.value.startsWith('backstage.io/') === true) return undefined
  const found = new Map<string, YamlEntry>()
  for (const metadata of [get(document, 'metadata'), dig(document, 'spec', 'template', 'metadata')]) {
    for (const list of [get(metadata, 'annotations'), get(metadata, 'labels')]) {
      if (list?.kind === 'map') for (const [key, entry] of list.entries) if (key.startsWith('misfit.') && !found.has(key)) found.set(key, entry)
    }
  }
  const fields = new Map([...found].flatMap(([key, entry]) => (key.startsWith('misfit.dev/') ? [[key, entry] as const] : /^misfit\.uses?$/.test(key) ? [['misfit.dev/use', entry] as const] : [])))
  const [first] = fields.values()
  if (first === undefined) return undefined
  const { component, problems } = annotated({ kind: 'map', span: first.key.span, entries: fields }, name.value, first.key.span, {})
  return { component, problems }
}
