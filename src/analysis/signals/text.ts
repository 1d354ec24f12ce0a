// How keys, values, images and commands are read as text: normal forms, words, quotes. Knows the habits of configuration
// files in general; must not know any technology.
import type { Variable, Workload } from '../../model/stack.ts'
import { oncePer, remembered } from '../../model/once.ts'
import { quoted } from '../../model/quoted.ts'
import { withoutSecrets } from '../../model/secrets.ts'
import { readable } from '../../model/value.ts'
import { before } from '../../model/words.ts'

export { quoted, remembered }

/** `GITEA__cache__ADAPTER` and `gitea.cache.adapter` → `GITEA_CACHE_ADAPTER`. */
export const normalKey = remembered(key => key.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '').toUpperCase())

/** Lower-case words of a key or name, split at punctuation, case changes and digits at the end of a word. */
export const wordsOf = remembered((name): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map(word => word.replace(/(?<=[a-z])\d+$/, ''))
    .filter(word => word !== ''))

/** Values longer than this carry documents, not settings; what follows is not looked at. */
export const longest = 20_000

export const textOf = (variable: Variable): string => readable(variable.value).slice(0, longest).trim()

/** A value that switches something off or keeps it inside the process. */
export const saysNo = (text: string): boolean =>
  /^(|false|0|no|off|none|null|nil|disabled?|file|files|filesystem|array|database|db|sync|memory|in-?memory|local|cookie|cookies|dummy|noop)$/i.test(text)

/** Image name without registry, tag and digest, lower case: `docker.io/library/x:1@sha256:…` → `library/x`. */
export const imageName = remembered((image: string): string => {
  const bare = before(image.trim().toLowerCase(), /@sha\d+:/)
  const slash = bare.lastIndexOf('/')
  const colon = bare.indexOf(':', slash + 1)
  const name = colon < 0 ? bare : bare.slice(0, colon)
  const first = name.indexOf('/')
  return first > 0 && /[.:]|^localhost$/.test(name.slice(0, first)) ? name.slice(first + 1) : name
})

export const imageOf = (workload: Workload): string => (workload.image ? imageName(readable(workload.image)) : '')

const flags = new WeakMap<Workload, readonly Variable[]>()

/** What a command states by its flags, as variables would: `--cache-server=tcp://cache:6379`, `--broker-url` and an address. */
export function flagsOf(workload: Workload): readonly Variable[] {
  const known = flags.get(workload)
  if (known) return known
  const found: Variable[] = []
  const words = [...(workload.entrypoint ?? []), ...(workload.command ?? [])].flatMap(word =>
    readable(word).slice(0, longest).split(/\s+/).map(text => ({ word, text: text.replaceAll(/["';]/g, '').slice(0, 400) }))).slice(0, 2_000)
  words.forEach(({ word, text }, at) => {
    const [, name, stated] = /^--?([A-Za-z][\w.-]*)(?:=(.+))?$/.exec(text) ?? []
    const next = words[at + 1]
    const value = stated ?? (next === undefined || next.text.startsWith('-') ? undefined : next.text)
    if (name === undefined || name.length < 3 || value === undefined || value === '' || found.length >= 100) return
    found.push({ name, nameSpan: word.span, value: word.known ? { known: true, value, span: word.span } : { ...word, raw: value }, origin: 'environment' })
  })
  flags.set(workload, found)
  return found
}

/** Entrypoint and command joined by spaces. */
export const commandOf = (workload: Workload): string =>
  [...(workload.entrypoint ?? []), ...(workload.command ?? [])].map(readable).join(' ').slice(0, longest)

/** `KEY=value` as the user wrote it, secrets hidden. */
export const assignment = oncePer((variable: Variable): string => `${variable.name}=${quoted(withoutSecrets(variable.name, textOf(variable)))}`)
