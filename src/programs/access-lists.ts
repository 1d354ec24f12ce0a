// What the access list of a Redis server lets its users do: whoever may only touch `cache:*`, or is granted BRPOP by name, tells what the server is for.
// https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/#acl-rules
import type { UseName } from '../model/names.ts'
import type { Shown } from '../model/program.ts'
import type { Component } from '../model/stack.ts'
import { hiding, isUnread, readable, type Span } from '../model/value.ts'
import { quoted } from '../model/quoted.ts'
import { splitWords } from './calls/reading.ts'
import { blockingPops, groupReads, topicsOf, type Topic } from './calls/redis.ts'

const longest = 100_000, mostUsers = 500, mostRules = 300
/** Who is granted more than this by name is granted nearly everything. */
const mostCommands = 25

/** The component with what its access list shows; the same where it has none that can be read. */
export function withAccessList(component: Component): Component {
  if (component.technology !== 'redis') return component
  const permits = usersOf(component).flatMap(showsOf)
  if (permits.length > 0) return { ...component, permits }
  return mayHaveUsers(component) ? hiding(component, 'uses') : component
}

// A list whose name, or whose place, cannot be read may show any use.
function mayHaveUsers({ members, settings }: Component): boolean {
  const file = settings.get('aclfile')
  return file !== undefined && (file.state === 'unknown' || members.some(({ mounts }) => mounts.some(({ source, target }) => isUnread(source) || isUnread(target))))
}

interface User {
  readonly rules: readonly string[]
  readonly span: Span
}

// Lines of the file that the server loads, and of its own configuration.
function usersOf({ members, settings }: Component): readonly User[] {
  const file = settings.get('aclfile'), own = settings.get('user')
  const lines: (readonly [string, Span])[] = own?.state === 'stated' ? own.value.split('\n').map(line => [line, own.span] as const) : []
  const mount = file?.state === 'stated' ? members.flatMap(({ mounts }) => mounts).find(({ target, content }) => content !== undefined && readable(target) === file.value) : undefined
  const { content } = mount ?? {}
  if (content && content.text.length <= longest) {
    for (const match of content.text.matchAll(/^[ \t]*user[ \t]+(\S[^\n]*)/gm)) lines.push([match[1] ?? '', content.span(match.index, match.index + match[0].trimEnd().length)])
  }
  return lines.slice(0, mostUsers).map(([line, span]) => ({ rules: line.split(/\s+/).slice(1, mostRules).map(rule => rule.replace(/^\(|\)$/g, '')), span }))
}

/** What names of keys and channels are for. The only copy, the history and the like are told by no name. */
const byName: readonly (readonly [Topic, UseName, 'strong' | 'weak'])[] = [
  ['cache', 'cache', 'strong'], ['session', 'session-store', 'strong'], ['lock', 'lock', 'strong'], ['rate', 'rate-limiter', 'strong'], ['queue', 'job-queue', 'strong'],
  ['statestore', 'state-store', 'strong'], ['state', 'state-store', 'weak'], ['cart', 'state-store', 'weak'], ['counter', 'counter', 'weak'], ['ranking', 'derived-state', 'weak'],
]
/** Replicas and those who watch over servers have users of their own. */
const watching = /^\+(?:psync|replconf|slaveof|replicaof|failover|sentinel)\b/
const listsAndStreams = /^\+@(?:list|stream|blocking)$/

// A user is switched off until it is switched on, and the last word counts.
const isOn = (rules: readonly string[]): boolean => rules.findLast(rule => rule === 'on' || rule === 'off') === 'on'

function showsOf({ rules, span }: User): readonly Shown[] {
  if (!isOn(rules) || rules.some(rule => watching.test(rule.toLowerCase()))) return []
  const granted = rules.filter(rule => rule.startsWith('+')).map(rule => rule.toLowerCase())
  const named = granted.filter(rule => !rule.startsWith('+@')).map(rule => rule.slice(1).split('|')[0] ?? '')
  const keys = rules.filter(rule => /^(?:~|%[RW]+~)/.test(rule)), channels = rules.filter(rule => rule.startsWith('&') && rule !== '&*')
  const text = quoted([...keys, ...channels, ...granted].join(' '))
  const shown = (use: UseName, weight: 'strong' | 'weak'): Shown => ({ id: 'redis-access-list', from: 'configuration', technology: 'redis', use, weight, only: true, span, text })
  const about = topicsOf(keys.flatMap(splitWords)), few = named.length <= mostCommands ? named : []
  const has = (commands: ReadonlySet<string>): boolean => few.some(command => commands.has(command))
  const works = about.has('work') && (has(blockingPops) || has(groupReads) || granted.some(rule => listsAndStreams.test(rule)))
  const found = byName.flatMap(([topic, use, weight]) => (about.has(topic) ? [shown(use, weight)] : []))
  if (has(blockingPops) || works) found.push(shown('job-queue', 'strong'))
  if (few.includes('publish') || few.includes('subscribe') || few.includes('psubscribe') || (channels.length > 0 && granted.includes('+@pubsub'))) found.push(shown('pub-sub', 'strong'))
  if (has(groupReads) && !works) found.push(shown('event-bus', 'weak'), shown('job-queue', 'weak'))
  return found
}
