// What cannot be read and may lead to a component, or be one: hidden addresses, servers whose image is unknown.
import type { TechnologyWords } from '../../model/knowledge.ts'
import { isSecretImage } from '../../model/images.ts'
import type { Stack, Technology, Workload } from '../../model/stack.ts'
import { textOf, wordsOf } from '../signals/text.ts'
import { isOpenHost, reaches, targetsIn } from '../signals/targets.ts'
import { addressWords, isWeak, soleOf, waitsFor, type Traced } from './trace.ts'

const keeping = new Set(['broker', 'brokers', 'bootstrap', 'cache', 'queue', 'queues', 'session', 'sessions', 'backend', 'pubsub', 'jobs', 'job', 'lock', 'events', 'stream', 'store'])

/** Whether a variable may hold an address of a technology: `CELERY_BROKER_URL` that of any broker, `DATABASE_URL` of none. */
export function mayAddress(name: string, technology: readonly string[]): boolean {
  const words = wordsOf(name), last = words.at(-1) ?? ''
  if (words.some(word => addressWords.has(word))) return words.some(word => technology.includes(word) || keeping.has(word))
  // `X_QUEUE`, `CACHE_X`, where X is the technology.
  return words.length > 1 && words.some(word => technology.includes(word)) && (technology.includes(last) || keeping.has(last))
}

/** Technologies of which a workload may be a server: its image cannot be read, and its name or an address that leads to it says so. */
export function mayServe(stack: Stack, technologies: readonly TechnologyWords[], isMember: (workload: Workload) => boolean): ReadonlySet<Technology> {
  const unread = stack.workloads.filter(workload => workload.build === undefined && isSecretImage(workload.image) && !isMember(workload)).flatMap(({ hosts }) => hosts.map(host => host.toLowerCase()))
  if (unread.length === 0) return new Set()
  const addressed = (technology: TechnologyWords): boolean => stack.workloads.some(workload => workload.environment.some(variable => targetsIn(textOf(variable)).some(({ scheme, host }) =>
    (scheme === undefined ? wordsOf(variable.name).some(word => technology.words.includes(word)) : technology.schemes.includes(scheme)) && unread.some(name => reaches(host, name)))))
  return new Set(technologies.filter(technology => unread.some(name => wordsOf(name).some(word => technology.words.includes(word))) || addressed(technology)).map(({ id }) => id))
}

/** A link whose host can be read, or that leads to the only component there is, which the workload waits for. */
export const isFirm = (link: Traced, workload: Workload, stack: Stack): boolean =>
  !isWeak(link) && (!isOpenHost(link.host ?? '') || (soleOf(stack, link.component.technology) === link.component && waitsFor(workload, link.component)))
