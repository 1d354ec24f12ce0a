// Rust: which calls of which crates show what.
import type { Command, Import, Language } from '../language.ts'
import { madeOn, mentions, uses } from '../rules.ts'
import { isMark } from '../source.ts'
import type { Source } from '../source.ts'

// `use a::b::C;`, `use a::{B, c::D};`: the path, and the names at its ends.
function imports(source: Source): readonly Import[] {
  const found: Import[] = []
  const { tokens } = source
  tokens.forEach((token, at) => {
    if (token.kind !== 'word' || token.text !== 'use') return
    let module = '', next = at + 1
    while (tokens[next]?.kind === 'word') {
      module += tokens[next]?.text ?? ''
      next++
      if (!isMark(source, next, '::') || tokens[next + 1]?.kind !== 'word') break
      module += '::'
      next++
    }
    const names: string[] = []
    for (let i = next + 1; isMark(source, next, '::') && i < next + 80 && !isMark(source, i, ';'); i++) {
      const name = tokens[i]
      if (name?.kind === 'word' && isMark(source, i + 1, ',', '}')) names.push(name.text)
    }
    if (module !== '') found.push({ module, names: names.length > 0 ? names : [module.slice(module.lastIndexOf(':') + 1)] })
  })
  return found
}

const anywhere = ['call', 'mention'] as const
const one = (command: string, more: Partial<Command> = {}): readonly Command[] => [{ command, ...more }]

export const rust: Language = {
  id: 'rust',
  extensions: ['rs'],
  grammar: {
    comments: [['//', '\n'], ['/*', '*/']],
    strings: [{ open: 'r#"', close: '"#', lines: true }, { open: '"', close: '"', escapes: true, lines: true }, { open: "'", close: "'", char: true }],
    functions: ['fn'],
  },
  imports,
  // https://doc.rust-lang.org/book/ch11-03-test-organization.html
  testModules: ['tests', 'test'],
  libraries: [
    uses('redis', 'job-queue', 'decisive', ['apalis_redis', 'apalis::redis'], ['RedisStorage', 'connect'], 'https://docs.rs/apalis-redis', anywhere),
    uses('redis', 'job-queue', 'decisive', ['sidekiq'], ['Worker', 'Processor', 'RedisPool', 'perform_async'], 'https://docs.rs/rusty-sidekiq', anywhere),
    uses('redis', 'session-store', 'decisive', ['tower_sessions_redis_store', 'actix_session::storage', 'async_redis_session'], ['RedisStore', 'RedisSessionStore'], 'https://docs.rs/actix-session', anywhere),
    uses('redis', 'lock', 'decisive', ['rslock', 'redlock'], ['LockManager', 'RedLock'], 'https://docs.rs/rslock', anywhere),
    uses('redis', 'cache', 'decisive', ['cached'], ['RedisCache', 'AsyncRedisCache', 'io_cached'], 'https://docs.rs/cached', anywhere),
    {
      technology: 'kafka', modules: ['rdkafka'], source: 'https://docs.rs/rdkafka',
      rules: [
        { id: 'kafka-consumer', names: ['StreamConsumer', 'BaseConsumer'], how: anywhere, traffic: { how: 'reads' } },
        { id: 'kafka-producer', names: ['FutureProducer', 'BaseProducer', 'ThreadedProducer'], how: anywhere, traffic: { how: 'writes' } },
        { id: 'kafka-subscribe', names: ['subscribe'], when: madeOn('consumer'), traffic: { how: 'reads', topic: [0] } },
        { id: 'kafka-send', names: ['to'], on: ['FutureRecord', 'BaseRecord'], traffic: { how: 'writes', topic: [0] } },
      ],
    },
  ],
  redis: {
    modules: ['redis', 'fred', 'deadpool_redis', 'bb8_redis', 'r2d2_redis', 'rustis'],
    clients: ['MultiplexedConnection', 'ConnectionManager', 'get_connection', 'get_async_connection', 'get_multiplexed_async_connection', 'get_multiplexed_tokio_connection', 'AsyncCommands', 'ClusterClient'],
    source: 'https://docs.rs/redis',
    commands: new Map([
      ['set_ex', one('setex', { own: true })], ['pset_ex', one('psetex', { own: true })], ['set_nx', one('setnx', { own: true })],
      ['set_options', one('set', { own: true, ttl: mentions('expir', 'ex(', 'px('), nx: mentions('nx') })],
      ['set', one('set', { ttl: mentions('expiration') })], ['xadd_maxlen', one('xadd', { own: true })], ['xread_options', one('xread', { own: true })], ['xgroup_create_mkstream', one('xgroup', { own: true })],
    ]),
    verbatim: ['cmd'],
  },
}
