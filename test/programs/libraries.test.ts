// What packages show together: one alone, one beside a client, one beside another store of the same thing.
import { describe, expect, it } from 'vitest'
import { knowledge } from '../../rules/knowledge/index.ts'
import { wholeFile } from '../../src/model/value.ts'
import { libraryIndex } from '../../src/programs/libraries.ts'
import { formatOf } from '../../src/programs/manifests/index.ts'

const index = libraryIndex(knowledge)

/** `redis job-queue strong` for each thing that the packages of a manifest show. */
function shownBy(path: string, text: string): readonly string[] {
  const manifest = formatOf(path)?.read(wholeFile(path, text), () => undefined)
  return [...new Set(index.shownBy(manifest ? [manifest] : []).flatMap(({ technology, use, weight }) => (use === undefined ? [] : [`${technology} ${use} ${weight}`])))].sort()
}

const npm = (...names: readonly string[]): readonly string[] => shownBy('package.json', JSON.stringify({ dependencies: Object.fromEntries(names.map(name => [name, '1'])) }))
const pypi = (...names: readonly string[]): readonly string[] => shownBy('requirements.txt', names.join('\n'))
const ruby = (...names: readonly string[]): readonly string[] => shownBy('Gemfile', names.map(name => `gem '${name}'`).join('\n'))
const go = (...names: readonly string[]): readonly string[] => shownBy('go.mod', `module shop\nrequire (\n${names.map(name => `\t${name} v1.0.0`).join('\n')}\n)\n`)
const maven = (...names: readonly string[]): readonly string[] => shownBy('pom.xml', `<project>${names.map(name => `<dependency><groupId>${name.split(':')[0] ?? ''}</groupId><artifactId>${name.split(':')[1] ?? ''}</artifactId></dependency>`).join('')}</project>`)
const nuget = (...names: readonly string[]): readonly string[] => shownBy('a.csproj', `<Project>${names.map(name => `<PackageReference Include="${name}" Version="1" />`).join('')}</Project>`)
const crates = (text: string): readonly string[] => shownBy('Cargo.toml', `[dependencies]\n${text}\n`)

describe('a package whose purpose is one use', () => {
  it.each([
    ['a queue, by its dashboard', npm('@bull-board/express'), ['redis job-queue strong']],
    ['sessions of Fastify', npm('fastify-session-redis-store'), ['redis session-store strong']],
    ['locks of NestJS', npm('murlock'), ['redis lock strong']],
    ['a queue of any plug-in', ruby('sidekiq-failures'), ['redis job-queue strong']],
    ['experiments', ruby('split'), ['redis source-of-truth strong']],
    ['vectors', pypi('redisvl'), ['redis derived-state strong']],
    ['locks on tasks', pypi('celery-singleton'), ['redis lock strong']],
    ['tasks on topics', pypi('taskiq-aio-kafka'), ['kafka job-queue strong']],
    ['authorization', go('github.com/casbin/redis-adapter/v3'), ['redis source-of-truth strong']],
    ['locks of a client', go('github.com/redis/rueidis/rueidislock'), ['redis lock strong']],
    ['a cache behind a mapper', maven('org.mybatis.caches:mybatis-redis'), ['redis cache strong']],
    ['vectors of Spring AI', maven('org.springframework.ai:spring-ai-starter-vector-store-redis'), ['redis derived-state strong']],
    ['subscriptions of GraphQL', nuget('HotChocolate.Subscriptions.Redis'), ['redis pub-sub strong']],
    ['any part of a Kafka framework', nuget('KafkaFlow.Serializer.JsonCore'), ['kafka event-bus strong']],
    ['a cache, by its feature', crates('cached = { version = "0.55", features = ["redis_tokio"] }'), ['redis cache strong']],
    ['sessions, by their feature', crates('actix-session = { version = "0.10", features = ["redis-session"] }'), ['redis session-store strong']],
  ])('shows %s', (_, shown, expected) => { expect(shown).toEqual(expected) })
})

describe('a package that serves several stores', () => {
  it.each([
    ['a transport with its client', npm('@nestjs/microservices', 'kafkajs'), ['kafka event-bus strong']],
    ['a transport without it', npm('@nestjs/microservices', 'nats'), []],
    ['a limiter with a client', npm('koa-ratelimit', 'ioredis'), ['redis rate-limiter strong']],
    ['a limiter alone', npm('koa-ratelimit'), []],
    ['a limiter in the shared cache', pypi('django-ratelimit', 'django-redis'), ['redis cache strong', 'redis rate-limiter strong']],
    ['a limiter in a cache of unknown kind', pypi('django-ratelimit', 'redis'), []],
    ['a dataflow with a client', pypi('bytewax', 'confluent-kafka'), ['kafka stream-processing strong']],
    ['a dataflow alone', pypi('bytewax'), []],
    ['sessions with a starter', maven('org.springframework.session:spring-session', 'org.springframework.boot:spring-boot-starter-data-redis'), ['redis session-store strong']],
    ['sessions in a database', maven('org.springframework.session:spring-session', 'org.springframework.session:spring-session-jdbc', 'org.springframework.boot:spring-boot-starter-data-redis'), []],
    ['a crate without the feature', crates('cached = "0.55"'), []],
    ['a general client', npm('ioredis', 'kafkajs'), []],
  ])('shows what fits: %s', (_, shown, expected) => { expect(shown).toEqual(expected) })
})

it('finds a package by its name in a manifest, however long and dotted the name is', () => {
  expect(index.mayName('require github.com/hibiken/asynq v0.24.1')).toBe(true)
  expect(index.mayName('module shop\nrequire github.com/gin-gonic/gin v1.10.0\n')).toBe(false)
})
