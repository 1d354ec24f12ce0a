// What Chart.yaml and the values say of a server beside its settings. https://helm.sh/docs/topics/charts/
import { describe, expect, it } from 'vitest'
import { componentIn } from '../../support/programs.ts'
import type { ObservedComponent } from '../../../src/model/observation.ts'

const shop = (more: Record<string, string>, dependency = '{name: redis, version: 20.1.4, repository: oci://registry-1.docker.io/bitnamicharts}'): Record<string, string> =>
  ({ 'Chart.yaml': `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [${dependency}]\n`, 'values.yaml': 'worker: {image: "acme/worker:1"}\n', ...more })
const copy = (meta: string, values: string): Record<string, string> => ({ 'charts/redis/Chart.yaml': `apiVersion: v2\nname: redis\nversion: 20.1.4\n${meta}`, 'charts/redis/values.yaml': values })
const own = 'architecture: standalone\nauth: {enabled: true}\nmaster: {persistence: {enabled: true}}\n'

describe('a chart of a server', () => {
  it('states the version of its program, which a tag in the values replaces', () => {
    const version = (image: string): string | undefined => componentIn(shop(copy('appVersion: 7.4.1\n', `${own}${image}`)), 'redis').version
    expect(['', 'image: {repository: bitnami/redis, tag: ""}\n', 'image: {repository: bitnami/redis, tag: 6.2.14}\n', 'image: {repository: bitnami/redis, tag: latest}\n'].map(version)).toEqual(['7.4.1', '7.4.1', '6.2.14', undefined])
  })

  it('runs no replicas under an architecture that has none, whatever their number, and has the limits of its preset where somebody chose one', () => {
    const redis = (values: string): ObservedComponent => componentIn(shop({ 'values.yaml': `redis:\n${values.replace(/^/gm, '  ')}` }), 'redis')
    const nodes = (architecture: string): number | undefined => { const count = redis(`architecture: ${architecture}\nreplica: {replicaCount: 3}`).nodes; return count.known ? count.value : undefined }
    expect([nodes('standalone'), nodes('replication')]).toEqual([1, 4])
    const limit = (master: string): number | undefined => { const memory = redis(`architecture: standalone\nmaster: ${master}`).memoryLimit; return memory?.known === true ? memory.value : undefined }
    expect(['{resourcesPreset: micro}', '{resourcesPreset: none}', '{resourcesPreset: micro, resources: {limits: {memory: 1Gi}}}', '{}'].map(limit)).toEqual([384 * 2 ** 20, undefined, 2 ** 30, undefined])
  })

  it('is not told by the repository of the image that it packs', () => {
    const product = (sources: string): string => componentIn(shop(copy(`sources: [${sources}]\n`, 'replicaCount: 1\n'), '{name: redis, version: 20.1.4}'), 'redis').product
    expect(product('https://github.com/bitnami/charts/tree/main/bitnami/redis')).toBe('bitnami-redis')
    expect(product('https://github.com/bitnami/containers/tree/main/bitnami/redis')).toBe('redis')
  })

  it('is deployed where its switch is a text, as a template takes it', () => {
    const found = (value: string): readonly ObservedComponent[] => {
      try { return [componentIn({ 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', 'templates/redis.yaml': '{{ if .Values.redis.enabled }}x{{ end }}\n', 'values.yaml': `redis:\n  enabled: ${value}\n  persistence: {enabled: true}\n` }, 'redis')] } catch { return [] }
    }
    expect([found('true').length, found('"false"').length, found('false').length]).toEqual([1, 1, 0])
  })
})
