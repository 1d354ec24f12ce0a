// Workloads for tests of what reads them: each value stands in an imaginary file, with a place of its own.
import type { Mount, Workload } from '../../src/model/stack.ts'
import { known, unknown, wholeFile, type Value } from '../../src/model/value.ts'

let place = 0
const span = (text: string) => { const start = (place += 100); return { file: 'compose.yaml', start, end: start + text.length } }
/** `${…}` makes a value unknown, as a variable without a value does. */
export const value = (text: string): Value => (/\$\{[^}]*\}/.test(text) ? unknown('the variable has no value here', text, span(text)) : known(text, span(text)))

export interface Given {
  readonly image?: string
  readonly build?: boolean
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Target → kind, `kind source`, or the text of a file. */
  readonly mounts?: Readonly<Record<string, string>>
  readonly hosts?: readonly string[]
  readonly ports?: readonly number[]
  readonly replicas?: number
  readonly restart?: string
}

const mountKinds = ['named-volume', 'bind', 'claim', 'anonymous-volume', 'tmpfs', 'empty-dir', 'config', 'secret']

export function workload(name: string, given: Given): Workload {
  const mounts = Object.entries(given.mounts ?? {}).map(([target, what]): Mount => {
    const [kind = '', path] = what.split(' ')
    const base = { target: value(target), readOnly: false, span: span(target) }
    if (mountKinds.includes(kind)) return { ...base, kind: kind as Mount['kind'], ...(path === undefined ? {} : { source: value(path), path }) }
    return { ...base, kind: 'bind', source: value('./file'), path: `conf${target}`, content: wholeFile(`conf${target}`, what) }
  })
  return {
    name, span: span(name), mounts,
    ...(given.image === undefined ? {} : { image: value(given.image) }),
    ...(given.build ? { build: span('.') } : {}),
    ...(given.entrypoint ? { entrypoint: given.entrypoint.map(value) } : {}),
    ...(given.command ? { command: given.command.map(value) } : {}),
    environment: Object.entries(given.environment ?? {}).map(([key, text]) => ({ name: key, nameSpan: span(key), value: value(text), origin: 'environment' as const })),
    hosts: [name, ...(given.hosts ?? [])], dependsOn: [], labels: [], ports: given.ports ?? [], profiles: [], comments: [], declared: [],
    ...(given.replicas === undefined ? {} : { replicas: known(given.replicas, span('1')) }),
    ...(given.restart === undefined ? {} : { restart: value(given.restart) }),
  }
}
