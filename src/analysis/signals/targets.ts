// Where a text leads: the hosts, ports, schemes and database indexes that are written in it. Knows URLs and host lists in general;
// must not know any technology.

import type { Component, Workload } from '../../model/stack.ts'
import { remembered } from './text.ts'

/** One address written in a text. */
export interface Target {
  readonly scheme?: string
  /** Lower case; references to variables as `${…}`. Empty when the address names none. */
  readonly host: string
  readonly port?: number
  /** It has a port that cannot be read. */
  readonly openPort?: true
  readonly database?: number
}

const url = /([a-z][a-z0-9+._-]{1,40}):(?:\/\/|\\\/\\\/)([^\s"'`<>()|\\]*)/gi
const hostPort = /(?<![\w./@:$-])((?:\$\{[^{}\s]{1,80}\}[-_.])?[a-z0-9][a-z0-9._-]{0,200}):(\d{2,5})(?![\w.])/gi
const hostEntry = /\b(?:host|hostname|server|servers|addr|address|addresses|addrs|endpoint|endpoints|brokers|bootstrap\.servers)["']?(?:\s*(?:=>|[:=])\s*|\s+)(?:\[\s*)?["']?([a-z0-9][a-z0-9._-]{0,200})/gi
const bare = /^(?:\$\{[^{}\s]{1,80}\}[-_.])?[a-z0-9][a-z0-9._-]{0,200}$/i

/** All addresses in a text: URLs, `host:port` lists, `host: name` entries, and the text itself when it could be a host name. Each distinct text is read once. */
export const targetsIn = remembered(targetsOf)

function targetsOf(written: string): readonly Target[] {
  // Kubernetes writes a reference to another variable as `$(NAME)`.
  const text = written.includes('$(') ? written.replace(/\$\(([A-Za-z_][\w.]{0,80})\)/g, '${$1}') : written
  if (text === '' || text.length > 20_000) return []
  if (bare.test(text)) return [{ host: text.toLowerCase() }]
  const open = /^(\$\{[^{}\s]{1,80}\})(?::(?:\d+|\$\{[^{}\s]{1,80}\}))?$/.exec(text)
  if (open) return [{ host: open[1] ?? '' }]
  const found: Target[] = []
  for (const match of text.matchAll(url)) found.push(...fromUrl(match[1] ?? '', match[2] ?? ''))
  const rest = found.length > 0 ? text.replace(url, ' ') : text
  const database = databaseOf(rest)
  for (const match of rest.matchAll(hostPort)) found.push({ host: (match[1] ?? '').toLowerCase(), port: Number(match[2]), ...database })
  for (const match of rest.matchAll(hostEntry)) found.push({ host: (match[1] ?? '').toLowerCase(), ...database })
  for (const part of /^[\w.,;-]+$/.test(rest) ? rest.split(/[,;]/) : []) if (bare.test(part)) found.push({ host: part.toLowerCase() })
  return found
}

// `scheme://user:password@one:1,two:2/3?db=4`
function fromUrl(scheme: string, rest: string): readonly Target[] {
  const end = rest.search(/[/?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const path = end < 0 ? '' : rest.slice(end)
  const hosts = authority.slice(authority.lastIndexOf('@') + 1)
  const index = /^\/(\d{1,3})(?![\w.])/.exec(path)
  const database = index ? { database: Number(index[1]) } : databaseOf(path)
  return hosts.split(/[,;]/).map(host => {
    // Nothing behind the colon is the scheme's own port: https://www.rfc-editor.org/rfc/rfc3986#section-3.2.3
    const colon = /:\d*$/.test(host) ? host.lastIndexOf(':') : host.endsWith('}') ? host.indexOf(':${') : -1
    const port = Number(colon < 0 ? '' : host.slice(colon + 1))
    return { scheme: scheme.toLowerCase(), host: (colon < 0 ? host : host.slice(0, colon)).toLowerCase(), ...(port > 0 ? { port } : {}), ...(colon >= 0 && colon < host.length - 1 && !(port > 0) ? { openPort: true as const } : {}), ...database }
  })
}

function databaseOf(text: string): { readonly database?: number } {
  const found = /\b(?:db|database|defaultDatabase)["']?\s*[=:]\s*["']?(\d{1,3})\b/i.exec(text)
  return found ? { database: Number(found[1]) } : {}
}

// What stands in for a value that whoever deploys fills in.
const standIn = /^(?:replace|change|fill|insert|put|set)[-_]?(?:me|this|with|in|by|your|here)\b|^(?:replace|change|fill|set)[-_]?(?:me|this)[-_]|^(?:placeholder|todo|tbd|x{3,}|your[-_].*)$/

/** Whether a host cannot be told from the text: a variable, what stands in for one, or the machine the program itself runs on. */
export const isOpenHost = (host: string): boolean =>
  host === '' || standIn.test(host) || host.includes('${') || host.includes('{{') || /^(localhost|127\.0\.0\.1|0\.0\.0\.0|::1|\[::1\]|host\.docker\.internal|docker\.for\.(mac|win)\.localhost)$/.test(host)

/** Whether every address in a text is the machine on which it is read. */
export function callsItself(text: string): boolean {
  const targets = targetsIn(text)
  return targets.length > 0 && targets.every(({ host }) => /^(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|::1|\[::1\])$/.test(host))
}

/** Whether a program that calls the machine it runs on reaches the server: it shares a network with more than itself, or is started by hand beside the ports that the stack publishes. */
export const isReachedLocally = ({ members }: Component, workload: Workload, beside: boolean): boolean =>
  (beside ? members.some(({ published = [], sharesNetwork }) => published.length > 0 || sharesNetwork === true) : workload.sharesNetwork === true)

/** Whether an address leads to `name` by the habits of charts and resolvers: `_` for `-`, and the suffix of a service (`x-master`). */
export function mayReach(host: string, name: string): boolean {
  const plain = host.replaceAll('_', '-'), known = name.replaceAll('_', '-')
  if (!plain.includes(known)) return false
  return reaches(plain, known) || (plain.startsWith(`${known}-`) && /^(?:master|primary|headless|service|svc|server|node|0)(?:\.|$)/.test(plain.slice(known.length + 1)))
}

/** Whether an address written as `host` reaches a component known as `name` (both lower case). */
export function reaches(host: string, name: string): boolean {
  if (host === name) return true
  if (!host.includes(name)) return false
  const plain = host.replace(/^(?:tasks\.|(?:\$\{[^{}]*\}|\{\{[^{}]*\}\})[-_.])/, '').replace(/(?<=[a-z0-9])\.\$\{[^{}]*\}$/, '')
  if (plain === name) return true
  // Kubernetes appends the namespace, old Compose put the project before and a number behind.
  if (plain.startsWith(`${name}.`) && /\.(svc\b|cluster\.local$|internal$)|^[a-z0-9-]+\.[a-z0-9-]+$/.test(plain) && !name.includes('.')) return true
  // A name of its own, in whatever domain people give their network.
  if (plain.startsWith(`${name}.`) && (/[a-z0-9][-_][a-z0-9]/.test(name) || /\.(?:private|local|lan|intranet|docker)$/.test(plain)) && !name.includes('.')) return true
  return /^[a-z0-9]+[_-]/.test(plain) && /[_-]\d+$/.test(plain) && plain.replace(/[_-]\d+$/, '').replace(/^[a-z0-9]+[_-]/, '') === name
}
