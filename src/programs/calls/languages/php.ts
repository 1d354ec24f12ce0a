// PHP: which calls of which packages show what.
import type { Import, Language, Library } from '../language.ts'
import type { Reading } from '../reading.ts'
import { all, any, hasArguments, hasField, hasText, hasWord, madeOn, mentions, uses } from '../rules.ts'
import { isMark } from '../source.ts'
import type { Site, Source } from '../source.ts'

// `use A\B\C;`, `use A\B as C;`, `use A\{B, C as D};`
function imports(source: Source): readonly Import[] {
  const found: Import[] = []
  const { tokens } = source
  tokens.forEach((token, at) => {
    if (token.kind !== 'word' || token.text !== 'use' || isMark(source, at + 1, '(')) return
    let module = '', next = at + 1
    for (let steps = 0; steps < 24; steps++, next++) {
      if (tokens[next]?.kind === 'word' && tokens[next]?.text !== 'as') module += tokens[next]?.text ?? ''
      else if (isMark(source, next, '\\')) { if (module !== '') module += '\\' }
      else break
    }
    if (isMark(source, next, '{')) {
      for (let i = next + 1; i < next + 60 && !isMark(source, i, '}'); i++) {
        const name = tokens[i]
        if (name?.kind === 'word' && (isMark(source, i + 1, ',', '}') || tokens[i + 1]?.text === 'as')) found.push({ module: `${module}${name.text}`, names: [tokens[i + 1]?.text === 'as' ? tokens[i + 2]?.text ?? '' : name.text] })
      }
    } else if (module !== '') {
      found.push({ module, names: [tokens[next]?.text === 'as' ? tokens[next + 1]?.text ?? '' : module.slice(module.lastIndexOf('\\') + 1)] })
    }
  })
  return found
}

const made = ['new'] as const

const framework = ['call', 'mention', 'new'] as const

// The skeleton of Laravel 8 to 10 limits its group `api` in this file, whether or not anybody serves one: https://github.com/laravel/laravel/blob/10.x/app/Providers/RouteServiceProvider.php
const ownLimits = (_: Site, { source }: Reading): boolean => !source.file.endsWith('/RouteServiceProvider.php') ||
  source.tokens.some(({ kind, text }, at) => kind === 'word' && text === 'for' && isMark(source, at + 1, '(') && source.tokens[at + 2]?.text !== 'api')

// What Laravel and Symfony keep in the application's cache.
const cached: readonly Library[] = [
  {
    technology: 'redis', cached: true, modules: ['Illuminate\\Support\\Facades\\RateLimiter', 'Illuminate\\Cache\\RateLimiter', 'Illuminate\\Cache\\RateLimiting', 'DanHarrin\\LivewireRateLimiting'], names: ['throttleApi'], source: 'https://laravel.com/docs/rate-limiting',
    rules: [
      { id: 'laravel-rate-limiter', names: ['for', 'attempt', 'hit', 'increment', 'tooManyAttempts'], on: ['RateLimiter'], when: ownLimits, means: [{ use: 'rate-limiter', weight: 'strong' }] },
      { id: 'laravel-rate-limiter', names: ['tooManyAttempts', 'perMinute', 'perHour', 'perDay', 'perSecond', 'rateLimit', 'throttleApi'], when: ownLimits, means: [{ use: 'rate-limiter', weight: 'strong' }] },
    ],
  },
  {
    technology: 'redis', cached: true, modules: ['Illuminate\\Support\\Facades\\Cache'], source: 'https://laravel.com/docs/cache#atomic-locks',
    rules: [
      { id: 'laravel-lock', names: ['lock', 'restoreLock', 'funnel'], on: ['Cache'], means: [{ use: 'lock', weight: 'strong' }] },
      { id: 'laravel-counter', names: ['increment', 'decrement'], on: ['Cache'], means: [{ use: 'counter', weight: 'weak' }] },
    ],
  },
  {
    technology: 'redis', cached: true, modules: ['Illuminate\\Queue\\Middleware\\WithoutOverlapping'], names: ['ShouldBeUnique', 'ShouldBeUniqueUntilProcessing', 'withoutOverlapping', 'onOneServer'], source: 'https://laravel.com/docs/scheduling#preventing-task-overlaps',
    rules: [{ id: 'laravel-lock', names: ['ShouldBeUnique', 'ShouldBeUniqueUntilProcessing', 'withoutOverlapping', 'onOneServer', 'WithoutOverlapping'], how: framework, means: [{ use: 'lock', weight: 'strong' }] }],
  },
  {
    technology: 'redis', cached: true, modules: ['Symfony\\Component\\RateLimiter'], source: 'https://symfony.com/doc/current/rate_limiter.html#storing-rate-limiter-state',
    rules: [{ id: 'symfony-rate-limiter', names: ['RateLimiterFactory', 'RateLimiterFactoryInterface'], how: framework, means: [{ use: 'rate-limiter', weight: 'strong' }] }],
  },
]

const libraries: readonly Library[] = [
  ...cached,
  uses('redis', 'cache', 'decisive', ['Symfony\\Component\\Cache\\Adapter', 'Symfony\\Component\\Cache\\Simple', 'Doctrine\\Common\\Cache', 'Cache\\Adapter\\Redis'], ['RedisAdapter', 'RedisTagAwareAdapter', 'RedisCache', 'RedisCachePool', 'PredisCache'], 'https://symfony.com/doc/current/components/cache/adapters/redis_adapter.html', made),
  uses('redis', 'lock', 'decisive', ['Symfony\\Component\\Lock\\Store'], ['RedisStore'], 'https://symfony.com/doc/current/components/lock.html#redisstore', made),
  uses('redis', 'session-store', 'decisive', ['Symfony\\Component\\HttpFoundation\\Session\\Storage\\Handler'], ['RedisSessionHandler'], 'https://symfony.com/doc/current/session.html#store-sessions-in-a-key-value-database-redis', made),
  uses('redis', 'job-queue', 'decisive', ['Laravel\\Horizon'], ['auth', 'routeMailNotificationsTo', 'routeSlackNotificationsTo', 'routeSmsNotificationsTo', 'night', 'use'], 'https://laravel.com/docs/horizon'),
  uses('redis', 'job-queue', 'decisive', ['Enqueue\\Redis'], ['RedisConnectionFactory'], 'https://php-enqueue.github.io/transport/redis/', made),
  {
    technology: 'redis', modules: ['Resque'], names: ['Resque'], source: 'https://github.com/resque/php-resque',
    rules: [{ id: 'php-resque', names: ['enqueue', 'enqueueIn', 'setBackend'], on: ['Resque'], means: [{ use: 'job-queue', weight: 'decisive' }] }],
  },
  {
    technology: 'redis', modules: [], names: ['store', 'onConnection', 'ini_set', 'driver'], common: true, source: 'https://laravel.com/docs/cache#accessing-multiple-cache-stores',
    rules: [
      { id: 'laravel-cache', names: ['store', 'driver'], on: ['Cache'], when: hasText('redis'), means: [{ use: 'cache', weight: 'decisive' }] },
      { id: 'laravel-queue', names: ['onConnection'], when: hasText('redis'), means: [{ use: 'job-queue', weight: 'decisive' }] },
      { id: 'php-session', names: ['ini_set'], when: all(hasText('session.save_handler'), hasText('redis', 'rediscluster')), means: [{ use: 'session-store', weight: 'decisive' }] },
    ],
  },
  {
    technology: 'kafka', modules: ['RdKafka', 'Enqueue\\RdKafka'], names: ['RdKafka', 'KafkaConsumer'], source: 'https://arnaud.le-blanc.net/php-rdkafka-doc/phpdoc/',
    rules: [
      { id: 'kafka-consumer', names: ['KafkaConsumer', 'Consumer'], how: made, traffic: { how: 'reads' } },
      { id: 'kafka-producer', names: ['Producer'], how: made, traffic: { how: 'writes' } },
      { id: 'kafka-subscribe', names: ['subscribe'], traffic: { how: 'reads', topic: [0] } },
      { id: 'kafka-send', names: ['newTopic'], when: madeOn('producer'), traffic: { how: 'writes', topic: [0] } },
      { id: 'kafka-subscribe', names: ['newTopic'], when: madeOn('consumer'), traffic: { how: 'reads', topic: [0] } },
      { id: 'kafka-client', names: ['RdKafkaConnectionFactory'], how: made },
    ],
  },
  {
    technology: 'kafka', modules: ['Junges\\Kafka'], source: 'https://laravelkafka.com/docs/',
    rules: [
      { id: 'kafka-consumer', names: ['consumer', 'createConsumer'], on: ['Kafka'], traffic: { how: 'reads', topic: [0], group: [1], grouped: true } },
      { id: 'kafka-subscribe', names: ['subscribe'], traffic: { how: 'reads', topic: [0], grouped: true } },
      { id: 'kafka-producer', names: ['publish', 'asyncPublish'], on: ['Kafka'], traffic: { how: 'writes' } },
      { id: 'kafka-send', names: ['onTopic', 'publishOn'], traffic: { how: 'writes', topic: [0] } },
    ],
  },
]

export const php: Language = {
  id: 'php',
  extensions: ['php'],
  grammar: {
    comments: [['//', '\n'], ['#', '\n'], ['/*', '*/'], ['?>', '<?']],
    strings: [{ open: '"', close: '"', escapes: true, lines: true, hole: '{$' }, { open: "'", close: "'", escapes: true, lines: true }],
    heredoc: '<<<', codeOpens: '<?', functions: ['function', 'fn'], arrows: true, sigils: true,
  },
  imports,
  libraries,
  redis: {
    modules: ['Predis', 'Redis', 'Illuminate\\Support\\Facades\\Redis', 'Illuminate\\Redis', 'Hyperf\\Redis'],
    clients: ['Redis', 'RedisCluster', 'Predis'],
    source: 'https://github.com/phpredis/phpredis',
    commands: new Map([
      ['set', [{ command: 'set', ttl: any(hasWord('ex', 'px'), hasField('ex', 'px'), all(hasArguments(3), mentions('ttl', 'expir', 'lifetime', 'timeout', 'second', 'minute')), numberLast), nx: any(hasWord('nx'), hasField('nx')) }]],
      ['throttle', [{ command: 'throttle' }]],
    ]),
    verbatim: ['command', 'executeraw', 'rawcommand'],
  },
  settings: new Map([['withConsumerGroupId', 'group.id']]),
}

// `set($key, $value, 3600)`
function numberLast({ args }: { readonly args: readonly { readonly from: number; readonly to: number }[] }, { source }: { readonly source: Source }): boolean {
  const third = args[2]
  return third !== undefined && source.tokens[third.from]?.kind === 'number'
}
