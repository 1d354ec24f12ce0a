// How values merge: hand-worked cases of what Helm documents of layers, subcharts, globals, conditions and tags.
// https://helm.sh/docs/chart_template_guide/subcharts_and_globals/ and https://helm.sh/docs/topics/charts/#tags-and-condition-fields-in-dependencies
import { describe, expect, it } from 'vitest'
import { knowledge } from '../../../rules/knowledge/index.ts'
import { deployedStacks, type DeployedStack } from '../../support/deployed-stacks.ts'
import { helmStacks } from '../../../src/readers/helm/index.ts'
import { coalesce, isEnabled, scoped, textAt } from '../../../src/readers/helm/values.ts'
import { readYaml, type YamlMap, type YamlNode } from '../../../src/readers/yaml.ts'
import type { Component, Setting } from '../../../src/model/stack.ts'
import { memoryTree } from '../../support/memory-tree.ts'

const map = (text: string, file = 'values.yaml'): YamlMap => {
  const [root] = readYaml(file, text).documents
  if (root?.kind !== 'map') throw new Error('no map')
  return root
}
const plain = (node: YamlNode | undefined): unknown => node === undefined ? undefined : node.kind === 'scalar' ? node.text
  : node.kind === 'seq' ? node.items.map(plain) : Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]))
const stacksOf = (files: Record<string, string>): readonly DeployedStack[] => { const tree = memoryTree(files); return deployedStacks(helmStacks(tree, knowledge), tree) }
const componentIn = (stacks: readonly DeployedStack[], name: string, variant?: string): Component => {
  const found = stacks.filter(stack => variant === undefined || stack.variant === variant).flatMap(stack => stack.components).find(component => component.name === name)
  if (!found) throw new Error(`no ${name} among ${stacks.flatMap(stack => stack.components.map(component => component.name)).join(', ')}`)
  return found
}
const said = (setting: Setting | undefined): string | undefined => (setting === undefined ? undefined : setting.state === 'unknown' ? 'unknown' : `${setting.state} ${setting.value}`)

describe('merging, as Helm documents it', () => {
  it('merges maps, replaces lists and scalars, and removes what is null', () => {
    const merged = coalesce(map('a: {b: 1, c: 2, d: {e: 3}}\nlist: [1, 2]\nkept: x'), map('a: {b: 9, c: null, d: {f: 4}}\nlist: [3]'))
    expect(plain(merged)).toEqual({ a: { b: '9', d: { e: '3', f: '4' } }, list: ['3'], kept: 'x' })
  })

  it('replaces a map by a scalar and a scalar by a map', () => {
    expect(plain(coalesce(map('a: {b: 1}\nc: 1'), map('a: 2\nc: {d: 1}')))).toEqual({ a: '2', c: { d: '1' } })
  })

  it('keeps a null that overrides nothing from becoming a value', () => {
    const merged = coalesce(map('a: 1'), map('b: null'))
    expect(textAt(merged, 'b')).toBeUndefined()
  })

  it('gives a subchart its own scope and the parent\'s globals above its own', () => {
    const values = scoped(map('global: {region: eu}\nsub: {mode: loud, global: {region: asia}}\nother: 1'), 'sub', map('global: {region: us, zone: a}\nmode: quiet\nleft: 1'))
    expect(plain(values)).toEqual({ global: { region: 'eu', zone: 'a' }, mode: 'loud', left: '1' })
  })

  it('lets the first written condition decide, then tags', () => {
    const dependency = { conditions: ['a.enabled', 'b.enabled'], tags: ['x', 'y'] }
    expect(isEnabled(dependency, map('b: {enabled: false}\ntags: {x: true}'))).toBe(false)
    expect(isEnabled(dependency, map('a: {enabled: true}\nb: {enabled: false}'))).toBe(true)
    expect(isEnabled(dependency, map('tags: {x: false, y: true}'))).toBe(true)
    expect(isEnabled(dependency, map('tags: {x: false}'))).toBe(false)
    expect(isEnabled(dependency, map('z: 1'))).toBe(true)
  })

  it('takes only a boolean for a condition', () => {
    const dependency = { conditions: ['a.enabled', 'b.enabled'], tags: [] }
    expect(isEnabled(dependency, map('a: {enabled: "false"}\nb: {enabled: true}'))).toBe(true)
    expect(isEnabled(dependency, map('a: {enabled: off}'))).toBe(false)
    expect(isEnabled(dependency, map('a: {enabled: 0}\nb: {enabled: no}'))).toBe(false)
  })

  it('lets the tags of the chart on top decide for every chart below', () => {
    const files = {
      'Chart.yaml': 'name: top\ndependencies: [{name: mid, version: 1.0.0}]', 'values.yaml': 'tags: {queues: false}\n',
      'charts/mid/Chart.yaml': 'name: mid\nversion: 1.0.0\ndependencies: [{name: redis, version: 20.1.0, repository: https://charts.bitnami.com/bitnami, tags: [queues]}]', 'charts/mid/values.yaml': 'tags: {queues: true}\n',
    }
    const names = (more: Record<string, string>): readonly string[] => stacksOf({ ...files, ...more }).flatMap(stack => stack.components.map(component => component.name))
    expect(names({})).toEqual([])
    expect(names({ 'values.yaml': 'x: 1\n' })).toEqual(['mid.redis'])
  })

  it('reads the condition of a subchart\'s dependency in the subchart\'s scope', () => {
    const files = {
      'Chart.yaml': 'name: top\ndependencies: [{name: mid, version: 1.0.0, alias: shop}]', 'values.yaml': 'redis: {enabled: true}\nshop: {redis: {enabled: false}}\n',
      'charts/mid/Chart.yaml': 'name: mid\nversion: 1.0.0\ndependencies: [{name: redis, version: 20.1.0, repository: https://charts.bitnami.com/bitnami, condition: redis.enabled}]', 'charts/mid/values.yaml': 'redis: {enabled: true}\n',
    }
    expect(stacksOf(files).flatMap(stack => stack.components.map(component => component.name))).not.toContain('shop.redis')
    expect(stacksOf({ ...files, 'values.yaml': 'redis: {enabled: false}\n' }).flatMap(stack => stack.components.map(component => component.name))).toContain('shop.redis')
  })

  it('lets a null in a later layer remove what only the subchart says', () => {
    const files = {
      'Chart.yaml': 'name: top\ndependencies: [{name: store, version: 1.0.0}]', 'values.yaml': 'store: {redis: {replicas: 1}}\n', 'values-live.yaml': 'store: {redis: {maxmemoryPolicy: null}}\n',
      'charts/store/Chart.yaml': 'name: store\nversion: 1.0.0\n', 'charts/store/values.yaml': 'redis: {image: redis:8, maxmemoryPolicy: allkeys-lru}\n',
    }
    const policy = (variant: string | undefined): string | undefined => said(stacksOf(files).find(stack => stack.variant === variant)?.components[0]?.settings.get('maxmemory-policy'))
    expect([policy(undefined), policy('values-live.yaml')]).toEqual(['stated allkeys-lru', 'unknown'])
  })

  it('lets a null remove a published chart\'s own configuration', () => {
    const of = (values: string): Component => componentIn(stacksOf({ 'Chart.yaml': 'name: top\ndependencies: [{name: redis, version: 20.1.0, repository: https://charts.bitnami.com/bitnami}]', 'values.yaml': values }), 'redis')
    expect(said(of('redis: {commonConfiguration: null}\n').settings.get('appendonly'))).toBe('defaulted no')
    expect(of('redis: {master: {persistence: {enabled: null}}}\n').storage.kind).toBe('unknown')
  })
})
