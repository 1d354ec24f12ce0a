// Servers that a chart's own values leave off and yet offer: another form of one that it runs, one that its programs are sent to, one
// whose use the comments describe, one that its own templates would start, or one that another part of it brings along. Knows values and
// comments, not what anybody would use the server for.
import type { Deployed } from '../read-stack.ts'
import type { YamlEntry, YamlMap } from '../yaml.ts'
import { imageIn, isOff, serverOf, technologyOf } from './blocks.ts'
import type { Chart } from './chart.ts'
import type { ChartKnowledge } from './stack.ts'
import { isEnabled, servicesNamed } from './values.ts'

const limits = { servers: 5, block: 20_000 } as const

/** Paths of the offered servers, beside the `running` ones. */
export function offeredBy(chart: Chart, values: YamlMap | undefined, running: readonly Deployed[], knowledge: ChartKnowledge, text: (file: string) => string | undefined): readonly string[] {
  const services = [...servicesNamed(values)]
  const found: string[] = []
  for (const [name, entry] of values?.entries ?? []) {
    const technology = technologyOf(name)
    if (technology === undefined || entry.value.kind !== 'map' || entry.value.entries.size < 2) continue
    const dependency = chart.dependencies.find(each => each.key === name)
    // `condition: packaging.flux.enabled`: whoever switches that part on gets the server with these values.
    const broughtAlong = dependency !== undefined && !isOff(entry.value) && !isEnabled(dependency, values)
    if (broughtAlong) { found.push(name); continue }
    if (!isOff(entry.value)) continue
    const started = dependency === undefined && chart.hasTemplates && serverOf(imageIn(entry.value), knowledge)?.technology === technology
    const otherForm = running.some(server => server.by !== 'address' && server.technology === technology)
    const addressed = services.some(service => service === name || service.startsWith(`${name}-`))
    if (started || otherForm || addressed || isSaidToBeUsed(entry, text)) found.push(name)
  }
  return found.slice(0, limits.servers)
}

const usage = /^[ \t]*#.*\b(?:redis|valkey|keydb|dragonfly|kafka|redpanda)\W? (?:is|gets|will be) (?:only )?(?:used|needed|required)\b/im

function isSaidToBeUsed({ key, value }: YamlEntry, text: (file: string) => string | undefined): boolean {
  const source = key.span.file === value.span.file ? text(key.span.file) : undefined
  return source !== undefined && usage.test(source.slice(key.span.start, Math.min(value.span.end, key.span.start + limits.block)))
}
