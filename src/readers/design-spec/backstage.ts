// Backstage catalog files → declared components. Knows resources, their relations and misfit's annotations; no deployment.
// https://backstage.io/docs/features/software-catalog/descriptor-format
import type { DeclaredComponent, DeclaredConsumer } from '../../model/spec.ts'
import type { Problem, Technology } from '../../model/stack.ts'
import { known, type Known } from '../../model/value.ts'
import { dig, get, type YamlNode } from '../yaml.ts'
import { textOf, textsOf } from './fields.ts'
import { annotated, emptySpec, emptyUse, technologyNamed, type ForeignSpec } from './foreign.ts'

export const isBackstage = (document: YamlNode): boolean => (textOf(get(document, 'apiVersion'))?.value ?? '').startsWith('backstage.io/')

const nameOf = (reference: string): string => reference.slice(Math.max(reference.lastIndexOf('/'), reference.lastIndexOf(':')) + 1)

/** Resources that are a Redis, a Kafka or a topic; who depends on one uses it. */
export function readBackstage(documents: readonly YamlNode[], file: string): ForeignSpec {
  const users = new Map<string, Known[]>()
  const add = (resource: string, user: Known): void => { users.set(resource, [...(users.get(resource) ?? []), user]) }
  for (const document of documents) {
    const own = textOf(dig(document, 'metadata', 'name'))
    if (own) for (const other of textsOf(dig(document, 'spec', 'dependsOn'))) if (/^resource:/.test(other.value)) add(nameOf(other.value), known(own.value, other.span))
  }
  const components: DeclaredComponent[] = []
  const problems: Problem[] = []
  for (const document of documents) {
    if (textOf(get(document, 'kind'))?.value !== 'Resource') continue
    const name = textOf(dig(document, 'metadata', 'name')), type = textOf(dig(document, 'spec', 'type'))
    const annotations = dig(document, 'metadata', 'annotations')
    const stated = textOf(get(annotations, 'misfit.dev/technology'))
    const technology: Technology | undefined = technologyNamed(stated?.value ?? type?.value ?? '')
    if (name === undefined || technology === undefined) continue
    for (const user of textsOf(dig(document, 'spec', 'dependencyOf'))) add(name.value, known(nameOf(user.value), user.span))
    const place = stated ?? type
    const { component, problems: mistakes } = annotated(annotations, name.value, name.span, { technology: known(technology, place?.span ?? name.span) })
    problems.push(...mistakes)
    const consumers: readonly DeclaredConsumer[] = (users.get(name.value) ?? []).map(service => ({ service, span: service.span }))
    const topic = type?.value === 'kafka-topic' ? { ...emptyUse(name.value, name.span), topic: name } : undefined
    const uses = component.uses.length > 0 ? component.uses : topic ? [topic] : []
    const owner = textOf(dig(document, 'spec', 'owner'))
    components.push({ ...component, ...(owner ? { owner } : {}), uses: uses.map(use => ({ ...use, consumers: use.consumers.length > 0 ? use.consumers : consumers })) })
  }
  return { spec: components.length === 0 ? undefined : { ...emptySpec(file, 'annotation'), components }, problems }
}
