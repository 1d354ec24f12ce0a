// Every manifest format and every language, format by format: a program that it shows something of, and the same file where it must show nothing.
import { describe, expect, it } from 'vitest'
import { languageOf } from '../../src/programs/calls/index.ts'
import { languages } from '../../src/programs/calls/languages/index.ts'
import { formatOf, formats } from '../../src/programs/manifests/index.ts'
import { composeWith, usesIn } from '../support/programs.ts'
import { uses } from './calls/shows.ts'

const pom = (scope: string): string => `<project><artifactId>app</artifactId><dependencies><dependency><groupId>org.springframework.session</groupId><artifactId>spring-session-data-redis</artifactId><scope>${scope}</scope></dependency></dependencies></project>`

/** The use that a package shows in production, and the same package where only developers or tests have it, or nobody. */
const manifests: readonly (readonly [path: string, use: string, runs: string, does: string])[] = [
  ['package.json', 'job-queue', '{"dependencies": {"bullmq": "^5"}}', '{"devDependencies": {"bullmq": "^5"}}'],
  ['requirements.txt', 'job-queue', 'rq>=1\n', '# rq>=1\n'],
  ['pyproject.toml', 'job-queue', '[project]\nname = "app"\ndependencies = ["rq"]\n', '[project]\nname = "app"\ndependencies = []\n[dependency-groups]\ndev = ["rq"]\n'],
  ['Pipfile', 'job-queue', '[packages]\nrq = "*"\n', '[dev-packages]\nrq = "*"\n'],
  ['setup.cfg', 'job-queue', '[options]\ninstall_requires =\n    rq\n', '[options.extras_require]\ndev =\n    rq\n'],
  ['setup.py', 'job-queue', 'from setuptools import setup\nsetup(name="app", install_requires=["rq"])', 'from setuptools import setup\nsetup(name="app", extras_require={"dev": ["rq"]})'],
  ['Gemfile', 'job-queue', "gem 'sidekiq'\n", "group :development, :test do\n  gem 'sidekiq'\nend\n"],
  ['composer.json', 'job-queue', '{"require": {"laravel/horizon": "^5"}}', '{"require-dev": {"laravel/horizon": "^5"}}'],
  ['go.mod', 'job-queue', 'module app\n\nrequire github.com/hibiken/asynq v0.24.1\n', 'module app\n\n// require github.com/hibiken/asynq v0.24.1\n'],
  ['pom.xml', 'session-store', pom('compile'), pom('test')],
  ['build.gradle', 'session-store', "dependencies {\n  implementation 'org.springframework.session:spring-session-data-redis:3'\n}\n", "dependencies {\n  testImplementation 'org.springframework.session:spring-session-data-redis:3'\n}\n"],
  ['build.gradle.kts', 'session-store', 'dependencies {\n  implementation("org.springframework.session:spring-session-data-redis:3")\n}\n', 'dependencies {\n  testImplementation("org.springframework.session:spring-session-data-redis:3")\n}\n'],
  ['App.csproj', 'job-queue', '<Project><PackageReference Include="Hangfire.Redis.StackExchange" Version="1" /></Project>', '<Project><IsTestProject>true</IsTestProject><PackageReference Include="Hangfire.Redis.StackExchange" Version="1" /></Project>'],
  ['mix.exs', 'job-queue', 'defp deps do\n  [{:exq, "~> 0.19"}]\nend\n', 'defp deps do\n  [{:exq, "~> 0.19", only: [:dev, :test]}]\nend\n'],
  ['Cargo.toml', 'job-queue', '[package]\nname = "app"\n[dependencies]\napalis-redis = "0.5"\n', '[package]\nname = "app"\n[dev-dependencies]\napalis-redis = "0.5"\n'],
  ['build.sbt', 'session-store', 'libraryDependencies += "org.springframework.session" % "spring-session-data-redis" % "3"\n', 'libraryDependencies += "org.springframework.session" % "spring-session-data-redis" % "3" % Test\n'],
]

describe.each(manifests)('%s', (path, use, runs, does) => {
  const repository = (text: string) => usesIn({ 'compose.yaml': composeWith({ app: '.' }), [path]: text })
  it(`shows ${use} by a package that the program runs with`, () => { expect(repository(runs)).toEqual([use]) })
  it('shows nothing by one that it does not run with', () => { expect(repository(does)).toEqual([]) })
})

it('leaves no format out', () => {
  expect(formats.filter(format => !manifests.some(([path]) => formatOf(path) === format))).toEqual([])
})

/** The use that a call shows, and the same words where they call nothing: in a comment, on another object. */
const sources: readonly (readonly [language: string, path: string, use: string, calls: string, does: string])[] = [
  ['typescript', 'src/app.ts', 'pub-sub', "import Redis from 'ioredis'\nconst redis = new Redis()\nredis.publish('news', text)\n", "import Redis from 'ioredis'\nbus.publish('news', text) // redis.publish('news', text)\n"],
  ['python', 'app/main.py', 'pub-sub', 'import redis\nr = redis.Redis()\nr.publish("news", text)\n', 'import redis\nbus.publish("news", text)  # r.publish("news", text)\n'],
  ['java', 'src/main/java/App.java', 'lock', 'import org.redisson.api.RedissonClient;\nclass App { void f(RedissonClient client) { client.getLock("sync"); } }\n', 'import org.redisson.api.RedissonClient;\n/* client.getLock("sync"); */\nclass App {}\n'],
  ['kotlin', 'src/main/kotlin/App.kt', 'lock', 'import org.redisson.api.RedissonClient\nclass App(val client: RedissonClient) {\n  fun f() { client.getLock("sync") }\n}\n', 'import org.redisson.api.RedissonClient\n// client.getLock("sync")\nclass App(val text: String = """client.getLock("sync")""")\n'],
  ['go', 'internal/app.go', 'lock', 'package app\n\nimport "github.com/bsm/redislock"\n\nvar locker = redislock.New(client)\n', 'package app\n\nimport "github.com/acme/redislock"\n\nvar locker = redislock.New(client)\n'],
  ['ruby', 'app/app.rb', 'lock', 'Redlock::Client.new([ENV["REDIS_URL"]])\n', '# Redlock::Client.new([ENV["REDIS_URL"]])\n'],
  ['php', 'src/App.php', 'pub-sub', '<?php\n$redis = new Redis();\n$redis->publish("news", $text);\n', '<?php\n// $redis->publish("news", $text);\n$bus->publish("news", $text);\n'],
  ['csharp', 'src/App.cs', 'cache', 'class A { void F(IServiceCollection services) { services.AddStackExchangeRedisCache(o => { }); } }\n', 'class A { string s = "services.AddStackExchangeRedisCache(o => { });"; }\n'],
  ['elixir', 'lib/app.ex', 'pub-sub', 'Redix.command(conn, ["PUBLISH", "news", text])\n', '# Redix.command(conn, ["PUBLISH", "news", text])\n'],
  ['rust', 'src/main.rs', 'pub-sub', 'use redis::Commands;\nfn f(con: &mut redis::Connection) { con.publish("news", text); }\nfn g(con: ConnectionManager) { con.publish("news", text); }\n', 'use redis::Commands;\n// con.publish("news", text);\nfn f(bus: Bus) { bus.publish("news", text); }\n'],
  ['scala', 'src/main/scala/App.scala', 'stream-processing', 'import org.apache.kafka.streams.scala.StreamsBuilder\nobject App { val builder = new StreamsBuilder() }\n', 'import org.apache.kafka.streams.scala.StreamsBuilder\nobject App { val text = """new StreamsBuilder()""" }\n'],
  ['lua', 'lua/release.lua', 'lock', 'if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end\n', '-- redis.call("GET", KEYS[1]) redis.call("DEL", KEYS[1])\nreturn 1\n'],
]

describe.each(sources)('%s', (language, path, use, calls, does) => {
  it('is told by the name of the file', () => { expect(languageOf(path)?.id).toBe(language) })
  it(`shows ${use} by a call`, () => { expect(uses(path, calls)).toEqual([use]) })
  it('shows nothing where nothing is called', () => { expect(uses(path, does)).toEqual([]) })
})

it('leaves no language out', () => {
  expect(languages.map(({ id }) => id).filter(id => !sources.some(([language]) => language === id))).toEqual([])
})
