// What the fuzzer starts from: every rule's examples, the fixtures, and small inputs of the kinds that these lack. Read from the working directory.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rules } from '../../rules/index.ts'
import { programs } from './programs.ts'

export const kinds = ['compose', 'values', 'chart', 'manifests', 'redis.conf', 'properties', 'env', 'design', 'asyncapi', 'configuration', 'knowledge', 'program'] as const
export type Kind = (typeof kinds)[number]
export type Files = Readonly<Record<string, string>>

export interface Seed {
  readonly files: Files
  /** The files of this kind: those that are mangled most. */
  readonly target: readonly string[]
}

/** Which kind of input a file is, by its name and words. */
export function kindOf(path: string, text: string): Kind | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/^misfit\.config\.|^misfit\.knowledge/.test(name)) return undefined
  if (/^(?:docker-)?compose.*\.ya?ml$/.test(name)) return 'compose'
  if (/^(?:Chart|requirements)\.ya?ml$/.test(name) || path.includes('/templates/')) return 'chart'
  if (/values.*\.ya?ml$/.test(name)) return 'values'
  if (/\.properties$/.test(name)) return 'properties'
  if (/\.conf$/.test(name)) return 'redis.conf'
  if (/\.env\b|^\.env|\.labels$/.test(name)) return 'env'
  if (/^asyncapi/m.test(text)) return 'asyncapi'
  if (/^kind: DesignSpec|^x-misfit/m.test(text) || /^(?:misfit|score|catalog-info)/.test(name)) return 'design'
  if (/^kind:/m.test(text)) return 'manifests'
  return /^services:/m.test(text) ? 'compose' : undefined
}

function* foldersOf(folder: string): Generator<Files> {
  for (const name of readdirSync(folder).sort()) {
    const files: Record<string, string> = {}
    const visit = (path: string): void => {
      for (const entry of readdirSync(join(folder, name, path), { withFileTypes: true })) {
        if (entry.isDirectory()) visit(`${path}${entry.name}/`)
        else if (entry.isFile() && !entry.name.endsWith('.tgz')) files[path + entry.name] = readFileSync(join(folder, name, path, entry.name), 'utf8')
      }
    }
    try { visit('') } catch { continue }
    yield files
  }
}

const redis = (from: string): string => `services:\n  web:\n    image: shop/web:1\n    environment: {CELERY_BROKER_URL: "redis://redis:6379/0"}\n  redis:\n    image: redis:7.4\n${from}`
const made: Readonly<Record<'redis.conf' | 'properties' | 'env' | 'chart', readonly Files[]>> = {
  'redis.conf': [
    { 'compose.yaml': redis('    command: redis-server /usr/local/etc/redis.conf --appendonly no\n    volumes: ["./redis.conf:/usr/local/etc/redis.conf:ro"]\n'), 'redis.conf': '# jobs\nmaxmemory 64mb\nmaxmemory-policy allkeys-lru\nsave 900 1\nsave ""\nappendonly yes\ninclude extra.conf\nuser app on >pw ~* +@all\nrename-command FLUSHALL "\\x41"\n', 'extra.conf': 'requirepass x\n' },
    { 'compose.yaml': redis('    command: ["redis-sentinel", "/s.conf"]\n    configs: [{source: s, target: /s.conf}]\nconfigs: {s: {content: "sentinel monitor mymaster redis 6379 2\\nsentinel auth-pass mymaster pw\\n"}}\n') },
    { 'k8s.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  redis.conf: |-\n    maxmemory-policy allkeys-lru\n    maxmemory 1gb\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: redis}\nspec:\n  template:\n    spec:\n      containers: [{name: redis, image: "redis:7", args: ["/conf/redis.conf"], volumeMounts: [{name: c, mountPath: /conf}]}]\n      volumes: [{name: c, configMap: {name: c}}]\n' },
  ],
  properties: [
    { 'compose.yaml': 'services:\n  kafka:\n    image: apache/kafka:3.9.0\n    volumes: ["./server.properties:/mnt/shared/config/server.properties"]\n  app: {image: shop/app, environment: {KAFKA_BROKERS: "kafka:9092"}}\n', 'server.properties': 'process.roles=broker,controller\nnode.id=1\nlog.dirs = /var/lib/kafka,\\\n  /data\nmin.insync.replicas:1\ndefault.replication.factor 3\nunclean.leader.election.enable=true\nlog.retention.hours=\\u0031\nlisteners=PLAINTEXT://:9092\n' },
    { 'compose.yaml': 'services:\n  kafka:\n    image: confluentinc/cp-kafka:7.6.0\n    command: kafka-server-start /etc/kafka.properties --override log.cleanup.policy=compact\n    configs: [{source: k, target: /etc/kafka.properties}]\nconfigs: {k: {content: "log.dirs=/tmp\\nauto.create.topics.enable=true"}}\n' },
  ],
  env: [
    { 'compose.yaml': 'services:\n  web:\n    image: shop/web:${TAG:-1}\n    env_file: [web.env, {path: extra.env, required: false, format: raw}]\n    environment: ["A=$B", "CELERY_BROKER_URL=redis://${HOST}:6379"]\n  redis: {image: "redis:${TAG}", command: "redis-server ${ARGS}"}\n', '.env': 'TAG=7\nHOST="re${X:-dis}"\nARGS=--maxmemory-policy allkeys-lru\\\n --maxmemory 1mb\nexport B=\'x y\' # c\n', 'web.env': 'CACHE_URL=redis://redis:6379/1\nSESSION_DRIVER: redis\nMULTI="a\nb"\n', 'extra.env': '=x\nKAFKA_BROKERS\n' },
  ],
  chart: [
    { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 20.0.0, repository: "oci://registry-1.docker.io/bitnamicharts", alias: jobs, condition: jobs.enabled, import-values: [{child: a, parent: b}]}\n  - {name: kafka, version: 31.0.0, repository: "file://charts/kafka", tags: [x]}\n', 'values.yaml': 'jobs: {enabled: true, commonConfiguration: "maxmemory-policy allkeys-lru", architecture: standalone}\nkafka: {controller: {replicaCount: 1}}\ntags: {x: true}\nglobal: {redis: {password: x}}\n', 'values.prod.yaml': 'jobs: {master: {persistence: {enabled: false}}}\n', 'charts/kafka/Chart.yaml': 'name: kafka\nversion: 31.0.0\n', 'charts/kafka/values.yaml': 'replicaCount: 3\n', 'templates/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ include "shop.name" . }}}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default "x" }}"\n          env:\n            {{- range $k, $v := .Values.env }}\n            - {name: {{ $k }}, value: {{ $v | quote }}}\n            {{- end }}\n            - {name: CELERY_BROKER_URL, value: "redis://{{ .Release.Name }}-jobs-master:6379"}\n', 'templates/_helpers.tpl': '{{- define "shop.name" -}}\n{{ printf "%s-t" .Release.Name | trunc 63 }}\n{{- end -}}\n' },
    { 'Chart.yaml': 'apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies: [{name: redis, version: 1.x, repository: "https://charts.example.com"}]\n', 'values.yaml': 'redis: {maxmemory: 1gb}\n', 'charts/redis-1.0.0.tgz!/redis/Chart.yaml': 'name: redis\nversion: 1.0.0\n', 'charts/redis-1.0.0.tgz!/redis/values.yaml': 'maxmemory: 64mb\nenv: {A: b}\n', 'charts/redis-1.0.0.tgz!/redis/templates/s.yaml': 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: redis}\nspec:\n  template:\n    spec:\n      containers: [{name: redis, image: "redis:7", args: ["--maxmemory", "{{ .Values.maxmemory }}"]}]\n' },
  ],
}

const ids = (at: number): string => rules[at]?.id ?? ''
const configurations: readonly string[] = [
  `ignore: [vendor/**, "*.bak"]\nrules:\n  ${ids(3)}: off\n  "redis/*": warning\noverrides: [{files: [dev/**], rules: {"kafka/*": info}}]\nstacks: [{compose: [a.yml, b.yml]}, {chart: deploy, values: [a.yaml]}]\nenvironment: {deploy/**: production}\nsource: false\n`,
  `rules:\n${rules.flatMap(({ id, options = {} }) => Object.entries(options).slice(0, 1).map(([name, option]) => `  ${id}: {severity: info, ${name}: ${option.least}}\n`)).join('')}`,
  '{"ignore": ["a"], "knowledge": "acme.yaml", "$schema": "https://example.com/x.json"}\n',
]
const knowledge: readonly string[] = [
  '- id: acme-job-runner\n  where: image\n  image: "^acme/job-runner$"\n  technology: redis\n  family: app\n  source: https://wiki.example.com/job-runner\n  means: [{ use: job-queue, weight: decisive }]\n- id: acme-key\n  where: key\n  key: "ACME_(JOB|TASK)_URL"\n  source: https://wiki.example.com/x\n  means: [{ use: cache, weight: weak, against: [lock] }]\n',
  ...['signals-keys', 'signals-values', 'apps', 'products-redis', 'products-kafka', 'companions-kafka', 'libraries-npm', 'other-stores', 'providers']
    .map(name => readFileSync(`rules/knowledge/${name}.yaml`, 'utf8').split(/\n(?=- )/).slice(0, 6).join('\n')),
]

/** Starting points for every kind, always in the same order. */
export function corpus(): Readonly<Record<Kind, readonly Seed[]>> {
  const all: Files[] = [
    ...rules.flatMap(rule => [...rule.bad, ...rule.good].map(example => example.files)),
    ...readdirSync('fixtures').sort().filter(name => name !== 'schemas').flatMap(name => (name === 'shop' ? [] : [...foldersOf(join('fixtures', name))])),
    ...Object.values(made).flat(),
  ]
  const found = Object.fromEntries(kinds.map(kind => [kind, [] as Seed[]])) as Record<Kind, Seed[]>
  for (const files of all) {
    for (const kind of kinds) {
      const target = Object.keys(files).filter(path => kindOf(path, files[path] ?? '') === kind)
      if (target.length > 0) found[kind].push({ files, target })
    }
  }
  for (const text of configurations) found.configuration.push({ files: { 'misfit.config.yaml': text, 'acme.yaml': knowledge[0] ?? '' }, target: ['misfit.config.yaml'] })
  for (const text of knowledge) found.knowledge.push({ files: { 'misfit.config.yaml': 'knowledge: acme.yaml\n', 'acme.yaml': text }, target: ['acme.yaml'] })
  for (const files of Object.values(programs)) found.program.push({ files, target: Object.keys(files).filter(path => path !== 'compose.yaml') })
  return found
}
