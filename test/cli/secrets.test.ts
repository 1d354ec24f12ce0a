// Secrets are planted wherever one can stand in a linted file, and looked for in everything that misfit prints or writes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Linter } from 'eslint'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as yamlParser from 'yaml-eslint-parser'
import plugin from '../../src/eslint.ts'
import { masked, withoutSecrets } from '../../src/model/secrets.ts'
import { graphsOf } from '../../src/reporters/graph.ts'
import { picture } from '../../src/reporters/html/picture.ts'
import { formatNames } from '../../src/reporters/names.ts'
import { judged } from '../../src/site/playground/engine.ts'
import { commit, gitEnv, repository } from '../support/git-repository.ts'
import { buildProgram, run, write, type Outcome } from '../support/program.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-secrets-'))
const program = join(home, 'cli.mjs')
const work = join(home, 'work')

let planted = 0
/** A secret that stands nowhere else. */
const secret = (): string => `hunter${++planted}-Xq`
const mark = /hunter\d+-Xq/g

/** A program of each language: passwords in its source, and in what its framework reads. */
const programs = (): Readonly<Record<string, string>> => ({
  'python/requirements.txt': 'celery\nredis\ndjango\n', 'python/settings.py': `CELERY_BROKER_URL = 'redis://:${secret()}@jobs:6379/0'\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': 'redis://:${secret()}@jobs:6379/1', 'OPTIONS': {'password': '${secret()}'}}}\n`,
  'python/app.py': `import redis\nfrom celery import Celery\napp = Celery('x', broker='redis://:${secret()}@jobs:6379/0', backend='redis://${secret()}@jobs')\nredis.Redis(host='jobs', password='${secret()}').lpush('jobs', 'x')\nredis.from_url("redis://:${secret()}@jobs").set('session:1', 'x', ex=60)\n`,
  'node/package.json': '{"name": "n", "dependencies": {"ioredis": "5", "bullmq": "5", "kafkajs": "2"}}',
  'node/index.js': `import Redis from 'ioredis'\nimport { Queue, Worker } from 'bullmq'\nimport { Kafka } from 'kafkajs'\nnew Queue('mails', { connection: { host: 'jobs', password: '${secret()}' } })\nnew Worker('mails', f, { connection: new Redis('redis://:${secret()}@jobs:6379') })\nnew Redis({ host: 'jobs', password: '${secret()}' }).set('lock:x', 1, 'EX', 5, 'NX')\nnew Kafka({ brokers: ['kafka:9092'], sasl: { mechanism: 'plain', username: 'u', password: '${secret()}' } }).producer().send({ topic: 'orders', messages: [] })\n`,
  'java/pom.xml': '<project><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-data-redis</artifactId></dependency><dependency><groupId>org.redisson</groupId><artifactId>redisson</artifactId></dependency></dependencies></project>',
  'java/src/main/resources/application.yml': `spring:\n  cache: {type: redis}\n  data: {redis: {url: "redis://:${secret()}@jobs:6379", password: ${secret()}}}\n  kafka: {bootstrap-servers: "kafka:9092", properties: {sasl.jaas.config: 'x required password="${secret()}";'}}\n`,
  'java/src/main/java/A.java': `import org.redisson.Redisson;\nclass A { void f() { config.useSingleServer().setAddress("redis://:${secret()}@jobs:6379").setPassword("${secret()}"); redisson.getLock("import").lock(); } }\n`,
  'go/go.mod': 'module x\nrequire github.com/redis/go-redis/v9 v9.0.0\nrequire github.com/hibiken/asynq v0.2.0\n',
  'go/main.go': `package main\nimport ("github.com/redis/go-redis/v9"; "github.com/hibiken/asynq")\nfunc main() { rdb := redis.NewClient(&redis.Options{Addr: "jobs:6379", Password: "${secret()}"}); rdb.LPush(ctx, "jobs", "x")\nasynq.NewClient(asynq.RedisClientOpt{Addr: "jobs:6379", Password: "${secret()}"}) }\n`,
  'ruby/Gemfile': "gem 'rails'\ngem 'redis'\ngem 'sidekiq'\n", 'ruby/config/cable.yml': `production:\n  adapter: redis\n  url: redis://:${secret()}@jobs:6379/1\n`,
  'ruby/config/environments/production.rb': `Rails.application.configure do\n  config.cache_store = :redis_cache_store, { url: 'redis://:${secret()}@jobs:6379/1', password: '${secret()}' }\nend\n`,
  'php/composer.json': '{"require": {"laravel/framework": "^11", "predis/predis": "2"}}', 'php/.env': `QUEUE_CONNECTION=redis\nREDIS_PASSWORD=${secret()}\nREDIS_URL=redis://:${secret()}@jobs\n`, 'php/config/queue.php': `<?php return ['default' => env('QUEUE_CONNECTION', 'redis'), 'password' => '${secret()}'];\n`,
  'dotnet/a.csproj': '<Project><ItemGroup><PackageReference Include="StackExchange.Redis" Version="2" /></ItemGroup></Project>', 'dotnet/appsettings.json': `{"ConnectionStrings": {"Redis": "jobs:6379,password=${secret()}"}, "Redis": {"Password": "${secret()}"}}\n`,
  'dotnet/A.cs': `using StackExchange.Redis;\nservices.AddStackExchangeRedisCache(o => { o.Configuration = "jobs:6379,password=${secret()}"; });\nConnectionMultiplexer.Connect("jobs:6379,password=${secret()}").GetDatabase().ListLeftPush("jobs", "x");\n`,
  ...Object.fromEntries(['python', 'node', 'java', 'go', 'ruby', 'php', 'dotnet'].map(name => [`${name}/Dockerfile`, 'FROM x\nCOPY . .\n'])),
})

const stack = (): Readonly<Record<string, string>> => ({
  'compose.yaml': `services:
  web:
    image: shop/web:1
    restart: always
    command: celery -A shop worker -b redis://:${secret()}@jobs:6379/1 --password ${secret()}
    environment:
      CELERY_BROKER_URL: redis://app:${secret()}@jobs:6379/0
      CACHE_URL: redis://${secret()}@jobs:6379/1
      SESSION_REDIS: rediss://:p@${secret()}@jobs:6379/2?auth=${secret()}
      REDIS_PASSWORD: ${secret()} and more
      RATE_LIMIT_REDIS_URL: redis://:\${PW:-${secret()}}@jobs:6379/3
      API_KEY: ${secret()}
      KAFKA_SASL_JAAS_CONFIG: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="${secret()}";'
      KAFKA_BOOTSTRAP_SERVERS: kafka:9092
  jobs:
    image: redis:7.4
    restart: always
    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru --requirepass ${secret()} --masterauth "${secret()}" --user app on >${secret()} ~* --tls-key-file-pass ${secret()}
    healthcheck: {test: ["CMD", "redis-cli", "-a", "${secret()}", "ping"]}
  listed:
    image: redis:7.4
    command: ["redis-server", "--requirepass", "${secret()}", "--maxmemory-policy", "allkeys-lru", "--maxmemory", "64mb"]
  queue:
    image: redis:7.4
    command: redis-server /etc/redis/redis.conf
    volumes: [./redis.conf:/etc/redis/redis.conf]
  packaged:
    image: bitnami/redis:7.4
    environment: [REDIS_PASSWORD=${secret()}, REDIS_MASTER_PASSWORD=${secret()}]
  kafka:
    image: apache/kafka:3.9.0
    environment:
      KAFKA_SSL_KEYSTORE_PASSWORD: ${secret()}
      KAFKA_LISTENER_NAME_SASL_PLAIN_SASL_JAAS_CONFIG: required password="${secret()}"
  worker:
    build: .
    environment: {BULL_REDIS_URL: "redis://:${secret()}@queue:6379", CELERY_RESULT_BACKEND: "redis://:${secret()}@listed:6379"}
    env_file: [worker.env]
${['python', 'node', 'java', 'go', 'ruby', 'php', 'dotnet'].map(name => `  ${name}: {build: ${name}}\n`).join('')}`,
  ...programs(),
  'redis.conf': `requirepass ${secret()}\nmasterauth ${secret()}\nsentinel auth-pass mymaster ${secret()}\nuser app on >${secret()} ~* +@all\nmaxmemory 64mb\nmaxmemory-policy allkeys-lru\nnonsense ${'x'.repeat(3)} requirepass ${secret()}\n`,
  'worker.env': `REDIS_PASSWORD=${secret()}\nCELERY_BROKER_URL=redis://:${secret()}@packaged:6379/0\nDB_PASS="${secret()}"\n`,
  'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: redis, version: 20.0.0, repository: "oci://registry-1.docker.io/bitnamicharts"}]\n',
  'chart/values.yaml': `redis:\n  auth: {password: ${secret()}}\n  commonConfiguration: |-\n    requirepass ${secret()}\n    maxmemory-policy allkeys-lru\n    maxmemory 64mb\nworker:\n  env:\n    - {name: CELERY_BROKER_URL, value: "redis://:${secret()}@shop-redis-master:6379/0"}\n`,
  'k8s/app.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata:\n  REDIS_PASSWORD: ${secret()}\n  CELERY_BROKER_URL: redis://:${secret()}@redis:6379/0\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: redis}\nspec:\n  template:\n    spec:\n      containers: [{name: redis, image: "redis:7", args: ["--requirepass", "${secret()}", "--maxmemory-policy", "allkeys-lru", "--maxmemory", "1mb"]}]\n`,
  'misfit.yaml': `apiVersion: misfit.dev/v1\nkind: DesignSpec\ncomponents:\n  - {id: jobs, technology: redis, match: {host: ["redis://:${secret()}@jobs"]}, uses: [{id: a, use: job-queue, password: ${secret()}}]}\n`,
})

const misfit = (...words: readonly string[]): Promise<Outcome> => run(process.execPath, [program, ...words], { cwd: work })

beforeAll(async () => {
  await buildProgram(program)
  mkdirSync(work)
  write(work, stack())
})
afterAll(() => { rmSync(home, { recursive: true, force: true }) })

const leaks = (text: string): readonly string[] => text.split('\n').filter(line => line.match(mark)).map(line => line.slice(0, 300))

it('prints none in any format', async () => {
  const files = formatNames.map(name => join(home, name))
  const { code, out, err } = await misfit('--verbose', ...formatNames.flatMap((name, at) => ['--format', `${name}=${files[at] ?? ''}`]))
  // The design has a mistake in it.
  expect(code).toBe(2)
  // Something must have been found in all that holds them.
  const { findings } = JSON.parse(readFileSync(join(home, 'json'), 'utf8')) as { findings: readonly { file: string }[] }
  expect([...new Set(findings.map(({ file }) => file))].sort()).toEqual(expect.arrayContaining(['chart/values.yaml', 'compose.yaml', 'redis.conf']))
  for (const [name, text] of [['stdout', out], ['stderr', err], ...formatNames.map((format, at) => [format, readFileSync(files[at] ?? '', 'utf8')] as const)] as const) {
    expect([name, leaks(text)]).toEqual([name, []])
    expect(text.includes('***') || name === 'stdout' || name === 'stderr' || name === 'concise' || text.length > 0).toBe(true)
  }
})

it.each([
  ['explain', 'jobs'], ['explain', 'queue'], ['explain', 'redis'], ['explain', 'packaged'], ['explain', 'kafka'], ['decide', '.'], ['decide', '.', '-f', 'json'], ['decide', '.', '-f', 'markdown'],
  ['spec', '--stdout'], ['baseline', '-o', 'baseline.json'], ['--fix-dry-run'], ['graph'], ['graph', '-f', 'dot'], ['--group-by', 'file', '--color'], ['--print-config', 'compose.yaml'], ['no-redis://:hunter0-Xq@h'],
])('tells none by %s %s %s %s', async (...words) => {
  const { out, err } = await misfit(...words)
  expect(leaks(out + err)).toEqual([])
  if (words[0] === 'baseline') expect(leaks(readFileSync(join(work, 'baseline.json'), 'utf8'))).toEqual([])
})

it('tells none in ESLint, in whichever way YAML gets there', () => {
  const setUps: readonly Linter.Config[] = [
    { files: ['**/*'], plugins: { misfit: plugin }, language: 'misfit/yaml' }, { files: ['**/*'], plugins: { misfit: plugin }, languageOptions: { parser: yamlParser } },
  ]
  let messages = 0
  for (const [file, text] of Object.entries(stack()).filter(([name]) => name.endsWith('.yaml'))) {
    for (const setUp of setUps) {
      const found = new Linter({ configType: 'flat', cwd: work }).verify(text, [{ ...setUp, rules: plugin.configs.strict.rules ?? {}, settings: { misfit: { root: work } } }], { filename: join(work, file) })
      messages += found.length
      // A suggestion holds what it writes into the file itself, which is no output; its words are.
      expect(leaks(JSON.stringify(found.map(({ message, suggestions = [] }) => [message, suggestions.map(({ desc }) => desc)]), null, 1)), file).toEqual([])
    }
  }
  expect(messages).toBeGreaterThan(5)
})

it('tells none in the playground: its panels hold the report, the filled tables and the picture', () => {
  const { report, decided } = judged(stack())
  expect(report.findings.length).toBeGreaterThan(5)
  // What an edit writes goes into the files themselves; its words are on a button.
  const shown = { ...report, findings: report.findings.map(({ edits = [], ...finding }) => ({ ...finding, edits: edits.map(({ title, hazard }) => [title, hazard]) })) }
  expect(leaks(JSON.stringify([shown, decided], null, 1) + graphsOf(report).map(graph => picture(graph).svg).join('\n'))).toEqual([])
})

it('tells none of what a change switches off, in parts of a run, in a job\'s summary or in what --fix says', async () => {
  const repo = repository(join(home, 'repo'))
  const before = stack()
  write(repo, before)
  commit(repo)
  write(repo, { 'compose.yaml': `${before['compose.yaml'] ?? ''}# REDIS_PASSWORD=${secret()}\n`.replace('  jobs:\n', `  # misfit-ignore redis/queue-on-evicting-instance -- redis://:${secret()}@jobs, password: ${secret()}\n  jobs:\n`), 'misfit.config.yaml': `# requirepass ${secret()}\nignore: [redis.conf]\n` })
  const told = async (...words: readonly string[]): Promise<string> => { const { out, err } = await run(process.execPath, [program, ...words], { cwd: repo, env: { ...gitEnv, GITHUB_STEP_SUMMARY: join(home, 'summary.md'), GITHUB_ACTIONS: 'true' } }); return out + err }
  const since = await told('--since', 'HEAD', ...formatNames.flatMap(name => ['--format', `${name}=since.${name}`]))
  expect(leaks(since)).toEqual([])
  for (const name of formatNames) expect([name, leaks(readFileSync(join(repo, `since.${name}`), 'utf8'))]).toEqual([name, []])
  expect(readFileSync(join(repo, 'since.json'), 'utf8')).toContain('misfit/switched-off')
  expect(leaks(await told() + readFileSync(join(home, 'summary.md'), 'utf8'))).toEqual([])
  await told('--shard', '1/1', '--format', 'json=part.json', '--exit-zero')
  expect(leaks(readFileSync(join(repo, 'part.json'), 'utf8') + await told('merge', 'part.json') + await told('--fix') + await told('--list-files'))).toEqual([])
})

const value = fc.stringMatching(/^[A-Za-z0-9+%*()^!-]{4,20}$/).map(text => `S${text}S`)
const places: readonly (readonly [string, (password: string) => string])[] = [
  ['a flag', pw => `redis-server --requirepass ${pw} --appendonly yes`], ['a quoted flag', pw => `--masterauth "${pw}"`], ['a list of words', pw => `["redis-server", "--requirepass", "${pw}"]`],
  ['an old client', pw => `redis-cli -h cache -a ${pw} ping`], ['a client', pw => `redis-cli --pass ${pw}`], ['a token', pw => `agent --token ${pw} run`], ['an address', pw => `redis://:${pw}@cache:6379/0`],
  ['an address with a name', pw => `amqp://user:${pw}@mq`], ['a token in an address', pw => `redis://${pw}@cache`], ['an @ in a password', pw => `redis://:a@${pw}@cache`], ['a slash in a password', pw => `redis://:${pw}/${pw}@cache:6379`],
  ['an address in JSON', pw => `{"url":"redis:\\/\\/:${pw}@cache"}`], ['a query', pw => `redis://cache?db=1&auth=${pw}&x=1`], ['a variable', pw => `REDIS_PASSWORD=${pw}`], ['a map', pw => `  password: ${pw}`],
  ['JSON', pw => `{"apiKey": "${pw}", "a": 1}`], ['properties', pw => `ssl.key.password = ${pw}`], ['JAAS', pw => `required username="x" password="${pw}";`], ['a rule for users', pw => `user app on >${pw} ~* +@all`],
  ['sentinel', pw => `sentinel auth-pass mymaster ${pw}`], ['a stand-in', pw => `\${REDIS_PASSWORD:-${pw}}`], ['a stand-in in an address', pw => `redis://:\${PW:-${pw}}@cache`], ['a call', pw => `client.setAddress("redis://cache").setPassword("${pw}")`], ['a call by its name alone', pw => `await redis.auth('${pw}')`], ['.NET', pw => `cache:6379,password=${pw},ssl=False`],
  ['a chart\'s flag', pw => `helm install r x --set redis.auth.password=${pw},a=1`], ['a label', pw => `traefik.http.middlewares.a.basicauth.users=admin:${pw}`], ['a user of JAAS', pw => `PlainLoginModule required user_alice="${pw}";`],
  ['a header', pw => `curl -H "Authorization: Bearer ${pw}" http://x`], ['a user of curl', pw => `curl -u admin:${pw} http://x`], ['a flag of any program', pw => `worker --redis-password ${pw} -redis.password ${pw} --redisPassword "${pw}"`],
  ['a flag on lines', pw => `- --requirepass\n- ${pw}`], ['words in quotes', pw => `requirepass "${pw} more ${pw}"`], ['quotes in a string', pw => `["sh","-c","redis-server --requirepass \\"${pw}\\""]`], ['quotes of a shell', pw => `--requirepass $'${pw}'`],
  ['a benchmark', pw => `redis-benchmark -h x -a ${pw}`], ['MySQL', pw => `mysql -uroot -p${pw}`], ['a glued name', pw => `REDISPASSWORD=${pw} PGPASSWORD=${pw} dbpass=${pw}`], ['a kind of password', pw => `REDIS_PASSWORD_PROD=${pw}`],
  ['several', pw => `KAFKA_CLIENT_PASSWORDS=${pw},b`], ['a list', pw => `passwords: [${pw}, b]`], ['PHP', pw => `'password' => '${pw}'`], ['Go', pw => `password := "${pw}"`], ['XML', pw => `<password>${pw}</password>`],
  ['attributes', pw => `<add key="RedisPassword" value="${pw}"/>`], ['a name and a value', pw => `{name: REDIS_PASSWORD, value: ${pw}}`], ['a name and a value on lines', pw => `- name: REDIS_PASSWORD\n  value: ${pw}`],
  ['a tag and an anchor', pw => `password: !!str "${pw}"\npassword: &pw ${pw}`], ['a template', pw => `redis://:{{ .Values.x | default "${pw}" }}@r`], ['a template for a key', pw => `password: {{ default "${pw}" .Values.x }}`],
  ['a variable that is given', pw => `\${REDIS_PASSWORD-${pw}}`], ['a Dockerfile', pw => `ENV REDIS_PASSWORD ${pw}`], ['HELLO', pw => `HELLO 3 AUTH default ${pw}`], ['a command of Sentinel', pw => `SENTINEL SET mymaster auth-pass ${pw}`],
  ['a list of servers', pw => `REDIS_HOSTS=local:redis:6379:0:${pw}`], ['a registry of schemas', pw => `basic.auth.user.info=user:${pw}`], ['a query in brackets', pw => `tcp://r:6379?auth[]=${pw}&auth[pass]=${pw}`], ['prose', pw => `# the password is x1${pw}`],
  ['an address without a scheme', pw => `user:${pw}@tcp(db:3306)/x`],
]

it.each(places)('hides any password in %s, and columns stay where they shall', (_, written) => {
  fc.assert(fc.property(value, pw => {
    const text = written(pw)
    expect(masked(text)).not.toContain(pw)
    expect(masked(text, true)).not.toContain(pw)
    expect(masked(text, true)).toHaveLength(text.length)
    expect(masked(masked(text))).toBe(masked(text))
  }), { numRuns: 50, seed: 1 })
})

it('hides the settings that hold one', () => {
  for (const name of ['requirepass', 'masterauth', 'primaryauth', 'tls-key-file-pass', 'ssl.keystore.password', 'ssl.keystore.key']) expect(withoutSecrets(name, 'hunter')).toBe('***')
  expect(withoutSecrets('user', 'app on >hunter ~*')).toBe('app on >*** ~*')
  expect(withoutSecrets('maxmemory-policy', 'allkeys-lru')).toBe('allkeys-lru')
})

it('tells why a file called passwd is not read', () => {
  for (const text of ['cannot read /etc/passwd: it is no YAML', '../../etc/passwd:1:2: a mapping is wanted']) expect(masked(text)).toBe(text)
})

it('leaves alone what is no secret', () => {
  for (const text of [
    'image: redis:7.4@sha256:0123456789abcdef', 'docker run -u 1000:1000 x', 'TOKEN_TTL=5', 'PASSWORD_MIN_LENGTH: 8', 'secretKeyRef: {name: redis, key: password}', '{name: REDIS_PASSWORD, value: "$(PW)"}', 'List<Token> tokens',
    'bypass: true', '--no-auth-warning ping', '127.0.0.1:6379:6379', '"redis": "npm:ioredis@5"', 'password: {{ .Values.password }}', '{{ .Values.policy | default "allkeys-lru" }}', 'a password hash', 'PASSWORD_RESET_TIMEOUT=60',
    'redis://cache:6379/0', 'https://example.com/a@b', 'redis://:${REDIS_PASSWORD}@cache', 'ALLOW_EMPTY_PASSWORD=yes', 'REDIS_PASSWORD_FILE=/run/secrets/pw', 'existingSecret: shop-redis', 'auth: {enabled: false}',
    'message.key=order', 'redis-server --maxmemory-policy allkeys-lru', 'celery -A shop worker', 'echo ready > /dev/null', 'git@github.com:a/b', 'password: ${PW}', '--pass $PW', 'the password is set elsewhere', "vault.getSecret('shop/redis')",
  ]) expect(masked(text)).toBe(text)
})
