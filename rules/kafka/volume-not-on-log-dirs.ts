// A data volume at a place where this broker never writes; knows mounts and log directories only.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { notes, settingNote, stated } from './facts.ts'
import { serious } from '../stage.ts'
import { oneBroker } from './example-stacks.ts'

// Where people mount broker data in one image or another. Certificates, plugins, scripts and application logs are none of these.
const meantForData = (target: string): boolean =>
  /^\/(bitnami(\/kafka)?(\/data)?|kafka|var\/lib\/(kafka|redpanda)(\/data)?|tmp\/[a-z-]*logs|opt\/kafka\/data|data)\/?$/.test(target)
  || /\/(kafka|kraft)(?=[-_a-z]*(data|logs))[-_a-z0-9]*\/?$/.test(target)
  || /^\/(?!etc\/|usr\/|var\/log\/)([a-z0-9._-]*\/)*(?=[^/]*kafka)[a-z0-9._-]+\/(data|logs?dirs?)(?:[-_]?\d{1,3})?\/?$/.test(target)

const moves = 'The data of today lies in the old directory: stop the broker and copy it first; a KRaft broker with an empty one must be formatted with the same cluster id.'

export default defineRule({
  id: 'kafka/volume-not-on-log-dirs',
  technology: 'kafka',
  rows: ['durability', 'failure-mode'],
  concern: 'semantics',
  severity: 'error',
  severityNote: 'Whoever mounts a volume asks for data that stays, so it is said outside production too, as an info.',
  summary: 'A volume is mounted where this broker does not write, so the data lies elsewhere.',
  messages: {
    misplaced: 'The volume at {target} stays empty: {component} writes its log to {dir}, which no lasting volume covers.',
  },
  failure: 'A plain restart keeps the data, so tests pass; the first recreated container (a new image, a changed setting) of {component} starts with an '
    + 'empty log in {dir}, while the volume at {target} holds nothing.',
  fix: '{how}, so that both are the same.',
  diff: {
    compose: ` services:
   kafka:
     image: apache/kafka:3.9.0
     environment:
       KAFKA_NODE_ID: 1
+      KAFKA_LOG_DIRS: /var/lib/kafka/data
     volumes:
       - kafka-data:/var/lib/kafka/data`,
    helm: [
      ' # bjw-s app-template',
      ' controllers:',
      '   kafka:',
      '     containers:',
      '       kafka:',
      '         image: {repository: apache/kafka, tag: "3.9.0"}',
      '         env:',
      '           KAFKA_NODE_ID: 1',
      '+          KAFKA_LOG_DIRS: /var/lib/kafka/data',
      ' persistence:',
      '   data:',
      '     type: persistentVolumeClaim',
      '     globalMounts:',
      '       - path: /var/lib/kafka/data',
    ].join('\n'),
  },
  hazards: [
    'The data of today lies in the old directory: stop the broker, copy the log directory to the volume, then change the file.',
    'A KRaft broker keeps its cluster metadata there too; an empty directory must be formatted with the same cluster id.',
  ],
  sources: [
    'https://github.com/apache/kafka/blob/trunk/docker/examples/README.md',
    'https://github.com/bitnami/containers/issues/67212',
    'https://github.com/confluentinc/cp-docker-images/issues/825',
  ],
  words: { how: 'Set the log directory of Kafka to /var/lib/kafka/data' },
  explains: ['kafka/ephemeral-storage', 'kafka/log-dirs-follow-hostname'],
  bad: [
    {
      title: 'apache/kafka with settings in the environment logs under /tmp',
      files: {
        'compose.yaml': `services:
  kafka:
    image: apache/kafka:3.9.0
    environment:
      KAFKA_NODE_ID: 1
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka:9093
    volumes:
      - kafka-data:/var/lib/kafka/data
volumes:
  kafka-data:
`,
      },
      line: 9,
    },
    {
      title: "another image's data path on a Bitnami broker",
      files: {
        'compose.yaml': `services:
  kafka:
    image: bitnami/kafka:3.7
    volumes:
      - kafka-data:/var/lib/kafka/data
volumes:
  kafka-data:
`,
      },
      line: 5,
    },
  ],
  good: [
    { title: 'the log directory is set to the mounted path', files: { 'compose.yaml': oneBroker() } },
    {
      title: 'configuration, certificates and application logs are mounted beside the data',
      files: {
        'compose.yaml': `services:
  kafka:
    image: confluentinc/cp-kafka:7.6.0
    volumes:
      - kafka-data:/var/lib/kafka/data
      - ./secrets:/etc/kafka/secrets
      - kafka-logs:/var/log/kafka
volumes:
  kafka-data:
  kafka-logs:
`,
      },
    },
    {
      title: 'only scripts and secrets are mounted',
      files: {
        'compose.yaml': `services:
  kafka:
    image: confluentinc/cp-kafka:7.6.0
    volumes:
      - ./scripts:/opt/scripts
      - ./secrets:/etc/kafka/secrets
`,
      },
    },
  ],
  *check(component, stack) {
    const { kind, dataDir, misplaced } = component.storage
    if (kind !== 'container-layer' && kind !== 'anonymous-volume' && kind !== 'tmpfs') return
    const [first, ...others] = misplaced.filter(mount => meantForData(mount.target))
    if (first === undefined) return
    // No image prepares a folder below /tmp, and a volume that is mounted there belongs to root.
    const unprepared = dataDir.startsWith('/tmp/')
    const directory = stated(component, 'log.dirs') ?? stated(component, 'log.dir')
    yield {
      message: 'misplaced',
      data: { target: first.target, dir: dataDir, how: unprepared ? `Set the log directory of ${component.name} to ${first.target}` : `Mount the volume at ${dataDir}, or set the log directory of ${component.name} to ${first.target}` },
      span: first.span,
      confidence: 'certain',
      ...(serious(stack) ? {} : { severity: 'warning' as const }),
      because: [
        ...notes(settingNote(component, 'log.dirs')),
        ...others.map(mount => ({ span: mount.span, text: `a volume is mounted at ${mount.target} as well` })),
      ],
      ...(others.length > 0 || (directory === undefined && unprepared) ? {} : directory
        ? replacement(directory, first.target, `Write the log to ${first.target}`, moves)
        : replacement({ span: first.targetSpan, value: first.target }, dataDir, `Mount the volume at ${dataDir}`, moves)),
    }
  },
})
