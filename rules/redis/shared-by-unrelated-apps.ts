// Reports one Redis used by applications that have nothing to do with each other. Knows links and images; no file format.
import { defineRule } from '../../src/model/rule.ts'
import type { Client, ObservedComponent } from '../../src/model/observation.ts'
import { isSecretImage } from '../../src/model/images.ts'
import { readable } from '../../src/model/value.ts'
import { listed } from './needs.ts'
import { source } from './sources.ts'

interface App {
  readonly client: Client
  readonly publisher: string
  readonly databases: ReadonlySet<number>
}

const common = new Set(['library', 'app', 'apps', 'docker', 'images', 'server', 'latest'])

/** Who publishes an image: the folder before its name, or the name itself where there is none. */
function publisherOf(image: string): string {
  const path = (image.split('@')[0] ?? '').split('/')
  const name = (path.at(-1) ?? '').split(':')[0] ?? ''
  const folder = path.length > 1 ? path.at(-2) ?? '' : ''
  return folder === '' || common.has(folder) || /[.:]/.test(folder) ? name : folder
}

/** Clients with an image, an address of their own and a use that their evidence shows. */
function appsOf(component: ObservedComponent): readonly App[] {
  const apps: App[] = []
  for (const client of component.clients) {
    const { image, build } = client.workload
    if (image === undefined || build) continue
    if (!component.uses.some(use => use.clients.includes(client.workload.name))) continue
    const databases = new Set(client.links.flatMap(link => (link.how === 'url' || link.how === 'host') ? [link.database ?? 0] : []))
    if (databases.size > 0) apps.push({ client, publisher: publisherOf(readable(image)).toLowerCase(), databases })
  }
  return apps
}

const words = (text: string): readonly string[] => text.toLowerCase().split(/[^a-z0-9]+/).filter(word => word.length > 2 && !common.has(word))

// Parts of one product share a publisher, a word of their names, a dependency or a database index.
function unrelated(a: App, b: App): boolean {
  const [first, second] = [a.client.workload, b.client.workload]
  const shared = words(`${a.publisher} ${first.name}`).some(word => words(`${b.publisher} ${second.name}`).includes(word))
  const linked = first.dependsOn.some(({ value }) => value === second.name) || second.dependsOn.some(({ value }) => value === first.name)
  return a.publisher !== b.publisher && !shared && !linked && ![...a.databases].some(database => b.databases.has(database))
}

export default defineRule({
  id: 'redis/shared-by-unrelated-apps',
  technology: 'redis',
  rows: ['scale-pattern'],
  concern: 'operations',
  severity: 'info',
  summary: 'Applications of different makers share one Redis, so each can take the others down.',
  messages: {
    shared: '{component} serves {apps}, which have nothing else in common: a FLUSHALL, a slow command or a full memory of one stops the others.',
  },
  failure: 'Database indexes separate names, nothing else: memory, the eviction policy and the one thread that runs commands are shared. One application\'s FLUSHALL empties the others, and its growth fills their memory.',
  fix: 'Give each application a Redis of its own; an idle one needs a few megabytes.',
  diff: {
    compose: [
      ' services:',
      '+  wiki-redis:',
      '+    image: redis:7.4',
      '   wiki:',
      '     environment:',
      '-      REDIS_URL: redis://redis:6379/2',
      '+      REDIS_URL: redis://wiki-redis:6379/0',
    ].join('\n'),
    helm: [
      '+wiki-redis:   # another alias of the chart in Chart.yaml',
      '+  architecture: standalone',
      ' wiki:',
      '   env:',
      '-    REDIS_URL: redis://shop-redis-master:6379/2',
      '+    REDIS_URL: redis://shop-wiki-redis-master:6379/0',
    ].join('\n'),
  },
  hazards: ['What the application keeps in the shared instance (jobs, sessions) is not there any more after the move: drain its queue first.'],
  sources: [source.select],
  bad: [
    {
      title: 'a document archive and a wiki',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  archive:
    image: ghcr.io/archivists/paperbox:2.1
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
  wiki:
    image: notesoft/wiki:5.0
    environment:
      CACHE_URL: redis://redis:6379/2
volumes:
  redis-data:
`,
      },
      line: 2,
    },
    {
      title: 'three images of three makers',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  shop:
    image: registry.example.com/storefront/web:1.4
    environment:
      SESSION_REDIS_URL: redis://redis:6379/0
      CACHE_URL: redis://redis:6379/0
  helpdesk:
    image: tickets/desk:3.2
    environment:
      CELERY_BROKER_URL: redis://redis:6379/1
volumes:
  redis-data:
`,
      },
      line: 2,
    },
  ],
  good: [
    {
      title: 'parts of one product use different indexes',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  web:
    image: registry.example.com/shop/web:1.4
    environment:
      CACHE_URL: redis://redis:6379/1
  worker:
    image: registry.example.com/shop/worker:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
    },
    {
      title: 'one image, started twice',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  web:
    image: notesoft/wiki:5.0
    environment:
      CACHE_URL: redis://redis:6379/1
  worker:
    image: notesoft/wiki:5.0
    command: celery -A wiki worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`,
      },
    },
  ],
  *check(component) {
    // What they have in common may be what cannot be read.
    if (component.open === true || component.clients.some(({ workload }) => isSecretImage(workload.image))) return
    const apps = appsOf(component)
    const strangers = apps.filter(app => apps.every(other => other === app || unrelated(app, other)))
    if (strangers.length < 2) return
    yield {
      message: 'shared',
      data: { apps: listed(strangers.map(app => app.client.workload.name)) },
      span: component.span,
      confidence: 'possible',
      because: strangers.slice(0, 3).flatMap(({ client }) => client.links.slice(0, 1).map(link => link.note)),
    }
  },
})
