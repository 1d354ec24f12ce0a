// Kafka settings that nothing reads: another chart's values, another image's variables. Knows what the server's side found unread.
import { defineRule } from '../../src/model/rule.ts'
import { unreadReports } from '../unread-settings.ts'
import { oneBroker } from './example-stacks.ts'

const bitnami = (environment: string): string => `services:\n  kafka:\n    image: bitnamilegacy/kafka:3.9\n    environment:\n      KAFKA_CFG_NODE_ID: 0\n      KAFKA_CFG_PROCESS_ROLES: controller,broker\n      ${environment}\n    volumes: ["kafka-data:/bitnami/kafka"]\nvolumes:\n  kafka-data:\n`
const chart = 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: kafka, version: 31.0.0, repository: https://charts.bitnami.com/bitnami}\n'

export default defineRule({
  id: 'kafka/setting-never-read',
  technology: 'kafka',
  rows: ['failure-mode'],
  concern: 'operations',
  severity: 'warning',
  severityNote: 'Information where nothing that decides on data, memory or copies is among them.',
  summary: 'A setting is written in the way of another chart or image, and the one that runs never reads it.',
  messages: {
    unread: '{component} never gets {written}, which {by} does not read{instead}.',
  },
  failure: '{component} runs with the defaults instead of what is written: records go after a week, topics get one copy, the log lies elsewhere. Nothing complains, and the file that everybody reads says otherwise.',
  fix: 'Write what is meant under {place}, or delete it; then look at what {component} really runs with.',
  diff: {
    compose: [
      ' services:',
      '   kafka:',
      '     image: apache/kafka:3.9.0',
      '     environment:',
      '-      KAFKA_CFG_LOG_RETENTION_HOURS: 720',
      '+      KAFKA_LOG_RETENTION_HOURS: 720',
    ].join('\n'),
    helm: [
      ' kafka:',
      '-  logRetentionHours: 720',
      '+  overrideConfiguration:',
      '+    log.retention.hours: 720',
    ].join('\n'),
  },
  hazards: ['What is read at last changes the running broker: a shorter retention deletes at once, another log directory starts empty.'],
  sources: ['https://github.com/apache/kafka/blob/trunk/docker/examples/README.md', 'https://github.com/bitnami/containers/tree/main/bitnami/kafka#configuration', 'https://github.com/bitnami/charts/tree/main/bitnami/kafka#to-2400'],
  words: { written: 'the setting', place: 'a key that it reads', by: 'the image', instead: '' },
  bad: [
    { title: "a variable of Bitnami's image under Apache's", files: { 'compose.yaml': oneBroker(['KAFKA_CFG_LOG_RETENTION_HOURS: 720']) }, line: 14 },
    { title: "a variable of Confluent's image under Bitnami's", files: { 'compose.yaml': bitnami('KAFKA_MIN_INSYNC_REPLICAS: 2') }, line: 7 },
    { title: 'values that the chart read until version 24', files: { 'values.yaml': 'kafka:\n  controller: {replicaCount: 3}\n  logRetentionHours: 720\n', 'Chart.yaml': chart }, line: 3 },
  ],
  good: [
    { title: 'the way of the image', files: { 'compose.yaml': oneBroker(['KAFKA_LOG_RETENTION_HOURS: 720']) } },
    { title: 'a variable that Bitnami reads without its prefix', files: { 'compose.yaml': bitnami('KAFKA_LOG_RETENTION_HOURS: 720') } },
    { title: 'one file for two images', files: { 'compose.yaml': oneBroker(['KAFKA_CFG_LOG_RETENTION_HOURS: 720', 'KAFKA_LOG_RETENTION_HOURS: 720']) } },
  ],
  check: unreadReports,
})
