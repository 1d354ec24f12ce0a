// https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
import { describe, expect, it } from 'vitest'
import type { ObservedComponent } from '../../../src/model/observation.ts'
import { componentIn } from '../../support/programs.ts'

const said = (component: ObservedComponent, name: string): string | undefined => {
  const setting = component.settings.get(name)
  return setting?.state === 'unknown' ? 'unknown' : setting?.value
}
const kustomization = (path: string, substitute: string): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec:\n  path: ${path}\n  postBuild: ${substitute}\n`
const release = (values: string): string =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis}\nspec:\n  chart: {spec: {chart: redis, version: 20.1.4, sourceRef: {kind: HelmRepository, name: bitnami}}}\n  values: ${values}\n`
const repository = 'apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: bitnami}\nspec: {url: oci://registry-1.docker.io/bitnamicharts, type: oci}\n'
const values = '{architecture: standalone, commonConfiguration: "maxmemory ${LIMIT:-64mb}\\nmaxmemory-policy ${POLICY}", master: {persistence: {enabled: "${KEPT}"}}}'

describe('what Flux fills in', () => {
  it('reaches the values of releases, also below the folders that a kustomization builds upon', () => {
    const redis = componentIn({
      'clusters/live/apps.yaml': kustomization('./apps/live', '{substitute: {POLICY: noeviction}, substituteFrom: [{kind: ConfigMap, name: settings}]}'),
      'clusters/live/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {KEPT: "false", POLICY: allkeys-lru}\n',
      'apps/live/kustomization.yaml': 'resources: [../base]\n', 'apps/base/kustomization.yaml': 'resources: [redis.yaml]\n', 'apps/base/redis.yaml': release(values), 'sources/bitnami.yaml': repository,
    }, 'redis')
    expect([said(redis, 'maxmemory'), said(redis, 'maxmemory-policy'), redis.storage.kind]).toEqual(['64mb', 'noeviction', 'empty-dir'])
  })

  it('reaches manifests, and leaves what a secret may say', () => {
    const pod = (policy: string): string => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: redis}\nspec:\n  template:\n    spec:\n      containers: [{name: redis, image: "redis:7.4", args: [redis-server, --maxmemory, "\${LIMIT}", --maxmemory-policy, "${policy}"]}]\n`
    const given = (substitute: string, policy: string): ObservedComponent => componentIn({ 'flux/apps.yaml': kustomization('apps', substitute), 'apps/redis.yaml': pod(policy) }, 'redis')
    expect(['maxmemory', 'maxmemory-policy'].map(name => said(given('{substitute: {LIMIT: 1gb}}', '${POLICY:=allkeys-lru}'), name))).toEqual(['1gb', 'allkeys-lru'])
    expect(said(given('{substitute: {LIMIT: 1gb}, substituteFrom: [{kind: Secret, name: s}]}', '${POLICY:=allkeys-lru}'), 'maxmemory-policy')).not.toBe('allkeys-lru')
  })

  it('reaches the components that a kustomization adds', () => {
    const redis = componentIn({
      'flux/apps.yaml': kustomization('./apps', '{substitute: {POLICY: noeviction}}').replace('  path: ./apps\n', '  path: ./apps\n  components: [../shared/redis]\n'), 'apps/kustomization.yaml': 'resources: []\n',
      'shared/redis/kustomization.yaml': 'kind: Component\nresources: [redis.yaml]\n', 'shared/redis/redis.yaml': release('{commonConfiguration: "maxmemory-policy ${POLICY}"}'), 'sources/bitnami.yaml': repository,
    }, 'redis')
    expect(said(redis, 'maxmemory-policy')).toBe('noeviction')
  })

  it('is not known where two disagree', () => {
    const redis = componentIn({ 'flux/a.yaml': kustomization('apps', '{substitute: {POLICY: noeviction}}'), 'flux/b.yaml': kustomization('apps', '{substitute: {POLICY: allkeys-lru}}'), 'apps/redis.yaml': release('{commonConfiguration: "maxmemory-policy ${POLICY}"}'), 'sources/bitnami.yaml': repository }, 'redis')
    expect(said(redis, 'maxmemory-policy')).toBe('unknown')
  })
})
