// Of a method that makes its key by itself it is known what it keeps, and of one that is given the key it is not.
import { describe, expect, it } from 'vitest'
import { uses, weakly } from './shows.ts'

describe.each([
  ['TypeScript', 'src/store.ts', (key: string, parameter: string) => `import Redis from 'ioredis'\nconst redis = new Redis()\nclass BalanceCache {\n  async put(${parameter}: string, value: string) {\n    await redis.setex(${key}, 60, value)\n  }\n}`, '`wallet:${walletId}`', 'walletId'],
  ['Python', 'app/store.py', (key: string, parameter: string) => `import redis\nr = redis.Redis()\nclass BalanceCache:\n    def put(self, ${parameter}, value):\n        r.setex(${key}, 60, value)\n`, 'self._key(wallet_id)', 'wallet_id'],
  ['Go', 'internal/store.go', (key: string, parameter: string) => `package store\nimport "github.com/redis/go-redis/v9"\nfunc (c *BalanceCache) Put(ctx context.Context, ${parameter} string, value []byte) error {\n\treturn c.rdb.SetEx(ctx, ${key}, value, time.Minute).Err()\n}\n`, '"wallet:" + walletID', 'walletID'],
  ['Java', 'src/main/java/Store.java', (key: string, parameter: string) => `import org.springframework.data.redis.core.StringRedisTemplate;\nclass BalanceCache {\n  private final StringRedisTemplate redis;\n  void put(String ${parameter}, String value) { redis.opsForValue().set(${key}, value, Duration.ofMinutes(1)); }\n}`, '"wallet:" + walletId', 'walletId'],
  ['C#', 'src/Store.cs', (key: string, parameter: string) => `using StackExchange.Redis;\nclass BalanceCache {\n  private readonly IDatabase _redis;\n  public Task Put(string ${parameter}, string value) { return _redis.StringSetAsync(${key}, value, TimeSpan.FromMinutes(1)); }\n}`, '"wallet:" + walletId', 'walletId'],
  ['PHP', 'src/Store.php', (key: string, parameter: string) => `<?php\nuse Predis\\Client;\nclass BalanceCache {\n  private Client $redis;\n  public function put(string $${parameter}, $value) { $this->redis->setex(${key}, 60, $value); }\n}`, '"wallet:" . $walletId', 'walletId'],
  ['Ruby', 'app/store.rb', (key: string, parameter: string) => `require 'redis'\nclass BalanceCache\n  def put(${parameter}, value)\n    redis.setex(${key}, 60, value)\n  end\nend\n`, '"wallet:#{wallet_id}"', 'wallet_id'],
])('%s', (language, file, text, key, parameter) => {
  it('is told by its class where the key is its own', () => { expect(uses(file, text(key, parameter))).toEqual(['cache']) })
  it('is told by its callers where they give the key', () => {
    const given = language === 'PHP' ? '$key' : 'key'
    expect([uses(file, text(given, 'key')), weakly(file, text(given, 'key'))]).toEqual([[], ['cache']])
  })
})
