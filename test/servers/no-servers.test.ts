// What looks like a server and is none: tools that copy between clusters, a one-shot, names of listeners.
import { expect, test } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'

const found = (files: Record<string, string>): readonly string[] => lint(memoryTree(files)).stacks.flatMap(({ components }) => components.map(({ technology, name }) => `${technology} ${name}`))
const broker = '  kafka:\n    image: apache/kafka:3.9.0\n    environment:\n      KAFKA_LISTENERS: "INTERNAL://kafka:29092,EXTERNAL://edge-listener:9092"\n      KAFKA_ADVERTISED_LISTENERS: "INTERNAL://kafka:29092,EXTERNAL://broker.acme.io:9092"\n'

test.each([
  ['MirrorMaker in the image of a broker', `${broker}  mirror:\n    image: apache/kafka:3.9.0\n    command: /opt/kafka/bin/connect-mirror-maker.sh /etc/mm2.properties\n`],
  ['MirrorMaker 1', `${broker}  mirror:\n    image: confluentinc/cp-kafka:7.6.0\n    command: kafka-mirror-maker --consumer.config c --producer.config p\n`],
  ['a one-shot format', `${broker}  format:\n    image: apache/kafka:3.9.0\n    command: /opt/kafka/bin/kafka-storage.sh format -t x -c /etc/server.properties\n`],
])('%s is no broker, and neither is the name of a listener', (_, services) => { expect(found({ 'compose.yaml': `services:\n${services}` })).toEqual(['kafka kafka']) })
