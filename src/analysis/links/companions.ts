// What stands beside a component without working with it: exporters and tools, other stores that share the applications' environment.
import type { Companion, Knowledge } from '../../model/knowledge.ts'
import { pattern } from '../../model/patterns.ts'
import type { Technology, Workload } from '../../model/stack.ts'
import { knownImage } from '../known-images.ts'
import { commandOf, imageOf } from '../signals/text.ts'

const observingKinds: readonly Companion['is'][] = ['exporter', 'ui', 'tool', 'coordination', 'sentinel']

/** Whether its image looks at a component and does not work with it. */
export function isCompanionImage(workload: Workload, knowledge: Knowledge): boolean {
  const image = imageOf(workload)
  if (image === '') return false
  const { product, companions } = knownImage(knowledge, image)
  if (companions.some(companion => observingKinds.includes(companion.is))) return true
  // A container of the server's own image that is no server: topic creation, waiting, a console.
  const technology = knowledge.technologies.find(each => each.id === product?.technology)
  return technology !== undefined && !technology.clientCommands.some(source => pattern(source, false).test(commandOf(workload)))
}

/** Whether it is a database of its own: one that shares its environment with the applications does not use what they use. */
export function isOtherStore(workload: Workload, technology: Technology, knowledge: Knowledge): boolean {
  const image = imageOf(workload)
  return image !== '' && workload.build === undefined && knownImage(knowledge, image).stores.some(store => !store.reads?.includes(technology))
}
