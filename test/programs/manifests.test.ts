// Each format of manifest: what a program needs when it runs is read, what only its developers or tests need is not.
import { describe, expect, it } from 'vitest'
import { formatOf } from '../../src/programs/manifests/index.ts'
import { wholeFile } from '../../src/model/value.ts'

const read = (path: string, text: string, others: Record<string, string> = {}) =>
  formatOf(path)?.read(wholeFile(path, text), other => (others[other] === undefined ? undefined : wholeFile(other, others[other])))
const namesIn = (path: string, text: string, others: Record<string, string> = {}) =>
  read(path, text, others)?.dependencies.map(({ name, extras }) => name + (extras ? `[${extras.join(',')}]` : ''))

describe.each<[path: string, text: string, names: readonly string[]]>([
  ['package.json', '{\n\t"name": "a",\n\t"dependencies": {"bullmq": "^5", "q": "npm:bee-queue@1"},\n\t"devDependencies": {"jest": "1"}, "optionalDependencies": {"redlock": "1"}}', ['bullmq', 'bee-queue']],
  ['requirements.txt', '# tasks\nCelery[redis]>=5.3  # queue\n-r base.txt\nrq==1.0; python_version > "3.8"\n--hash=sha256:aa\ngit+https://example.org/x.git\ndjango_redis\n', ['celery[redis]', 'rq', 'django-redis']],
  ['requirements/production.txt', 'arq\n', ['arq']],
  ['pyproject.toml', '[project]\nname = "shop"\ndependencies = [\n  "rq>=1", # "no"\n  "celery[redis,msgpack]~=5.3",\n]\n[project.optional-dependencies]\ndev = ["arq"]\n[dependency-groups]\ntest = ["huey"]\n', ['rq', 'celery[redis,msgpack]']],
  ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.11"\nrq = "^1"\ncelery = { extras = ["redis"], version = "^5" }\narq = { version = "1", optional = true }\n[tool.poetry.group.dev.dependencies]\nhuey = "1"\n[tool.poetry.dev-dependencies]\nfakeredis = "1"\n', ['rq', 'celery[redis]']],
  ['Pipfile', '[packages]\nrq = "*"\ncelery = {extras = ["redis"], version = "*"}\n[dev-packages]\narq = "*"\n', ['rq', 'celery[redis]']],
  ['setup.cfg', '[metadata]\nname = shop\n[options]\ninstall_requires =\n    rq>=1\n    # arq\n    celery[redis]\n[options.extras_require]\ndev =\n    huey\n', ['rq', 'celery[redis]']],
  ['setup.py', 'setup(name="shop", install_requires=["rq>=1", "celery[redis]"], extras_require={"dev": ["arq"]})', ['rq', 'celery[redis]']],
  ['Gemfile', "source 'https://rubygems.org'\ngem 'sidekiq', '~> 7'\n# gem 'resque'\ngem \"redlock\" # locks\ngroup :development, :test do\n  gem 'resque'\nend\ngem 'que', group: :test\ngroup :production do\n  gem 'redis-rails'\nend\n", ['sidekiq', 'redlock', 'redis-rails']],
  ['composer.json', '{"name": "acme/shop", "require": {"php": ">=8", "Laravel/Horizon": "^5"}, "require-dev": {"predis/predis": "2"}}', ['php', 'laravel/horizon']],
  ['go.mod', 'module example.org/shop\n\ngo 1.22\n\nrequire github.com/hibiken/asynq v0.24.1\nrequire (\n\tgithub.com/redis/go-redis/v9 v9.5.1\n\tgithub.com/bsm/redislock v0.9.4 // indirect\n)\nreplace example.org/lib => ../lib\n', ['github.com/hibiken/asynq', 'github.com/redis/go-redis']],
  ['go.mod', 'module example.org/shop\n\nrequire (\n\tgithub.com/redis/go-redis/v9 v9.5.1 // indirect\n\tgithub.com/bsm/redislock v0.9.4 // indirect\n)\n', ['github.com/redis/go-redis', 'github.com/bsm/redislock']],
  ['pom.xml', `<project><parent><artifactId>top</artifactId></parent><artifactId>shop</artifactId>
<dependencyManagement><dependencies><dependency><groupId>a</groupId><artifactId>managed</artifactId></dependency></dependencies></dependencyManagement>
<dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-streams</artifactId></dependency>
<!-- <dependency><groupId>a</groupId><artifactId>hidden</artifactId></dependency> -->
<dependency><groupId>a</groupId><artifactId>tested</artifactId><scope>test</scope></dependency></dependencies></project>`, ['org.apache.kafka:kafka-streams']],
  ['build.gradle', "dependencies {\n  implementation 'org.apache.kafka:kafka-streams:3.7.0'\n  runtimeOnly group: 'redis.clients', name: 'jedis', version: '5'\n  // implementation 'a:hidden:1'\n  testImplementation 'a:tested:1'\n  compileOnly 'a:compiled:1'\n}", ['org.apache.kafka:kafka-streams', 'redis.clients:jedis']],
  ['build.gradle.kts', 'dependencies {\n    implementation("org.springframework.session:spring-session-data-redis")\n    testImplementation("a:tested:1")\n}', ['org.springframework.session:spring-session-data-redis']],
  ['src/Shop.csproj', '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="Hangfire.Redis.StackExchange" Version="1" />\n<PackageReference Include="Analyzers"><PrivateAssets>all</PrivateAssets></PackageReference>\n<!-- <PackageReference Include="Hidden" /> --></ItemGroup></Project>', ['hangfire.redis.stackexchange']],
  ['Shop.Tests.csproj', '<Project><ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk" /><PackageReference Include="RedLock.net" /></ItemGroup></Project>', []],
  ['mix.exs', 'defp deps do\n  [\n    {:exq, "~> 0.19"},\n    # {:verk, "1.0"},\n    {:toniq, "1.0", only: [:dev, :test]},\n    {:web, in_umbrella: true}\n  ]\nend', ['exq', 'web']],
  ['Cargo.toml', '[package]\nname = "shop"\n[dependencies]\nredis = { version = "0.25", features = ["tokio-comp"] }\nqueue = { package = "apalis-redis", version = "0.5" }\nrslock = { version = "1", optional = true }\nrdkafka.workspace = true\n[dependencies.fred]\nversion = "9"\n[dev-dependencies]\nredlock = "1"\n', ['redis[tokio-comp]', 'apalis-redis', 'rdkafka', 'fred']],
  ['build.sbt', 'name := "shop"\nlibraryDependencies ++= Seq(\n  "org.apache.kafka" %% "kafka-streams-scala" % "3.7.0",\n  // "a" % "hidden" % "1",\n  "a" %% "tested" % "1" % Test)\n', ['org.apache.kafka:kafka-streams-scala']],
])('%s', (path, text, names) => {
  it('gives what runs', () => { expect(namesIn(path, text)).toEqual(names) })
  it('says where each stands', () => {
    for (const { name, span, text: quoted } of read(path, text)?.dependencies ?? []) {
      expect(span.end, name).toBeLessThanOrEqual(text.length)
      expect(text.slice(span.start, span.end).split('\n').join(' ')).not.toBe('')
      expect(quoted).not.toContain('\n')
    }
  })
  it('survives being cut anywhere', () => {
    for (let end = 0; end < text.length; end += 7) expect(() => read(path, text.slice(0, end))).not.toThrow()
  })
})

it('reads the features of a crate that has a table of its own', () => {
  expect(namesIn('Cargo.toml', '[dependencies.actix-session]\nversion = "0.10"\nfeatures = [\n  "redis-session",\n]\n')).toEqual(['actix-session[redis-session]'])
})

describe('what several files say together', () => {
  it('finds the libraries behind the names of a catalogue in the settings of the build', () => {
    const settings = 'dependencyResolutionManagement {\n  versionCatalogs {\n    create("libs") {\n      library("kafka-streams", "org.apache.kafka", "kafka-streams").version("3.7.0")\n      library("jedis", "redis.clients:jedis:5.1.0")\n    }\n  }\n}'
    expect(namesIn('app/build.gradle.kts', 'dependencies {\n    implementation(libs.kafka.streams)\n    implementation(libs.jedis)\n}', { '../settings.gradle.kts': settings })).toEqual(['org.apache.kafka:kafka-streams', 'redis.clients:jedis'])
    expect(namesIn('app/build.gradle.kts', 'dependencies {\n    implementation(libs.kafka.streams)\n}', { '../settings.gradle.kts': settings.replace('versionCatalogs', 'pluginManagement') })).toEqual([])
  })

  it('finds the libraries behind the names of a version catalogue', () => {
    const toml = '[versions]\nkafka = "3.7.0"\n[libraries]\nkafka-streams = { module = "org.apache.kafka:kafka-streams", version.ref = "kafka" }\njedis = { group = "redis.clients", name = "jedis", version = "5" }\n[bundles]\nall = ["kafka-streams", "jedis"]\n'
    const build = 'dependencies {\n  implementation(libs.kafka.streams)\n  api(libs.bundles.all)\n}'
    expect(namesIn('app/build.gradle.kts', build, { '../gradle/libs.versions.toml': toml })).toEqual(['org.apache.kafka:kafka-streams', 'org.apache.kafka:kafka-streams', 'redis.clients:jedis'])
  })

  it('takes what a folder above gives every project', () => {
    const props = '<Project><ItemGroup><PackageReference Include="RedLock.net" /></ItemGroup></Project>'
    expect(namesIn('a/b/B.csproj', '<Project/>', { '../../Directory.Build.props': props })).toEqual(['redlock.net'])
  })

  it('names the projects of the same repository', () => {
    expect(read('b/B.csproj', '<Project><ProjectReference Include="..\\Lib\\Lib.csproj" /></Project>')?.local).toEqual(['../Lib'])
    expect(read('a/build.gradle', "dependencies {\n  implementation project(':libs:queue')\n}")?.local).toContain('../libs/queue')
    expect(read('go.mod', 'module a\nreplace example.org/lib => ../lib\n')?.local).toEqual(['../lib'])
    expect(read('Cargo.toml', '[dependencies]\nlib = { path = "../lib" }\n')?.local).toEqual(['../lib'])
  })
})

it.each(['requirements-dev.txt', 'requirements/test.txt', 'docs-requirements.txt', 'requirements.md', 'robots.txt', 'package-lock.json', 'my-package.json'])('%s is no manifest of a program', path => {
  expect(formatOf(path)).toBeUndefined()
})

it('takes no longer than its length for a text that was made to take long', () => {
  const many = (part: string): string => part.repeat(Math.floor(280_000 / part.length))
  const texts: [string, string][] = [
    ['Gemfile', many('group :test do\n')], ['pom.xml', many('<build><dependency>')], ['build.gradle', many('/*')], ['a.csproj', many('<!--<PackageReference Include="a">')],
    ['Cargo.toml', many('[a]\nb = [\n')], ['requirements.txt', many('a'.repeat(99) + ' ')], ['pyproject.toml', many('a = { x = "')], ['setup.cfg', `install_requires =\n${many(' \n')}`], ['mix.exs', many('{:a, ')], ['build.sbt', many('"a" % "b" %')], ['setup.py', many('install_requires=["')],
  ]
  // Work that grew with the square of the length would take minutes; the test's own limit ends it.
  for (const [path, text] of texts) expect(() => read(path, text), path).not.toThrow()
})
