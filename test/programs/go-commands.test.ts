// Several commands of one Go module, each with its own image: a program shows only what its main package imports.
import { describe, expect, it } from 'vitest'
import { programIn, usesIn } from '../support/programs.ts'

const main = (...imports: readonly string[]): string => `package main\n\nimport (\n\t"context"\n${imports.map(path => `\t"${path}"\n`).join('')})\n\nfunc main() {}\n`
const files = {
  'go.mod': 'module example.org/shop\n\ngo 1.23\n\nrequire (\n\tgithub.com/hibiken/asynq v0.24.0\n\tgithub.com/redis/go-redis/v9 v9.0.0\n)\n',
  'cmd/api/main.go': main('example.org/shop/internal/limits'),
  'cmd/worker/main.go': main('example.org/shop/internal/jobs', 'example.org/shop/internal/limits/names'),
  'internal/jobs/jobs.go': 'package jobs\n\nimport "github.com/hibiken/asynq"\n\nfunc Run(addr string) { asynq.NewServer(asynq.RedisClientOpt{Addr: addr}, asynq.Config{}) }\n',
  'internal/limits/limits.go': 'package limits\n\nimport (\n\t"context"\n\n\t// the store\n\t"github.com/redis/go-redis/v9"\n\t"example.org/shop/internal/limits/names"\n)\n\nvar rdb = redis.NewClient(&redis.Options{})\n\nfunc Allow(ctx context.Context, ip string) {\n\trdb.Incr(ctx, "ratelimit:"+ip)\n\trdb.Expire(ctx, "ratelimit:"+ip, time.Minute)\n}\n',
  'internal/limits/names/names.go': 'package names\n',
}
const stack = (services: string): string => `services:\n  redis:\n    image: redis:7\n${services}`
const service = (name: string, rest: string): string => `  ${name}:\n    environment: { REDIS_URL: "redis://redis" }\n${rest.split('\n').map(line => `    ${line}\n`).join('')}`
const build = (lines: string): string => `FROM golang:1.23 AS build\nWORKDIR /src\nCOPY . .\n${lines}`

describe('a command of a Go module', () => {
  const usesOf = (dockerfile: string, rest = 'build: .'): readonly string[] => usesIn({ ...files, 'Dockerfile': dockerfile, 'compose.yaml': stack(service('app', rest)) })

  it.each([
    ['the package that is built', build('RUN CGO_ENABLED=0 go build -ldflags="-s -w -X main.version=1" -o /bin/app ./cmd/api\nFROM scratch\nCOPY --from=build /bin/app /app\nENTRYPOINT ["/app"]')],
    ['its file', build('RUN go build -o app cmd/api/main.go\nCMD ["./app"]')],
    ['the folder that it is built in', build('RUN cd cmd/api && go build -o /app .\nCMD ["/app"]')],
    ['the work folder', build('WORKDIR /src/cmd/api\nRUN go build -o /app\nCMD ["/app"]')],
    ['an argument', build('ARG COMMAND=api\nRUN go build -o /app ./cmd/${COMMAND}\nCMD ["/app"]')],
    ['what is taken out of the build', build('RUN go build -o /out/ ./cmd/...\nFROM scratch\nCOPY --from=build /out/api /app\nENTRYPOINT ["/app"]')],
    ['what starts', build('RUN go install ./...\nENTRYPOINT ["/go/bin/api"]')],
    ['what starts, by the name that it is built under', build('RUN go build -o /bin/one ./cmd/api && go build -o /bin/two ./cmd/worker\nCMD ["/bin/one"]')],
    ['what starts of what a Makefile builds', build('RUN make\nCMD ["bin/api"]')],
    ['what is run from source', build('CMD ["go", "run", "./cmd/api"]')],
  ])('is told by %s', (_, dockerfile) => {
    expect(usesOf(dockerfile)).toEqual(['rate-limiter'])
  })

  it('is told by what the deployment starts in the image of all', () => {
    const dockerfile = build('RUN go build -o /bin/ ./cmd/...\nCMD ["/bin/api"]')
    expect(usesOf(dockerfile, 'build: .\ncommand: ["/bin/worker"]')).toEqual(['job-queue'])
    expect(usesOf(dockerfile, 'image: golang:1.23\nvolumes: [".:/src"]\nworking_dir: /src\ncommand: go run ./cmd/worker')).toEqual(['job-queue'])
  })

  it.each([
    ['a script starts it', build('RUN go build -o /bin/ ./cmd/...\nCMD ["/entrypoint.sh"]')],
    ['an argument has no value', build('ARG COMMAND\nRUN go build -o /app ./cmd/${COMMAND}\nCMD ["/app"]')],
  ])('may be any where %s', (_, dockerfile) => {
    expect(usesOf(dockerfile)).toEqual(['job-queue', 'rate-limiter'])
  })

  it('is built with the other modules of the repository that it imports', () => {
    const all = {
      ...files, 'Dockerfile': build('RUN go build -o /app ./cmd/api\nCMD ["/app"]'), 'compose.yaml': stack(service('app', 'build: .')),
      'go.mod': `${files['go.mod']}replace example.org/kit => ./kit\n`, 'cmd/api/main.go': main('example.org/kit/locks'),
      'kit/go.mod': 'module example.org/kit\n\nrequire github.com/bsm/redislock v0.9.0\n', 'kit/locks/locks.go': 'package locks\n\nimport "github.com/bsm/redislock"\n\nvar locker = redislock.New(client)\n',
    }
    expect(usesIn(all)).toEqual(['lock'])
    expect(programIn(all, 'app')?.folders).toEqual(['.', 'kit'])
  })

  it('shows nothing of a package that no command imports', () => {
    const unused = { ...files, 'internal/queue/queue.go': 'package queue\n\nimport "github.com/bsm/redislock"\n\nvar locker = redislock.New(client)\n', 'go.mod': files['go.mod'].replace(')\n', '\tgithub.com/bsm/redislock v0.9.0\n)\n') }
    const compose = stack(service('app', 'build: .'))
    expect(usesIn({ ...unused, 'Dockerfile': build('RUN make\nCMD ["/start.sh"]'), 'compose.yaml': compose })).toEqual(['job-queue', 'rate-limiter'])
    // One command, in a file of any name.
    expect(usesIn({ 'compose.yaml': compose, 'go.mod': unused['go.mod'], 'server.go': main('example.org/shop/internal/limits'), 'internal/limits/limits.go': files['internal/limits/limits.go'], 'internal/queue/queue.go': unused['internal/queue/queue.go'], 'Dockerfile': build('RUN go build -o /app\nCMD ["/app"]') })).toEqual(['rate-limiter'])
    // A module without a command is somebody's library: nobody knows what is called.
    expect(usesIn({ 'compose.yaml': compose, 'go.mod': unused['go.mod'], 'internal/queue/queue.go': unused['internal/queue/queue.go'], 'Dockerfile': build('RUN make\nCMD ["/app"]') })).toEqual(['lock'])
  })
})
