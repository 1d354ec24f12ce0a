// Stacks that are small to write and large to read: each once took seconds, minutes or gigabytes.
import { gzipSync } from 'node:zlib'

export type LargeFiles = Readonly<Record<string, string | Buffer>>

const many = (count: number, line: (at: number) => string): string => Array.from({ length: count }, (_, at) => line(at)).join('')
const redis = '  redis: {image: "redis:7.4", command: "redis-server --maxmemory 64mb --maxmemory-policy allkeys-lru"}\n'
const compose = (...services: readonly string[]): LargeFiles => ({ 'compose.yaml': `services:\n${redis}${services.join('')}` })

/** A packed chart with ten files of so many characters, or as many templates of one line again and again. */
function packed(name: string, characters: number, template = ''): Buffer {
  const entry = (path: string, content: string): Buffer => {
    const header = Buffer.alloc(512)
    header.write(path, 0); header.write('0000644\0', 100); header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124); header.write('0', 156); header.write('ustar\0', 257)
    return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512)])
  }
  const templates = template === '' ? [] : Array.from({ length: 10 }, (_, at) => entry(`${name}/templates/${at}.yaml`, template.repeat(Math.floor(characters / template.length))))
  if (templates.length > 0) return gzipSync(Buffer.concat([entry(`${name}/Chart.yaml`, `name: ${name}\nversion: 1.0.0\n`), entry(`${name}/values.yaml`, 'redis: {image: {repository: redis}}\n'), ...templates, Buffer.alloc(1024)]))
  const file = `${many(Math.floor(characters / 64), () => `# ${'x'.repeat(61)}\n`)}maxmemory: 1\n`
  return gzipSync(Buffer.concat([entry(`${name}/Chart.yaml`, `name: ${name}\nversion: 1.0.0\n`), entry(`${name}/values.yaml`, 'a: 1\n'), ...Array.from({ length: 10 }, (_, at) => entry(`${name}/files/${at}.txt`, file)), Buffer.alloc(1024)]))
}

const clients = (count: number, variables: number): string => many(count, at => `  app${at}:\n    image: shop/app${at}\n    environment:\n${many(variables, v => `      APP${at}_SETTING_${v}: "value ${v} of ${at}"\n`)}      CACHE_URL: redis://redis${at % 7 === 0 ? at : ''}:6379/${at % 16}\n      KAFKA_BROKERS: kafka:9092\n      TOPIC_ORDERS: orders-${at}\n`)

const broker = (at: number): string => `  kafka-${at}:\n    image: apache/kafka:3.9.0\n    environment: {KAFKA_NODE_ID: ${at}, KAFKA_PROCESS_ROLES: "broker,controller", KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka-0:9093", KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://kafka-${at}:9092"}\n    volumes: ["d${at}:/var/lib/kafka/data"]\n`
const cluster = (size: number): LargeFiles => ({ 'compose.yaml': `services:\n${many(size, broker)}${many(size, at => `  app${at}: {image: shop/app${at}, environment: {KAFKA_BROKERS: "kafka-${at}:9092,kafka-0:9092", KAFKA_GROUP_ID: g${at}, KAFKA_TOPIC: t${at}}}\n`)}` })

const deployment = (at: number): string => `---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app${at}}\nspec: {template: {metadata: {labels: {app: app${at}}}, spec: {containers: [{name: app, image: "${at % 20 === 0 ? 'redis:7' : `shop/app${at}`}", env: [{name: REDIS_URL, value: "redis://app${at - at % 20}:6379"}]}]}}}\n`

export const large: Readonly<Record<string, () => LargeFiles>> = {
  '10,000 merge keys in a map': () => ({ 'compose.yaml': `x-a: &a {image: redis}\nservices:\n${redis}  web:\n${many(10_000, () => '    <<: *a\n')}` }),
  '10,000 maps merged into one': () => ({ 'compose.yaml': `x-a: &a {image: redis, ${many(40, at => `k${at}: v, `)}b: c}\nservices:\n${redis}  web:\n    <<: [${many(10_000, () => '*a, ')}*a]\n` }),
  'a map of 1,000 keys merged into each of 4,000': () => ({ 'compose.yaml': `x-a: &a\n${many(1_000, at => `  K${at}: v\n`)}services:\n${redis}  web:\n    image: shop/web\n    x-list:\n${many(4_000, () => '      - <<: *a\n')}` }),
  'merges of merges': () => ({ 'compose.yaml': `x-0: &m0 {${many(10, at => `k${at}: v, `)}z: z}\n${many(400, at => `x-${at + 1}: &m${at + 1} {<<: *m${at}, n${at}: v}\n`)}services:\n${redis}` }),
  '30,000 open braces': () => compose(`  web: {image: shop/web, environment: {CACHE_URL: "${'${'.repeat(30_000)}"}}\n`),
  '30,000 open defaults': () => compose(`  web: {image: shop/web, environment: {CACHE_URL: "${'${A:-'.repeat(30_000)}"}}\n`),
  'a line of 4 MB without an end of its variable': () => compose(`  web: {image: shop/web, environment: {CACHE_URL: "${'${A '.repeat(1_000_000)}"}}\n`),
  'a command of 10,000 words': () => compose(`  more: {image: redis, command: "redis-server ${many(10_000, at => `--name${at} value `)}"}\n  web: {image: shop/web, command: "${many(10_000, at => `word${at} redis://redis:6379 `)}"}\n`),
  'a list of 10,000 words': () => compose(`  more: {image: redis, command: [redis-server${many(10_000, at => `, --name${at}, value`)}]}\n`),
  'a script of 20,000 commands': () => compose(`  more: {image: redis, command: ["sh", "-c", "${many(20_000, at => `echo a${at} && `)}redis-server --appendonly yes"]}\n`),
  'doubling variables': () => ({ ...compose('  web: {image: shop/web, environment: {CACHE_URL: "${V40}"}}\n'), '.env': `V0=redis://redis\n${many(40, at => `V${at + 1}=\${V${at}}\${V${at}}\n`)}` }),
  '500 services': () => compose(clients(500, 10)),
  '4,000 services': () => compose(clients(4_000, 4)),
  '1,500 servers and as many programs': () => compose(many(1_500, at => `  redis${at}: {image: redis}\n`), many(1_500, at => `  app${at}: {image: shop/app${at}, environment: {CACHE_URL: "redis://redis${at}"}}\n`)),
  '1,000 brokers': () => ({ 'compose.yaml': `services:\n${many(1_000, at => `  kafka-${at}:\n    image: apache/kafka:3.9.0\n    environment: {KAFKA_NODE_ID: ${at}, KAFKA_PROCESS_ROLES: broker, KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka-0:9093"}\n`)}  web: {image: shop/web, environment: {KAFKA_BROKERS: "${many(1_000, at => `kafka-${at}:9092,`)}x:1"}}\n` }),
  '1,000 brokers of one cluster and as many programs': () => cluster(1_000),
  '2,490 brokers of one cluster and as many programs': () => cluster(2_490),
  '100 programs that name 1,000 brokers each': () => ({ 'compose.yaml': `services:\n${many(1_000, broker)}${many(100, at => `  app${at}: {image: shop/app${at}, environment: {KAFKA_BROKERS: "${many(1_000, to => `kafka-${to}:9092,`)}"}}\n`)}` }),
  'a command of 10,000 wrappers': () => compose(`  more: {image: redis, command: "${'exec env A=b '.repeat(10_000)}redis-server"}\n`),
  '300 services with 300 env files each': () => ({ ...compose(many(300, at => `  app${at}: {image: shop/app, env_file: [${many(300, to => `e${to}.env, `)}]}\n`)), ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`e${at}.env`, many(20, line => `NAME_${at}_${line}=value\n`)])) }),
  'a design of 2,000 components': () => ({ ...compose(), 'misfit.yaml': `apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n${many(2_000, at => `  - {id: redis${at}, technology: redis, uses: [{id: a, use: cache}]}\n`)}` }),
  'a design of 2,000 views of one topic': () => ({ 'misfit.yaml': `apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - {id: kafka, technology: kafka, uses: [{id: a, use: event-log}]}\n  - id: redis\n    technology: redis\n    uses:\n${many(2_000, at => `      - {id: u${at}, use: derived-state, rebuild_from: kafka/a}\n`)}` }),
  'a design of 2,000 waivers of nothing': () => ({ 'misfit.yaml': `apiVersion: misfit/v1\nkind: DesignSpec\ncomponents: [{id: redis, technology: redis, uses: [{id: a, use: cache}]}]\nwaivers:\n${many(2_000, at => `  - {rule: redis/ttl-missng-${at}, reason: x}\n`)}` }),
  'a design of 10,000 uses': () => ({ 'misfit.yaml': `apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - id: redis\n    technology: redis\n    uses:\n${many(10_000, at => `      - {id: u${at}, use: cache}\n`)}` }),
  '8,000 channels that several programs share': () => ({ 'asyncapi.yaml': `asyncapi: 3.0.0\ninfo: {title: a, version: 1.0.0}\nservers: {k: {host: "k:9092", protocol: kafka}}\nchannels:\n${many(8_000, at => `  c${at}: {address: t${at}}\n`)}operations:\n${many(8_000, at => `  o${at}: {action: send, channel: {$ref: "#/channels/c${at}"}}\n`)}` }),
  '500 files that include each other': () => Object.fromEntries(Array.from({ length: 500 }, (_, at) => [at === 0 ? 'compose.yaml' : `compose.${at}.yaml`, `include: [${many(500, to => (to === at ? '' : `compose${to === 0 ? '' : `.${to}`}.yaml, `))}]\nservices:\n  redis${at}: {image: redis}\n`])),
  '500 files that each include the next': () => Object.fromEntries(Array.from({ length: 500 }, (_, at) => [at === 0 ? 'compose.yaml' : `compose.${at}.yaml`, `include: [compose.${at + 1}.yaml]\nservices:\n  redis${at}: {image: redis}\n`])),
  '4,000 services that extend each other': () => compose(many(4_000, at => `  s${at}: {image: redis, extends: s${at + 1}}\n`)),
  '60 packed charts of templates': () => ({ 'Chart.yaml': `name: top\nversion: 1.0.0\ndependencies:\n${many(60, at => `  - {name: c${at}, version: 1.0.0, repository: "https://charts.example.com"}\n`)}`, 'values.yaml': 'a: 1\n', ...Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`charts/c${at}-1.0.0.tgz`, packed(`c${at}`, 200_000, '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n')])) }),
  '60 packed charts': () => ({ 'Chart.yaml': `name: top\nversion: 1.0.0\ndependencies:\n${many(60, at => `  - {name: c${at}, version: 1.0.0, repository: "https://charts.example.com"}\n`)}`, 'values.yaml': 'a: 1\n', ...Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`charts/c${at}-1.0.0.tgz`, packed(`c${at}`, 4_800_000)])) }),
  '8 charts with 8 aliases each': () => Object.fromEntries(Array.from({ length: 9 }, (_, at) => { const path = 'charts/c/'.repeat(at); return [[`${path}Chart.yaml`, `name: c\nversion: 1.0.0\ndependencies:\n${at === 8 ? '  []\n' : many(8, alias => `  - {name: c, alias: a${alias}, version: 1.0.0}\n`)}`], [`${path}values.yaml`, 'redis: {image: {repository: redis}}\n']] as const }).flat()),
  '30,000 lines of comments': () => ({ 'compose.yaml': `services:\n${redis}${many(30_000, at => `  # line ${at} of the jobs that are kept in redis as a cache\n`)}  web: {image: shop/web}\n` }),
  '30,000 comments about services': () => ({ 'compose.yaml': `services:\n${many(300, at => `  redis${at}:\n${many(100, line => `    # queue ${line} of cache ${at}\n`)}    image: redis\n`)}` }),
  '30,000 comments that switch off': () => ({ 'compose.yaml': `services:\n${redis}${many(30_000, () => '  # misfit-ignore redis/ttl-missing -- known\n')}  web: {image: shop/web}\n` }),
  '12,000 comments that name unknown rules': () => ({ 'compose.yaml': `services:\n${redis}${many(12_000, at => `  # misfit-ignore redis/ttl-missng-${at}\n`)}  web: {image: shop/web}\n` }),
  '30,000 comments that ESLint obeys': () => ({ 'compose.yaml': `services:\n${redis}${many(15_000, () => '  # eslint-disable misfit/redis-ttl-missing\n  # eslint-enable misfit/redis-ttl-missing\n')}  web: {image: shop/web}\n` }),
  '12,000 unknown rules in a comment': () => ({ 'compose.yaml': `# misfit-ignore ${many(12_000, at => `redis/ttl-missng-${at}, `)}redis/x\nservices:\n${redis}` }),
  '200,000 lines of .gitignore': () => ({ ...compose(), '.gitignore': many(200_000, at => `*.name${at}\n`), ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`src/file${at}.txt`, ''])) }),
  'a line of .gitignore of 4 MB': () => ({ ...compose(), '.gitignore': `${'*a'.repeat(2_000_000)}\n`, ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`src/${'a'.repeat(200)}${at}.txt`, ''])) }),
  '20,000 broken documents': () => ({ 'compose.yaml': `services:\n${redis}${many(20_000, () => '---\na: [\n')}` }),
  '20,000 documents': () => ({ 'k8s.yaml': many(20_000, at => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${at}}\ndata: {REDIS_URL: "redis://redis"}\n`) }),
  '2,000 deployments': () => ({ 'k8s.yaml': many(2_000, at => `${deployment(at)}---\napiVersion: v1\nkind: Service\nmetadata: {name: app${at}}\nspec: {selector: {app: app${at}}}\n`) }),
  '50,000 services': () => compose(many(50_000, at => `  s${at}: {image: shop/a}\n`)),
  '10,000 brokers of their own': () => ({ 'compose.yaml': `services:\n${many(10_000, at => `  k${at}: {image: apache/kafka}\n`)}` }),
  '2,000 brokers of their own': () => ({ 'compose.yaml': `services:\n${many(2_000, at => `  k${at}: {image: apache/kafka}\n`)}` }),
  'kustomizations that build upon ten others, ten deep': () => Object.fromEntries(Array.from({ length: 100 }, (_, at): readonly [string, string] => [`l${Math.floor(at / 10)}/${at % 10}/kustomization.yaml`, at < 90 ? `resources: [${many(10, to => `../../l${Math.floor(at / 10) + 1}/${to}, `)}]\n` : 'resources: [d.yaml]\n']).concat(Array.from({ length: 10 }, (_, at) => [`l9/${at}/d.yaml`, deployment(at)]))),
  'components of fifty components, ten deep': () => ({ 'd.yaml': deployment(0), ...Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`${'c/'.repeat(at)}kustomization.yaml`, `${at === 0 ? 'resources: [d.yaml]\n' : ''}components: [${many(50, () => 'c, ')}]\n`])) }),
  '10,000 images for 1,000 deployments': () => ({ 'kustomization.yaml': `resources: [d.yaml]\nimages:\n${many(10_000, at => `  - {name: i${at}, newTag: "1"}\n`)}`, 'd.yaml': many(1_000, deployment) }),
  '3,000 patches of 1,000 deployments': () => ({ 'kustomization.yaml': `resources: [d.yaml]\npatches:\n${many(3_000, () => '  - {target: {kind: Deployment, name: "a.*p.*"}, patch: "[{op: replace, path: /spec/replicas, value: 2}]"}\n')}`, 'd.yaml': many(1_000, deployment) }),
  'a patch of 50,000 containers': () => { const with_ = (image: string): string => deployment(0).replace(/containers: .*/, `containers: [${many(50_000, at => `{name: c${at}, image: ${image}}, `)}]}}}`); return { 'kustomization.yaml': 'resources: [d.yaml]\npatches: [{path: p.yaml}]\n', 'd.yaml': with_('redis'), 'p.yaml': with_('shop/a') } },
  'a template that doubles a text': () => ({ 'Chart.yaml': 'name: shop\nversion: 1.0.0\n', 'values.yaml': 'a: xxxxxxxx\n', 'templates/d.yaml': `{{ $a := .Values.a }}\n${many(20, () => '{{ $a = printf "%s%q" $a $a }}\n{{ $a = replace "x" "xxxxxxxxxxxxxxxxxxxxxxxx" $a }}\n')}${deployment(0)}` }),
  '10,000 packages with extras': () => ({ ...compose('  web: {build: .}\n'), Dockerfile: 'FROM python\nCOPY . .\nCMD celery worker\n', 'tasks.py': 'import celery\n', 'requirements.txt': many(10_000, () => 'Celery[redis]>=5.3\n') }),
  'a package.json of 20,000 packages': () => ({ ...compose('  web: {build: .}\n'), 'package.json': `{"dependencies": {${many(20_000, at => `"package-${at}": "1",\n`)}"bullmq": "5"}}` }),
  '24 MB of source that calls a client': () => ({
    'compose.yaml': 'services:\n  redis: {image: redis}\n  app: {build: ., environment: {REDIS_URL: "redis://redis"}}\n', Dockerfile: 'FROM node\nCOPY . .\n', 'package.json': '{"dependencies": {"ioredis": "5"}}',
    ...Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`src/f${at}.js`, `import Redis from 'ioredis'\nconst client = new Redis()\n${many(4_600, line => `await client.setex(\`page:${line}\`, 60, JSON.stringify(value)) // keep a page\n`)}`])),
  }),
  'a redis.conf of 100,000 lines': () => ({ ...compose('  more: {image: redis, command: redis-server /r.conf, volumes: ["./r.conf:/r.conf"]}\n'), 'r.conf': many(100_000, at => `name-${at} value\n`) }),
  'an env file of 100,000 lines': () => ({ ...compose('  web: {image: shop/web, env_file: a.env}\n'), 'a.env': many(100_000, at => `NAME_${at}=value of \${NAME_${at - 1}}\n`) }),
}
