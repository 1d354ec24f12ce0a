// Reports a Redis configuration file that is mounted but never read by the server. Knows settings; no file format.
import { entryOf } from '../../src/model/entry-of.ts'
import { defineRule, type Severity } from '../../src/model/rule.ts'
import type { ObservedComponent } from '../../src/model/observation.ts'
import type { Settings } from '../../src/model/stack.ts'
import type { Note } from '../../src/model/value.ts'
import { effective, listed, persistence } from './needs.ts'
import { source } from './sources.ts'

/** Settings that somebody who reads the file relies on, in words. */
const grave: Readonly<Record<string, string>> = { maxmemory: 'limits', 'maxmemory-policy': 'limits', appendonly: 'persistence', save: 'persistence', appendfsync: 'persistence', requirepass: 'password' }
const isGrave = ({ name }: { readonly name: string }): boolean => entryOf(grave, name) !== undefined

interface Ignored {
  readonly name: string
  readonly value: string
  readonly note: Note
}

/** Settings of the file that the running server does not have. One that happens to be in force anyway is no loss. */
function ignoredSettings(component: ObservedComponent, settings: Settings): readonly Ignored[] {
  const ignored: Ignored[] = [], log = persistence(component) === 'log'
  for (const [name, setting] of settings) {
    if (setting.state !== 'stated' || effective(component, name) === setting.value) continue
    // A log that is kept makes schedules of snapshots a second copy.
    if (name === 'save' && log) continue
    ignored.push({ name, value: setting.value, note: { span: setting.span, text: `${name} ${setting.value || '""'} has no effect` } })
  }
  return ignored.sort((a, b) => Number(isGrave(b)) - Number(isGrave(a)))
}

/** What of it would end the container or shut everybody else out, if the file were loaded as it is. */
function harmful(settings: Settings): readonly string[] {
  const valueOf = (name: string): string => { const setting = settings.get(name); return setting?.state === 'stated' ? setting.value : '' }
  const bind = valueOf('bind'), addresses = bind.split(/\s+/).map(address => address.replace(/^-/, ''))
  return [
    // In a container of its own nobody else is on its loopback: https://redis.io/docs/latest/operate/oss_and_stack/management/security/
    ...bind !== '' && addresses.every(address => /^(?:127\.|::1$|localhost$)/.test(address)) ? [`"bind ${bind}" (shuts out every other container)`] : [],
    // The container ends with its first process: https://docs.docker.com/engine/containers/multi-service_container/
    ...valueOf('daemonize') === 'yes' ? ['"daemonize yes" (ends the container as soon as it starts)'] : [],
    // https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/
    ...valueOf('cluster-enabled') === 'yes' ? ['"cluster-enabled yes" (answers CLUSTERDOWN until slots are assigned)'] : [],
  ]
}

const surfacing: Readonly<Record<string, string>> = { limits: 'a kill for memory', persistence: 'lost data', password: 'an open port' }

const believedIn = (lost: readonly string[]): { readonly believed: string; readonly surfaces: string } => ({
  believed: lost.length === 0 ? 'it' : listed(lost.map(each => `its ${each}`)),
  surfaces: lost.length === 0 ? '' : `: it surfaces as ${lost.map(each => entryOf(surfacing, each) ?? '').join(' or ')}`,
})

export default defineRule({
  id: 'redis/config-file-not-loaded',
  technology: 'redis',
  rows: ['durability'],
  concern: 'operations',
  severity: 'error',
  severityNote: 'An error when the file sets memory, eviction, persistence or a password and the command does not; a warning when it sets other things or cannot be read here; information when it sets only what would shut the clients out.',
  summary: 'A Redis configuration file is mounted into the container, but the server is not told to read it.',
  messages: {
    ignored: '{component} never reads {target}: {settings} {have} no effect.',
    unread: '{component} never reads {target}, so nothing in it has an effect.',
  },
  failure: 'The official image reads a configuration file only when the command names it. Whoever reviews the file believes in {believed}, while the server runs with the defaults{surfaces}.',
  fix: 'Name the file in the command of {component}: redis-server {target}{first}.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     image: redis:7.4',
      '+    command: ["redis-server", "/usr/local/etc/redis/redis.conf"]',
      '     volumes:',
      '       - ./redis.conf:/usr/local/etc/redis/redis.conf:ro',
    ].join('\n'),
    helm: [
      ' # bjw-s app-template',
      ' controllers:',
      '   redis:',
      '     containers:',
      '       redis:',
      '         image: {repository: redis, tag: "7.4"}',
      '+        args: ["redis-server", "/usr/local/etc/redis/redis.conf"]',
      ' persistence:',
      '   config:',
      '     type: configMap',
      '     name: redis-conf',
      '     globalMounts:',
      '       - path: /usr/local/etc/redis',
    ].join('\n'),
  },
  hazards: [
    'The file takes effect all at once: read it before. If it says appendonly yes and the server has only a snapshot so far, run CONFIG SET appendonly yes on the live server first, or it starts empty.',
    'If it sets a password, the clients must have it too.',
  ],
  sources: [source.image, source.valkeyImage],
  explains: [
    'redis/durable-role-snapshot-only', 'redis/cache-without-maxmemory', 'redis/cache-noeviction', 'redis/limit-without-maxmemory', 'redis/eviction-policy-inert',
  ],
  words: { ...believedIn(['limits', 'persistence', 'password']), first: '' },
  bad: [
    {
      title: 'the append-only file is switched on in a file nobody reads',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:6.2.3
    volumes:
      - ./redis.conf:/usr/local/etc/redis/redis.conf
`,
        'redis.conf': 'appendonly yes\n',
      },
      line: 5,
    },
    {
      title: 'the command passes flags only',
      files: {
        'compose.yaml': `services:
  redis:
    image: valkey/valkey:8
    command: valkey-server --appendonly yes
    volumes:
      - redis-data:/data
      - ./valkey.conf:/etc/valkey/valkey.conf:ro
volumes:
  redis-data:
`,
        'valkey.conf': 'maxmemory 512mb\nmaxmemory-policy noeviction\n',
      },
      line: 7,
    },
  ],
  good: [
    {
      title: 'the command names the file',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    command: redis-server /usr/local/etc/redis/redis.conf
    volumes:
      - ./redis.conf:/usr/local/etc/redis/redis.conf:ro
`,
        'redis.conf': 'appendonly yes\n',
      },
    },
    {
      title: 'this image picks up its overrides by itself',
      files: {
        'compose.yaml': `services:
  redis:
    image: bitnami/redis:7.4
    volumes:
      - ./overrides.conf:/opt/bitnami/redis/mounted-etc/overrides.conf:ro
`,
        'overrides.conf': 'maxmemory 512mb\n',
      },
    },
    {
      title: 'a script of its own starts the server, and may read the file',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    entrypoint: /start.sh
    volumes:
      - ./start.sh:/start.sh:ro
      - ./redis.conf:/etc/redis.conf:ro
`,
        'redis.conf': 'appendonly yes\n',
        'start.sh': '#!/bin/sh\nexec redis-server /etc/redis.conf\n',
      },
    },
  ],
  *check(component) {
    for (const config of component.unloadedConfigs) {
      const ignored = ignoredSettings(component, config.settings)
      // A readable file whose settings are in force anyway harms nobody.
      if (config.settings.size > 0 && ignored.length === 0) continue
      const named = ignored.slice(0, 3).map(({ name, value }) => `${name} ${value || '""'}`)
      const words = ignored.length > 3 ? [...named, `${ignored.length - 3} more`] : named
      // What the command says besides is in force, and somebody's choice.
      const lost = [...new Set(ignored.flatMap(each => (isGrave(each) && component.settings.get(each.name)?.state !== 'stated' ? [entryOf(grave, each.name) ?? ''] : [])))]
      const harm = harmful(config.settings)
      // Nobody misses what would keep the server from its clients.
      const severity: Severity = lost.length > 0 ? 'error' : ignored.length > 0 && ignored.length <= harm.length ? 'info' : 'warning'
      yield {
        message: ignored.length > 0 ? 'ignored' : 'unread',
        severity,
        data: { target: config.target, settings: listed(words), have: words.length > 1 ? 'have' : 'has', ...believedIn(lost), first: harm.length > 0 ? `, and first take ${listed(harm)} out of it` : '' },
        span: config.span,
        confidence: 'certain',
        because: ignored.slice(0, 3).map(({ note }) => note),
      }
    }
  },
})
