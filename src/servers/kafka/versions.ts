// Which Kafka an image holds, by its tag. Knows the products that count their own versions, no settings.
import { entryOf } from '../../model/entry-of.ts'
import type { Product } from '../../model/knowledge.ts'
import type { Workload } from '../../model/stack.ts'
import { readable } from '../../model/value.ts'
import { before } from '../../model/words.ts'

// https://docs.confluent.io/platform/current/installation/versions-interoperability.html#cp-and-apache-kafka-compatibility
const inConfluent: readonly (readonly [platform: number, kafka: (minor: number) => string])[] = [
  [8, minor => `4.${minor}`], [7, minor => `3.${minor}`], [6, minor => `2.${minor + 6}`], [5, minor => `2.${minor}`], [4, minor => `1.${minor}`],
]

// https://github.com/debezium/container-images, KAFKA_VERSION in kafka/*/Dockerfile
const inDebezium: Readonly<Record<string, string>> = {
  '0.8': '1.1', '0.9': '2.2', '0.10': '2.3', '1.0': '2.4', 1.1: '2.4', 1.2: '2.5', 1.3: '2.6', 1.4: '2.6', 1.5: '2.7', 1.6: '2.7', 1.7: '2.8', 1.8: '3.0', 1.9: '3.2',
  '2.0': '3.3', 2.1: '3.3', 2.2: '3.4', 2.3: '3.4', 2.4: '3.5', 2.5: '3.6', 2.6: '3.7', 2.7: '3.7', '3.0': '3.9', 3.1: '3.9', 3.2: '4.0', 3.3: '4.1', 3.4: '4.1',
}

/** The version of Kafka in a product that counts its own versions; undefined for the others, and where it is not known. */
export function containedVersion(version: string | undefined, product: Pick<Product, 'dialect'>): string | undefined {
  if (product.dialect === 'kafka-debezium') return entryOf(inDebezium, /^\d+\.\d+/.exec(version ?? '')?.[0] ?? '')
  const match = product.dialect === 'kafka-confluent' ? /^(\d+)\.(\d+)/.exec(version ?? '') : null
  return match ? inConfluent.find(([platform]) => platform === Number(match[1]))?.[1](Number(match[2])) : undefined
}

/** The version that the image's tag tells; for `2.13-2.8.1` and `0.40.0-kafka-3.7.0` that of Kafka. `kubernetes-kafka:1.0-10.2.1` holds 0.10.2.1: https://github.com/kubernetes-retired/contrib/tree/master/statefulsets/kafka */
export function versionOf(workload: Workload): string | undefined {
  const image = before(readable(workload.image), /@/)
  const tag = image.slice(image.lastIndexOf('/') + 1).split(':')[1] ?? ''
  const old = /(?:^|\/)kubernetes-kafka:[\d.]{1,9}-(10\.[\d.]{1,9})$/.exec(image)?.[1]
  if (old !== undefined) return `0.${old}`
  const match = /-kafka-(\d+(?:\.\d+){0,3})/.exec(tag) ?? /^2\.1\d-(\d+(?:\.\d+){1,3})/.exec(tag) ?? /^v?(\d+(?:\.\d+){0,3})(?![\w])/.exec(tag)
  return match?.[1]
}
