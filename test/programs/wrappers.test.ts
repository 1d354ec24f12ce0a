// Clients and their commands that go from one file of a program to another.
import { describe, expect, it } from 'vitest'
import { composeWith, npm, usesIn } from '../support/programs.ts'

const node = { 'compose.yaml': composeWith({ app: '.' }), 'package.json': npm('app', 'ioredis') }
const service = `import Redis from 'ioredis'
export class StoreService {
  constructor(private readonly client: Redis) {}
  async put(key: string, value: string, ttl?: number) {
    if (ttl) await this.client.set(key, value, 'EX', ttl)
    else await this.client.set(key, value)
  }
  async claim(key: string) { return this.client.set(key, '1', 'PX', 5000, 'NX') }
}
`
const caller = (body: string): string => `import { StoreService } from './store.service'\nexport class Users {\n  constructor(private readonly things: StoreService) {}\n  async run(id: string) { ${body} }\n}\n`

describe('a class that hands commands on', () => {
  it('shows nothing by itself', () => {
    expect(usesIn({ ...node, 'src/store.service.ts': service })).toEqual([])
    expect(usesIn({ ...node, 'src/store.service.ts': service, 'src/other.service.ts': service.replace('StoreService', 'OtherService') })).toEqual([])
  })

  it.each([
    ['cache', "await this.things.put('cache:user:' + id, '{}', 60)"],
    ['lock', "await this.things.claim(`lock:${id}`)"],
    ['session-store', "await this.things.put(`session:${id}`, '{}', 60)"],
  ])('shows a %s where another file calls it so', (use, body) => {
    expect(usesIn({ ...node, 'src/store.service.ts': service, 'src/users.ts': caller(body) })).toEqual([use])
  })

  it.each([
    "await this.things?.put(`session:${id}`, '{}', 60)", "await this.things!.put(`session:${id}`, '{}', 60)",
    "await this.things\n      .put(`session:${id}`, '{}', 60)", "await this.things // who is logged in\n      .put(`session:${id}`, '{}', 60)",
    "await StoreService.getInstance().put(`session:${id}`, '{}', 60)",
  ])('is known however the call is written: %s', body => {
    expect(usesIn({ ...node, 'src/store.service.ts': service, 'src/users.ts': caller(body) })).toEqual(['session-store'])
  })

  it('may have methods for any type', () => {
    const typed = service.replace('put(key: string, value: string', 'put<T extends object>(key: string, value: T')
    expect(usesIn({ ...node, 'src/store.service.ts': typed, 'src/users.ts': caller("await this.things.put('session:' + id, {}, 60)") })).toEqual(['session-store'])
    expect(usesIn({ ...node, 'src/store.service.ts': typed, 'src/users.ts': caller("await this.others.put('session:' + id, {}, 60)") })).toEqual([])
  })

  it('is not meant by a method of the same name of something else', () => {
    const other = "import { Box } from './box'\nexport const keep = (box: Box, id: string) => box.put('cache:' + id, '{}', 60)\n"
    expect(usesIn({ ...node, 'src/store.service.ts': service, 'src/keep.ts': other })).toEqual([])
    expect(usesIn({ ...node, 'src/store.service.ts': service, 'src/keep.ts': '// things.put("cache:" + id, x, 60), see StoreService\n' })).toEqual([])
  })

  it('is found by its type in Go and by its module in Python', () => {
    const go = {
      'compose.yaml': composeWith({ app: '.' }), 'go.mod': 'module acme\n\nrequire github.com/redis/go-redis/v9 v9.0.0\n',
      'internal/store/client.go': 'package store\n\nimport "github.com/redis/go-redis/v9"\n\ntype Client struct{ rdb *redis.Client }\n\nfunc (c *Client) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {\n\treturn c.rdb.Set(ctx, key, value, ttl).Err()\n}\n',
      'internal/users/service.go': 'package users\n\nimport "acme/internal/store"\n\ntype Service struct{ things *store.Client }\n\nfunc (s *Service) Save(ctx context.Context, id string) error {\n\treturn s.things.Put(ctx, "session:"+id, nil, time.Hour)\n}\n',
    }
    expect(usesIn(go)).toEqual(['session-store'])
    const python = {
      'compose.yaml': composeWith({ app: '.' }), 'requirements.txt': 'redis==5.0\n',
      'app/kv.py': 'import redis\n\nr = redis.Redis(host="redis")\n\ndef put(key, value, ttl):\n    r.set(key, value, ex=ttl)\n',
      'app/users.py': 'from app.kv import put\n\ndef save(user_id, data):\n    put(f"session:{user_id}", data, 3600)\n',
    }
    expect(usesIn(python)).toEqual(['session-store'])
    expect(usesIn({ ...python, 'app/users.py': python['app/users.py'].replace('f"session', 'key=f"session').replace(', data, 3600', ', value=data, ttl=3600') })).toEqual(['session-store'])
  })
})

it('a client is known in the file that imports it by a name which does not say so', () => {
  const files = { ...node, 'src/store.ts': "import Redis from 'ioredis'\nexport const store = new Redis(process.env.REDIS_URL)\n", 'src/users.ts': "import { store } from './store'\nexport function remember(id: string, data: string) { return store.set(`session:${id}`, data, 'EX', 600) }\n", 'src/login.ts': "import { remember } from './users'\nawait remember(id, data)\n" }
  expect(usesIn(files)).toEqual(['session-store'])
  expect(usesIn({ ...files, 'src/users.ts': files['src/users.ts'].replace('./store', 'pinia') })).toEqual([])
})

describe('a function that gives a client', () => {
  const python = (gives: string): Readonly<Record<string, string>> => ({
    'compose.yaml': composeWith({ app: '.' }), 'requirements.txt': 'redis==5.0\n',
    'app/kv.py': `import redis\n\n_pool = redis.Redis(host="redis")\n\n${gives}\n`,
    'app/users.py': 'from app.kv import get_store\n\ndef save(user_id, data):\n    store = get_store()\n    store.set(f"session:{user_id}", data, ex=3600)\n\ndef forget(user_id):\n    get_store().delete(user_id)\n',
  })

  it.each([
    ['by its type', 'def get_store() -> redis.Redis:\n    return helper()'],
    ['by what it returns', 'def get_store():\n    if not _pool:\n        raise ValueError()\n    return _pool'],
  ])('is known %s', (_, gives) => { expect(usesIn(python(gives))).toEqual(['session-store']) })

  it('is none that gives what the client answers', () => {
    expect(usesIn(python('def get_store():\n    return _pool.get("a")'))).toEqual([])
    expect(usesIn(python('def get_store() -> Settings:\n    return settings'))).toEqual([])
  })

  it('is known in the file itself, where it is depended on, and in another package of Go', () => {
    expect(usesIn({ ...node, 'src/a.ts': "import Redis from 'ioredis'\nclass Kv {\n  private conn = new Redis()\n  connected() { return this.conn }\n}\nexport function keep(kv: Kv, id: string) { return kv.connected().set(`session:${id}`, id, 'EX', 60) }\n" })).toEqual(['session-store'])
    const depends = python('def get_store() -> redis.Redis:\n    return helper()')
    expect(usesIn({ ...depends, 'app/users.py': 'from app.kv import get_store\n\ndef save(user_id, kv=Depends(get_store)):\n    kv.set(f"session:{user_id}", data, ex=3600)\n' })).toEqual(['session-store'])
    expect(usesIn({ ...depends, 'app/users.py': 'from app.kv import get_store\n\ndef save(user_id, kv=Depends(get_other)):\n    kv.set(f"session:{user_id}", data, ex=3600)\n' })).toEqual([])
    const go = (called: string): Readonly<Record<string, string>> => ({
      'compose.yaml': composeWith({ app: '.' }), 'go.mod': 'module acme\n\nrequire github.com/redis/go-redis/v9 v9.0.0\n',
      'internal/store/client.go': 'package store\n\nimport "github.com/redis/go-redis/v9"\n\nvar KV *redis.Client\n\nfunc init() {\n\tKV = redis.NewClient(&redis.Options{Addr: "redis:6379"})\n}\n',
      'internal/users/service.go': `package users\n\nimport "acme/internal/store"\n\nfunc Save(ctx context.Context, userID string) error {\n\treturn ${called}.Set(ctx, "session:"+userID, nil, time.Hour).Err()\n}\n`,
    })
    expect(usesIn(go('store.KV'))).toEqual(['session-store'])
    expect(usesIn(go('other.KV'))).toEqual([])
  })
})

it('an assignment says what a key is, not what it was looked up with', () => {
  const file = (made: string): string => `import Redis from 'ioredis'\nconst redis = new Redis()\nexport async function keep(id) {\n  const key = ${made}\n  await redis.set(key, '1', 'EX', 60)\n}\n`
  expect(usesIn({ ...node, 'src/a.js': file('`session:${id}`') })).toEqual(['session-store'])
  expect(usesIn({ ...node, 'src/a.js': file('await session.find(id)') })).toEqual([])
  expect(usesIn({ ...node, 'src/a.js': file('await find(session, id)') })).toEqual([])
})

describe('a use that a client has as a rule', () => {
  const set = (key: string): string => `import Redis from 'ioredis'\nconst redis = new Redis()\nexport const keep = data => redis.set('${key}', data, 'EX', 60)\n`

  it('counts where nothing shows another', () => {
    expect(usesIn({ ...node, 'src/a.js': set('latest') })).toEqual(['cache'])
    expect(usesIn({ ...node, 'src/a.js': set('latest'), 'src/b.js': set('session:1') })).toEqual(['session-store'])
  })

  it('does not count for what is never called', () => {
    expect(usesIn({ ...node, 'src/a.js': `// ${set('latest').replaceAll('\n', ' ')}\n` })).toEqual([])
  })
})

it('a script tells a lock by how it is given back, and a limit by its window', () => {
  const script = (text: string): string => `import Redis from 'ioredis'\nconst redis = new Redis()\nexport const run = (id, n) => redis.eval(\`${text}\`, 1, id, n)\n`
  expect(usesIn({ ...node, 'src/a.js': script('if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end') })).toEqual(['lock'])
  expect(usesIn({ ...node, 'src/a.js': script("redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, ARGV[1]) if redis.call('ZCARD', KEYS[1]) < 5 then redis.call('ZADD', KEYS[1], ARGV[1], ARGV[1]) end") })).toEqual(['rate-limiter'])
  expect(usesIn({ ...node, 'src/a.js': script("local before = redis.call('ZCARD', KEYS[1]) redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, ARGV[1]) redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2]) return before ~= redis.call('ZCARD', KEYS[1])") })).not.toContain('rate-limiter')
  expect(usesIn({ ...node, 'src/a.js': script("return redis.call('HGETALL', KEYS[1])") })).toEqual([])
})

it('who waits for one of several servers works with that one', () => {
  const compose = 'services:\n  redis: { image: "redis:7" }\n  other: { image: "redis:7" }\n  app:\n    build: .\n    depends_on: [redis]\n'
  const files = { 'compose.yaml': compose, 'package.json': npm('app', 'bullmq') }
  expect([usesIn(files), usesIn(files, 'other')]).toEqual([['job-queue'], []])
})
