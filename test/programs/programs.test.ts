// Which program is whose, and what its packages show: end to end from a repository's files to uses.
import { describe, expect, it } from 'vitest'
import { lint, observe } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { componentIn, composeWith, npm, programIn, usesIn } from '../support/programs.ts'

describe('a program beside the deployment', () => {
  const files = { 'compose.yaml': composeWith({ api: '.' }), 'package.json': npm('api', 'bullmq', 'express') }

  it('shows what its packages are for, with the place', () => {
    const use = componentIn(files).uses.find(each => each.use === 'job-queue')
    expect(use).toMatchObject({ established: true, clients: ['api'] })
    expect(use?.evidence[0]).toMatchObject({ text: '"bullmq": "^1.0.0"', span: { file: 'package.json' } })
  })

  it('is left out on request', () => {
    expect(usesIn(files, 'redis', { source: false })).toEqual([])
  })

  it('shows nothing by what only its developers, or nobody in particular, install', () => {
    for (const field of ['devDependencies', 'optionalDependencies', 'peerDependencies']) {
      expect(usesIn({ ...files, 'package.json': JSON.stringify({ dependencies: {}, [field]: { bullmq: '5' } }) })).toEqual([])
    }
  })

  it('is seen through an alias of the package', () => {
    expect(usesIn({ ...files, 'package.json': JSON.stringify({ dependencies: { queue: 'npm:bullmq@5.1.0' } }) })).toEqual(['job-queue'])
  })

  it('shows no use by a general client', () => {
    expect(usesIn({ ...files, 'package.json': npm('api', 'ioredis') })).toEqual([])
  })

  it('speaks against Redis where the queue lives in a database', () => {
    const compose = `${composeWith({ api: '.', worker: '.' })}\n    command: npm run worker\n  db:\n    image: postgres:16`
    const shown = programIn({ 'compose.yaml': compose, 'package.json': npm('api', 'pg-boss') }, 'api')?.shown
    expect(shown).toMatchObject([{ id: 'npm.other-queues', weight: 'against' }])
    expect(usesIn({ 'compose.yaml': compose, 'package.json': npm('api', 'pg-boss') })).toEqual([])
  })
})

describe('which program is whose', () => {
  const folders = (files: Record<string, string>, name: string) => programIn(files, name)?.folders

  it('is told by the context, however the file names it', () => {
    expect(folders({ 'deploy/compose.yaml': composeWith({ api: '../services/api' }), 'services/api/package.json': npm('api'), 'services/web/package.json': npm('web') }, 'api')).toEqual(['services/api'])
  })

  it('is told by where the Dockerfile lies in a wide context', () => {
    const files = { 'compose.yaml': composeWith({ api: '{ context: ., dockerfile: apps/api/Dockerfile }' }), 'apps/api/Dockerfile': 'FROM node\nCOPY . .\n', 'apps/api/package.json': npm('api', 'express'), 'package.json': npm('top', 'bullmq') }
    expect(folders(files, 'api')).toEqual(['apps/api'])
    expect(usesIn(files)).toEqual([])
  })

  it.each([
    ['what the last stage starts', 'FROM node\nCOPY . /app\nWORKDIR /app\nCMD ["node", "apps/api/dist/main.js"]'],
    ['the folder that it starts in', 'FROM node\nCOPY . /app\nWORKDIR /app/apps/api\nCMD ["node", "main.js"]'],
    ['what is copied out of an earlier stage', 'FROM node AS build\nCOPY . .\nRUN npm run build\nFROM node\nCOPY --from=build /app/apps/api/dist /app\nCMD ["node", "main.js"]'],
    ['the workspace that is built', 'FROM node\nCOPY . .\nRUN pnpm --filter @acme/api build\nCMD ["node", "main.js"]'],
    ['an argument', 'FROM node\nARG APP=api\nCOPY . .\nRUN npx turbo prune --scope=$APP'],
    ['what is copied at all', 'FROM node\nCOPY package.json ./\nCOPY apps/api ./apps/api\nCMD ["npm", "start"]'],
  ])('is told by %s', (_, dockerfile) => {
    const files = {
      'compose.yaml': composeWith({ api: '.' }), 'Dockerfile': dockerfile, 'package.json': JSON.stringify({ workspaces: ['apps/*'] }),
      'apps/api/package.json': npm('@acme/api'), 'apps/jobs/package.json': npm('@acme/jobs', 'bullmq'),
    }
    expect(folders(files, 'api')).toContain('apps/api')
    expect(folders(files, 'api')).not.toContain('apps/jobs')
    expect(usesIn(files)).toEqual([])
  })

  it('is told by a context from another project directory', () => {
    const files = { 'deploy/prod/compose.yaml': composeWith({ api: '.' }), 'Dockerfile': 'FROM node\nCOPY . .\n', 'package.json': npm('api', 'bullmq') }
    expect(folders(files, 'api')).toEqual(['.'])
    expect(folders({ ...files, 'deploy/prod/Dockerfile': 'FROM nginx\n' }, 'api')).toBeUndefined()
  })

  it('is the one beside a Dockerfile that copies only what a build outside has made', () => {
    const files = { 'compose.yaml': composeWith({ api: '.' }), 'Dockerfile': 'FROM alpine\nCOPY tools/entrypoint.sh ./\nCOPY api ./api\n', 'tools/entrypoint.sh': '', 'go.mod': 'module example.org/api\n' }
    expect(folders(files, 'api')).toEqual(['.'])
  })

  it('is told by the target of several', () => {
    const files = {
      'compose.yaml': composeWith({ api: '{ context: ., target: api }', jobs: '{ context: ., target: jobs }' }),
      'Dockerfile': 'FROM node AS api\nCOPY apps/api .\nFROM node AS jobs\nCOPY apps/jobs .\n', 'apps/api/package.json': npm('api'), 'apps/jobs/package.json': npm('jobs'),
    }
    expect([folders(files, 'api'), folders(files, 'jobs')]).toEqual([['apps/api'], ['apps/jobs']])
  })

  it('counts one class less where several could be meant, unless one server serves them all', () => {
    const files = { 'compose.yaml': composeWith({ api: '.' }), 'Dockerfile': 'FROM node\nCOPY . .\n', 'package.json': JSON.stringify({ workspaces: ['apps/*'] }), 'apps/api/package.json': npm('api'), 'apps/jobs/package.json': npm('jobs', 'bullmq') }
    expect(programIn(files, 'api')?.certain).toBe(false)
    expect(usesIn(files)).toEqual(['job-queue'])
    expect(usesIn({ ...files, 'compose.yaml': `${composeWith({ api: '.' })}\n  other:\n    image: redis:7\n` })).toEqual([])
  })

  it('is the module that the image takes its archive from, where the top of several is built', () => {
    const pom = (name: string, ...needs: readonly string[]): string => `<project><artifactId>${name}</artifactId><dependencies>${needs.map(need => `<dependency><groupId>acme</groupId><artifactId>${need}</artifactId></dependency>`).join('')}</dependencies></project>`
    const files = {
      'compose.yaml': composeWith({ api: '.' }), 'server/pom.xml': '<project><artifactId>top</artifactId><packaging>pom</packaging><modules><module>api</module></modules></project>',
      'server/api/pom.xml': pom('api', 'lib'), 'server/lib/pom.xml': pom('lib'), 'server/jobs/pom.xml': pom('jobs'), 'pom.xml': pom('site'), 'site/index.html': '',
    }
    const dockerfile = (copied: string): string => `FROM maven AS build\nCOPY server /src\nRUN mvn package\nFROM eclipse-temurin\nCOPY --from=build ${copied} app.jar\n`
    expect(folders({ ...files, 'Dockerfile': dockerfile('/src/api/target/api.jar') }, 'api')).toEqual(['server/api', 'server/lib'])
    expect(folders({ ...files, 'Dockerfile': dockerfile('/tmp/all.jar') }, 'api')).toEqual(['server', 'server/api', 'server/jobs', 'server/lib'])
  })

  it('reads the module of a program that is called like a setup script', () => {
    const files = { 'compose.yaml': composeWith({ api: '.' }), 'Dockerfile': 'FROM python\nCOPY . .\n', 'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["redis"]\n', 'app/core/setup.py': 'def create_app():\n    pass\n', 'app/core/limits.py': 'import redis\nr = redis.Redis()\nr.setex("cache:a", 60, value)\n' }
    expect(usesIn(files)).toEqual(['cache'])
    expect(usesIn({ ...files, 'app/core/setup.py': 'from setuptools import setup\nsetup(name="core")\n' })).toEqual([])
  })

  it('takes the dependencies of the top where a part has none', () => {
    const files = { 'compose.yaml': composeWith({ api: '{ context: ., dockerfile: apps/api/Dockerfile }' }), 'apps/api/Dockerfile': 'FROM node\nCOPY . .\n', 'apps/api/package.json': '{"name": "api"}', 'apps/web/package.json': npm('web', 'next'), 'package.json': npm('top', 'bullmq') }
    expect(folders(files, 'api')).toEqual(['apps/api', '.'])
    expect(usesIn(files)).toEqual(['job-queue'])
  })

  it('is the one whose file is started, where libraries are copied with it', () => {
    const python = (name: string) => `[project]\nname = "${name}"\ndependencies = ["redis", "rq"]\n`
    const files = {
      'compose.yaml': composeWith({ app: '.' }), 'server/pyproject.toml': python('server'), 'server/main.py': '', 'shared/pyproject.toml': python('shared'), 'shared/shared/models.py': '', 'data/pyproject.toml': python('data'),
    }
    const dockerfile = (start: string) => `FROM python:3.12 AS base\nCOPY server/pyproject.toml .\nCOPY server/main.py .\nFROM base\nCOPY shared /lib/shared\nCOPY data /lib/data\n${start}\n`
    for (const start of ['CMD uvicorn main:app --port 80', 'ENTRYPOINT ["python", "main.py"]', 'CMD ["celery", "-A", "main", "worker"]']) {
      expect(programIn({ ...files, Dockerfile: dockerfile(start) }, 'app')).toMatchObject({ folders: ['server', 'data', 'shared'], certain: true })
    }
  })
  it('follows packages of the same repository', () => {
    const files = {
      'compose.yaml': composeWith({ api: '{ context: ., dockerfile: apps/api/Dockerfile }' }), 'apps/api/Dockerfile': 'FROM node\nCOPY . .\n',
      'apps/api/package.json': npm('api', '@acme/queue'), 'packages/queue/package.json': npm('@acme/queue', 'bullmq'), 'packages/other/package.json': npm('@acme/other', 'redlock'),
    }
    expect(folders(files, 'api')).toEqual(['apps/api', 'packages/queue'])
    expect(usesIn(files)).toEqual(['job-queue'])
  })

  it('follows packages by their path', () => {
    const files = { 'compose.yaml': composeWith({ api: '{ context: ., dockerfile: api/Dockerfile }' }), 'api/Dockerfile': 'FROM node\nCOPY . .\n', 'api/package.json': JSON.stringify({ name: 'api', dependencies: { Common: 'file:../common' } }), 'common/package.json': npm('@acme/common', 'bullmq') }
    expect(folders(files, 'api')).toEqual(['api', 'common'])
  })

  it('is told by source that is mounted into somebody else\'s image', () => {
    const compose = 'services:\n  redis:\n    image: redis:7\n  api:\n    image: node:22\n    command: npm start\n    environment: { REDIS_URL: "redis://redis" }\n    volumes: ["./api:/app"]'
    expect(usesIn({ 'compose.yaml': compose, 'api/package.json': npm('api', 'bullmq') })).toEqual(['job-queue'])
  })

  it('is nobody\'s where it lies among tests, examples and other people\'s code', () => {
    expect(folders({ 'compose.yaml': composeWith({ api: '.' }), 'package.json': npm('api'), 'examples/queue/package.json': npm('example', 'bullmq') }, 'api')).toEqual(['.'])
  })

  it('never leaves the root', () => {
    expect(folders({ 'compose.yaml': composeWith({ api: '../elsewhere', far: 'https://example.org/a.git', top: '/srv/app' }) }, 'api')).toBeUndefined()
  })
})

describe('the source of a program', () => {
  const compose = composeWith({ api: '.' })
  const queue = "import { Queue } from 'bullmq'\nexport const emails = new Queue('emails')\n"

  it('shows what its calls do, with the place', () => {
    const use = componentIn({ 'compose.yaml': compose, 'package.json': npm('api', 'bullmq'), 'src/queue.ts': queue }).uses.find(each => each.use === 'job-queue')
    expect(use?.evidence[0]).toMatchObject({ text: "new Queue('emails')", span: { file: 'src/queue.ts' } })
  })

  it('is not read in the folders of other programs, of tests and of other people', () => {
    for (const path of ['jobs/src/queue.ts', 'src/test/queue.ts', 'out/queue.ts', 'test/queue.ts', 'src/queue.test.ts', 'vendor/x/queue.ts', 'examples/queue.ts']) {
      const files = { 'compose.yaml': compose, 'package.json': npm('api', 'express'), 'jobs/package.json': npm('jobs'), [path]: queue }
      expect(programIn(files, 'api')?.shown, path).toEqual([])
    }
  })

  it('is read wherever its packages and folders are called like something else', () => {
    const kotlin = 'import org.springframework.data.redis.core.StringRedisTemplate\nclass Limit(private val redis: StringRedisTemplate) {\n  fun rateLimit(id: String) { redis.opsForValue().increment("rate:$id"); redis.expire("rate:$id", ttl) }\n}\n'
    const gradle = 'dependencies {\n  implementation("org.springframework.boot:spring-boot-starter-data-redis")\n}\n'
    for (const path of ['src/main/kotlin/com/example/demo/Limit.kt', 'src/main/kotlin/shop/adapter/out/Limit.kt']) expect(usesIn({ 'compose.yaml': compose, 'build.gradle.kts': gradle, [path]: kotlin }), path).toEqual(['rate-limiter'])
    expect(usesIn({ 'compose.yaml': compose, 'package.json': npm('api', 'ioredis', 'bullmq'), 'src/adapter/out/queue.ts': queue })).toEqual(['job-queue'])
  })

  it('says that there is a cache where the program is built with a client only', () => {
    const java = (name: string): string => `import org.springframework.cache.annotation.Cacheable;\nclass ${name} {\n  @Cacheable("items")\n  String item(String id) { return id; }\n}\n`
    const files = (client: string): Record<string, string> => ({ 'compose.yaml': compose, 'build.gradle': `dependencies {\n  implementation '${client}'\n}\n`, 'src/main/java/A.java': java('A'), 'src/main/java/B.java': java('B') })
    expect(usesIn(files('org.springframework.boot:spring-boot-starter-data-redis'))).toEqual(['cache'])
    expect(usesIn(files('org.springframework.kafka:spring-kafka'))).toEqual([])
  })

  it('is not read where the manifest names no client', () => {
    const reads: string[] = []
    const tree = memoryTree({ 'compose.yaml': compose, 'package.json': npm('api', 'express'), 'src/queue.ts': queue })
    observe({ ...tree, read: path => { reads.push(path); return tree.read(path) } })
    expect(reads).not.toContain('src/queue.ts')
  })

  it('tells which of several servers it means by the variables that it names', () => {
    const two = "services:\n  one: { image: 'redis:7' }\n  two: { image: 'redis:7' }\n  api:\n    build: .\n    environment: { FIRST_HOST: one, SECOND_HOST: two }\n"
    const source = "import { Queue } from 'bullmq'\nnew Queue('emails', { connection: { host: process.env.SECOND_HOST } })\n"
    const files = { 'compose.yaml': two, 'package.json': npm('api', 'bullmq'), 'src/queue.ts': source }
    expect(usesIn(files, 'two')).toEqual(['job-queue'])
    expect(usesIn(files, 'one')).toEqual([])
  })
})

it('a worker is one by its name only where its source shows nothing else that it does', () => {
  const compose = `services:\n  redis: { image: "redis:7" }\n${['web', 'worker'].map(name => `  ${name}: { build: ., command: python ${name}.py, environment: { REDIS_URL: "redis://redis" } }\n`).join('')}`
  const files = { 'compose.yaml': compose, 'Dockerfile': 'FROM python\nCOPY . .\n', 'requirements.txt': 'redis\n' }
  expect(usesIn({ ...files, 'web.py': 'print(1)\n' })).toEqual(['job-queue'])
  expect(usesIn({ ...files, 'log.py': "import redis\nclient = redis.from_url(url)\ndef emit(line):\n    client.publish('logs', line)\n" })).not.toContain('job-queue')
})

describe('a stack that only starts the servers', () => {
  const infrastructure = 'services:\n  redis:\n    image: redis:7\n    ports: ["6379:6379"]\n'

  it('belongs to the program beside it', () => {
    expect(usesIn({ 'compose.yaml': infrastructure, 'package.json': npm('api', 'bullmq') })).toEqual(['job-queue'])
    expect(usesIn({ 'deploy/dev/compose.yaml': infrastructure, 'package.json': npm('api', 'bullmq') })).toEqual(['job-queue'])
  })

  it('belongs to all the programs beside it', () => {
    const parts = { 'a/package.json': npm('a', 'bullmq'), 'b/package.json': npm('b', 'connect-redis') }
    expect(usesIn({ 'compose.yaml': infrastructure, 'package.json': JSON.stringify({ workspaces: ['a', 'b'] }), ...parts })).toEqual(['job-queue', 'session-store'])
    expect(usesIn({ 'infra/compose.yaml': infrastructure, ...parts })).toEqual(['job-queue', 'session-store'])
    // They are told with what they show, and are no clients that the deployment knows.
    const [component] = lint(memoryTree({ 'infra/compose.yaml': infrastructure, ...parts })).stacks.flatMap(stack => stack.components)
    expect([component?.clients, component?.links.map(({ program, file, uses }) => [program, file.startsWith(`${program}/`), uses])]).toEqual([[], [['a', true, ['job-queue']], ['b', true, ['session-store']]]])
  })

  it('has no queue of a package that cannot work with a cluster', () => {
    const node = (mode: string): string => `services:\n  redis:\n    image: redis:7\n    command: redis-server --cluster-enabled ${mode}\n`
    const files = { 'requirements.txt': 'celery[redis]\n' }
    expect(usesIn({ ...files, 'compose.yaml': node('no') })).toEqual(['job-queue'])
    expect(usesIn({ ...files, 'compose.yaml': node('yes') })).toEqual([])
  })

  it('says nothing of programs in a collection that have a deployment of their own', () => {
    const files = { 'first/compose.yaml': infrastructure, 'second/compose.yaml': infrastructure, 'second/package.json': npm('second', 'bullmq') }
    expect(usesIn(files)).toEqual([])
    expect(usesIn({ ...files, 'first/package.json': npm('first', 'connect-redis') })).toEqual(['session-store'])
  })

  it('says less of the program beside it where somebody else works with the server', () => {
    const other = (image: string): string => `${infrastructure}  app:\n    image: ${image}\n    environment: { REDIS_URL: "redis://redis" }\n`
    expect(usesIn({ 'compose.yaml': other('ghcr.io/immich-app/immich-server'), 'package.json': npm('api', 'connect-redis') })).not.toContain('session-store')
    // Of an image that nobody knows the program beside it tells what it is.
    expect(usesIn({ 'compose.yaml': other('acme/other'), 'package.json': npm('api', 'connect-redis') })).toEqual(['session-store'])
  })

  it('says less of the programs beside it than of those that it starts by their names', () => {
    const parts = { 'api/package.json': npm('api', 'connect-redis'), 'jobs/package.json': npm('jobs', 'bullmq') }
    const started = (...images: readonly string[]): string => `${infrastructure}${images.map((image, i) => `  app${i}:\n    image: ${image}\n`).join('')}`
    expect(usesIn({ 'compose.yaml': started('registry.example.org/shop:api-${VERSION}'), ...parts })).toEqual(['session-store'])
    expect(usesIn({ 'compose.yaml': started('shop/api', 'shop/jobs'), ...parts })).toEqual(['job-queue', 'session-store'])
    expect(usesIn({ 'compose.yaml': started('shop/web'), ...parts })).toEqual(['job-queue', 'session-store'])
  })

  it('says less of a program beside it that has a deployment of its own, or where the stack builds what is not here', () => {
    const parts = { 'package.json': npm('shop', 'connect-redis'), 'services/mails/package.json': npm('mails', 'bullmq') }
    expect(usesIn({ 'compose.yaml': infrastructure, ...parts })).toEqual(['job-queue', 'session-store'])
    expect(usesIn({ 'compose.yaml': infrastructure, 'services/mails/compose.yaml': 'services:\n  mails: { image: "acme/mails" }\n', ...parts })).toEqual(['session-store'])
    expect(usesIn({ 'compose.yaml': `${infrastructure}  old:\n    build: ./legacy\n`, ...parts })).toEqual([])
    // Unless that is called like one of them, or only one is there.
    expect(usesIn({ 'compose.yaml': `${infrastructure}  old:\n    build: ./mails\n`, ...parts })).toEqual(['job-queue'])
    expect(usesIn({ 'infra/compose.yaml': infrastructure, 'api/package.json': npm('api', 'bullmq'), 'api/compose.yaml': 'services:\n  api: { image: "acme/shop" }\n' })).toEqual(['job-queue'])
  })

  it('belongs to the programs beside it too where what it starts with them has nothing to do with the server', () => {
    const site = `${infrastructure}  site:\n    build: site\n`
    const files = { 'compose.yaml': site, 'site/Dockerfile': 'FROM node\nCOPY . .\n', 'site/package.json': npm('site', 'astro'), 'worker/package.json': npm('worker', 'bullmq') }
    expect(usesIn(files)).toEqual(['job-queue'])
    expect(usesIn({ ...files, 'site/package.json': npm('site', 'connect-redis') })).toEqual(['session-store'])
  })
})

it('finds source that is mounted over an image of tools', () => {
  const compose = 'services:\n  redis: { image: "redis:7" }\n  api:\n    build: docker/node\n    environment: { REDIS_URL: "redis://redis" }\n    volumes: [".:/app"]\n'
  expect(usesIn({ 'compose.yaml': compose, 'docker/node/Dockerfile': 'FROM node:22\n', 'package.json': npm('api', 'bullmq') })).toEqual(['job-queue'])
})
