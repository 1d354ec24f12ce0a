// What a stack is meant for, as far as its files tell.
import { describe, expect, test } from 'vitest'
import { knowledge } from '../../rules/knowledge/index.ts'
import { environmentOf } from '../../src/analysis/environment.ts'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { stackOf } from '../support/stack-of.ts'

const classOf = (compose: string, files: Record<string, string> = {}): string => environmentOf({ ...stackOf(compose, files), root: 'shop', files: ['shop/compose.yaml'] }, knowledge).class

describe('what the workloads show', () => {
  test('a database that the machine publishes, while nothing starts again by itself, is for people who work on it', () => {
    const redis = (more: string): string => `services:\n  redis: {image: "redis:7", ${more}}\n  app: {image: acme/app}\n`
    expect(classOf(redis('ports: ["6379:6379"]'))).toBe('development')
    expect(classOf(redis('expose: [6379]'))).toBe('unspecified')
    expect(classOf(redis('ports: ["6379:6379"], deploy: {replicas: 1}'))).toBe('unspecified')
    expect(classOf(redis('ports: ["6379:6379"], restart: always'))).toBe('unspecified')
    expect(classOf(`${redis('ports: ["6379:6379"]')}  ui: {image: redis/redisinsight, restart: always}\n`)).toBe('development')
  })
  test('servers without a program, published, are for programs on the machine, even if they start again', () => {
    const servers = (ports: string, more = ''): string => `services:\n  redis: {image: "redis:7", restart: always${ports}}\n  db: {image: "postgres:16", restart: always}\n  ui: {image: redis/redisinsight, restart: always}\n${more}`
    expect(classOf(servers(', ports: ["6379:6379"]'))).toBe('development')
    expect(classOf(servers(''))).toBe('production')
    expect(classOf(servers(', ports: ["6379:6379"]', '  app: {image: acme/app, restart: always}\n'))).toBe('production')
  })
  test('a published database whose password is a word is nobody\'s production', () => {
    const stack = (password: string, ports: string): string => `services:\n  db: {image: "mysql:8", restart: always, environment: {MYSQL_ROOT_PASSWORD: ${password}}${ports}}\n  redis: {image: "redis:7", restart: always}\n  app: {image: acme/app, restart: always}\n`
    expect(classOf(stack('1234', ', ports: ["3306:3306"]'))).toBe('development')
    expect(classOf(stack('$DB_PASSWORD', ', ports: ["3306:3306"]'))).toBe('production')
    expect(classOf(stack('1234', ''))).not.toBe('development')
  })
  test('what only looks like development is guessed; a stage, a file name or a command for it says so', () => {
    const guessed = (more: string, files: readonly string[] = ['shop/compose.yaml']): boolean | undefined =>
      environmentOf({ ...stackOf(`services:\n  redis: {image: "redis:7", ports: ["6379:6379"]}\n  app: {image: acme/app${more}}\n`), root: 'shop', files }, knowledge).guessed
    expect([guessed(''), guessed(', environment: {APP_ENV: local}'), guessed(', environment: {APP_ENV: "${UNSET}"}'), guessed(', command: npm run dev'), guessed('', ['shop/compose.dev.yaml'])]).toEqual([true, undefined, undefined, undefined, undefined])
  })
  test('what a vendor writes above a setting in every file is nobody\'s stage', () => {
    const bitnami = (comment: string): string => `services:\n  redis:\n    image: bitnami/redis:7.4\n    restart: always\n    environment:\n      # ${comment}\n      ALLOW_EMPTY_PASSWORD: "yes"\n  app: {image: acme/app, restart: always}\n`
    expect([classOf(bitnami('ALLOW_EMPTY_PASSWORD is recommended only for development.')), classOf(bitnami('for local development'))]).toEqual(['unspecified', 'development'])
  })
  test('a stage that cannot be read accuses nobody, and the report says which one', () => {
    const report = (stage: string): ReturnType<typeof lint> => lint(memoryTree({ 'compose.yaml': `services:\n  redis: {image: "redis:7", restart: always}\n  worker:\n    image: shop\n    command: celery -A shop worker\n    restart: always\n    environment: {CELERY_BROKER_URL: "redis://redis:6379/1", APP_ENV: "${stage}"}\n` }))
    expect(report('production').findings.map(({ rule }) => rule)).toContain('redis/durable-role-without-volume')
    expect(report('${APP_ENV}').findings).toEqual([])
    expect(report('${APP_ENV}').stacks[0]?.unread).toEqual([expect.objectContaining({ file: 'compose.yaml', line: 7, text: 'APP_ENV of worker, which tells production from development, cannot be read' })])
  })
  test('a stage that cannot be read does not outweigh a file that is called production', () => {
    const kinds = (file: string, stages: readonly string[]): readonly string[] => lint(memoryTree({ [file]: `services:\n  redis: {image: "redis:7"}\n${stages.map((stage, i) => `  worker${i}:\n    image: shop\n    command: celery -A shop worker\n    environment: {CELERY_BROKER_URL: "redis://redis:6379/1", APP_ENV: "${stage}"}\n`).join('')}` }))
      .findings.filter(({ severity }) => severity !== 'info').map(({ rule }) => rule)
    expect(kinds('docker-compose-production.yml', ['${STAGE}', '${STAGE}'])).toEqual(['redis/durable-role-without-volume'])
    expect(kinds('docker-compose-production.yml', ['development', 'development'])).toEqual(['redis/durable-role-without-volume'])
    expect(kinds('docker-compose.yml', ['${STAGE}'])).toEqual([])
  })

  test('a mode is the stage of a program, not the way it stores', () => {
    const app = (name: string): string => `services:\n  redis: {image: "redis:7"}\n  app: {image: acme/app, environment: {${name}: local}}\n`
    expect([classOf(app('APP_MODE')), classOf(app('MODE')), classOf(app('STORAGE_MODE'))]).toEqual(['development', 'development', 'unspecified'])
  })
  test('a database that starts with the machine, beside programs that are built here and started by hand, is no production', () => {
    const stack = (more: string): string => `services:\n  redis: {image: "redis:7", restart: always}\n  db: {image: "mysql:8", restart: always}\n  app: {build: ., volumes: [".:/app"]${more}}\n`
    const published = (more: string): string => `services:\n  redis: {image: "redis:7", restart: always, ports: ["6379:6379"]}\n  app: {build: .${more}}\n`
    expect([classOf(stack('')), classOf(stack(', restart: always')), classOf(published('')), classOf(published(', restart: always'))]).toEqual(['development', 'unspecified', 'development', 'production'])
  })
  test('a broker whose command announces it as localhost serves its own machine, in whatever way it is called', () => {
    const broker = (announced: string, ports = '"9092:9092"'): string => `services:\n  broker: {image: "redpandadata/redpanda:v24.1.1", restart: always, ports: [${ports}], command: ["redpanda start", "--advertise-kafka-addr=PLAINTEXT://broker:29092,OUTSIDE://${announced}:9092"]}\n  ui: {image: acme/ui}\n  app: {image: acme/app}\n`
    expect([classOf(broker('localhost')), classOf(broker('kafka.acme.io')), classOf(broker('localhost', ''))]).toEqual(['development', 'unspecified', 'unspecified'])
  })
  test('what a command and a place say: the production script, a folder of examples, a word for a password', () => {
    const app = (more: string): string => `services:\n  redis: {image: "redis:7"}\n  app: {${more}}\n`
    expect(classOf(app('image: acme/app, command: ["pnpm", "run", "start:production"]'))).toBe('production')
    expect([classOf(app('build: ./demo, restart: always')), classOf(app('build: ./demonstrator, restart: always'))]).toEqual(['unspecified', 'unspecified'])
    expect([classOf(app('build: ., volumes: ["./sql:/sql"], environment: {DB: "postgres://app:test-password@db/app", DEBUG: "1"}')), classOf(app('build: ., environment: {DB: "postgres://app:9xK2@db/app", DEBUG: "1"}'))]).toEqual(['development', 'development'])
  })
  test('a name that begins with a word for a stage is no stage', () => {
    expect([classOf('# Manifests for dev-portal\nservices:\n  redis: {image: "redis:7"}\n'), classOf('# Manifests for dev environments\nservices:\n  redis: {image: "redis:7"}\n')]).toEqual(['unspecified', 'development'])
  })
  test('variables that Coolify fills in show a deployment', () => {
    expect(classOf('services:\n  redis: {image: "redis:7"}\n  app: {image: acme/app, environment: ["SERVICE_FQDN_APP_3000", "PASS=$SERVICE_PASSWORD_REDIS"]}\n')).toBe('production')
  })
  test('the label decides', () => {
    expect(classOf('services:\n  redis: {image: "redis:7", restart: always, labels: {misfit.env: test}}\n')).toBe('test')
  })
})

describe('memory limits, terminals, hosts and homes', () => {
  const redis = '  redis: {image: "redis:7"}\n'
  test('a memory limit alone is no production', () => {
    expect(classOf('services:\n  redis: {image: "redis:7", mem_limit: 256m}\n')).toBe('unspecified')
    expect(classOf('services:\n  redis: {image: "redis:7", mem_limit: 256m, restart: always}\n')).toBe('production')
  })
  test('an image that is never pulled was built on the machine that runs it, in Compose, manifests and values', () => {
    expect(classOf(`services:\n${redis}  app: {image: acme/app, pull_policy: never, environment: {DEBUG: "1"}}\n`)).toBe('development')
    expect(classOf('services:\n  redis: {image: "redis:7", pull_policy: never}\n  app: {image: acme/app, pull_policy: always, environment: {DEBUG: "1"}}\n')).toBe('unspecified')
    const pod = (name: string, image: string, policy: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n    - {name: ${name}, image: "${image}", imagePullPolicy: ${policy}, env: [{name: DEBUG, value: "1"}]}\n`
    const manifests = (policy: string) => lint(memoryTree({ 'deploy/app.yaml': `${pod('redis', 'redis:7', 'IfNotPresent')}---\n${pod('app', 'acme/app', policy)}` })).stacks[0]?.environment
    expect([manifests('Never'), manifests('IfNotPresent')]).toEqual(['development', 'unspecified'])
    const chart = (policy: string) => lint(memoryTree({ 'Chart.yaml': 'name: shop\nversion: 1.0.0\n', 'values.yaml': `redis: {image: "redis:7"}\napp:\n  image: {repository: acme/app, pullPolicy: ${policy}}\n  env: {REDIS_URL: "redis://redis:6379", DEBUG: "1"}\n` })).stacks[0]?.environment
    expect([chart('Never'), chart('Always')]).toEqual(['development', 'unspecified'])
  })
  test('most of what starts again by itself, or is never pulled, needs another sign; all that starts again does not', () => {
    expect(classOf(`services:\n${redis}  app: {image: acme/app, pull_policy: never}\n`)).toBe('unspecified')
    const most = (more: string): string => `services:\n  redis: {image: "redis:7", restart: always}\n  app: {image: acme/app${more}}\n`
    expect([classOf(most('')), classOf(most(', mem_limit: 256m')), classOf(most(', restart: always'))]).toEqual(['unspecified', 'production', 'production'])
  })
  test('what a tool deploys is deployed, whatever a comment calls it and however careless its passwords are; what names its stage has the last word', () => {
    const files = (stage: string): Record<string, string> => ({ 'k8s/redis.yaml': `# For local testing.\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: redis}\nspec:\n  template:\n    spec:\n      containers: [{name: redis, image: "redis:7", env: [{name: GF_PASSWORD, value: admin}, {name: APP_ENV, value: ${stage}}]}]\n` })
    const application = (path: string): string => `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec:\n  source: {path: ${path}, repoURL: "https://example.com/shop.git"}\n`
    const flux = 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: shop}\nspec: {path: ./k8s}\n'
    const at = (more: Record<string, string>, stage = 'blue') => lint(memoryTree({ ...files(stage), ...more })).stacks.find(({ files: [file] }) => file === 'k8s/redis.yaml')?.environment
    expect([at({}), at({ 'argocd/shop.yaml': application('elsewhere') })]).toEqual(['development', 'development'])
    expect([at({ 'argocd/shop.yaml': application('k8s') }), at({ 'flux/shop.yaml': flux }), at({ '.github/workflows/deploy.yaml': 'jobs:\n  deploy:\n    steps:\n      - run: kubectl apply -n shop -f k8s/\n' })]).not.toContain('development')
    expect(at({ '.github/workflows/test.yaml': 'jobs:\n  test:\n    steps:\n      - run: kind create cluster && kubectl apply -f k8s/\n' })).toBe('development')
    expect(at({ 'argocd/shop.yaml': application('k8s') }, 'dev')).toBe('development')
  })
  test('values that are named for a milder stage speak for the view that they make, also where a tool deploys it with them', () => {
    const app = 'redis: {image: "redis:7"}\napp:\n  image: acme/app\n  env: {REDIS_URL: "redis://redis:6379", NODE_ENV: production}\n  resources: {limits: {memory: 256Mi}}\n'
    const { stacks } = lint(memoryTree({
      'chart/Chart.yaml': 'name: shop\nversion: 1.0.0\n', 'chart/values.yaml': app, 'chart/values-local.yaml': 'app: {replicas: 1}\n',
      'argocd/shop.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec:\n  source: {path: chart, repoURL: "https://example.com/shop.git", helm: {valueFiles: [values-local.yaml]}}\n',
    }))
    expect(stacks.map(({ variant, environment }) => [variant, environment])).toEqual([[undefined, 'production'], ['argocd/shop.yaml', 'development']])
  })
  test('a published store port counts on a store only', () => {
    expect(classOf(`services:\n${redis}  app: {image: acme/app, ports: ["6379:6379"]}\n`)).toBe('unspecified')
  })
  test('what only exists on the machine of a person shows development, together', () => {
    expect(classOf(`services:\n${redis}  app: {image: acme/app, tty: true, environment: {APP_URL: "https://shop.localhost"}}\n`)).toBe('development')
    expect(classOf(`services:\n${redis}  app: {image: acme/app, volumes: ["~/data:/data"], environment: {API: "https://api.dev.acme.io/v1"}}\n`)).toBe('development')
    expect(classOf(`services:\n${redis}  app: {image: acme/app, tty: true}\n`)).toBe('unspecified')
    expect(classOf(`services:\n${redis}  app: {image: acme/app, volumes: ["~/.ssh/id_rsa:/key:ro"], environment: {API: "https://dev.to"}}\n`)).toBe('unspecified')
  })
})

describe('what a file says of itself', () => {
  const careless = 'services:\n  redis: {image: "redis:7", ports: ["6379:6379"]}\n  app: {build: ., volumes: [".:/app"], environment: {APP_ENV: dev}}\n'
  const named = (file: string, compose = careless): string => lint(memoryTree({ [file]: compose })).stacks.at(-1)?.environment ?? ''
  test('a name or a title that says production outweighs what is careless in it', () => {
    expect([named('docker-compose.prod.yml'), named('compose.yaml', `# ====\n# Shop \u2013 Docker Compose (Production)\n# ====\n${careless}`), named('compose.yaml')]).toEqual(['production', 'production', 'development'])
    expect(named('compose.yaml', `# Similar to production\n${careless}`)).toBe('development')
    const files = { 'compose.yaml': `# For local development\n${careless}`, 'compose.production.yaml': 'services:\n  redis: {image: "redis:7"}\n' }
    expect(lint(memoryTree(files)).stacks.map(({ variant, environment }) => [variant, environment])).toContainEqual(['compose.production.yaml', 'production'])
  })
  test('what only a profile for development starts says nothing of the rest', () => {
    expect(classOf('services:\n  redis: {image: "redis:7", restart: always}\n  app: {image: acme/app, restart: always}\n  hot: {build: ., profiles: [dev], command: npm run dev, volumes: [".:/app"]}\n')).toBe('production')
  })
  const plain = 'services:\n  redis: {image: "redis:7"}\n  app: {image: acme/app}\n'
  test.each([
    ['# For local KinD / dev cluster use. For production, replace with a managed service.', 'development'],
    ['# Runs two API servers for\n# local HA testing before deploying to Kubernetes.', 'development'],
    ['# WARNING: This configuration is for local development. Do not use it in a production deployment.', 'development'],
    ['# PostgreSQL Docker Compose (테스트 환경)', 'test'],
    ['# 本地开发环境', 'development'],
    ['# In production, manage this with a vault.', 'unspecified'],
  ])('%j → %s', (head, expected) => { expect(classOf(`${head}\n${plain}`)).toBe(expected) })
  test('a store that is called after where it runs, and a namespace', () => {
    expect([classOf('services:\n  local-redis: {image: "redis:7"}\n  app: {image: acme/app}\n'), classOf('services:\n  dev-health-redis: {image: "redis:7"}\n  app: {image: acme/app}\n')]).toEqual(['development', 'unspecified'])
    const pod = (namespace: string) => lint(memoryTree({ 'deploy/redis.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: redis, namespace: ${namespace}}\nspec: {containers: [{name: redis, image: "redis:7"}]}\n` })).stacks[0]?.environment
    expect([pod('acme-training'), pod('shop-dev'), pod('dev-health'), pod('shop')]).toEqual(['example', 'development', 'unspecified', 'unspecified'])
  })
  test('a broker that announces an address of the machine itself, and pages that call it', () => {
    const broker = (host: string, url = 'https://api.acme.io'): string => `services:\n  kafka: {image: "apache/kafka:3.9.0", environment: {KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://${host}:9092"}}\n  web: {image: acme/web, environment: {REACT_APP_API: "${url}"}}\n`
    expect([classOf(broker('172.17.0.1')), classOf(broker('192.168.0.10', 'http://localhost:8080')), classOf(broker('10.1.2.3'))]).toEqual(['development', 'development', 'unspecified'])
  })
})

describe('what guides say of a file, its folder and its tool', () => {
  const redis = 'services:\n  redis: {image: "redis:7"}\n  app: {image: acme/app}\n'
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: redis}\nspec: {containers: [{name: redis, image: "redis:7"}]}\n'
  const of = (files: Record<string, string>): string => lint(memoryTree(files)).stacks[0]?.environment ?? ''
  test.each([
    ['| Deploy | Docker Compose (dev), Kubernetes (prod) |', 'deploy/compose.yaml', 'development'],
    ['├── docker   # Compose file and configs for local development', 'docker/compose.yaml', 'development'],
    ['| `ops/shop.compose.yaml` | dev only |', 'ops/shop.compose.yaml', 'development'],
    ['Docker Compose is used for deployment; the programs run for development without it.', 'ops/compose.yaml', 'unspecified'],
  ])('%j', (line, path, expected) => { expect(of({ 'README.md': `# Shop\n\nSells things.\n\n## More\n\n${line}\n`, [path]: redis })).toBe(expected) })
  test('manifests whose guide makes a cluster on the reader\'s machine', () => {
    expect([of({ 'k8s/redis.yaml': pod, 'k8s/SETUP.md': 'sudo kind create cluster --name shop\n' }), of({ 'k8s/redis.yaml': pod, 'k8s/SETUP.md': 'kind create cluster\n\nOn EKS: kubectl apply of the manifests\n' })]).toEqual(['development', 'unspecified'])
  })
})

describe('what is written beside and inside a stack', () => {
  const restarted = 'services:\n  redis: {image: "redis:7"}\n  app: {image: acme/app}\n'
  const at = (files: Record<string, string>) => lint(memoryTree({ 'compose.yaml': restarted, ...files })).stacks[0]?.environment
  test.each([
    ['# Shop\n\nSells things.\n\n## Development\n\n### Run\n\n```sh\ndocker compose up -d\n```\n', 'development'],
    ['# Shop\n\n## Running locally\n\n`docker-compose up --build` starts it.\n', 'development'],
    ['# Shop\n\n## Development\n\n`docker compose up`\n\n## Deployment\n\n`docker compose up -d` on the server.\n', 'unspecified'],
    ['# Shop\n\n## Installation\n\n`docker compose up`\n', 'unspecified'],
    ['# Shop\n\n## Development\n\n`docker compose -f compose.dev.yml up`\n', 'unspecified'],
    ['# Shop\n\nThe shop of a fictitious bakery.\n', 'example'],
    ['# Kho\n\nHệ thống nghiên cứu và demo.\n', 'example'],
    ['# Shop\n\nA single-node demonstration, not production HA.\n', 'development'],
  ])('README %j → %s', (readme, environment) => { expect(at({ 'README.md': readme })).toBe(environment) })
  test('a guide for people who work on the program starts it for that', () => {
    expect(at({ 'README.md': '# Shop\n\nSells things.\n', 'CONTRIBUTING.md': '# Contributing\n\n`docker compose up`\n' })).toBe('development')
    expect(at({ 'README.md': '# Shop\n\nSells things.\n', 'CONTRIBUTING.md': '# Contributing\n\nOpen a pull request.\n' })).toBe('unspecified')
  })
  test('what is always started again by itself is not for development because a README starts it locally', () => {
    expect(at({ 'compose.yaml': 'services:\n  redis: {image: "redis:7", restart: always}\n', 'README.md': '# Shop\n\n## Running locally\n\n`docker compose up`\n' })).toBe('unspecified')
  })
  test('a view of which nothing is known is for what the base beside it is for', () => {
    const stacks = lint(memoryTree({ 'compose.yaml': `${restarted}  dev: {build: ., command: npm run dev, volumes: [".:/app"]}\n`, 'compose.tracing.yaml': restarted })).stacks
    expect(stacks.map(({ environment }) => environment)).toEqual(['development', 'development'])
  })
  test('who deploys with a file of its own develops with the plain one beside it', () => {
    const classes = (files: Record<string, string>) => Object.fromEntries(lint(memoryTree(files)).stacks.map(({ files: [file = ''], variant, environment }) => [variant ?? file, environment]))
    expect(classes({ 'compose.yaml': restarted, 'compose.prod.yaml': restarted })).toEqual({ 'compose.yaml': 'development', 'compose.prod.yaml': 'production' })
    expect(classes({ 'compose.yaml': restarted, 'compose.prod.yaml': 'services:\n  redis: {command: redis-server --appendonly yes}\n' })['compose.yaml']).toBe('development')
    expect(classes({ 'compose.yaml': restarted, 'deploy/compose.prod.yaml': restarted })['compose.yaml']).toBe('unspecified')
    // Its own signs outweigh that.
    expect(classes({ 'compose.yaml': restarted.replace('acme/app', 'acme/app, restart: always, environment: {NODE_ENV: production}'), 'compose.prod.yaml': restarted })['compose.yaml']).not.toBe('development')
  })
  test('a comment anywhere that speaks of the whole, in manifests too', () => {
    const pod = (comment: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: kafka}\nspec:\n  containers:\n    ${comment}\n    - {name: kafka, image: "apache/kafka:3.9.0"}\n`
    const of = (comment: string) => lint(memoryTree({ 'deploy/kafka.yaml': pod(comment) })).stacks[0]?.environment
    expect([of('# Ready before it is, which breaks the deadlock of this single-broker dev setup.'), of('# A dev setup needs less.')]).toEqual(['development', 'unspecified'])
  })
})

test('what an env file that people are to copy says is half a word', () => {
  const compose = 'services:\n  mongodb: {image: mongo, ports: ["27017:27017"], restart: always, environment: {MONGO_INITDB_ROOT_PASSWORD: "$PASSWORD"}}\n  redis: {image: "redis:7", restart: always}\n  app: {image: acme/app, restart: always, environment: {NODE_ENV: "$NODE_ENV"}}\n'
  const at = (name: string) => lint(memoryTree({ 'compose.yaml': compose, [name]: 'PASSWORD=root\nNODE_ENV=local\n' })).stacks[0]?.environment
  expect([at('.env'), at('.env.example')]).toEqual(['development', 'unspecified'])
})

describe('names', () => {
  const restarted = 'services:\n  redis: {image: "redis:7", restart: always}\n  app: {image: acme/app, restart: always}\n'
  const at = (path: string): string => environmentOf({ ...stackOf(restarted), name: 'shop', root: path.slice(0, path.lastIndexOf('/')) || '.', files: [path] }, knowledge).class
  test.each([
    ['examples/shop/compose.yaml', 'example'],
    ['deploy/values-minikube.yaml', 'development'],
    ['kind/compose.yaml', 'development'],
    ['deploy/compose.example.yml', 'production'],
    ['deploy/compose.yml', 'production'],
  ])('%s is %s though everything starts again by itself', (path, expected) => { expect(at(path)).toBe(expected) })
})

describe('what authors write', () => {
  const redis = 'services:\n  redis: {image: "redis:7"}\n  app: {image: acme/app}\n'
  const withReadme = (readme: string, compose = redis, path = 'compose.yaml', readmePath = 'README.md'): { environment: string; because: readonly string[] } => {
    const { stacks: [stack] } = lint(memoryTree({ [path]: compose, [readmePath]: readme }))
    return { environment: stack?.environment ?? '', because: stack?.environmentBecause ?? [] }
  }
  test('a README that calls the repository an example speaks for every stack below it, and the report says so', () => {
    expect(withReadme('![logo](x.png)\n# Superheroes\n\nThis is a sample application demonstrating events.\n', redis, 'deploy/compose/compose.yaml'))
      .toEqual({ environment: 'example', because: ['README.md says "sample application"'] })
  })
  test.each([
    ['# Kafka Streams Demo\n', 'example'],
    ['Shop\n====\n\nThe goal of this project is to learn event sourcing.\n', 'example'],
    ['# stack-play\nJust very basics to get a stack up, nothing for productions.\n', 'development'],
    ['# Acme development environment\n', 'development'],
    ['# Acme\n\nMonitors addresses, with dashboards and a deployment with minikube.\n', 'development'],
    ['# Acme\n\nAn imaginary and practical food delivery with Golang.\n', 'example'],
    ['# Core test harness\n', 'test'],
    ['# Queue\n\nThis project demostrates a simple architecture.\n', 'example'],
    ['# Tech Challenge - Products\n', 'example'],
    ['# Nodes\n\nSelf-hosted monitoring (diploma project).\n', 'example'],
    ['# Rockets\n\nA project for the "Architecture" course.\n', 'example'],
    ['# Pipeline\n\nNote this is a PoC.\n', 'example'],
    ['# Semesterproject-7\nGitHub page for the 7th semester project.\n', 'example'],
    ['# Lager\n\nDies ist ein Beispielprojekt.\n', 'example'],
    ['# 商城\n\n这是一个学习项目\n', 'example'],
    ['# Plane\n\nOpen-source project management. Try the [live demo](https://demo.plane.so).\n\n## Examples\n\nSee examples/.\n\n## Tutorial\n\nA tutorial application.\n', 'unspecified'],
    ['# Shop\n\nIf you prefer Kubernetes, there is a sample configuration under [kube](kube).\n', 'unspecified'],
    ['# Rules\n\n| Name | x |\n|---|---|\n| a sample application | y |\n', 'unspecified'],
  ])('%j → %s', (readme, expected) => { expect(withReadme(readme).environment).toBe(expected) })
  test('the comment of a store says it of the store, and a folder called after production may hold an example', () => {
    expect(classOf('services:\n  # Single-node dev mode, for local development.\n  redis: {image: "redis:7", restart: always}\n  app: {image: acme/app, restart: always}\n')).toBe('development')
    expect(withReadme('# Scenario Examples\n', redis, 'production-secure-deploy/compose.yaml').environment).not.toBe('production')
  })
  test('in a repository of examples a file called after production shows something; elsewhere it is deployed', () => {
    expect(withReadme('# Scenario Examples\n', redis, 'secure/docker-compose.production.yaml').environment).toBe('example')
    expect(withReadme('# Shop\n', redis, 'secure/docker-compose.production.yaml').environment).toBe('production')
  })
  test('the top of a file speaks of the file, not of the one that it points to', () => {
    expect(classOf(`# Production Docker Compose configuration\n# For development use compose.dev.yaml instead\n${redis}`)).toBe('production')
    expect(classOf(`# For local development\n${redis}`)).toBe('development')
  })
})

describe('a stack below another one', () => {
  const plain = 'services:\n  redis: {image: "redis:7"}\n'
  const tree = (root: string): Record<string, string> => ({ 'compose.yaml': root, 'orders/compose.yaml': plain, 'chart/Chart.yaml': 'name: shop\nversion: 1.0.0\n', 'chart/values.yaml': 'redis: {image: "redis:7"}\n' })
  const of = (files: Record<string, string>, root: string, only?: ReadonlySet<string>) => lint(memoryTree(files), only ? { only } : {}).stacks.find(stack => stack.root === root)
  test('is what the one above is, when nothing says otherwise, and in a run over one file too', () => {
    const files = tree(`# For local development\n${plain}`)
    expect(of(files, 'orders')).toMatchObject({ environment: 'development', environmentBecause: ['the stack of compose.yaml above it is development: the file says "For local development"'] })
    expect(of(files, 'orders', new Set(['orders/compose.yaml']))?.environment).toBe('development')
  })
  test('a development stack says nothing about a chart', () => {
    expect(of(tree(`# For local development\n${plain}`), 'chart')?.environment ?? 'unspecified').toBe('unspecified')
  })
  test('what is deployed from a folder of that name is not what people develop with above it', () => {
    const files = { 'compose.yaml': `# For local development\n${plain}`, 'installer/compose/compose.yaml': plain, 'orders/compose.yaml': plain }
    expect([of(files, 'installer/compose')?.environment ?? 'unspecified', of(files, 'orders')?.environment]).toEqual(['unspecified', 'development'])
  })
  test('a file beside it that is named after where it is deployed is not for development with it', () => {
    const files = { 'compose.yaml': `# For local development\n${plain}`, 'docker-compose.staging.yml': plain, 'docker-compose.server.yml': plain, 'docker-compose.queue.yml': plain }
    const classes = lint(memoryTree(files)).stacks.map(({ variant, environment }) => [variant, environment])
    expect(classes).toEqual(expect.arrayContaining([[undefined, 'development'], ['docker-compose.staging.yml', 'test'], ['docker-compose.server.yml', 'unspecified'], ['docker-compose.queue.yml', 'development']]))
  })
  test('the name of a file speaks of that file alone', () => {
    const manifest = 'apiVersion: v1\nkind: Pod\nmetadata: {name: redis}\nspec: {containers: [{name: redis, image: "redis:7"}]}\n'
    const files = { 'install/02-demo.yaml': manifest, 'install/chart/Chart.yaml': 'name: shop\nversion: 1.0.0\n', 'install/chart/values.yaml': 'redis: {image: "redis:7"}\n' }
    expect([of(files, 'install')?.environment, of(files, 'install/chart')?.environment ?? 'unspecified']).toEqual(['example', 'unspecified'])
  })
})

describe('what the tools of the repository start', () => {
  const classes = (files: Record<string, string>): readonly string[] => lint(memoryTree(files)).stacks.map(({ environment }) => environment)
  const compose = 'services:\n  redis: {image: "redis:7"}\n  app: {image: acme/app}\n'
  test('a stack that only `make dev` starts is for development; one that another target starts too is not', () => {
    expect(classes({ 'ops/stack.compose.yaml': compose, 'Makefile': 'dev:\n\tdocker compose -f ops/stack.compose.yaml up\n' })).toEqual(['development'])
    expect(classes({ 'ops/stack.compose.yaml': compose, 'Makefile': 'dev:\n\tdocker compose -f ops/stack.compose.yaml up\nrun:\n\tdocker compose -f ops/stack.compose.yaml up -d\n' })).toEqual(['unspecified'])
    expect(classes({ 'compose.yaml': compose, 'Makefile': 'deploy:\n\tdocker compose up -d\n' })).toEqual(['unspecified'])
  })
  test('manifests whose images Skaffold never pushes are for the machine that builds them', () => {
    const redis = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: redis}\nspec:\n  template:\n    spec:\n      containers: [{name: redis, image: "redis:7"}]\n'
    const skaffold = (push: string): string => `build: {local: {push: ${push}}}\nmanifests: {rawYaml: ["./infra/k8s/*"]}\n`
    expect(classes({ 'infra/k8s/redis.yaml': redis, 'skaffold.yaml': skaffold('false') })).toEqual(['development'])
    expect(classes({ 'infra/k8s/redis.yaml': redis, 'skaffold.yaml': skaffold('true') })).toEqual(['unspecified'])
  })
})

describe('what nobody deploys, or only at home', () => {
  const pod = (more = ''): string => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: redis}\nspec:\n  template:\n    spec:\n      containers: [{name: redis, image: "redis:7", env: [{name: APP_ENV, value: production}]}]\n${more}`
  const first = (files: Record<string, string>): readonly [string, readonly string[]] => {
    const [stack] = lint(memoryTree(files)).stacks
    return [stack?.environment ?? '', stack?.environmentBecause ?? []]
  }
  test.each([
    ['archive/k8s/redis.yaml', 'example'], ['deploy/k8s-deprecated-20250818/redis.yaml', 'example'], ['old/redis.yaml', 'example'], ['legacy/redis.yaml', 'production'],
    ['archive-service/redis.yaml', 'production'], ['threshold/redis.yaml', 'production'], ['infra/backup/redis.yaml', 'production'], ['backup-worker/redis.yaml', 'production'],
  ])('%s is %s', (path, expected) => { expect(first({ [path]: pod() })[0]).toBe(expected) })
  test('an overlay for a cluster on one machine is for development, whatever the base that it builds upon says', () => {
    const files = { 'k8s/base/redis.yaml': pod(), 'k8s/base/kustomization.yaml': 'resources: [redis.yaml]\n', 'k8s/overlays/minikube/kustomization.yaml': 'resources: [../../base]\n' }
    const classes = lint(memoryTree(files)).stacks.map(({ root, environment }) => [root, environment])
    expect(classes).toContainEqual(['k8s/overlays/minikube', 'development'])
  })
  test.each(['# home-ops\n\nHomelab Kubernetes using Flux.\n', '# infra\n\nThis is a repository for my personal, home cluster.\n'])('%j is nobody\'s production, and the report says so', readme => {
    const [environment, because] = first({ 'README.md': readme, 'apps/redis.yaml': pod() })
    expect(environment).toBe('unspecified')
    expect(because.join()).toMatch(/^README.md says "/)
    expect(first({ 'README.md': '# Home delivery\n\nBrings things to your home.\n', 'apps/redis.yaml': pod() })[0]).toBe('production')
    expect(first({ 'README.md': '# Photos\n\nPhoto albums for your home server.\n', 'apps/redis.yaml': pod() })[0]).toBe('production')
  })
  test.each(['# Take-home assignment\n\nA queue.\n', '# Scraper\n\nSolution of a technical challenge.\n', '# Desafio técnico\n\nFila.\n'])('%j is an example', readme => {
    expect(first({ 'README.md': readme, 'redis.yaml': pod() })[0]).toBe('example')
  })
  test.each(['The infrastructure is part of our Master thesis.', 'Workshop session on streams.', 'Code for a talk at the big conference.'])('%j is an example, unless production speaks against it', said => {
    expect(first({ 'README.md': `# Streams\n\n${said}\n`, 'redis.yaml': pod().replace('production', 'x') })[0]).toBe('example')
  })
  test('a sentence above a line of dashes is none of a title', () => {
    expect(first({ 'README.md': '# Bin packing\n\nThe goal of this repository is to experiment with autoscalers.\n---\n', 'redis.yaml': pod().replace('production', 'x') })[0]).toBe('example')
  })
})
