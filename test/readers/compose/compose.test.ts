// What the compose reader finds, merges and says, feature by feature.
import { describe, expect, it } from 'vitest'
import { composeStacks } from '../../../src/readers/compose/index.ts'
import { readable } from '../../../src/model/value.ts'
import { at, one, only, service, stacksOf, texts, variable, type Files } from '../../support/compose-service.ts'
import { memoryTree } from '../../support/memory-tree.ts'

describe('which files form a stack', () => {
  const redis = 'services:\n  redis: {image: redis:7}\n'

  it('takes compose files under any name by their shape and leaves other YAML alone', () => {
    const { stacks, problems } = composeStacks(memoryTree({
      'deploy/infra.yml': redis,
      'config/services.yaml': 'services:\n  _defaults: {autowire: true}\n  App\\Mailer: {arguments: ["%env(REDIS_URL)%"], class: X}\n',
      '.gitlab-ci.yml': 'services:\n  - redis:7\n',
      'chart/templates/x.yaml': 'services:\n  {{- range .Values.services }}\n',
      '.lando.yml': 'services:\n  cache: {type: redis}\n',
    }))
    expect(stacks.map(s => s.files)).toEqual([['deploy/infra.yml']])
    expect(problems).toEqual([])
  })

  it('merges overrides by themselves and gives each fragment its own view over the base', () => {
    const fragment = 'services:\n  redis: {command: redis-server --appendonly yes}\n'
    const views = stacksOf({ 'docker-compose.yml': redis, 'docker-compose.override.yml': fragment, 'docker-compose.prod.yml': fragment, 'docker-compose.full.yml': redis })
    expect(views.map(v => [v.variant, v.files])).toEqual([
      [undefined, ['docker-compose.yml', 'docker-compose.override.yml']],
      ['docker-compose.full.yml', ['docker-compose.full.yml']],
      ['docker-compose.prod.yml', ['docker-compose.yml', 'docker-compose.prod.yml']],
    ])
  })

  it('follows COMPOSE_FILE of .env and lists that a person gave', () => {
    const files = { '.env': 'COMPOSE_FILE=a.yml:b.yml\n', 'a.yml': redis, 'b.yml': 'services:\n  redis: {hostname: b}\n' }
    expect(only(files).files).toEqual(['a.yml', 'b.yml'])
    expect(composeStacks(memoryTree({ 'x/a.yml': redis, 'x/b.yml': redis }), { projects: [['x/b.yml', 'x/a.yml']] }).stacks.map(s => s.files)).toEqual([['x/b.yml', 'x/a.yml']])
  })

  it('knows the name of the project where its files or its folder say it, and never that of the root', () => {
    const compose = 'services:\n  redis: {image: redis:7, container_name: "${COMPOSE_PROJECT_NAME:-x}-redis"}\n'
    const name = (files: Files): readonly unknown[] => stacksOf(files).flatMap(stack => [stack.name, ...stack.workloads.flatMap(w => w.hosts)])
    expect(name({ 'Shop_1/compose.yaml': compose })).toEqual(['Shop_1', 'redis', 'shop_1-redis'])
    expect(name({ 'a/compose.yaml': `name: shop\n${compose}` })).toEqual(['shop', 'redis', 'shop-redis'])
    expect(name({ 'a/compose.yaml': `name: shop\n${compose}`, 'a/.env': 'COMPOSE_PROJECT_NAME=env\n' })).toEqual(['env', 'redis', 'env-redis'])
    expect(name({ 'compose.yaml': compose })).toEqual(['.', 'redis'])
  })

  it('makes no stack of files that only others extend or include', () => {
    expect(only({
      'compose.yaml': 'include: [infra/redis.yml]\nservices:\n  web: {extends: {file: common.yml, service: app}}\n',
      'common.yml': 'services:\n  app: {image: "app:1"}\n',
      'infra/redis.yml': redis,
    }).workloads.map(w => w.name).sort()).toEqual(['redis', 'web'])
  })

  it('keeps to stacks that the given files belong to, env files included', () => {
    const tree = memoryTree({ 'a/compose.yaml': 'services:\n  a: {image: a, env_file: x.env}\n', 'a/x.env': 'A=1\n', 'b/compose.yaml': redis })
    expect(composeStacks(tree, { files: ['a/x.env'] }).stacks.map(s => s.root)).toEqual(['a'])
  })

  it('keeps apart files that are wholes or call something else by the same name, though each names what the other has', () => {
    const capRover = (image: string, db: string): string => `captainVersion: 4\nservices:\n  $$cap_appname: {image: ${image}, depends_on: [$$cap_appname-db, $$cap_appname-redis]}\n  ${db}: {image: x}\n`
    const one = composeStacks(memoryTree({ 'a.yml': capRover('a', '$$cap_appname-redis'), 'b.yml': capRover('b', '$$cap_appname-db') })).stacks
    expect(one.map(stack => stack.files)).toEqual([['a.yml'], ['b.yml']])
    const plain = (image: string, db: string): string => `services:\n  app: {image: "${image}", depends_on: [db, redis]}\n  ${db}: {image: x}\n`
    const stacks = (a: string, b: string): readonly (readonly string[])[] => composeStacks(memoryTree({ 'a.yml': plain(a, 'redis'), 'b.yml': plain(b, 'db') })).stacks.map(stack => stack.files)
    expect(stacks('a:1', 'b:1')).toEqual([['a.yml'], ['b.yml']])
    expect(stacks('a:1', 'a:2').some(files => files.length === 2)).toBe(true)
  })

  it('takes the files of a folder that are on one network which none of them declares for one project', () => {
    const on = (services: string): string => `services:\n  ${services}\n`
    const parts = { 'c/app.yml': on('app: {image: acme/app, networks: [net]}'), 'c/redis.yml': on('redis: {image: redis, networks: {net: {}}}'), 'c/docker-compose.port.yml': on('redis: {ports: ["6379:6379"]}') }
    const viewsOf = (files: Record<string, string>): readonly (readonly string[])[] => stacksOf(files).map(view => [...view.files].sort())
    expect(viewsOf({ ...parts, 'c/network.yml': 'networks: {net: {}}\n' })).toEqual([['c/app.yml', 'c/docker-compose.port.yml', 'c/redis.yml']])
    // Variants of one thing are no parts of it, and what a file beside them declares is asked of that file.
    // What many files have in common is a habit of their writers.
    expect(viewsOf(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`c/s${i}.yml`, on(`s${i}: {image: redis, networks: [net]}`)]))).every(files => files.length === 1)).toBe(true)
    expect(viewsOf({ 'c/redis.yml': parts['c/redis.yml'], 'c/other.yml': on('redis: {image: redis, networks: [net]}') })).toEqual([['c/other.yml'], ['c/redis.yml']])
    expect(viewsOf({ 'c/docker-compose.yml': on('redis: {image: redis, networks: [net]}') + 'networks: {net: {}}\n', 'c/app.yml': parts['c/app.yml'] })).toEqual([['c/docker-compose.yml'], ['c/app.yml', 'c/docker-compose.yml']])
  })

  it('adds every file that a fragment needs', () => {
    const views = stacksOf({
      'c/docker-compose.base.yml': 'services:\n  app: {image: app, depends_on: [db, redis]}\n  redis: {image: redis}\n',
      'c/docker-compose.postgres.yml': 'services:\n  db: {image: postgres}\n',
      'c/docker-compose.local.yml': 'services:\n  app: {command: dev}\n',
    })
    expect(views.map(v => [...v.files].sort())).toContainEqual(['c/docker-compose.base.yml', 'c/docker-compose.local.yml', 'c/docker-compose.postgres.yml'])
  })
})

describe('variables', () => {
  it('resolves every form, with nested defaults', () => {
    const files = {
      '.env': 'TAG=7\nEMPTY=\nREF=${TAG}.4\n',
      'compose.yaml': `services:
  redis:
    image: redis:\${TAG}
    environment:
      A: \${EMPTY:-x}
      B: \${EMPTY-x}
      C: \${NO:-\${ALSO_NO:-deep}}
      D: \${TAG:+set}
      E: \${NO:+set}
      F: $$TAG
      G: a-\${NO}-b
      H: \${REF}
      I: \${NO:?must}
`,
    }
    const w = service(files)
    expect(w.environment.map(v => [v.name, v.value.known, readable(v.value)])).toEqual([
      ['A', true, 'x'], ['B', true, ''], ['C', true, 'deep'], ['D', true, 'set'], ['E', true, ''], ['F', true, '$TAG'],
      ['G', false, 'a-${NO}-b'], ['H', true, '7.4'], ['I', false, '${NO}'],
    ])
    expect(w.image).toMatchObject({ known: true, value: 'redis:7', notes: [{ text: 'TAG is set in .env', span: { file: '.env', start: 0 } }] })
    expect(at(files, w.image?.span)).toBe('redis:${TAG}')
  })

  it('reads the example of an env file that is not here, and says so', () => {
    const files = { 'compose.yaml': 'services:\n  app: {image: a, env_file: .env}\n', '.env.example': 'REDIS_URL=redis://redis:6379\nSECRET=\n' }
    const w = service(files, 'app')
    expect(variable(w, 'REDIS_URL')).toMatchObject({ known: true, notes: [{ text: expect.stringContaining('example file .env.example') as string }] })
    expect(variable(w, 'SECRET')).toMatchObject({ known: false })
  })

  it('puts environment over env files, later files over earlier ones, and leaves host variables unknown', () => {
    const files = {
      'compose.yaml': 'services:\n  app:\n    image: a\n    env_file: [one.env, {path: two.env}, {path: gone.env, required: false}, lost.env]\n    environment: [B=3, HOSTED]\n',
      'one.env': 'A=1\nB=1\nC=1\n', 'two.env': "export C='2 $X'\nD=\"q\" # comment\n",
    }
    const stack = only(files)
    const w = service(files, 'app')
    expect(Object.fromEntries(w.environment.map(v => [v.name, readable(v.value)]))).toEqual({ A: '1', B: '3', C: '2 $X', D: 'q', HOSTED: '' })
    expect(variable(w, 'HOSTED')?.known).toBe(false)
    expect(at(files, variable(w, 'B')?.span)).toBe('3')
    expect(stack.unread.map(u => u.text)).toEqual(['the env file lost.env is not here'])
  })
})

describe('merging', () => {
  it('obeys !reset and !override', () => {
    const w = service({
      'compose.yaml': 'services:\n  redis: {image: redis, ports: ["1:1"], expose: ["2"], environment: {A: 1, B: 1}}\n',
      'compose.override.yaml': 'services:\n  redis: {ports: !override ["3:3"], expose: !reset [], environment: {A: !reset null}}\n',
    })
    expect(w.ports).toEqual([3])
    expect(w.environment.map(v => v.name)).toEqual(['B'])
  })

  it('keeps relative paths of extended and included files', () => {
    const files = {
      'compose.yaml': 'include:\n  - path: infra/compose.yaml\n    env_file: infra/my.env\nservices:\n  app: {extends: {file: lib/base.yml, service: app}}\n',
      'lib/base.yml': 'services:\n  app: {image: a, env_file: a.env}\n', 'lib/a.env': 'X=1\n',
      'infra/compose.yaml': 'services:\n  redis: {image: "redis:${V}", volumes: ["./redis.conf:/r.conf"]}\n', 'infra/my.env': 'V=8\n', 'infra/redis.conf': 'save ""\n',
    }
    const stack = only(files)
    expect(variable(service(files, 'app'), 'X')).toMatchObject({ value: '1' })
    expect(readable(service(files).image)).toBe('redis:8')
    expect(service(files).mounts[0]).toMatchObject({ kind: 'bind', path: 'infra/redis.conf', content: { text: 'save ""\n' } })
    expect(stack.files).toEqual(['infra/compose.yaml', 'lib/base.yml', 'compose.yaml'])
  })

  it('survives circles', () => {
    const { stacks } = composeStacks(memoryTree({
      'compose.yaml': 'include: [compose.yaml]\nservices:\n  a: {image: x, extends: b}\n  b: {extends: {service: a}}\n  c: {extends: {file: o.yml, service: d}}\n',
      'o.yml': 'services:\n  d: {extends: {file: compose.yaml, service: c}}\n',
    }))
    expect(stacks[0]?.workloads.map(w => w.name)).toEqual(['a', 'b', 'c'])
  })
})

describe('a service', () => {
  it('has its command as words with places', () => {
    expect(texts(one('image: r\ncommand: redis-server --save "" --pass \'a b\'').command)).toEqual(['redis-server', '--save', '', '--pass', 'a b'])
    expect(texts(one('image: r\ncommand: >\n  redis-server\n  --appendonly yes').command)).toEqual(['redis-server', '--appendonly', 'yes'])
    const files = { 'compose.yaml': 'services:\n  redis:\n    image: r\n    command: redis-server --maxmemory ${M:-1gb} --port 1\n' }
    const words = service(files).command ?? []
    expect(words.map(w => at(files, w.span))).toEqual(['redis-server', '--maxmemory', '${M:-1gb}', '--port', '1'])
    expect(texts(one('image: r\ncommand: redis-server --requirepass ${NO}').command)).toEqual(['redis-server', '--requirepass', '${NO}'])
  })

  it('gives the places inside a script', () => {
    const files = { 'compose.yaml': 'services:\n  redis:\n    image: r\n    command: ["sh", "-c", "redis-server --appendonly yes"]\n' }
    const script = service(files).command?.[2]
    const start = readable(script).indexOf('--appendonly')
    expect(at(files, script?.at?.(start, start + 12))).toBe('--appendonly')
  })

  it('has mounts of every kind', () => {
    const w = one(`image: r
volumes: ["data:/data", "./x:/x:ro", "/anon", "/abs:/abs", "\${DIR}:/d", {type: tmpfs, target: /t}]
tmpfs: ["/run:size=1m"]
secrets: [s]
configs: [{source: c, target: /etc/c.conf}]`)
    expect(w.mounts.map(m => [m.kind, readable(m.target), m.readOnly])).toEqual([
      ['named-volume', '/data', false], ['bind', '/x', true], ['anonymous-volume', '/anon', false], ['bind', '/abs', false], ['unknown', '/d', false],
      ['tmpfs', '/t', false], ['tmpfs', '/run', false], ['config', '/etc/c.conf', true], ['secret', '/run/secrets/s', true],
    ])
  })

  it('mounts at the place that a path with detours means', () => {
    const [stack] = stacksOf({ 'compose.yaml': 'services:\n  a: {image: r, volumes: ["one:/./data", "two:/a//b/../c", "three:/plain"]}\nvolumes: {one: {}, two: {}, three: {}}\n' })
    expect(stack?.workloads[0]?.mounts.map(({ target }) => readable(target))).toEqual(['/data', '/a/c', '/plain'])
  })

  it('has the volumes of those it takes them from, what it mounts itself first', () => {
    const files = { 'compose.yaml': `services:
  redis: {image: r, volumes_from: ["data:ro"], volumes: ["own:/own"]}
  data: {image: b, volumes: ["kept:/data", "theirs:/own"], tmpfs: [/t], volumes_from: [more, redis]}
  more: {image: b, volumes: ["./m:/more"]}
volumes: {own: {}, kept: {}, theirs: {}}
` }
    const w = service(files)
    expect(w.mounts.map(m => [m.kind, readable(m.target), m.readOnly])).toEqual([['named-volume', '/own', false], ['named-volume', '/data', true], ['bind', '/more', true]])
    expect(w.dependsOn.map(d => d.value)).toEqual(['data'])
  })

  it('has no limit where the limit is 0', () => {
    expect(one('image: r\nmem_limit: 0').memoryLimit).toBeUndefined()
    expect(one('image: r\ndeploy: {resources: {limits: {memory: "0"}}}').memoryLimit).toBeUndefined()
  })

  it('says where the entries of raw env files and label files stand', () => {
    const files = {
      'compose.yaml': 'services:\n  redis: {image: r, env_file: [{path: a.env, format: raw}], label_file: l.labels}\n',
      'a.env': '\uFEFFA="$X" # y\r\nB=\nC\n', 'l.labels': 'misfit.use=cache\n',
    }
    const w = service(files)
    expect(w.environment.map(v => [at(files, v.nameSpan), readable(v.value), at(files, v.value.span)])).toEqual([['A', '"$X" # y', '"$X" # y'], ['B', '', ''], ['C', '', '']])
    expect(w.declared.map(d => [d.use, at(files, d.span)])).toEqual([['cache', 'cache']])
  })

  it('has the content that Coolify writes into a bind', () => {
    const files = { 'compose.yaml': 'services:\n  app:\n    image: a\n    volumes:\n      - {type: bind, source: ./x.yaml, target: /x.yaml, content: "cache: {type: redis}"}\n' }
    expect(service(files, 'app').environment.map(v => [v.name, at(files, v.value.span)])).toEqual([['cache.type', 'redis']])
  })

  it('has inline configs with places, interpolated', () => {
    const files = { 'compose.yaml': 'configs:\n  c:\n    content: |\n      maxmemory ${M:-1gb}\n      save ""\nservices:\n  redis: {image: r, configs: [c]}\n' }
    const content = service(files).mounts[0]?.content
    expect(content?.text).toBe('maxmemory 1gb\nsave ""\n')
    const start = content?.text.indexOf('save') ?? 0
    expect(at(files, content?.span(start, start + 7))).toBe('save ""')
  })

  it('has names, dependencies, limits, restart and declarations', () => {
    const files = {
      'compose.yaml': `x-misfit: {redis: {use: cache}}
services:
  web: {image: w, links: ["redis:queue"], depends_on: {redis: {condition: service_started}}}
  # Holds Celery jobs
  # command: none
  redis: # for jobs
    image: redis # persistent
    container_name: shop-redis
    networks: {default: {aliases: [jobs]}}
    deploy: {replicas: 2, resources: {limits: {memory: 1.5G}}, restart_policy: {condition: any}}
    stop_grace_period: 1m30s
    labels: ["misfit.use=job-queue, !cache"]
    healthcheck: {test: redis-cli ping}
    ports: ["127.0.0.1:6379-6380:6379-6380/tcp", {target: 9000}]
`,
    }
    const w = service(files)
    expect(w.hosts).toEqual(['redis', 'shop-redis', 'jobs', 'queue'])
    expect(service(files, 'web').dependsOn.map(d => [d.value, at(files, d.span)])).toEqual([['redis', 'redis']])
    expect(w).toMatchObject({
      replicas: { value: 2 }, memoryLimit: { value: 1.5 * 1024 ** 3 }, restart: { value: 'always' }, stopGrace: { value: 90 }, ports: [6379, 6380, 9000],
      declared: [{ use: 'cache', excluded: false }, { use: 'job-queue', excluded: false }, { use: 'cache', excluded: true }],
    })
    expect(w.comments.map(c => c.value)).toEqual(['Holds Celery jobs', 'for jobs', 'persistent'])
    expect(texts(w.healthcheck)).toEqual(['CMD-SHELL', 'redis-cli ping'])
  })

  it('sees what mounted configuration files say', () => {
    const files = {
      'compose.yaml': 'services:\n  app: {image: a, volumes: ["./application.yml:/app/application.yml", "./conf:/conf"]}\n',
      'application.yml': 'spring:\n  redis:\n    host: redis\n    password: ${PASS}\n',
      'conf/app.toml': '[redis]\nurl = "redis://redis:6379" # here\n', 'conf/x.properties': 'bootstrap.servers=kafka:9092\n',
    }
    const w = service(files, 'app')
    expect(w.environment.map(v => [v.name, v.value.known ? v.value.value : undefined, at(files, v.value.span)])).toEqual([
      ['spring.redis.host', 'redis', 'redis'], ['spring.redis.password', undefined, '${PASS}'],
      ['redis.url', 'redis://redis:6379', 'redis://redis:6379'], ['bootstrap.servers', 'kafka:9092', 'kafka:9092'],
    ])
  })
})
