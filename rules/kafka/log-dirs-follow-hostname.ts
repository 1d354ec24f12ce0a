// A log directory that carries the container's id; knows the one image that names it so.
import { defineRule } from '../../src/model/rule.ts'
import { readable } from '../../src/model/value.ts'

export default defineRule({
  id: 'kafka/log-dirs-follow-hostname',
  technology: 'kafka',
  rows: ['durability'],
  concern: 'durability',
  severity: 'error',
  summary: 'The log directory is named after the container, so every new container starts with an empty one.',
  messages: {
    follows: '{component} has a volume at /kafka but names its log directory after the container (kafka-logs-<container id>), so every recreated container starts empty.',
  },
  failure: 'Each recreated container of {component} opens a new, empty directory beside the old one: topics and offsets seem gone, and the volume '
    + 'fills with orphaned logs until the disk is full.',
  fix: 'Give {component} a fixed log directory (`KAFKA_LOG_DIRS: /kafka/kafka-logs-1`) and a fixed `KAFKA_BROKER_ID`, or a fixed `hostname`, and plan to leave this '
    + 'unmaintained image.',
  diff: {
    compose: ` services:
   kafka:
     image: wurstmeister/kafka:2.13-2.8.1
     environment:
       KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
+      KAFKA_BROKER_ID: 1
+      KAFKA_LOG_DIRS: /kafka/kafka-logs-1
     volumes:
       - kafka-data:/kafka`,
  },
  hazards: ['The data of today lies in the newest `kafka-logs-…` directory of the volume: stop the broker and rename that directory to the fixed name.'],
  sources: ['https://github.com/wurstmeister/kafka-docker', 'https://github.com/wurstmeister/kafka-docker/issues/517'],
  bad: [
    {
      title: 'a volume at /kafka and nothing that fixes the directory',
      files: {
        'compose.yaml': `services:
  zookeeper:
    image: zookeeper:3.8
    volumes: ["zookeeper-data:/data", "zookeeper-log:/datalog"]
  kafka:
    image: wurstmeister/kafka:2.13-2.8.1
    environment:
      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
      KAFKA_ADVERTISED_HOST_NAME: kafka
    volumes:
      - kafka-data:/kafka
volumes:
  zookeeper-data:
  zookeeper-log:
  kafka-data:
`,
      },
    },
    {
      title: 'a folder of the host at /kafka',
      files: {
        'compose.yaml': `services:
  zookeeper:
    image: zookeeper:3.8
  broker:
    image: wurstmeister/kafka:2.13-2.8.1
    environment:
      KAFKA_BROKER_ID: 1
      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
    volumes:
      - /srv/kafka:/kafka
`,
      },
    },
  ],
  good: [
    {
      title: 'the log directory is fixed',
      files: {
        'compose.yaml': `services:
  zookeeper:
    image: zookeeper:3.8
    volumes: ["zookeeper-data:/data", "zookeeper-log:/datalog"]
  kafka:
    image: wurstmeister/kafka:2.13-2.8.1
    environment:
      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
      KAFKA_ADVERTISED_HOST_NAME: kafka
      KAFKA_BROKER_ID: 1
      KAFKA_LOG_DIRS: /kafka/kafka-logs-1
    volumes:
      - kafka-data:/kafka
volumes:
  zookeeper-data:
  zookeeper-log:
  kafka-data:
`,
      },
    },
    {
      title: 'the host name is fixed',
      files: {
        'compose.yaml': `services:
  zookeeper:
    image: zookeeper:3.8
  kafka:
    image: wurstmeister/kafka:2.13-2.8.1
    hostname: kafka-1
    environment:
      KAFKA_ZOOKEEPER_CONNECT: zookeeper:2181
    volumes:
      - kafka-data:/kafka
volumes:
  kafka-data:
`,
      },
    },
  ],
  *check(component) {
    if (component.external || component.settings.get('log.dirs')?.state === 'stated' || component.settings.get('log.dir')?.state === 'stated') return
    for (const member of component.members) {
      if (!/(^|\/)wurstmeister\/kafka([:@]|$)/.test(readable(member.image))) continue
      // A second host name may be a fixed `hostname`, which also fixes the directory.
      if (member.hosts.some(host => host !== member.name)) continue
      if (member.command !== undefined || member.environment.some(({ name }) => name === 'KAFKA_LOG_DIRS' || name === 'HOSTNAME')) continue
      const volume = member.mounts.find(mount => (mount.kind === 'named-volume' || mount.kind === 'bind') && mount.target.known && /^\/kafka\/?$/.test(mount.target.value))
      if (volume === undefined) continue
      yield {
        message: 'follows',
        span: volume.span,
        confidence: 'certain',
        because: [{ span: member.span, text: `${member.name} has neither KAFKA_LOG_DIRS nor a fixed hostname` }],
      }
      return
    }
  },
})
