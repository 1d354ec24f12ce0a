// The ZooKeeper of a Kafka: which workload it is, and whether what it knows outlives its container. Knows the images of ZooKeeper.
import type { Keeper, Settings, Workload } from '../../model/stack.ts'
import { parseImage } from '../../model/images.ts'
import { readable } from '../../model/value.ts'
import { storageOf } from '../storage.ts'

interface Image {
  readonly name: RegExp
  readonly dataDir: string
  readonly volumes: readonly string[]
}

/** Images of ZooKeeper, from their Dockerfiles. */
const images: readonly Image[] = [
  // https://github.com/confluentinc/kafka-images/blob/master/zookeeper/Dockerfile.ubi8
  { name: /(?:^|\/)cp-zookeeper$/, dataDir: '/var/lib/zookeeper/data', volumes: ['/var/lib/zookeeper/data', '/var/lib/zookeeper/log'] },
  // https://github.com/bitnami/containers/tree/main/bitnami/zookeeper#persisting-your-data
  { name: /(?:^|\/)bitnami(?:legacy|secure)?\/zookeeper$/, dataDir: '/bitnami/zookeeper', volumes: [] },
  // https://github.com/debezium/container-images/blob/main/zookeeper/2.7/Dockerfile
  { name: /(?:^|\/)debezium\/zookeeper$/, dataDir: '/zookeeper/data', volumes: ['/zookeeper/data', '/zookeeper/txns'] },
  // https://github.com/31z4/zookeeper-docker/blob/master/3.9.3/Dockerfile
  { name: /^(?:library\/)?zookeeper$/, dataDir: '/data', volumes: ['/data', '/datalog'] },
]

/** The ZooKeeper that a Kafka's settings name, where it runs in the stack in an image that is known. */
export function keeperOf(settings: Settings, workloads: readonly Workload[]): Keeper | undefined {
  const connect = settings.get('zookeeper.connect')
  if (connect?.state !== 'stated') return undefined
  const hosts = connect.value.split(/[,/]/).map(address => address.trim().replace(/:\d+$/, ''))
  const workload = workloads.find(each => each.hosts.some(host => hosts.includes(host)))
  const name = parseImage(workload?.image)?.name
  const image = name === undefined || workload?.build ? undefined : images.find(each => each.name.test(name))
  if (!workload || !image) return undefined
  const moved = workload.environment.find(variable => /^(?:ZOO|ZOOKEEPER)_DATA_DIR$/.test(variable.name))
  const dataDir = moved ? (moved.value.known ? readable(moved.value) : undefined) : image.dataDir
  const storage = storageOf({ workload, dataDir, usualDir: image.dataDir, volumes: image.volumes })
  // A mount below the image's own folder holds the snapshots, too (`/bitnami/zookeeper/data`).
  return { name: workload.name, span: workload.span, storage }
}
