// What cannot be read and may lead to a component, or be one: hidden addresses, servers whose image is unknown.
import { isUnidentified } from '../../model/images.ts'
import { oncePer } from '../../model/once.ts'
import type { Stack, Workload } from '../../model/stack.ts'
import { wordsOf } from '../signals/text.ts'
import { isOpenHost } from '../signals/targets.ts'
import { addressWords, isWeak, soleOf, waitsFor, type Traced } from './trace.ts'

const keeping = new Set(['broker', 'brokers', 'bootstrap', 'cache', 'queue', 'queues', 'session', 'sessions', 'backend', 'pubsub', 'jobs', 'job', 'lock', 'events', 'stream', 'store'])

// Of limits only addresses lead to a store.
const limiting = new Set(['ratelimit', 'limit', 'limits', 'limiter', 'throttle', 'throttling'])

/** Whether a variable may hold an address of a technology: `CELERY_BROKER_URL` that of any broker, `DATABASE_URL` of none. */
export function mayAddress(name: string, technology: readonly string[]): boolean {
  const words = wordsOf(name), last = words.at(-1) ?? ''
  if (words.some(word => addressWords.has(word))) return words.some(word => technology.includes(word) || keeping.has(word) || limiting.has(word))
  // `CELERY_RESULT_BACKEND`, `APP_CACHE`.
  if (words.length > 1 && keeping.has(last)) return true
  // `X_QUEUE`, `CACHE_X`, where X is the technology.
  return words.length > 1 && words.some(word => technology.includes(word)) && (technology.includes(last) || keeping.has(last))
}

/** Whether a variable says by which kind of store a part of the program works: `CACHE_DRIVER`. */
export const mayChoose = (name: string): boolean => {
  const words = wordsOf(name)
  return words.length > 1 && /^(?:driver|adapter|engine|provider|type)$/.test(words.at(-1) ?? '') && words.some(word => keeping.has(word) || limiting.has(word))
}

/** Whether the stack holds something that may be a server, or a client, of anything: a workload or a component that nobody can identify, or a part that cannot be read. */
export const mayServe = oncePer(({ hidden: of, workloads, components }: Stack): boolean =>
  of?.includes('workloads') === true || workloads.some(isUnidentified) || components.some(({ external, hidden }) => !external && hidden?.includes('clients') === true))

/** A link whose host can be read, or that leads to the only component there is, which the workload waits for. */
export const isFirm = (link: Traced, workload: Workload, stack: Stack): boolean =>
  !isWeak(link) && (!isOpenHost(link.host ?? '') || (soleOf(stack, link.component.technology) === link.component && waitsFor(workload, link.component)))
