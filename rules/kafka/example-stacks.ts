// Compose text that the examples of the Kafka rules share: brokers that are set up soundly, so that only the rule's own subject differs.

const indented = (lines: readonly string[]): string => lines.map(line => `      ${line}\n`).join('')

/** One broker with its data on a volume. `settings` are lines of its environment, `rest` further services. */
export const oneBroker = (settings: readonly string[] = [], rest = ''): string => `services:
  kafka:
    image: apache/kafka:3.9.0
    environment:
      KAFKA_NODE_ID: 1
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka:9093
      KAFKA_LISTENERS: PLAINTEXT://:9092,CONTROLLER://:9093
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:9092
      KAFKA_LOG_DIRS: /var/lib/kafka/data
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 1
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 1
${indented(settings)}    volumes:
      - kafka-data:/var/lib/kafka/data
${rest}volumes:
  kafka-data:
`

/** Three brokers of one cluster, each with its data on a volume. */
export const threeBrokers = (settings: readonly string[] = [], rest = '', voters = '1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093'): string => {
  const broker = (id: number): string => `  kafka-${id}:
    image: apache/kafka:3.9.0
    environment:
      CLUSTER_ID: 4L6g3nShT-eMCtK--X86sw
      KAFKA_NODE_ID: ${id}
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_CONTROLLER_QUORUM_VOTERS: ${voters}
      KAFKA_LISTENERS: PLAINTEXT://:9092,CONTROLLER://:9093
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka-${id}:9092
      KAFKA_LOG_DIRS: /var/lib/kafka/data
${indented(settings)}    volumes:
      - kafka-data-${id}:/var/lib/kafka/data
`
  return `services:\n${[1, 2, 3].map(broker).join('')}${rest}volumes:\n  kafka-data-1:\n  kafka-data-2:\n  kafka-data-3:\n`
}

/** A service that creates topics with the tool of the image; `topics` are the arguments after `--create`. */
export const createTopics = (bootstrap: string, ...topics: readonly string[]): string => `  create-topics:
    image: apache/kafka:3.9.0
    restart: "no"
    depends_on: [${bootstrap}]
    entrypoint: ["/bin/sh", "-c"]
    command:
      - |
${topics.map(topic => `        /opt/kafka/bin/kafka-topics.sh --bootstrap-server ${bootstrap}:9092 --create --if-not-exists ${topic}\n`).join('')}`

/** A program of the stack. */
export const program = (name: string, image: string, environment: readonly string[] = [], more: readonly string[] = []): string =>
  `  ${name}:\n    image: ${image}\n${more.map(line => `    ${line}\n`).join('')}${environment.length > 0 ? `    environment:\n${indented(environment)}` : ''}`
