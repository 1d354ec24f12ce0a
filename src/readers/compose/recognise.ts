// Whether a YAML file is a compose file, and which role its name gives it. Knows names and shapes, reads no values.
import { nameOf, type Refusal } from '../../model/files.ts'
import { oncePerText } from '../../model/once.ts'
import type { YamlMap } from '../yaml.ts'

// https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json
const serviceKeys = new Set(`annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name cpu_count
cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on deploy develop device_cgroup_rules
devices dns dns_opt dns_search domainname entrypoint env_file environment expose extends external_links extra_hosts gpus group_add healthcheck
hostname image init ipc isolation label_file labels links log_driver log_opt logging mac_address mem_limit mem_reservation mem_swappiness
memswap_limit models net network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles
provider pull_policy read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs
tty ulimits use_api_socket user userns_mode uts volume_driver volumes volumes_from working_dir caproverExtra`.split(/\s+/))

/** Names that Compose looks for by itself, the preferred first. */
export const defaultNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'] as const
export const isDefault = (path: string): boolean => (defaultNames as readonly string[]).includes(nameOf(path))

/** Whether a person would take the file for a compose file by its name. */
export const namedLikeCompose = (path: string): boolean => /^(?=.*compose).*\.ya?ml$|(?:^|[-_.])stack\.ya?ml$/i.test(nameOf(path))

/**
 * Cheap test before parsing: whether the text can have a `services` or `include` key at all, however YAML writes one: in the middle of a line of
 * flow style, behind `?`, with an anchor. What Compose takes by its name alone is always parsed, since a key may be written in escapes.
 */
export const mayBeCompose = (path: string, text: string): boolean =>
  isDefault(path) || /(?:^\uFEFF?|[{,?\n\r\u0085\u2028\u2029])[ \t]*(?:[&!][^\s,{}]{1,100}[ \t]+)?["']?services["']?[ \t]*(?::|\r?\n[ \t]*:)/.test(text) || (namedLikeCompose(path) && /^["']?include["']?[ \t]*:/m.test(text))

/** Whether a document has the shape of a compose file. A name that says so makes up for odd keys, never for a missing map. */
export function looksLikeCompose(path: string, root: YamlMap): boolean {
  const services = root.entries.get('services')?.value
  if (!services) return namedLikeCompose(path) && root.entries.get('include')?.value.kind === 'seq'
  if (services.kind !== 'map') return false
  let keys = 0, knownKeys = 0, runs = 0
  for (const { value } of services.entries.values()) {
    if (value.kind === 'scalar') continue
    if (value.kind === 'seq') return false
    for (const name of value.entries.keys()) {
      if (name.startsWith('x-')) continue
      keys++
      if (serviceKeys.has(name)) knownKeys++
      if (name === 'image' || name === 'build' || name === 'extends' || name === 'caproverExtra') runs++
    }
  }
  if (keys === 0) return namedLikeCompose(path)
  if (namedLikeCompose(path)) return knownKeys * 2 >= keys
  return runs > 0 ? knownKeys * 10 >= keys * 9 : knownKeys === keys && root.entries.has('version')
}

/** `docker-compose.override.yml` → `docker-compose.yml`, the file that an override belongs to by its name; undefined for other names. */
export function overridden(name: string): readonly string[] | undefined {
  const match = /^(.+)[.\-_]override\.ya?ml$/i.exec(name)
  return match ? [`${match[1] ?? ''}.yml`, `${match[1] ?? ''}.yaml`] : undefined
}

/** Whether something may be built by what a text says. */
export const saysBuild = (_: string, text: string | Refusal): boolean => typeof text === 'string' && /\bbuild["']?[ \t]*:/.test(text)

/** Cheap test before parsing: whether a service may be built under one of these names, in a text that says of something that it is built. */
export const mayBuild = (path: string, text: string, images: readonly string[]): boolean => recent(path, text, () => namesBuilt(text)).some(name => images.some(image => name.includes(image)))

// An editor asks at every keystroke about all texts.
const recent = oncePerText<readonly string[]>(8_000_000)

/** What follows `image:` beside a `build:`, in lower case; of what is merged or written in one line the whole text. */
function namesBuilt(text: string): readonly string[] {
  // What is merged into a service need not stand in it.
  if (/<<|\bextends\b|[{,][ \t]*["']?(?:image|build)["']?[ \t]*:/.test(text)) return [text]
  const names: string[] = []
  let depth = 0, builds = false, called: string | undefined
  for (const [, blanks = '', key = '', rest = ''] of text.matchAll(/^([ \t]*)["']?([\w$.-]+)["']?[ \t]*:([^\n]*)/gm)) {
    if (blanks.length < depth) { builds = false; called = undefined }
    if (key === 'build' || key === 'image') {
      if (blanks.length !== depth) { builds = false; called = undefined }
      depth = blanks.length
      if (key === 'build') builds = true
      else called = rest.toLowerCase()
    } else if (blanks.length < depth) depth = 0
    if (!builds || called === undefined) continue
    names.push(called)
    called = undefined
  }
  return names
}
