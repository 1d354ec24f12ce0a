// Releases as GitOps tools declare them: which values reach a chart, in which order, and what stays unknown where some are elsewhere.
import { describe, expect, it } from 'vitest'
import { knowledge } from '../../../rules/knowledge/index.ts'
import { deployedStacks, type DeployedStack } from '../../support/deployed-stacks.ts'
import { helmStacks } from '../../../src/readers/helm/index.ts'
import { lint } from '../../../src/lint.ts'
import type { Component, Setting } from '../../../src/model/stack.ts'
import { valueOf } from '../../../src/model/value.ts'
import { memoryTree } from '../../support/memory-tree.ts'

const stacksOf = (files: Record<string, string>): readonly DeployedStack[] => { const tree = memoryTree(files); return deployedStacks(helmStacks(tree, knowledge), tree) }
const only = (stacks: readonly DeployedStack[]): Component => {
  const [first, ...more] = stacks.flatMap(stack => stack.components)
  if (!first || more.length > 0) throw new Error(`${String(more.length + (first ? 1 : 0))} components`)
  return first
}
const said = (setting: Setting | undefined): string | undefined => (setting === undefined ? undefined : setting.state === 'unknown' ? `unknown: ${setting.why}` : `${setting.state} ${setting.value}`)
const policy = (component: Component): string | undefined => said(component.settings.get('maxmemory-policy'))

const bitnami = 'repoURL: registry-1.docker.io/bitnamicharts, chart: redis, targetRevision: 20.1.0'
const application = (helm: string, source = bitnami): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cache}\nspec:\n  source: {${source}, helm: {${helm}}}\n`
const text = (policy: string): string => `"master: {configuration: 'maxmemory-policy ${policy}'}"`

describe('Argo CD', () => {
  it('lays values over files, an object over values, and parameters over all', () => {
    const file = { 'env/redis.yaml': 'master: {configuration: "maxmemory-policy allkeys-lru", persistence: {enabled: false}}\n' }
    const files = 'valueFiles: [$values/env/redis.yaml]'
    expect(policy(only(stacksOf({ ...file, 'app.yaml': application(files) })))).toBe('stated allkeys-lru')
    expect(policy(only(stacksOf({ ...file, 'app.yaml': application(`${files}, values: ${text('volatile-lru')}`) })))).toBe('stated volatile-lru')
    const object = `valuesObject: {master: {configuration: maxmemory-policy volatile-ttl}}`
    expect(policy(only(stacksOf({ ...file, 'app.yaml': application(`${files}, values: ${text('volatile-lru')}, ${object}`) })))).toBe('stated volatile-ttl')
    const set = only(stacksOf({ ...file, 'app.yaml': application(`${files}, parameters: [{name: master.persistence.enabled, value: "true"}]`) }))
    expect([policy(set), set.storage.kind]).toEqual(['stated allkeys-lru', 'claim'])
  })

  it('leaves unknown what a values file elsewhere may say, and names the file once', () => {
    const component = only(stacksOf({ 'app.yaml': application('valueFiles: [$values/gone.yaml], valuesObject: {master: {persistence: {enabled: false}}}') }))
    expect([said(component.settings.get('appendonly')), component.storage.kind, component.nodes.known]).toEqual(['unknown: the values file $values/gone.yaml is not here', 'empty-dir', false])
    expect(stacksOf({ 'app.yaml': application('valueFiles: ["values-{{env}}.yaml"]') })[0]?.unread.map(note => note.text)).toEqual(['the values file values-{{env}}.yaml is not here'])
    expect(said(only(stacksOf({ 'app.yaml': application('valueFiles: [$values/gone.yaml], ignoreMissingValueFiles: true') })).settings.get('appendonly'))).toBe('defaulted yes')
  })

  it('reads each chart among several sources', () => {
    const files = {
      'app.yaml': `kind: Application\nmetadata: {name: platform}\nspec:\n  sources:\n    - {repoURL: https://git.acme.io/x, ref: values}\n    - {${bitnami}, helm: {valueFiles: [$values/env/redis.yaml]}}\n    - {repoURL: registry-1.docker.io/bitnamicharts, chart: kafka, targetRevision: 32.0.0, helm: {valuesObject: {controller: {replicaCount: 5}}}}\n`,
      'env/redis.yaml': 'architecture: standalone\n',
    }
    expect(stacksOf(files).flatMap(stack => stack.components.map(component => [component.product, valueOf(component.nodes)]))).toEqual([['bitnami-redis', 1], ['bitnami-kafka', 5]])
  })

  it('makes a release of each element of a list generator', () => {
    const set = `kind: ApplicationSet\nmetadata: {name: caches}\nspec:\n  generators:\n    - list: {elements: [{env: staging}, {env: live}]}\n  template:\n    metadata: {name: "cache-{{env}}"}\n    spec:\n      source: {${bitnami}, helm: {valueFiles: ["$values/{{.env}}.yaml"]}}\n`
    const stacks = stacksOf({ 'set.yaml': set, 'staging.yaml': 'architecture: standalone\n', 'live.yaml': 'replica: {replicaCount: 2}\n' })
    expect(stacks.map(stack => [stack.name, stack.files, valueOf(stack.components[0]?.nodes)])).toEqual([['cache-staging', ['set.yaml', 'staging.yaml'], 1], ['cache-live', ['set.yaml', 'live.yaml'], 3]])
  })

  it('reads a chart of the tree with the files that the application names', () => {
    const files = {
      'charts/shop/Chart.yaml': 'name: shop\ndependencies: [{name: redis, version: 20.1.0, repository: https://charts.bitnami.com/bitnami}]', 'charts/shop/values.yaml': 'redis: {architecture: standalone}\n',
      'live.yaml': 'redis: {master: {persistence: {enabled: false}}}\n',
      'app.yaml': application('valueFiles: [../../live.yaml]', 'repoURL: https://git.acme.io/x, path: charts/shop'),
    }
    const stack = stacksOf(files).find(each => each.kind === 'values')
    expect(stack?.components.map(component => [component.name, valueOf(component.nodes), component.storage.kind, component.storage.span.file])).toEqual([['redis', 1, 'empty-dir', 'live.yaml']])
  })
})

describe('Flux', () => {
  const repository = 'kind: HelmRepository\nmetadata: {name: vendor}\nspec: {type: oci, url: "oci://registry-1.docker.io/bitnamicharts"}\n'
  const release = (more: string): string => `kind: HelmRelease\nmetadata: {name: cache}\nspec:\n  chart: {spec: {chart: redis, version: 20.1.0, sourceRef: {kind: HelmRepository, name: vendor}}}\n  ${more}\n`
  const files = (more: string, others: Record<string, string> = {}): Record<string, string> => ({ 'repository.yaml': repository, 'apps/cache/release.yaml': release(more), ...others })

  it('takes values from a ConfigMap of the tree, the release\'s own above them, at their places', () => {
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: defaults}\ndata:\n  values.yaml: |\n    architecture: standalone\n    master:\n      configuration: maxmemory-policy allkeys-lru\n'
    const stacks = stacksOf(files('valuesFrom: [{kind: ConfigMap, name: defaults}]\n  values: {architecture: replication}', { 'apps/cache/map.yaml': map }))
    const setting = only(stacks).settings.get('maxmemory-policy')
    expect([policy(only(stacks)), valueOf(only(stacks).nodes)]).toEqual(['stated allkeys-lru', 4])
    expect(setting?.state === 'stated' && [setting.span.file, map.slice(setting.span.start, setting.span.end)]).toEqual(['apps/cache/map.yaml', 'allkeys-lru'])
  })

  it('finds the file that Kustomize makes a ConfigMap of, the nearest of that name', () => {
    const kustomization = 'configMapGenerator:\n  - {name: values, files: [values.yaml=redis.yaml]}\n'
    const stacks = stacksOf(files('valuesFrom: [{kind: ConfigMap, name: values}]', {
      'apps/cache/kustomization.yaml': kustomization, 'apps/cache/redis.yaml': 'master: {configuration: maxmemory-policy volatile-ttl}\n',
      'apps/other/kustomization.yaml': kustomization, 'apps/other/redis.yaml': 'master: {configuration: maxmemory-policy allkeys-lru}\n',
    }))
    expect(policy(only(stacks))).toBe('stated volatile-ttl')
  })

  it('leaves unknown what stands in a secret, but not for a password alone', () => {
    expect(said(only(stacksOf(files('valuesFrom: [{kind: Secret, name: hidden}]'))).settings.get('appendonly'))).toBe('unknown: values from Secret hidden are not here')
    expect(said(only(stacksOf(files('valuesFrom: [{kind: Secret, name: hidden, targetPath: auth.password}]'))).settings.get('appendonly'))).toBe('defaulted yes')
  })

  it('takes chart and version from an OCIRepository', () => {
    const oci = 'kind: OCIRepository\nmetadata: {name: redis}\nspec: {url: "oci://registry-1.docker.io/bitnamicharts/redis", ref: {tag: 20.1.0}}\n---\nkind: HelmRelease\nmetadata: {name: cache}\nspec: {chartRef: {kind: OCIRepository, name: redis}, values: {architecture: standalone}}\n'
    expect(only(stacksOf({ 'a.yaml': oci }))).toMatchObject({ name: 'cache', product: 'bitnami-redis' })
  })
})

describe('Helmfile', () => {
  const release = '  - name: cache\n    chart: vendor/redis\n    version: 20.1.0\n'
  const head = 'repositories: [{name: vendor, url: "https://charts.bitnami.com/bitnami"}]\nenvironments: {staging: {}, production: {}}\n---\n'

  it('makes a view for each environment whose values it names', () => {
    const stacks = stacksOf({
      'helmfile.yaml': `${head}repositories: [{name: vendor, url: "https://charts.bitnami.com/bitnami"}]\nreleases:\n${release}    values: [base.yaml, "env/{{ .Environment.Name }}.yaml"]\n`,
      'base.yaml': 'architecture: standalone\n', 'env/staging.yaml': 'master: {persistence: {enabled: false}}\n', 'env/production.yaml': 'architecture: replication\n',
    })
    expect(stacks.map(stack => [stack.variant, valueOf(stack.components[0]?.nodes), stack.components[0]?.storage.kind])).toEqual([['env/staging.yaml', 1, 'empty-dir'], ['env/production.yaml', 4, 'claim']])
  })

  it('sets single values last, passes over what is not installed, and leaves unknown what a template makes', () => {
    const of = (more: string): readonly DeployedStack[] => stacksOf({ 'helmfile.yaml': `repositories: [{name: vendor, url: "https://charts.bitnami.com/bitnami"}]\nreleases:\n${release}${more}` })
    expect(only(of('    values: [{architecture: standalone}]\n    set: [{name: master.persistence.enabled, value: false}]\n')).storage.kind).toBe('empty-dir')
    expect(of('    installed: false\n')).toEqual([])
    expect(said(only(of('    values: [values.yaml.gotmpl]\n')).settings.get('appendonly'))).toBe('unknown: the values file values.yaml.gotmpl is not here')
  })
})

describe('what is broken', () => {
  const chart = { 'Chart.yaml': 'name: shop\ndependencies: [{name: kafka, version: 32.0.0, repository: https://charts.bitnami.com/bitnami}]' }

  it('is a problem with its place, and no default stands in for it', () => {
    const report = lint(memoryTree({ ...chart, 'values.yaml': 'kafka:\n  controller: {replicaCount: 3\nx: 1\n', 'other/Chart.yaml': 'name: other', 'other/values.yaml': 'redis: {image: redis:8}' }))
    expect(report.problems).toMatchObject([{ file: 'values.yaml', line: 3, message: expect.stringMatching(/^not valid YAML/) as string }])
    expect(report.stacks.flatMap(stack => stack.components.map(component => component.name))).toEqual(['redis'])
    expect(report.findings).toEqual([])
  })

  it('says of template syntax in values what it is', () => {
    const [problem] = lint(memoryTree({ ...chart, 'values.yaml': 'a: 1\nkafka: {{ .Values.x }}\n' })).problems
    expect([problem?.line, problem?.message]).toEqual([2, expect.stringContaining('a template ({{ … }}) stands outside quotes')])
  })

  it('spares the other views', () => {
    const report = lint(memoryTree({ ...chart, 'values.yaml': 'kafka: {controller: {replicaCount: 3}}\n', 'values-a.yaml': 'kafka: [', 'values-b.yaml': 'kafka: {broker: {replicaCount: 1}}\n' }))
    expect(report.stacks.map(stack => stack.variant)).toEqual([undefined, 'values-b.yaml'])
    expect(report.problems).toHaveLength(1)
  })
})

it('values of a release that nobody can read do not end the run', () => {
  const application = 'kind: Application\nspec:\n  source:\n    repoURL: bitnamicharts\n    chart: redis\n    targetRevision: 19.6.4\n    helm:\n      values: |\n        {{ .Values.redis }\n'
  expect(() => lint(memoryTree({ 'application.yaml': application }))).not.toThrow()
})
