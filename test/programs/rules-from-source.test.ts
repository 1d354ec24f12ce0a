// Rules that once waited for a design: what the source of a client states is enough for each of them. Every case has a good twin.
import { describe, expect, it } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { npm } from '../support/programs.ts'

const kafka = 'services:\n  kafka:\n    image: apache/kafka:3.9.0\n    environment: {KAFKA_NODE_ID: 1, KAFKA_PROCESS_ROLES: "broker,controller"}\n'
const redis = 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --appendonly yes\n    volumes: ["redis:/data"]\n'
const built = (name: string, variable: string): string => `  ${name}:\n    build: ${name}\n    environment: {${variable}}\n`
const service = (name: string, manifest: Readonly<Record<string, string>>, file: string, source: string): Record<string, string> => ({
  [`${name}/Dockerfile`]: 'FROM scratch\nCOPY . .\n', ...Object.fromEntries(Object.entries(manifest).map(([path, text]) => [`${name}/${path}`, text])), [`${name}/${file}`]: source,
})
const pip = (...names: readonly string[]): Record<string, string> => ({ 'requirements.txt': `${names.join('\n')}\n` })
const maven = (artifact: string): Record<string, string> => ({ 'pom.xml': `<project><dependencies><dependency><groupId>org.springframework.kafka</groupId><artifactId>${artifact}</artifactId></dependency></dependencies></project>` })
const rulesOf = (files: Record<string, string>, rule: string): readonly string[] => lint(memoryTree(files)).findings.filter(each => each.rule === rule).map(({ file, line }) => `${file}:${line}`)

const broker = (program: Record<string, string>): Record<string, string> => ({ 'compose.yaml': `${kafka}${built('app', 'KAFKA_BROKERS: "kafka:9092"')}`, ...program })
const store = (program: Record<string, string>): Record<string, string> => ({ 'compose.yaml': `${redis}${built('app', 'REDIS_URL: "redis://redis:6379"')}volumes: {redis: {}}\n`, ...program })
const python = (line: string): Record<string, string> => broker(service('app', pip('confluent-kafka'), 'main.py', `from confluent_kafka import Consumer, Producer\n${line}\n`))

describe.each([
  ['enable.idempotence', 'kafka/idempotence-off', python("producer = Producer({'enable.idempotence': False})"), python("producer = Producer({'enable.idempotence': True})"), 'app/main.py:2'],
  ['auto.offset.reset', 'kafka/offset-reset-skips-data', python("consumer = Consumer({'group.id': 'billing', 'auto.offset.reset': 'latest'})"), python("consumer = Consumer({'group.id': 'billing', 'auto.offset.reset': 'earliest'})"), 'app/main.py:2'],
  ['request sizes', 'kafka/large-messages',
    broker(service('app', maven('spring-kafka'), 'src/main/java/P.java', 'import org.apache.kafka.clients.producer.ProducerConfig;\nclass P {\n  void set(java.util.Map<String, Object> props) { props.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 5242880); }\n}\n')),
    broker(service('app', maven('spring-kafka'), 'src/main/java/P.java', 'import org.apache.kafka.clients.producer.ProducerConfig;\nclass P {\n  void set(java.util.Map<String, Object> props) { props.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 524288); }\n}\n')), 'app/src/main/java/P.java:3'],
  ['an answer that a caller waits for', 'kafka/request-reply-on-request-path',
    broker(service('app', maven('spring-kafka'), 'src/main/java/Q.java', 'import org.springframework.kafka.requestreply.ReplyingKafkaTemplate;\nclass Q {\n  ReplyingKafkaTemplate<String, String, String> template;\n}\n')),
    broker(service('app', maven('spring-kafka'), 'src/main/java/Q.java', 'import org.springframework.kafka.core.KafkaTemplate;\nclass Q {\n  KafkaTemplate<String, String> template;\n}\n')), 'app/src/main/java/Q.java:3'],
  ['a history', 'redis/event-log-in-redis',
    store(service('app', { 'package.json': npm('app', 'ioredis') }, 'src/a.ts', "import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\nawait redis.xadd('audit-log', 'MAXLEN', 1000, '*', 'a', 1)\nawait redis.xrange('audit-log', '-', '+')\n")),
    store(service('app', { 'package.json': npm('app', 'ioredis') }, 'src/a.ts', "import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\nawait redis.setex('page:1', 60, '')\n")), 'compose.yaml:2'],
  ['a lock without an end', 'redis/ttl-missing',
    store(service('app', pip('redis'), 'main.py', "import redis\nr = redis.Redis(host='redis')\ndef work():\n    if r.setnx('lock:report', 1):\n        pass\n")),
    store(service('app', pip('redis'), 'main.py', "import redis\nr = redis.Redis(host='redis')\ndef work():\n    if r.set('lock:report', 1, nx=True, ex=60):\n        pass\ndef other():\n    if r.setnx('lock:other', 1):\n        r.expire('lock:other', 60)\n")), 'app/main.py:4'],
  ['a stream that grows', 'redis/stream-unbounded',
    store(service('app', pip('redis'), 'main.py', "import redis\nr = redis.Redis(host='redis')\nr.xadd('orders', {'id': 1})\n")),
    store({ ...service('app', pip('redis'), 'main.py', "import redis\nr = redis.Redis(host='redis')\nr.xadd('orders', {'id': 1})\n"), 'app/tidy.py': "import redis\nr = redis.Redis(host='redis')\nr.xtrim('orders', maxlen=1000)\n" }), 'app/main.py:3'],
])('%s', (_, rule, bad, good, place) => {
  it('is reported where the source states it', () => { expect(rulesOf(bad, rule)).toEqual([place]) })
  it('is not where it states the other', () => { expect(rulesOf(good, rule)).toEqual([]) })
})

const go = (line: string): Record<string, string> => store(service('app', { 'go.mod': 'module app\nrequire github.com/redis/go-redis/v9 v9.0.0\n' }, 'main.go', `package main\nimport "github.com/redis/go-redis/v9"\nvar rdb = redis.NewClient(&redis.Options{})\nfunc lock(ctx context.Context, ttl time.Duration, args *redis.XAddArgs) { ${line} }\n`))

it.each([
  ['redis/ttl-missing', 'rdb.SetNX(ctx, "lock:report", 1, 0)', 'rdb.SetNX(ctx, "lock:report", 1, ttl)'],
  ['redis/stream-unbounded', 'rdb.XAdd(ctx, &redis.XAddArgs{Stream: "orders", Values: v})', 'rdb.XAdd(ctx, args)'],
  ['redis/stream-unbounded', 'rdb.XAdd(ctx, &redis.XAddArgs{Stream: "orders", Values: v})', 'rdb.XAdd(ctx, &redis.XAddArgs{Stream: "orders", Values: v}); rdb.XTrimMaxLenApprox(ctx, "orders", 1000, 10)'],
])('%s knows what Go hands on: %s, %s', (rule, bad, good) => {
  expect(rulesOf(go(bad), rule)).toEqual(['app/main.go:4'])
  expect(rulesOf(go(good), rule)).toEqual([])
})

it('C# trims a stream by an argument with a name, or by its place', () => {
  const of = (call: string): readonly string[] => rulesOf(store(service('app', { 'App.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="StackExchange.Redis" Version="2.8.0" /></ItemGroup></Project>' }, 'A.cs',
    `using StackExchange.Redis;\nclass A {\n  private readonly IDatabase db;\n  Task Add() => db.${call};\n}\n`)), 'redis/stream-unbounded')
  expect(of('StreamAddAsync("orders", "id", 1)')).toEqual(['app/A.cs:4'])
  expect(of('StreamAddAsync("orders", entries, maxLength: 500000)')).toEqual([])
  expect(of('StreamAddAsync("orders", entries, null, 500000, true)')).toEqual([])
})

it('a lock whose template is told how long is no lock without an end, and a stream that is put together by and by may be trimmed', () => {
  const spring = (call: string): Record<string, string> => store(service('app', { 'pom.xml': '<project><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-data-redis</artifactId></dependency></dependencies></project>' }, 'src/main/java/L.java',
    `import org.springframework.data.redis.core.StringRedisTemplate;\nclass L {\n  StringRedisTemplate redisTemplate;\n  boolean tryLock(String key, java.time.Duration d) { return redisTemplate.opsForValue().${call}; }\n}\n`))
  expect(rulesOf(spring('setIfAbsent("lock:" + key, "1")'), 'redis/ttl-missing')).toEqual(['app/src/main/java/L.java:4'])
  expect(rulesOf(spring('setIfAbsent("lock:" + key, "1", d)'), 'redis/ttl-missing')).toEqual([])
  const rust = store(service('app', { 'Cargo.toml': '[package]\nname = "app"\n[dependencies]\nredis = "0.27"\n' }, 'src/main.rs', 'use redis::AsyncCommands;\nasync fn add(mut conn: redis::aio::MultiplexedConnection) {\n  let mut cmd = redis::cmd("XADD");\n  cmd.arg("orders").arg("MAXLEN").arg(10).arg("*").arg("a").arg(1);\n}\n'))
  expect(rulesOf(rust, 'redis/stream-unbounded')).toEqual([])
})

it('a time that a handler may take is held against the poll interval of the source', () => {
  const files = (interval: number): Record<string, string> => ({
    'compose.yaml': `${kafka}${built('app', 'KAFKA_BROKERS: "kafka:9092", JOB_TIMEOUT_SECONDS: 3600')}`,
    ...service('app', pip('confluent-kafka'), 'main.py', `from confluent_kafka import Consumer\nconsumer = Consumer({'group.id': 'films', 'max.poll.interval.ms': ${interval}})\nconsumer.subscribe(['films'])\n`),
  })
  expect(rulesOf(files(60_000), 'kafka/slow-consumer-rebalance')).toEqual(['app/main.py:2'])
  expect(rulesOf(files(7_200_000), 'kafka/slow-consumer-rebalance')).toEqual([])
})

it.each([
  ['a stream', 'redis/stream-unbounded', "import redis\nr = redis.Redis(host='redis')\nr.xadd('orders', {'id': 1}, **options)\n"],
  ['a lock', 'redis/ttl-missing', "import redis\nr = redis.Redis(host='redis')\ndef work():\n    return r.set('lock:report', 1, nx=True, **options)\n"],
])('%s whose options are made elsewhere accuses nobody', (_, rule, source) => {
  expect(rulesOf(store(service('app', pip('redis'), 'main.py', source)), rule)).toEqual([])
  expect(rulesOf(store(service('app', pip('redis'), 'main.py', source.replace(', **options', ''))), rule)).toHaveLength(1)
})

describe('a function that nothing in the program names', () => {
  const uses = (files: Record<string, string>): readonly string[] => lint(memoryTree(files)).stacks.flatMap(({ components }) => components.flatMap(each => each.uses.flatMap(({ use, established }) => (established ? [use] : []))))
  const python = (cls: string, caller: string): Record<string, string> => store({
    ...service('app', pip('redis'), 'locks.py', `import redis\nr = redis.Redis(host='redis')\n${cls}    def acquire_lock(self, name):\n        return r.set('lock:' + name, 1, nx=True, ex=30)\n    def release_lock(self, name):\n        r.delete('lock:' + name)\n`), 'app/main.py': caller,
  })
  it('shows what could be done, not what is', () => {
    expect(uses(python('class Locks:\n', 'from locks import Locks\nlocks = Locks()\n'))).not.toContain('lock')
    expect(uses(python('class Locks:\n', "from locks import Locks\nLocks().acquire_lock('report')\n"))).toContain('lock')
  })
  it('may be called by what its class extends, or by whoever reads its mark', () => {
    expect(uses(python('class Locks(Backend):\n', 'from locks import Locks\nlocks = Locks()\n'))).toContain('lock')
    expect(uses(python('class Locks:\n    @app.task\n', 'from locks import Locks\nlocks = Locks()\n'))).toContain('lock')
  })
  it('is a method of a type that nothing makes, in Go', () => {
    const stream = 'package events\nimport "github.com/redis/go-redis/v9"\ntype EventStream struct { client *redis.Client }\nfunc NewEventStream(client *redis.Client) *EventStream {\n\treturn &EventStream{client: client}\n}\nfunc (s *EventStream) Publish(ctx context.Context, data map[string]any, done func(id string) error) error {\n\treturn s.client.XAdd(ctx, &redis.XAddArgs{Stream: "orders", Values: data}).Err()\n}\n'
    const go = (caller: string, own = '') => lint(memoryTree(store({
      ...service('app', { 'go.mod': 'module example.com/app\nrequire github.com/redis/go-redis/v9 v9.0.0\n' }, 'events/stream.go', stream + own),
      'app/main.go': `package main\nimport "example.com/app/events"\nfunc main() {\n\t${caller}\n}\n`, 'app/events/stream_test.go': 'package events\nfunc TestStream(t *testing.T) { NewEventStream(nil).Publish(nil, nil, nil) }\n',
    }))).findings.filter(({ rule }) => rule === 'redis/stream-unbounded')
    expect(go('events.Start()')).toEqual([])
    expect(go('events.NewEventStream(client).Publish(ctx, data, nil)')).toHaveLength(1)
    expect(go('events.Start()', 'var orders = NewEventStream(redis.NewClient(nil))\n')).toHaveLength(1)
    expect(go('events.Start()', 'func Start() Stream {\n\treturn &EventStream{}\n}\n')).toHaveLength(1)
  })
  it('is told from its definitions in other languages', () => {
    const java = (caller: string): Record<string, string> => store({
      ...service('app', { 'pom.xml': '<project><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-data-redis</artifactId></dependency></dependencies></project>' }, 'src/main/java/L.java', 'import org.springframework.data.redis.core.StringRedisTemplate;\nclass L {\n  StringRedisTemplate redisTemplate;\n  public boolean acquireTaskLock(String key, java.time.Duration d) {\n    return redisTemplate.opsForValue().setIfAbsent("lock:" + key, "1", d);\n  }\n}\n'),
      'app/src/main/java/M.java': `class M {\n  L l;\n  void report() {\n    ${caller}\n  }\n}\n`,
    })
    expect(uses(java('l.toString();'))).not.toContain('lock')
    expect(uses(java('if (l.acquireTaskLock("report", d)) { }'))).toContain('lock')
  })
})
