import { describe, expect, it } from 'vitest'
import { knowledge } from '../../../rules/knowledge/index.ts'
import { findComponents } from '../../../src/servers/components.ts'
import { composeStacks } from '../../../src/readers/compose/index.ts'
import { topicsOf } from '../../../src/servers/kafka/topics.ts'
import type { Component, Topic } from '../../../src/model/stack.ts'
import type { Value } from '../../../src/model/value.ts'
import { memoryTree } from '../../support/memory-tree.ts'
import { workload, type Given } from '../../support/workloads.ts'

const number = (value: Value<number> | undefined): number | '?' | undefined => (value === undefined ? undefined : value.known ? value.value : '?')
const row = (topic: Topic | undefined) => {
  if (topic === undefined) return ['?']
  const { name, partitions, replicas, config } = topic
  return [name, number(partitions), number(replicas), Object.fromEntries([...config].map(([key, setting]) => [key, setting.state === 'stated' ? setting.value : '?']))]
}
const made = (given: Given, files: Record<string, string> = {}) =>
  topicsOf(workload('init', { image: 'confluentinc/cp-kafka', ...given }), memoryTree(files)).map(({ topic }) => row(topic))
const script = (text: string, environment: Record<string, string> = {}) => made({ command: ['sh', '-c', text], environment })

describe('commands that make topics', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['kafka-topics', 'kafka-topics --bootstrap-server k:9092 --create --topic a --partitions 3 --replication-factor 2 --config retention.ms=1000 --config cleanup.policy=compact', [['a', 3, 2, { 'retention.ms': '1000', 'cleanup.policy': 'compact' }]]],
    ['a path and joined values', '/opt/kafka/bin/kafka-topics.sh --create --if-not-exists --topic=a --partitions=3', [['a', 3, undefined, {}]]],
    ['several in one script', 'cub kafka-ready -b k:9092 1 30 && kafka-topics --create --topic a --partitions 1\nkafka-topics --create --topic b; kafka-topics --list', [['a', 1, undefined, {}], ['b', undefined, undefined, {}]]],
    ['lines continued', 'kafka-topics --create \\\n  --topic a \\\n  --partitions 2', [['a', 2, undefined, {}]]],
    ['a loop', 'for t in a b c; do kafka-topics --create --topic $t --partitions 4; done', [['a', 4, undefined, {}], ['b', 4, undefined, {}], ['c', 4, undefined, {}]]],
    ['a loop over a list in a variable', 'TOPICS="a b"\nfor t in $TOPICS\ndo\n  kafka-topics --create --topic "app.${t}" --partitions 1\ndone', [['app.a', 1, undefined, {}], ['app.b', 1, undefined, {}]]],
    ['a loop over an array', 'topics=(\n "a"\n "b"\n)\nfor t in "${topics[@]}"; do kafka-topics --create --topic "$t"; done', [['a', undefined, undefined, {}], ['b', undefined, undefined, {}]]],
    ['a default inside the shell', 'kafka-topics --create --topic ${TOPIC:-orders} --replication-factor ${RF:-3}', [['orders', undefined, 3, {}]]],
    ['numbers that are not known', 'kafka-topics --create --topic a --partitions $(nproc)', [['a', '?', undefined, {}]]],
    ['rpk', 'rpk topic create a b -p 6 -r 3 -c retention.ms=-1 --brokers r:9092', [['a', 6, 3, { 'retention.ms': '-1' }], ['b', 6, 3, { 'retention.ms': '-1' }]]],
    ['kafka-configs', 'kafka-configs --bootstrap-server k:9092 --alter --entity-type topics --entity-name a --add-config retention.ms=5,cleanup.policy=[compact,delete]', [['a', undefined, undefined, { 'retention.ms': '5', 'cleanup.policy': 'compact,delete' }]]],
    ['a shell in a shell', `bash -c "kafka-topics --create --topic a"`, [['a', undefined, undefined, {}]]],
    ['until and if', 'until kafka-topics --list; do sleep 1; done; if true; then kafka-topics --create --topic a; fi', [['a', undefined, undefined, {}]]],
    ['names that are not known', 'kafka-topics --create --topic $NAME; while read -r t; do kafka-topics --create --topic $t; done < list', [['?'], ['?']]],
    ['nothing: a comment, an echo, a listing, another entity', '# kafka-topics --create --topic a\necho kafka-topics --create --topic b\nkafka-topics --describe --topic c\nkafka-configs --alter --entity-type brokers --entity-name 1 --add-config x=y', []],
    ['nothing: what was deleted', 'kafka-topics --delete --topic a; rpk topic delete b; rpk topic list', []],
  ])('%s', (_title, text, expected) => {
    expect(script(text)).toEqual(expected)
  })

  it('take variables from the environment', () => {
    expect(script('kafka-topics --create --topic $TOPIC --partitions $PARTS', { TOPIC: 'orders', PARTS: '7' })).toEqual([['orders', 7, undefined, {}]])
  })
  it('need no shell', () => {
    expect(made({ entrypoint: ['kafka-topics'], command: ['--create', '--topic', 'a'] })).toEqual([['a', undefined, undefined, {}]])
  })
  it('stand in scripts that are mounted', () => {
    expect(made({ command: ['bash', '/init/topics.sh'], mounts: { '/init/topics.sh': 'kafka-topics --create --topic a' } })).toEqual([['a', undefined, undefined, {}]])
    expect(made({ command: ['/init/topics.sh'], mounts: { '/init': 'bind scripts' } }, { 'scripts/topics.sh': '#!/bin/sh\nrpk topic create a' })).toEqual([['a', undefined, undefined, {}]])
  })
  it('are bounded', () => {
    const names = Array.from({ length: 40 }, (_, i) => `t${i}`).join(' ')
    const nested = `for a in ${names}; do for b in ${names}; do for c in ${names}; do kafka-topics --create --topic $a$b$c; done; done; done`
    expect(script(nested).length).toBeLessThanOrEqual(500)
    expect(script('A=$B$B$B$B; B=$A$A$A$A\n'.repeat(20) + 'kafka-topics --create --topic $A')).toEqual([['?']])
    expect(script('A=xxxxxxxx\n' + 'A=$A$A$A$A\n'.repeat(40) + 'kafka-topics --create --topic $A')).toEqual([['?']])
    expect(script('x="'.repeat(500))).toEqual([])
  })
})

const components = (source: string): readonly Component[] => {
  const tree = memoryTree({ 'compose.yaml': source })
  return composeStacks(tree).stacks.flatMap(stack => findComponents(stack.workloads, tree, knowledge)).filter(one => one.technology === 'kafka')
}
const topics = (source: string) => components(source).map(one => [one.name, one.topics.map(row)])

describe('topics of a stack', () => {
  it('come from KAFKA_CREATE_TOPICS where the image reads it', () => {
    const of = (image: string, key = 'KAFKA_CREATE_TOPICS', more = '') => topics(`services:\n  kafka:\n    image: ${image}\n    environment:\n      ${key}: "a:3:1, b:1:1:compact"\n${more}`)
    const both = [['a', 3, 1, {}], ['b', 1, 1, { 'cleanup.policy': 'compact' }]]
    expect(of('wurstmeister/kafka')).toEqual([['kafka', both]])
    expect(of('debezium/kafka:2.7', 'CREATE_TOPICS')).toEqual([['kafka', both]])
    expect(of('confluentinc/cp-kafka')).toEqual([['kafka', []]])
  })
  it('may be separated otherwise', () => {
    expect(topics(`services:
  kafka:
    image: wurstmeister/kafka
    environment:
      KAFKA_CREATE_TOPICS_SEPARATOR: "$$'\\n'"
      KAFKA_CREATE_TOPICS: |
        a:1:2
        b:3:4
`)).toEqual([['kafka', [['a', 1, 2, {}], ['b', 3, 4, {}]]]])
  })

  const source = `services:
  k1: {image: 'apache/kafka:3.9.0', environment: {KAFKA_CONTROLLER_QUORUM_VOTERS: '1@k1:9093'}}
  k2: {image: 'apache/kafka:3.9.0', environment: {KAFKA_CONTROLLER_QUORUM_VOTERS: '1@k2:9093'}}
  init:
    image: apache/kafka:3.9.0
    environment: {SERVER: 'k2:9092'}
    entrypoint: ["/bin/sh", "-c"]
    command: |
      "
      # first
      for t in one two; do
        kafka-topics.sh --create --topic $$t --bootstrap-server $$SERVER
      done
      kafka-topics.sh --create --topic three --partitions 5 --bootstrap-server k1:9092
      kafka-configs.sh --alter --topic three --add-config retention.ms=9 --bootstrap-server k1:9092
      kafka-topics.sh --create --topic four --bootstrap-server elsewhere.example.com:9092
      "
`
  it('belong to the cluster whose server the command names', () => {
    expect(topics(source)).toEqual([['k1', [['three', 5, undefined, { 'retention.ms': '9' }]]], ['k2', [['one', undefined, undefined, {}], ['two', undefined, undefined, {}]]]])
  })
  it('have places in the file', () => {
    const all = components(source).flatMap(one => one.topics)
    expect(all.map(topic => source.slice(topic.span.start, topic.span.end))).toEqual(['three', 'one', 'two'])
    const line = (offset: number): number => source.slice(0, offset).split('\n').length
    expect(all.map(topic => line(topic.span.start))).toEqual([14, 11, 11])
  })
  it('belong to the only cluster when no server is named', () => {
    expect(topics(`services:
  broker: {image: 'redpandadata/redpanda:v23.3.1', command: [redpanda, start]}
  init: {image: 'redpandadata/redpanda:v23.3.1', entrypoint: [rpk, topic, create, a, -p, '2']}
`)).toEqual([['broker', [['a', 2, undefined, {}]]]])
  })
})
