// Ruby: which calls of which gems show what. Rails loads constants by itself, so most gems are known by their name.
import type { Import, Language, Library } from '../language.ts'
import { all, any, assignedTo, followedBy, hasField, hasLifetime, hasWord, inside, madeOn, mentions, not, precededBy } from '../rules.ts'
import type { Meaning, Rule } from '../language.ts'
import { isMark } from '../source.ts'
import type { Source } from '../source.ts'

function imports(source: Source): readonly Import[] {
  const found: Import[] = []
  source.tokens.forEach((token, at) => {
    const before = source.tokens[at - 1]
    const word = before?.kind === 'mark' ? source.tokens[at - 2] : before
    if (token.kind === 'text' && !token.computed && (word?.text === 'require' || word?.text === 'require_relative')) found.push({ module: token.text, names: [] })
  })
  return found
}

const anywhere = ['call', 'mention', 'new'] as const
/** A gem by its constant: calls and constants on it show one use. */
const gem = (constant: string, names: readonly string[], use: Meaning['use'], weight: Meaning['weight'], source: string, when?: Rule['when']): Library =>
  ({ technology: 'redis', modules: [], names: [constant], source, rules: [{ id: constant.toLowerCase(), names, on: [constant], how: anywhere, means: [{ use, weight }], ...(when ? { when } : {}) }] })

// `include Redis::Objects` gives a class `counter :views` and `lock :import`.
const objects: Rule['when'] = ({ chain, args }, { words, source }) => words.has('Objects') && chain.length === 0 && args[0] !== undefined && isMark(source, args[0].from, ':')

const kafka: readonly Library[] = [
  {
    technology: 'kafka', modules: ['kafka'], names: ['Kafka'], source: 'https://github.com/zendesk/ruby-kafka',
    rules: [
      { id: 'kafka-client', names: ['new'], on: ['Kafka'] },
      { id: 'kafka-consumer', names: ['consumer'], when: hasField('group_id'), traffic: { how: 'reads', group: ['group_id'] } },
      { id: 'kafka-subscribe', names: ['subscribe', 'each_message'], when: any(madeOn('consumer'), hasField('topic')), traffic: { how: 'reads', topic: [0, 'topic'] } },
      { id: 'kafka-send', names: ['deliver_message', 'produce'], when: hasField('topic'), traffic: { how: 'writes', topic: ['topic'] } },
      { id: 'kafka-producer', names: ['producer', 'async_producer'], how: anywhere, when: madeOn('kafka'), traffic: { how: 'writes' } },
    ],
  },
  {
    technology: 'kafka', modules: [], names: ['Karafka', 'KarafkaApp', 'WaterDrop', 'ApplicationConsumer'], source: 'https://karafka.io/docs/',
    rules: [
      { id: 'karafka-consumer', names: ['BaseConsumer', 'ApplicationConsumer'], how: anywhere, traffic: { how: 'reads', grouped: true } },
      { id: 'karafka-topic', names: ['topic'], traffic: { how: 'reads', topic: [0], grouped: true } },
      { id: 'karafka-send', names: ['produce_async', 'produce_sync'], traffic: { how: 'writes', topic: ['topic'] } },
      { id: 'karafka-producer', names: ['Producer'], on: ['WaterDrop'], how: anywhere, traffic: { how: 'writes' } },
    ],
  },
  {
    technology: 'kafka', modules: [], names: ['Racecar', 'DeliveryBoy', 'Rdkafka', 'Phobos'], source: 'https://github.com/zendesk/racecar',
    rules: [
      { id: 'racecar-consumer', names: ['Consumer'], on: ['Racecar'], how: anywhere, traffic: { how: 'reads', grouped: true } },
      { id: 'racecar-topic', names: ['subscribes_to'], traffic: { how: 'reads', topic: [0], grouped: true } },
      { id: 'kafka-send', names: ['deliver', 'deliver_async', 'produce'], when: hasField('topic'), traffic: { how: 'writes', topic: ['topic'] } },
      { id: 'kafka-subscribe', names: ['subscribe'], when: madeOn('consumer'), traffic: { how: 'reads', topic: [0] } },
      { id: 'kafka-client', names: ['Config'], on: ['Rdkafka'], how: anywhere },
    ],
  },
]

export const ruby: Language = {
  id: 'ruby',
  extensions: ['rb', 'ru', 'rake'],
  grammar: {
    comments: [['#', '\n'], ['=begin', '\n=end']],
    strings: [{ open: '"', close: '"', escapes: true, lines: true, hole: '#{' }, { open: "'", close: "'", escapes: true, lines: true }],
    regex: true, heredoc: '<<', functions: ['def'], bareArguments: true, sigils: true,
  },
  imports,
  libraries: [
    gem('Sidekiq', ['Worker', 'Job', 'Client', 'Cron'], 'job-queue', 'decisive', 'https://github.com/sidekiq/sidekiq/wiki'),
    // Setting it up and looking at its queues, where Active Job may choose another: https://guides.rubyonrails.org/active_job_basics.html#setting-the-backend
    { technology: 'redis', modules: [], names: ['Sidekiq'], source: 'https://github.com/sidekiq/sidekiq/wiki', rules: [{ id: 'sidekiq', names: ['Queue', 'configure_server', 'configure_client'], on: ['Sidekiq'], how: anywhere, means: [{ use: 'job-queue', weight: 'decisive', only: false }] }] },
    gem('Resque', ['enqueue', 'enqueue_in', 'enqueue_at', 'enqueue_to', 'redis', 'Job'], 'job-queue', 'decisive', 'https://github.com/resque/resque'),
    gem('Redlock', ['Client'], 'lock', 'decisive', 'https://github.com/leandromoreira/redlock-rb'),
    gem('RedisMutex', ['with_lock', 'new', 'lock'], 'lock', 'decisive', 'https://github.com/kenn/redis-mutex'),
    gem('RedisSemaphore', ['new'], 'lock', 'decisive', 'https://github.com/kenn/redis-mutex'),
    gem('Suo', ['Redis'], 'lock', 'decisive', 'https://github.com/nickelser/suo'),
    gem('MessageBus', ['publish', 'subscribe', 'configure'], 'pub-sub', 'strong', 'https://github.com/discourse/message_bus'),
    gem('Flipper', ['Redis'], 'state-store', 'strong', 'https://www.flippercloud.io/docs/adapters/redis'),
    {
      technology: 'redis', cached: true, modules: [], names: ['rate_limit', 'unless_exist'], source: 'https://api.rubyonrails.org/classes/ActionController/RateLimiting/ClassMethods.html',
      rules: [
        { id: 'rails-rate-limit', names: ['rate_limit'], when: all(hasField('to'), hasField('within')), means: [{ use: 'rate-limiter', weight: 'strong' }] },
        { id: 'rails-cache-lock', names: ['write', 'fetch'], when: all(madeOn('cache'), hasField('unless_exist')), means: [{ use: 'lock', weight: 'strong' }] },
      ],
    },
    {
      technology: 'redis', cached: true, modules: [], names: ['Attack'], source: 'https://github.com/rack/rack-attack#configure-cache-store',
      rules: [{ id: 'rack-attack-cache', names: ['throttle', 'track'], how: anywhere, on: ['Attack'], means: [{ use: 'rate-limiter', weight: 'strong' }] }],
    },
    {
      technology: 'redis', modules: [], names: ['Attack'], source: 'https://github.com/rack/rack-attack#configure-cache-store',
      rules: [
        { id: 'rack-attack', names: ['store'], on: ['Attack'], how: anywhere, when: followedBy('redis'), means: [{ use: 'rate-limiter', weight: 'decisive' }] },
        { id: 'rack-attack', names: ['throttle'], on: ['Attack'], how: anywhere, means: [{ use: 'rate-limiter', weight: 'weak' }] },
      ],
    },
    {
      technology: 'redis', modules: [], names: ['Redis', 'RedisCacheStore', 'RedisSessionStore', 'session_store'], common: true, source: 'https://guides.rubyonrails.org/caching_with_rails.html#activesupport-cache-rediscachestore',
      rules: [
        { id: 'rails-rate-store', names: ['RedisCacheStore'], how: anywhere, when: any(assignedTo('limit'), inside('ratelimit', 'throttle')), means: [{ use: 'rate-limiter', weight: 'strong' }] },
        { id: 'rails-cache-store', names: ['RedisCacheStore'], how: anywhere, when: not(any(precededBy('Attack'), assignedTo('limit'), inside('ratelimit', 'throttle'))), means: [{ use: 'cache', weight: 'strong' }] },
        { id: 'rails-session-store', names: ['session_store'], when: ({ args }, reading) => mentions('redis')({ args: args.slice(0, 1) }, reading), means: [{ use: 'session-store', weight: 'decisive' }] },
        { id: 'redis-objects', names: ['Lock', 'Semaphore', 'Mutex'], on: ['Redis'], how: anywhere, means: [{ use: 'lock', weight: 'strong' }] },
        { id: 'redis-objects', names: ['counter'], when: objects, means: [{ use: 'counter', weight: 'strong' }] },
        // `redis_lock` since version 2.
        { id: 'redis-objects', names: ['lock', 'redis_lock'], when: objects, means: [{ use: 'lock', weight: 'strong' }] },
        { id: 'redis-objects', names: ['Counter', 'HashCounter'], on: ['Redis'], how: anywhere, means: [{ use: 'counter', weight: 'strong' }] },
      ],
    },
    {
      technology: 'redis', modules: [], names: ['kredis_counter', 'kredis_limiter', 'kredis_list', 'kredis_unique_list', 'kredis_hash', 'kredis_json', 'kredis_string', 'kredis_flag', 'kredis_set', 'kredis_slot', 'kredis_slots'], source: 'https://github.com/rails/kredis',
      rules: [
        { id: 'kredis', names: ['kredis_counter'], means: [{ use: 'counter', weight: 'strong' }] },
        { id: 'kredis', names: ['kredis_limiter'], means: [{ use: 'rate-limiter', weight: 'decisive' }] },
        { id: 'kredis', names: ['kredis_list', 'kredis_unique_list', 'kredis_hash', 'kredis_json', 'kredis_string', 'kredis_flag', 'kredis_set', 'kredis_slot', 'kredis_slots'], means: [{ use: 'state-store', weight: 'strong' }] },
      ],
    },
    ...kafka,
  ],
  redis: {
    modules: ['redis', 'redis-client', 'redis-namespace', 'connection_pool'],
    clients: ['Redis', 'RedisClient', 'ConnectionPool'],
    not: ['fakeredis', 'mock_redis'],
    source: 'https://github.com/redis/redis-rb',
    commands: new Map([
      ['set', [{ command: 'set', ttl: any(hasField('ex', 'px', 'exat', 'pxat'), hasLifetime), nx: hasWord('nx') }]],
    ]),
    verbatim: ['call'],
  },
  settings: new Map([['group_id', 'group.id'], ['required_acks', 'acks'], ['idempotent', 'enable.idempotence'], ['transactional_id', 'transactional.id'], ['max_bytes_per_partition', 'max.partition.fetch.bytes'], ['start_from_beginning', 'auto.offset.reset']]),
}
