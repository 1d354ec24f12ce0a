// Resources that are deployed together → the workloads and operated servers among them. Knows who refers to whom; must not know any use.
import type { Workload } from '../../model/stack.ts'
import type { OperatedServer } from '../read-stack.ts'
import type { ConfigMaps } from './config-maps.ts'
import { scalarIn, type Resource } from './documents.ts'
import { operatedTechnology, operatedWorkload } from './operated.ts'
import { runsPods, workloadsOf, type Surroundings } from './pods.ts'
import { confluentWorkloads, strimziWorkloads } from './strimzi.ts'

export interface Contents {
  readonly workloads: readonly Workload[]
  readonly deployed: readonly OperatedServer[]
}

/** `text`: the text of a file, for comments and places inside blocks of text. */
export function contentsOf(resources: readonly Resource[], maps: ConfigMaps, text: (file: string) => string): Contents {
  const around: Surroundings = { resources, maps, text }
  const pods = resources.filter(runsPods).flatMap(resource => workloadsOf(resource, around))
  const workloads = [...pods, ...resources.flatMap(resource => operatedWorkload(resource) ?? []), ...strimziWorkloads(resources), ...confluentWorkloads(resources)]
  const deployed = resources.flatMap((resource): readonly OperatedServer[] => {
    const technology = operatedTechnology(resource)
    const span = scalarIn(resource.node, 'metadata', 'name')?.span ?? resource.node.span
    return technology === undefined ? [] : [{ by: 'operator', name: resource.name, span, technology, resource, around: resources, maps, text }]
  })
  return { workloads, deployed }
}
