// The templates of a chart, filled with its values.
import { describe, expect, it } from 'vitest'
import type { Report } from '../../../src/model/report.ts'
import { lint } from '../../../src/lint.ts'
import { memoryTree } from '../../support/memory-tree.ts'

const chart = 'apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: "2.1"\n'
const report = (files: Record<string, string>): Report => lint(memoryTree({ 'Chart.yaml': chart, ...files }))
const component = (files: Record<string, string>) => report(files).stacks[0]?.components[0]
const uses = (files: Record<string, string>): readonly string[] => component(files)?.uses.filter(({ confidence }) => confidence >= 0.8).map(({ use }) => use) ?? []

const server = (more = ''): string => `{{- if .Values.redis.enabled }}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "shop.fullname" . }}-redis
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: 1
  template:
    metadata:
      labels:
        {{- include "shop.labels" . | nindent 8 }}
    spec:
      containers:
        - name: redis
          image: "{{ .Values.redis.image.repository }}:{{ .Values.redis.image.tag | default "7.4" }}"
          args: ["--maxmemory", {{ .Values.redis.memory | quote }}, "--maxmemory-policy", {{ .Values.redis.policy }}]
${more}
{{- end }}
`
const values = 'redis:\n  enabled: true\n  image: {repository: redis}\n  memory: 100mb\n  policy: allkeys-lru\nworker:\n  command: [celery, -A, shop, worker]\n  env:\n    - {name: CELERY_BROKER_URL, value: "redis://shop-redis:6379/0"}\n'
const alone = values.slice(0, values.indexOf('worker:'))
const worker = `apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  template:
    spec:
      containers:
        - name: worker
          image: acme/shop:{{ .Chart.AppVersion }}
          command:
            {{- toYaml .Values.worker.command | nindent 12 }}
          env:
            {{- toYaml .Values.worker.env | nindent 12 }}
`

describe('what a template starts', () => {
  it('is the block of values that its image stands in, with the settings that the template gives it', () => {
    const { stacks, findings } = report({ 'values.yaml': values, 'templates/redis.yaml': server(), 'templates/worker.yaml': worker })
    expect(stacks[0]?.components.map(({ name, file, version }) => [name, file, version])).toEqual([['redis', 'values.yaml', '7.4']])
    expect(findings.map(({ rule, file }) => [rule, file])).toContainEqual(['redis/queue-on-evicting-instance', 'values.yaml'])
  })
  it('says what it is used for by its command and environment, wherever the values put them', () => {
    expect(uses({ 'values.yaml': values, 'templates/redis.yaml': server(), 'templates/worker.yaml': worker })).toEqual(['job-queue'])
  })
  it('is none where the values switch it off', () => {
    const off = values.replace('enabled: true', 'enabled: false')
    const { findings } = report({ 'values.yaml': off, 'templates/redis.yaml': server(), 'templates/worker.yaml': worker })
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
  })
  it('takes the layer that won, at its place', () => {
    const { findings } = report({ 'values.yaml': values.replace('allkeys-lru', 'noeviction'), 'values-live.yaml': 'redis: {policy: allkeys-lru}\n', 'templates/redis.yaml': server(), 'templates/worker.yaml': worker })
    expect(findings.filter(({ rule }) => rule === 'redis/queue-on-evicting-instance').map(({ file }) => file)).toEqual(['values-live.yaml'])
  })
})

describe('named templates', () => {
  const client = (host: string): string => worker.replace(/command:[^]*$/, `env: [{name: REDIS_CACHE_HOST, value: ${host}}]\n`)
  const helpers = '{{- define "shop.redis.host" -}}\n{{- $host := "" -}}\n{{- if .Values.redis.enabled -}}\n{{- $host = printf "%s-redis" (include "shop.fullname" .) -}}\n{{- else -}}\n{{- $host = .Values.elsewhere -}}\n{{- end -}}\n{{- $host -}}\n{{- end -}}\n{{ define "shop.fullname" }}{{ .Release.Name | trunc 63 | trimSuffix "-" }}{{ end }}\n'
  const with_ = (host: string, more: Record<string, string> = {}): readonly string[] => uses({ 'values.yaml': alone, 'templates/redis.yaml': server(), 'templates/app.yaml': client(host), ...more })
  it('are followed through variables and branches', () => {
    expect(with_('{{ include "shop.redis.host" . | quote }}', { 'templates/_helpers.tpl': helpers })).toEqual(['cache'])
  })
  it('lead nowhere where they are not here', () => {
    expect(with_('{{ include "other.redis.host" . | quote }}')).toEqual([])
  })
  it('that call each other without end come to nothing known', () => {
    const loop = '{{ define "shop.redis.host" }}{{ include "shop.redis.host" . }}{{ include "shop.redis.host" . }}{{ end }}'
    expect(with_('{{ include "shop.redis.host" . }}', { 'templates/_helpers.tpl': loop })).toEqual([])
  })
})

describe('a loop over values', () => {
  const program = (env: string): string => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: acme/shop\n${env}`
  const given = (more: string): string => `${alone}${more}`
  const map = '{CELERY_BROKER_URL: "redis://shop-redis:6379/0", PORT: 80}'
  it.each([
    ['makes variables of a map', `env: ${map}`, '          env:\n            {{- range $name, $value := .Values.env }}\n            - name: {{ $name }}\n              value: {{ $value | quote }}\n            {{- end }}\n', {}],
    ['makes variables among others', `env: ${map}`, '          env:\n            - name: A\n              value: b\n            {{- range $name, $value := .Values.env }}\n            - name: {{ $name | quote }}\n              value: "{{ $value }}"\n            {{- end }}\n            - name: C\n              value: d\n', {}],
    ['makes variables of a list', 'env: [{name: CELERY_BROKER_URL, value: "redis://shop-redis:6379/0"}]', '          env:\n          {{- range .Values.env }}\n            - name: {{ .name }}\n              value: {{ .value | quote }}\n          {{- end }}\n', {}],
    ['makes the data of a ConfigMap', `env: ${map}`, '          envFrom: [{configMapRef: {name: shop}}]\n', { 'templates/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata:\n  {{- range $key, $value := .Values.env }}\n  {{ $key }}: {{ $value | quote }}\n  {{- end }}\n' }],
  ])('%s', (_, more, env, files) => {
    expect(uses({ 'values.yaml': given(`${more}\n`), 'templates/redis.yaml': server(), 'templates/web.yaml': program(env), ...files })).toEqual(['job-queue'])
  })

  it('writes the lines of a configuration file, but for a number that Go writes otherwise', () => {
    const conf = 'kind: ConfigMap\nmetadata: {name: conf}\ndata:\n  redis.conf: |\n    maxmemory 100mb\n    {{- range $key, $value := .Values.config }}\n    {{ $key }} {{ $value }}\n    {{- end }}\n'
    const mounted = server('          volumeMounts: [{name: conf, mountPath: /conf}]\n      volumes: [{name: conf, configMap: {name: conf}}]').replace(/args: .*/, 'args: ["/conf/redis.conf"]')
    const policy = (config: string) => component({ 'values.yaml': given(`config: ${config}\n`), 'templates/redis.yaml': mounted, 'templates/conf.yaml': conf })?.settings['maxmemory-policy']
    expect(policy('{maxmemory-policy: allkeys-lru, save: ""}')).toMatchObject({ state: 'stated', value: 'allkeys-lru' })
    expect(policy('{maxmemory-policy: allkeys-lru, repl-backlog-size: 10000000}')?.state).not.toBe('stated')
    expect(policy('{}')).toMatchObject({ state: 'defaulted' })
  })

  it('states the settings of a cluster that an operator runs', () => {
    const strimzi = 'apiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: {name: events}\nspec:\n  kafka:\n    replicas: 3\n    config:\n      {{- range $key, $value := .Values.config }}\n      {{ $key }}: {{ $value }}\n      {{- end }}\n    storage: {type: ephemeral}\n'
    expect(component({ 'values.yaml': 'config: {min.insync.replicas: 2}\n', 'templates/kafka.yaml': strimzi })?.settings).toMatchObject({ 'min.insync.replicas': { state: 'stated', value: '2', file: 'values.yaml' } })
  })
})

describe('what nobody can tell', () => {
  const app = (env: string): string => worker.replace(/command:[^]*$/, `env:\n${env}`)
  it('is no reason for a finding: a loop, a function that is not known, a condition on the cluster', () => {
    const plain = report({ 'values.yaml': values, 'templates/redis.yaml': server(), 'templates/worker.yaml': worker }).findings.length
    expect(plain).toBeGreaterThan(0)
    for (const more of ['{{- range .Values.worker.command }}\n          {{ . }}\n{{- end }}', '          {{- include "shop.volumes" . | nindent 10 }}', '{{- if .Capabilities.APIVersions.Has "v1" }}\n          volumeMounts: []\n{{- end }}']) {
      const { findings } = report({ 'values.yaml': values, 'templates/redis.yaml': server(more), 'templates/worker.yaml': worker })
      // What is stated stays so.
      expect(findings.flatMap(({ rule, severity }) => (severity === 'error' ? [rule] : []))).toEqual(['redis/queue-on-evicting-instance'])
    }
  })
  it('in one variable hides no other', () => {
    expect(uses({ 'values.yaml': alone, 'templates/redis.yaml': server(), 'templates/app.yaml': app('            - {name: A, value: {{ lookup "v1" "Secret" "" "x" | quote }}}\n            - {name: CACHE_URL, value: "redis://shop-redis:6379"}\n') })).toEqual(['cache'])
  })
  it('in a line of a configuration file hides that line alone', () => {
    const map = (line: string): string => `kind: ConfigMap\nmetadata: {name: conf}\ndata:\n  redis.conf: |\n    maxmemory 100mb\n    ${line}\n`
    const mounted = server('          volumeMounts: [{name: conf, mountPath: /conf}]\n      volumes: [{name: conf, configMap: {name: conf}}]').replace(/args: .*/, 'args: ["/conf/redis.conf"]')
    const rules = (line: string): readonly string[] => report({ 'values.yaml': values, 'templates/redis.yaml': mounted, 'templates/conf.yaml': map(line) }).findings.map(({ rule }) => rule)
    expect(rules('maxmemory-policy allkeys-lru')).toContain('redis/queue-on-evicting-instance')
    expect(rules('maxmemory-policy allkeys-lru\n    requirepass {{ lookup "v1" "Secret" "" "x" }}')).toContain('redis/queue-on-evicting-instance')
    expect(rules('maxmemory-policy allkeys-lru\n    {{ lookup "v1" "Secret" "" "x" }}')).not.toContain('redis/queue-on-evicting-instance')
    expect(rules('maxmemory-policy {{ lookup "v1" "Secret" "" "x" }}')).not.toContain('redis/queue-on-evicting-instance')
  })
  it('that makes entries among others puts them there, with what is known of them', () => {
    const helpers = '{{- define "shop.env" -}}\n- name: CELERY_BROKER_URL\n  value: redis://shop-redis:6379/0\n- name: ORDERS_URL\n  value: http://orders.{{ .Release.Namespace }}.svc\n{{- end }}\n{{- define "shop.config" -}}\nSESSION_STORE_URL: redis://shop-redis:6379/1\n{{- end }}\n'
    const program = (env: string): string => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: acme/shop\n${env}`
    const among = '          env:\n            - name: LOG_LEVEL\n              value: info\n            {{- include "shop.env" . | nindent 12 }}\n            - name: PORT\n              value: "80"\n'
    expect(uses({ 'values.yaml': alone, 'templates/_helpers.tpl': helpers, 'templates/redis.yaml': server(), 'templates/web.yaml': program(among) })).toEqual(['job-queue'])
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata:\n  LOG_LEVEL: info\n{{ include "shop.config" . | indent 2 }}\n'
    const from = '          envFrom:\n            - configMapRef: {name: shop}\n'
    expect(uses({ 'values.yaml': alone, 'templates/_helpers.tpl': helpers, 'templates/redis.yaml': server(), 'templates/map.yaml': map.replace('{{ include "shop.config" . | indent 2 }}', '  {{- include "shop.config" . | nindent 2 }}'), 'templates/web.yaml': program(from) })).toEqual(['session-store'])
  })
  it('is said of a template that is no YAML, and an open action ends in a note', () => {
    for (const broken of ['kind: Deployment\nmetadata: {name: [\n', 'kind: Deployment\n{{ if .Values.redis.enabled }}\n', 'kind: Deployment\n{{ "x', '{{ {{ {{ {{']) {
      expect(report({ 'values.yaml': values, 'templates/redis.yaml': server(), 'templates/app.yaml': broken }).stacks[0]?.unread?.map(({ file }) => file)).toEqual(['templates/app.yaml'])
    }
  })
})

describe('charts below', () => {
  it('of somebody\'s own run what their templates say, with the values that their parent gives them', () => {
    const files = {
      'Chart.yaml': `${chart}dependencies: [{name: store, version: 0.1.0}]\n`, 'values.yaml': 'store: {image: apache/kafka}\n',
      'charts/store/Chart.yaml': 'apiVersion: v2\nname: store\nversion: 0.1.0\n', 'charts/store/values.yaml': 'tag: "3.9.0"\n',
      'charts/store/templates/store.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: events}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: kafka, image: "{{ .Values.image }}:{{ .Values.tag }}"}\n',
    }
    expect(report(files).stacks[0]?.components.map(({ technology, version }) => [technology, version])).toEqual([['kafka', '3.9.0']])
  })
})
