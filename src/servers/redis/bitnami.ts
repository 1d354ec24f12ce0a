// How the Bitnami images put a Redis, Valkey or KeyDB configuration together from environment variables and mounted files.
// https://github.com/bitnami/containers/blob/main/bitnami/redis/7.4/debian-12/rootfs/opt/bitnami/scripts/libredis.sh
import type { Setting, Variable, Workload } from '../../model/stack.ts'
import { readable } from '../../model/value.ts'
import { statedWords, type Launch } from '../launch.ts'
import { redisFlags, whyOpaque } from './conf.ts'
import { apply, emptyReading, hide, readFile, type Files, type Reading } from './settings.ts'
import { environmentWords, isServer, readFlags, serverCalls } from './command.ts'

/** Order: shipped file or `mounted-etc/redis.conf`, variables, overrides file, extra flags, flags of `run.sh`. */
export function bitnamiReading(workload: Workload, launch: Launch, files: Files): Reading {
  const reading = emptyReading()
  const flavour = /valkey|keydb/.exec(readable(workload.image).toLowerCase())?.[0] ?? 'redis'
  const prefix = flavour.toUpperCase()
  const stated = statedWords(workload)
  const start = launch.calls.find(call => call.program === 'run.sh')
  if (stated.length > 0 && !start) {
    const direct = serverCalls(launch)
    if (direct.length === 1 && direct[0] && isServer(direct[0]) && !launch.opaque) {
      readFlags(reading, direct[0].arguments, files, workload)
      if (!reading.opaque) builtIn(reading, `${flavour} itself, since ${workload.name} starts it without the image's own configuration`, `the command of ${workload.name} names no dir`)
      return reading
    }
    // The entrypoint prepares its configuration only for its own run.sh.
    hide(reading, launch.opaque ?? { span: stated[0]?.span ?? workload.span, text: `${workload.name} does not start with the image's run.sh, which prepares the configuration` })
    const call = serverCalls(launch)[0]
    if (call) readFlags(reading, call.arguments, files, workload)
    return reading
  }
  const base = `/opt/bitnami/${flavour}`
  const mounted = `${base}/mounted-etc/${flavour}.conf`
  const own = files(mounted)
  const direct = files(`${base}/etc/${flavour}.conf`)
  const at = workload.mounts.find(mount => readable(mount.target).startsWith(`${base}/`))?.span ?? workload.span
  if (own.text !== undefined) {
    readFile(reading, mounted, at, files)
    // It takes the place of the shipped file, together with the values that file would have set.
    builtIn(reading, `${flavour} itself, since the mounted file replaces the image's`, `${mounted} replaces the image's file and names no dir`)
  } else if (own.why !== undefined && workload.mounts.some(mount => readable(mount.target) === mounted)) {
    reading.loaded.add(mounted)
    hide(reading, { span: at, text: own.why })
  } else {
    if (direct.text !== undefined) readFile(reading, `${base}/etc/${flavour}.conf`, at, files)
    else if (direct.why !== undefined) { reading.loaded.add(`${base}/etc/${flavour}.conf`); hide(reading, { span: at, text: direct.why }) }
    variables(reading, workload, prefix)
  }
  overrides(reading, workload, `${base}/mounted-etc/overrides.conf`, prefix, files)
  const flags = [...environmentWords(workload, `${prefix}_EXTRA_FLAGS`), ...(start?.arguments ?? [])]
  for (const directive of redisFlags(flags).directives) apply(reading, directive, files)
  const loose = redisFlags(flags).opaque
  if (loose) hide(reading, { span: loose.span, text: whyOpaque(loose) })
  return reading
}

function builtIn(reading: Reading, of: string, noDir: string): void {
  for (const [name, value] of [['appendonly', 'no'], ['save', '3600 1 300 100 60 10000']] as const) if (!reading.settings.has(name)) reading.settings.set(name, { state: 'defaulted', value, of, source: 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/' })
  if (!reading.settings.has('dir')) reading.settings.set('dir', { state: 'unknown', why: noDir })
}

const truthy = /^(?:yes|true|1)$/i

function variables(reading: Reading, workload: Workload, prefix: string): void {
  const find = (name: string): Variable | undefined => workload.environment.find(entry => entry.name === `${prefix}_${name}` && readable(entry.value) !== '')
  const set = (name: string, variable: Variable | undefined, value: (text: string) => string | undefined): void => {
    if (!variable) return
    const written = variable.value.known ? value(variable.value.value) : undefined
    const setting: Setting | undefined = !variable.value.known ? { state: 'unknown', why: variable.value.why, span: variable.value.span }
      : written === undefined ? undefined : { state: 'stated', value: written, span: variable.value.span }
    if (setting) reading.settings.set(name, setting)
  }
  set('appendonly', find('AOF_ENABLED'), text => text.toLowerCase())
  set('save', find('RDB_POLICY_DISABLED'), text => (truthy.test(text) ? '' : undefined))
  set('save', find('RDB_POLICY'), text => text.replaceAll('#', ' '))
  // Valkey's image calls it the primary, KeyDB's may follow several (libvalkey.sh, libkeydb.sh).
  if (/^(?:slave|replica)$/.test(readable(find('REPLICATION_MODE')?.value))) {
    set('replicaof', find('PRIMARY_HOST') ?? find('MASTER_HOST') ?? find('MASTER_HOSTS'), text => `${text.split(/[,;\s]/)[0] ?? ''} ${readable((find('PRIMARY_PORT_NUMBER') ?? find('MASTER_PORT_NUMBER'))?.value) || '6379'}`)
  }
  for (const name of ['AOF_ENABLED', 'RDB_POLICY']) {
    const file = workload.environment.find(entry => entry.name === `${prefix}_${name}_FILE`)
    if (file) reading.settings.set(name === 'AOF_ENABLED' ? 'appendonly' : 'save', { state: 'unknown', why: `it stands in the file that ${file.name} names`, span: file.nameSpan })
  }
}

function overrides(reading: Reading, workload: Workload, usual: string, prefix: string, files: Files): void {
  const variable = workload.environment.find(entry => entry.name === `${prefix}_OVERRIDES_FILE`)
  const path = variable ? readable(variable.value) : usual
  const { text, why } = files(path)
  if (text !== undefined || why !== undefined && workload.mounts.some(mount => readable(mount.target) === path)) {
    readFile(reading, path, variable?.value.span ?? workload.span, files)
  } else if (why !== undefined && path !== usual) hide(reading, { span: variable?.value.span ?? workload.span, text: why })
}
