// `x-misfit` blocks in the files of a stack → declared components. Knows where such a block may stand, not what a deployment is.
import type { DeclaredComponent } from '../../model/spec.ts'
import type { Problem } from '../../model/stack.ts'
import { known, type Span } from '../../model/value.ts'
import { get, listOf, readYaml, type YamlMap, type YamlNode } from '../yaml.ts'
import { componentOf, useNamed, useOf, usesOf } from './declared.ts'
import { at, flagOf, textOf, textsOf } from './fields.ts'
import { block } from './shapes.ts'
import { validate } from './validate.ts'

/** A block and whose it is: a compose service, a values path; empty for a block that speaks of the whole file. */
export interface Block {
  readonly owner: string
  readonly component: DeclaredComponent
}

const depthLimit = 12

/** Reads the blocks of one file; broken YAML is its own reader's matter. */
export function blocksOf(file: string, text: string): { readonly blocks: readonly Block[]; readonly problems: readonly Problem[] } {
  const blocks: Block[] = [], problems: Problem[] = []
  if (!text.includes('x-misfit')) return { blocks, problems }
  const add = (node: YamlNode, owner: string, span: Span): void => {
    // A word or a list of words is read with the service itself.
    if (node.kind !== 'map') return
    problems.push(...validate(node, block, `x-misfit of ${owner === '' ? 'this file' : owner}`))
    blocks.push({ owner, component: componentOfBlock(node, owner, span) })
  }
  for (const document of readYaml(file, text).documents) {
    const top = get(document, 'x-misfit')
    const services = get(document, 'services')
    if (top?.kind === 'map') {
      const named = get(top, 'components') ?? top
      if (named.kind === 'map' && [...named.entries.keys()].every(name => !Object.hasOwn(block.fields, name))) {
        for (const [name, { key, value }] of named.entries) add(value, name, key.span)
      } else add(top, '', top.span)
    }
    for (const { path, node, span } of blocksIn(document, [], 0)) {
      if (path.length > 0) add(node, services && path[0] === 'services' ? path.slice(1).join('.') : path.join('.'), span)
    }
  }
  return { blocks, problems }
}

function* blocksIn(node: YamlNode, path: readonly string[], depth: number): Iterable<{ path: readonly string[]; node: YamlNode; span: Span }> {
  if (node.kind !== 'map' || depth > depthLimit) return
  for (const [name, { key, value }] of node.entries) {
    if (name === 'x-misfit') yield { path, node: value, span: key.span }
    else yield* blocksIn(value, [...path, name], depth + 1)
  }
}

// `use: cache` with the fields of a use beside it is one use for short.
function componentOfBlock(node: YamlMap, owner: string, span: Span): DeclaredComponent {
  const ephemeral = at(node, 'ephemeral', flagOf)
  const flat = { ...node, entries: new Map([...node.entries].filter(([name]) => name !== 'uses')) }
  const words = [...textsOf(get(node, 'use')), ...textsOf(get(node, 'role'))].flatMap(text => text.value.split(/[\s,]+/).map(word => known(word, text.span)))
  const named = words.filter(word => useNamed(word.value) !== undefined).map(word => useOf(flat, useNamed(word.value) ?? word.value, word, word.span))
  // Fields of a use without a word for it still say what is asked.
  const plain = named.length === 0 && listOf(get(node, 'uses')).length === 0 && ['durability', 'data_nature', 'access_pattern', 'latency_goal', 'replay'].some(name => node.entries.has(name))
    ? [useOf(flat, 'use', undefined, span)] : []
  const uses = [...named, ...plain, ...usesOf(node)]
    .map(use => (ephemeral?.value === true && use.durability === undefined ? { ...use, durability: known('none' as const, ephemeral.span) } : use))
  return componentOf(node, textOf(get(node, 'id'))?.value ?? owner, span, 'x-misfit', uses)
}
