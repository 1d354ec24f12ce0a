// Elixir: which calls of which packages show what. Modules need no import.
import type { Import, Language, Library, Meaning } from '../language.ts'
import { isMark } from '../source.ts'
import type { Source } from '../source.ts'

// `alias A.B`, `use A.B`, `import A.B`, `require A`
function imports(source: Source): readonly Import[] {
  const found: Import[] = []
  source.tokens.forEach((token, at) => {
    if (token.kind !== 'word' || !token.first || !['alias', 'use', 'import', 'require'].includes(token.text)) return
    let module = '', next = at + 1
    while (source.tokens[next]?.kind === 'word') {
      module += source.tokens[next]?.text ?? ''
      next++
      if (!isMark(source, next, '.')) break
      module += '.'
      next++
    }
    if (module !== '') found.push({ module, names: [module.slice(module.lastIndexOf('.') + 1)] })
  })
  return found
}

const anywhere = ['call', 'mention'] as const
const hex = (root: string, names: readonly string[], use: Meaning['use'], weight: Meaning['weight'], source: string): Library =>
  ({ technology: 'redis', modules: [root], names: [root], source, rules: [{ id: root.toLowerCase(), names, on: [root], how: anywhere, means: [{ use, weight }] }] })

export const elixir: Language = {
  id: 'elixir',
  extensions: ['ex', 'exs'],
  grammar: {
    comments: [['#', '\n']],
    strings: [{ open: '"""', close: '"""', escapes: true, lines: true, hole: '#{' }, { open: '"', close: '"', escapes: true, lines: true, hole: '#{' }, { open: "'", close: "'", escapes: true }],
    functions: ['def', 'defp'], bareArguments: true, sigils: true,
  },
  imports,
  libraries: [
    hex('Exq', ['enqueue', 'enqueue_in', 'enqueue_at', 'start_link'], 'job-queue', 'decisive', 'https://hexdocs.pm/exq/readme.html'),
    hex('Verk', ['enqueue', 'schedule', 'Supervisor'], 'job-queue', 'decisive', 'https://hexdocs.pm/verk/readme.html'),
    {
      technology: 'redis', modules: [], names: ['Redix', 'Redis', 'NebulexRedisAdapter'], source: 'https://hexdocs.pm/phoenix_pubsub_redis/Phoenix.PubSub.Redis.html',
      rules: [
        { id: 'phoenix-pubsub-redis', names: ['Redis'], on: ['PubSub'], how: anywhere, means: [{ use: 'pub-sub', weight: 'decisive' }] },
        { id: 'redix-pubsub', names: ['subscribe', 'psubscribe', 'start_link'], on: ['PubSub'], when: ({ chain }) => chain[0] === 'Redix', means: [{ use: 'pub-sub', weight: 'strong' }] },
        { id: 'hammer-redis', names: ['Redis'], on: ['Hammer'], how: anywhere, means: [{ use: 'rate-limiter', weight: 'decisive' }] },
        { id: 'nebulex-redis', names: ['NebulexRedisAdapter'], how: anywhere, means: [{ use: 'cache', weight: 'strong' }] },
        // Since version 3: https://hexdocs.pm/nebulex_redis_adapter/Nebulex.Adapters.Redis.html
        { id: 'nebulex-redis', names: ['Redis'], on: ['Adapters'], when: ({ chain }) => chain[0] === 'Nebulex', how: anywhere, means: [{ use: 'cache', weight: 'strong' }] },
      ],
    },
    {
      technology: 'kafka', modules: ['KafkaEx', 'BroadwayKafka', 'Kaffe'], names: ['KafkaEx', 'BroadwayKafka', 'Kaffe'], source: 'https://hexdocs.pm/broadway_kafka/BroadwayKafka.Producer.html',
      rules: [
        { id: 'kafka-broadway', names: ['Producer'], on: ['BroadwayKafka'], how: anywhere, traffic: { how: 'reads', grouped: true } },
        { id: 'kafka-send', names: ['produce', 'produce_sync'], traffic: { how: 'writes', topic: [0] } },
        { id: 'kafka-group', names: ['ConsumerGroup', 'Consumer', 'GroupMemberSupervisor'], how: anywhere, traffic: { how: 'reads', grouped: true } },
      ],
    },
  ],
  redis: {
    modules: ['Redix'], clients: ['Redix'], source: 'https://hexdocs.pm/redix/Redix.html', commands: new Map(),
    verbatim: ['command', 'command!', 'noreply_command'], lists: ['pipeline', 'transaction_pipeline', 'noreply_pipeline'],
  },
  settings: new Map([['group_id', 'group.id'], ['offset_reset_policy', 'auto.offset.reset']]),
}
