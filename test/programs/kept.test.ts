// What a framework keeps in the program's cache says something of a server only where that cache is on it.
import { describe, expect, it } from 'vitest'
import { composeWith, usesIn } from '../support/programs.ts'

const compose = (variables: string): string => `${composeWith({ app: '.' })}\n${variables}`
const withCache = compose('      CACHE_STORE: redis\n'), withoutCache = compose('      CACHE_STORE: database\n')
const laravel = { 'composer.json': '{"require": {"laravel/framework": "^11.0"}}' }
const django = { 'requirements.txt': 'django\nredis\n', 'app/settings.py': 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://redis:6379/1"}}\n' }
const elsewhere = { 'requirements.txt': 'django\nredis\n', 'app/settings.py': 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}\n' }
const rails = (store: string) => ({ 'Gemfile': 'gem "rails"\ngem "redis"\ngem "rack-attack"\n', 'config/environments/production.rb': `Rails.application.configure do\n  config.cache_store = :${store}\nend\n` })

describe('Laravel', () => {
  it('limits nothing by what its skeleton brings along', () => {
    const provider = (name: string): string => `<?php\nuse Illuminate\\Cache\\RateLimiting\\Limit;\nuse Illuminate\\Support\\Facades\\RateLimiter;\nRateLimiter::for('${name}', fn ($request) => Limit::perMinute(60));\n`
    const skeleton = { 'compose.yaml': withCache, ...laravel, 'app/Http/Kernel.php': "<?php\nreturn ['api' => ['throttle:api']];\n" }
    expect(usesIn({ ...skeleton, 'app/Providers/RouteServiceProvider.php': provider('api') })).toEqual(['cache'])
    expect(usesIn({ ...skeleton, 'app/Providers/RouteServiceProvider.php': provider('login') })).toEqual(['cache', 'rate-limiter'])
  })

  it('limits nothing on a server where its own setting puts the cache elsewhere', () => {
    const limit = '<?php\nuse Illuminate\\Support\\Facades\\RateLimiter;\nRateLimiter::hit("login");\n'
    const own = (name: string) => ({ 'config/cache.php': `<?php return ['default' => env('${name}', 'database')];`, 'config/app.php': '<?php return [];' })
    expect(usesIn({ 'compose.yaml': compose('      CACHE_DRIVER: redis\n'), ...laravel, ...own('CACHE_STORE'), 'app/App.php': limit })).toEqual(['cache'])
    expect(usesIn({ 'compose.yaml': compose('      CACHE_DRIVER: redis\n'), ...laravel, ...own('CACHE_DRIVER'), 'app/App.php': limit })).toEqual(['cache', 'rate-limiter'])
  })

  it.each([
    ['rate-limiter', '<?php\nuse Illuminate\\Support\\Facades\\RateLimiter;\nRateLimiter::for("login", fn ($request) => Limit::perMinute(60));\n'],
    ['lock', '<?php\nuse Illuminate\\Support\\Facades\\Cache;\n$lock = Cache::lock("sync", 10);\n'],
    ['lock', '<?php\nSchedule::command("reports")->daily()->withoutOverlapping();\n'],
    ['lock', '<?php\nclass Sync implements ShouldQueue, ShouldBeUnique {}\n'],
  ])('%s: %s', (use, text) => {
    expect(usesIn({ 'compose.yaml': withCache, ...laravel, 'app/App.php': text })).toEqual(['cache', use])
    expect(usesIn({ 'compose.yaml': withoutCache, ...laravel, 'app/App.php': text })).toEqual([])
  })

  it('is not asked by words in comments or of other classes', () => {
    expect(usesIn({ 'compose.yaml': withCache, ...laravel, 'app/App.php': '<?php\nuse Illuminate\\Support\\Facades\\Cache;\n// Cache::lock("sync")\n$door->lock("sync");\n' })).toEqual(['cache'])
  })
})

it('Symfony counts its limits in the cache', () => {
  const app = { 'composer.json': '{"require": {"symfony/framework-bundle": "^7.0", "predis/predis": "^2.0"}}', 'src/Limit.php': '<?php\nuse Symfony\\Component\\RateLimiter\\RateLimiterFactory;\nclass Limit { function __construct(RateLimiterFactory $api) {} }\n' }
  expect(usesIn({ 'compose.yaml': compose(''), ...app, 'config/packages/cache.yaml': 'framework:\n  cache:\n    app: cache.adapter.redis\n' })).toEqual(['cache', 'rate-limiter'])
  expect(usesIn({ 'compose.yaml': compose(''), ...app, 'config/packages/cache.yaml': 'framework:\n  cache:\n    app: cache.adapter.apcu\n' })).toEqual([])
})

describe('Django', () => {
  it.each([
    ['rate-limiter', 'from rest_framework.throttling import UserRateThrottle\nclass Burst(UserRateThrottle):\n    rate = "60/min"\n'],
    ['lock', 'from django.core.cache import cache\ndef locked(name):\n    return cache.add(f"lock:{name}", 1, 60)\nlocked("report")\n'],
    ['counter', 'from django.core.cache import cache\ndef seen(page):\n    cache.incr(f"views:{page}")\n'],
  ])('%s: %s', (use, text) => {
    expect(usesIn({ 'compose.yaml': compose(''), ...django, 'app/views.py': text })).toEqual(['cache', use].sort())
    expect(usesIn({ 'compose.yaml': compose(''), ...elsewhere, 'app/views.py': text })).toEqual([])
  })
})

describe('Rails', () => {
  it.each([
    ['rate-limiter', 'class SessionsController < ApplicationController\n  rate_limit to: 10, within: 3.minutes, only: :create\nend\n'],
    ['lock', 'Rails.cache.write("print", 1, unless_exist: true, expires_in: 10)\n'],
    ['rate-limiter', 'Rack::Attack.throttle("ip", limit: 5, period: 20) { |request| request.ip }\n'],
  ])('%s: %s', (use, text) => {
    expect(usesIn({ 'compose.yaml': compose(''), ...rails('redis_cache_store'), 'app/app.rb': text })).toEqual(['cache', use])
    expect(usesIn({ 'compose.yaml': compose(''), ...rails('memory_store'), 'app/app.rb': text })).toEqual([])
  })
})

describe('clients of the program\'s cache', () => {
  const node = (cache: boolean) => ({ 'compose.yaml': compose(''), 'package.json': JSON.stringify({ name: 'app', dependencies: { ioredis: '^5', '@nestjs/cache-manager': '^2', ...(cache ? { '@keyv/redis': '^4' } : {}) } }) })
  const service = (body: string): string => `import { Cache } from 'cache-manager'\nexport class Codes {\n  constructor(private readonly store: Cache) {}\n  async keep(id: string) {\n    ${body}\n  }\n}\n`

  it('are told apart by what they keep, where the cache is on the server', () => {
    expect(usesIn({ ...node(true), 'src/codes.ts': service("await this.store.set(`otp:${id}`, '1', 60)") })).toEqual(['cache', 'state-store'])
    expect(usesIn({ ...node(true), 'src/codes.ts': service("await this.store.set(`page:${id}`, '1', 60)") })).toEqual(['cache'])
    expect(usesIn({ ...node(false), 'src/codes.ts': service("await this.store.set(`otp:${id}`, '1', 60)") })).toEqual([])
  })

  it('are none of another class', () => {
    expect(usesIn({ ...node(true), 'src/codes.ts': service("await this.store.set(`otp:${id}`, '1', 60)").replace('cache-manager', './cache') })).toEqual(['cache'])
  })

  it('are known in C#, with what they count and guard', () => {
    const app = (packages: string) => ({ 'compose.yaml': compose(''), 'App.csproj': `<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup>${packages}</ItemGroup></Project>`, 'Login.cs': 'using Foundatio.Caching;\nclass Login {\n  private readonly ICacheClient _cache;\n  async Task Hit(string ip) {\n    await _cache.IncrementAsync($"throttle:{ip}", 1);\n  }\n}\n' })
    expect(usesIn(app('<PackageReference Include="Microsoft.Extensions.Caching.StackExchangeRedis" Version="8.0.0" />'))).toEqual(['cache', 'rate-limiter'])
    expect(usesIn(app('<PackageReference Include="StackExchange.Redis" Version="2.0.0" />'))).toEqual([])
  })
})

describe('a store with a variable of its own', () => {
  const app = { Gemfile: 'gem "rails"\ngem "redis"\n', 'config/environments/production.rb': 'Rails.application.configure do\n  if ENV["CACHE_REDIS_URL"]\n    config.cache_store = :redis_cache_store, { url: ENV["CACHE_REDIS_URL"] }\n  end\nend\n' }
  it('is not there where the deployment sets only the other one', () => {
    expect(usesIn({ 'compose.yaml': compose(''), ...app })).toEqual([])
    expect(usesIn({ 'compose.yaml': compose('      CACHE_REDIS_URL: redis://redis:6379/1\n'), ...app })).toContain('cache')
  })
  it('may be there where a file of variables is out of sight', () => {
    expect(usesIn({ 'compose.yaml': compose('').replace('    build:', '    env_file: secret.env\n    build:'), ...app })).toContain('cache')
  })
})

it('a data store without another beside it holds what its program shows, not everything', () => {
  const volume = (program: string): Record<string, string> => ({ 'compose.yaml': `${composeWith({ app: '.' }).replace('image: redis:7', 'image: redis:7\n    volumes: [data:/data]')}\nvolumes: {data: {}}\n`, 'requirements.txt': 'redis\n', 'app.py': program })
  expect(usesIn(volume('import redis\nr = redis.Redis(host="redis")\ndef page(n):\n    r.setex(f"cache:{n}", 60, n)\n'))).toEqual(['cache'])
  expect(usesIn({ ...volume(''), 'app.py': '', 'requirements.txt': '' })).toEqual(['source-of-truth'])
})

it('Celery without a broker runs its tasks where they are called', () => {
  const app = (fallback: string): Record<string, string> => ({ 'compose.yaml': compose(''), 'requirements.txt': 'celery[redis]\nredis\n', 'shop/settings.py': `CELERY_BROKER_URL = config("CELERY_BROKER_URL", default="${fallback}")\n`, 'shop/celery.py': 'from celery import Celery\napp = Celery("shop")\n' })
  expect(usesIn(app('redis://redis:6379/0'))).toContain('job-queue')
  expect(usesIn(app(''))).toEqual([])
})

it('what is kept for the user of a session is no session', () => {
  const app = (key: string): Record<string, string> => ({ 'compose.yaml': compose(''), 'package.json': '{"dependencies": {"ioredis": "5"}}', 'src/store.ts': `import Redis from "ioredis"\nconst redis = new Redis()\nexport const keep = (ctx, value) => redis.setex(${key}, 60, value)\nexport const again = (ctx, value) => redis.setex(${key}, 60, value)\n` })
  expect(usesIn(app('`visit:${ctx.session.user.id}`'))).not.toContain('session-store')
  expect(usesIn(app('ctx.session.user.id'))).not.toContain('session-store')
  expect(usesIn(app('`session:${ctx.id}`'))).toContain('session-store')
})

it('locks and limits of Foundatio lie where the program keeps its cache', () => {
  const app = (client: string): Record<string, string> => ({
    'compose.yaml': compose(''), 'App.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="Foundatio.Redis" Version="11.0.0" /></ItemGroup></Project>',
    'Locks.cs': `using Foundatio.Caching;\nusing Foundatio.Lock;\nclass Locks {\n  void Make() {\n    var cache = new ${client}();\n    var locker = new CacheLockProvider(cache, bus);\n    var throttle = new ThrottlingLockProvider(cache, 1, TimeSpan.FromMinutes(1));\n  }\n}\n`,
  })
  expect(usesIn(app('RedisCacheClient'))).toEqual(['cache', 'lock', 'rate-limiter'])
  expect(usesIn(app('InMemoryCacheClient'))).toEqual([])
})
