// Scala: its syntax, and the libraries that only it has; the others are Java's.
import type { Language } from '../language.ts'
import { any, madeOn } from '../rules.ts'
import { jvmImports, jvmLibraries, jvmRedis, jvmSettings } from './java.ts'

export const scala: Language = {
  id: 'scala',
  extensions: ['scala', 'sc'],
  grammar: {
    comments: [['//', '\n'], ['/*', '*/']],
    strings: [{ open: '"""', close: '"""', lines: true }, { open: '"', close: '"', escapes: true }, { open: "'", close: "'", char: true }],
    prefixHole: '$', functions: ['def'], squareTypes: true,
  },
  imports: jvmImports,
  libraries: [
    ...jvmLibraries,
    {
      technology: 'kafka', modules: ['akka.kafka', 'org.apache.pekko.kafka'], source: 'https://pekko.apache.org/docs/pekko-connectors-kafka/current/',
      rules: [
        { id: 'kafka-consumer', names: ['plainSource', 'committableSource', 'atMostOnceSource', 'committablePartitionedSource', 'sourceWithOffsetContext'], traffic: { how: 'reads', grouped: true } },
        { id: 'kafka-subscribe', names: ['topics'], when: madeOn('subscriptions'), traffic: { how: 'reads', topic: [0], grouped: true } },
        { id: 'kafka-producer', names: ['plainSink', 'committableSink', 'flexiFlow'], traffic: { how: 'writes' } },
      ],
    },
    {
      technology: 'kafka', modules: ['fs2.kafka', 'zio.kafka'], source: 'https://fd4s.github.io/fs2-kafka/docs/consumers',
      rules: [
        { id: 'kafka-subscribe', names: ['subscribeTo', 'topics'], when: any(madeOn('consumer'), madeOn('subscription')), traffic: { how: 'reads', topic: [0], grouped: true } },
        { id: 'kafka-send', names: ['ProducerRecord'], traffic: { how: 'writes', topic: [0] } },
      ],
    },
  ],
  redis: { ...jvmRedis, modules: [...jvmRedis.modules, 'com.redis', 'redis.RedisClient', 'dev.profunktor.redis4cats'] },
  settings: new Map([...jvmSettings, ['withGroupId', 'group.id'] as const]),
}
