// Reports clients that talk to Sentinel as if it were the store. Knows addresses in clients' settings; no file format.
import { defineRule } from '../../src/model/rule.ts'
import { oncePer } from '../../src/model/once.ts'
import type { ObservedComponent, ObservedStack } from '../../src/model/observation.ts'
import type { Variable, Workload } from '../../src/model/stack.ts'
import { isUnread, readable } from '../../src/model/value.ts'

const sentinelPort = '26379'

const words = (workload: Workload): string => [workload.image, ...(workload.entrypoint ?? []), ...(workload.command ?? [])].map(readable).join(' ')

/** A container that runs Sentinel beside the servers. */
const isSentinel = (workload: Workload): boolean => /(?:redis|valkey)-sentinel\b|--sentinel\b|sentinel[^\s/]{0,40}\.conf\b/.test(words(workload))

const looksOn = /exporter|commander|insight|sentinel|haproxy|prometheus|monitor|admin/i

// A client of Sentinel needs the name of the set, and says somewhere that there is a Sentinel.
const knowsSentinel = (workload: Workload, address: Variable): boolean => /sentinel|master_?(?:name|set|id)|mymaster/i.test(
  `${words(workload)} ${workload.environment.map(variable => (variable === address ? variable.name : `${variable.name}=${readable(variable.value).slice(0, 2_000)}`)).join(' ')}`)

interface Address {
  readonly host: string
  readonly port: string
}

// A plain URL of a store; a path or query that names anything but a database is the name of a set.
function storeAddresses(text: string): readonly Address[] {
  const match = /^(?:rediss?|valkeys?):\/\/(?:[^@/\s]*@)?([^/?#\s]+)(?:\/\d{0,3})?$/i.exec(text.trim())
  return (match?.[1] ?? '').split(',').flatMap(part => {
    const [, host, port] = /^([\w.-]+)(?::(\d+))?$/.exec(part.trim()) ?? []
    return host === undefined ? [] : [{ host: host.toLowerCase(), port: port ?? '6379' }]
  })
}

/** What every component of a stack asks: its Sentinels, and the addresses in the variables of the others. Once a stack, as either may be thousands. */
const facesOf = oncePer((stack: ObservedStack) => ({
  sentinels: stack.workloads.filter(isSentinel),
  named: stack.workloads.filter(workload => !looksOn.test(`${readable(workload.image)} ${workload.name}`)).flatMap(workload => workload.environment.flatMap(variable => {
    const addresses = !isUnread(variable.value) && variable.value.known && variable.value.value.length <= 500 ? storeAddresses(variable.value.value) : []
    return addresses.length > 0 ? [{ workload, variable, addresses }] : []
  })),
}))

// Sentinels know their primary by name, or there is only one that they can mean.
function watches(sentinel: Workload, component: ObservedComponent, stack: ObservedStack): boolean {
  const all = stack.components.filter(each => each.technology === 'redis' && !each.external)
  if (all.length === 1) return all[0] === component
  const said = `${words(sentinel)} ${sentinel.environment.flatMap(({ value }) => (isUnread(value) ? [] : [readable(value)])).join(' ')} ${sentinel.dependsOn.map(({ value }) => value).join(' ')}`
  return component.hosts.some(host => said.split(/[^\w.-]+/).includes(host))
}

const servers = `  redis:
    image: redis:7.4
    command: redis-server --appendonly yes
    volumes: ["redis-data:/data"]
  replica:
    image: redis:7.4
    command: redis-server --replicaof redis 6379
`
const withSentinel = (worker: string): string => `services:
${servers}  sentinel:
    image: redis:7.4
    command: redis-server /etc/sentinel.conf --sentinel
    depends_on: [redis]
${worker}volumes:
  redis-data:
`
const worker = (url: string, more = ''): string => `  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: ${url}
${more}`

export default defineRule({
  id: 'redis/sentinel-taken-for-store',
  technology: 'redis',
  rows: ['failure-mode'],
  concern: 'operations',
  severity: 'error',
  severityNote: 'A warning where only the port says that a Sentinel answers there.',
  summary: 'A client uses the address of Sentinel as if it were the address of the store.',
  messages: {
    taken: '{client} uses {address} as its store, but there answers the Sentinel of {component}, which keeps no data and refuses its commands.',
  },
  failure: 'Sentinel answers PING and knows no GET, SET or BRPOP: {client} connects, and every command fails with "unknown command"; a pool that tries again does so for ever.',
  fix: 'Name Sentinel as what it is: a client of Sentinel (`sentinel://…` with the name of the set, or the options of the library), or the address of {component} itself.',
  diff: {
    compose: [
      ' services:',
      '   worker:',
      '     environment:',
      '-      CELERY_BROKER_URL: redis://sentinel:26379/0',
      '+      CELERY_BROKER_URL: sentinel://sentinel:26379/0',
      '+      CELERY_BROKER_TRANSPORT_OPTIONS: "{\\"master_name\\": \\"mymaster\\"}"',
    ].join('\n'),
    helm: [
      ' worker:',
      '   env:',
      '-    CELERY_BROKER_URL: redis://shop-redis:26379/0',
      '+    CELERY_BROKER_URL: sentinel://shop-redis:26379/0',
    ].join('\n'),
  },
  hazards: ['Not every library knows Sentinel: where it does not, a proxy that follows the primary keeps a plain address.'],
  sources: ['https://redis.io/docs/latest/develop/reference/sentinel-clients/', 'https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html'],
  words: { client: 'the client', address: 'the address' },
  bad: [
    { title: 'a worker on the port of Sentinel', files: { 'compose.yaml': withSentinel(worker('redis://sentinel:26379/0')) }, line: 17 },
    {
      title: 'the second port of a chart with Sentinel',
      files: {
        'values.yaml': 'redis:\n  architecture: replication\n  sentinel:\n    enabled: true\njobs:\n  command: [celery, -A, shop, worker]\n  env:\n    CELERY_BROKER_URL: redis://shop-redis:26379/0\n',
        'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 20.1.4, repository: oci://registry-1.docker.io/bitnamicharts}\n',
      },
      line: 8,
    },
  ],
  good: [
    { title: 'a client of Sentinel', files: { 'compose.yaml': withSentinel(worker('sentinel://sentinel:26379/0')) } },
    { title: 'a library that is told the name of the set', files: { 'compose.yaml': withSentinel(worker('redis://sentinel:26379/0', '      REDIS_MASTER_NAME: mymaster\n')) } },
    { title: 'an exporter looks at Sentinel itself', files: { 'compose.yaml': withSentinel(`  metrics:\n    image: oliver006/redis_exporter:v1.62.0\n    environment:\n      REDIS_ADDR: redis://sentinel:26379\n`) } },
  ],
  *check(component, stack) {
    if (component.external) return
    const faces = facesOf(stack)
    const sentinels = faces.sentinels.filter(workload => watches(workload, component, stack))
    for (const { workload, variable, addresses } of faces.named) {
      // One service may have both behind it, each on its own port.
      const byName = addresses.find(({ host, port }) => sentinels.some(sentinel => sentinel.hosts.includes(host)) && (port === sentinelPort || !component.hosts.includes(host)))
      const byPort = addresses.find(({ host, port }) => port === sentinelPort && component.hosts.some(own => host === own || host.startsWith(`${own}.`)))
      const address = byName ?? byPort
      if (address === undefined || sentinels.includes(workload) || component.members.includes(workload) || knowsSentinel(workload, variable)) continue
      yield {
        message: 'taken', data: { client: workload.name, address: `${address.host}:${address.port}` }, span: variable.value.span,
        severity: byName ? 'error' : 'warning', confidence: byName ? 'certain' : 'likely',
        because: sentinels.filter(each => each.hosts.includes(address.host)).map(each => ({ span: each.span, text: `${each.name} runs Sentinel` })),
      }
    }
  },
})
