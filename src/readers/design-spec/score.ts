// Score workloads → services and the resources that they ask for. Knows resource types and misfit's annotations; no deployment.
// https://docs.score.dev/docs/score-specification/
import type { DeclaredComponent } from '../../model/spec.ts'
import type { Problem } from '../../model/stack.ts'
import { known, type Known } from '../../model/value.ts'
import { dig, get, type YamlNode } from '../yaml.ts'
import { durationOf, numberOf, textOf } from './fields.ts'
import { annotated, emptySpec, emptyUse, technologyNamed, type ForeignSpec } from './foreign.ts'

export const isScore = (document: YamlNode): boolean => (textOf(get(document, 'apiVersion'))?.value ?? '').startsWith('score.dev/')

/** Resources of one type, class and id are one; without an id each workload has its own. */
export function readScore(documents: readonly YamlNode[], file: string): ForeignSpec {
  const components: DeclaredComponent[] = []
  const problems: Problem[] = []
  for (const document of documents) {
    const service = textOf(dig(document, 'metadata', 'name'))
    const resources = get(document, 'resources')
    if (resources?.kind !== 'map') continue
    for (const [name, { key, value }] of resources.entries) {
      const type = textOf(get(value, 'type'))
      const technology = type && technologyNamed(type.value)
      if (type === undefined || technology === undefined) continue
      const id = textOf(get(value, 'id'))?.value ?? (service ? `${service.value}-${name}` : name)
      const { component, problems: mistakes } = annotated(dig(value, 'metadata', 'annotations'), id, key.span, { technology: known(technology, type.span) })
      problems.push(...mistakes)
      components.push({ ...component, uses: usesOf(component, value, type, name, service) })
    }
  }
  return { spec: components.length === 0 ? undefined : { ...emptySpec(file, 'annotation'), components }, problems }
}

function usesOf(component: DeclaredComponent, resource: YamlNode, type: Known, name: string, service: Known | undefined): DeclaredComponent['uses'] {
  const ttl = durationOf(dig(resource, 'params', 'ttl')), partitions = numberOf(dig(resource, 'params', 'partitions'))
  const replicas = numberOf(dig(resource, 'params', 'replicas'))
  const isTopic = /topic$/.test(type.value)
  const topic = textOf(dig(resource, 'params', 'topic')) ?? textOf(dig(resource, 'params', 'name')) ?? known(name, type.span)
  const bare = component.uses.length > 0 ? component.uses : isTopic ? [emptyUse(name, type.span)] : []
  return bare.map(use => ({
    ...use,
    ...(ttl ? { ttl } : {}),
    ...(isTopic ? { topic, ...(partitions ? { partitions } : {}), ...(replicas ? { replicationFactor: replicas } : {}) } : {}),
    consumers: use.consumers.length > 0 || service === undefined ? use.consumers : [{ service, span: service.span }],
  }))
}
