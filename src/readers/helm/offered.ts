// Servers that a chart's own values leave off and yet offer: another form of one that it runs, one that its programs are sent to, or
// one whose use the comments describe. Knows values and comments, not what anybody would use the server for.
import type { Deployed } from '../read-stack.ts'
import type { YamlEntry, YamlMap } from '../yaml.ts'
import { isOff, technologyOf } from './blocks.ts'
import { servicesNamed } from './values.ts'

const limits = { servers: 5, block: 20_000 } as const

/** Paths of the offered servers, beside the `running` ones. */
export function offeredBy(values: YamlMap | undefined, running: readonly Deployed[], text: (file: string) => string | undefined): readonly string[] {
  const services = [...servicesNamed(values)]
  const found: string[] = []
  for (const [name, entry] of values?.entries ?? []) {
    const technology = technologyOf(name)
    if (technology === undefined || entry.value.kind !== 'map' || entry.value.entries.size < 2 || !isOff(entry.value)) continue
    const otherForm = running.some(server => server.by !== 'address' && server.technology === technology)
    const addressed = services.some(service => service === name || service.startsWith(`${name}-`))
    if (otherForm || addressed || isSaidToBeUsed(entry, text)) found.push(name)
  }
  return found.slice(0, limits.servers)
}

const usage = /^[ \t]*#.*\b(?:redis|valkey|keydb|dragonfly|kafka|redpanda)\W? (?:is|gets|will be) (?:only )?(?:used|needed|required)\b/im

function isSaidToBeUsed({ key, value }: YamlEntry, text: (file: string) => string | undefined): boolean {
  const source = key.span.file === value.span.file ? text(key.span.file) : undefined
  return source !== undefined && usage.test(source.slice(key.span.start, Math.min(value.span.end, key.span.start + limits.block)))
}
