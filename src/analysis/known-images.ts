// What the knowledge says of an image: each name is looked up once for all stacks.
import type { Knowledge } from '../model/knowledge.ts'
import { oncePer } from '../model/once.ts'
import { fitting } from '../model/patterns.ts'
import { remembered } from './signals/text.ts'

export interface KnownImage {
  /** The first product that the image is of. */
  readonly product: Knowledge['products'][number] | undefined
  readonly companions: readonly Knowledge['companions'][number][]
  readonly stores: readonly Knowledge['otherStores'][number][]
  /** The published sample that it belongs to. */
  readonly sample: Knowledge['samples'][number] | undefined
}

const tableOf = oncePer(({ products, companions, otherStores, samples }: Knowledge) => {
  const images = products.flatMap(product => product.images.map(source => ({ source, product })))
  const product = fitting(images.map(({ source }) => source), false)
  const companion = fitting(companions.map(({ image }) => image), false)
  const store = fitting(otherStores.map(({ image }) => image), false)
  const sample = fitting(samples.map(({ image }) => image), false)
  return remembered((name): KnownImage => ({
    product: images[product(name)[0] ?? -1]?.product,
    companions: companion(name).flatMap(at => companions[at] ?? []),
    stores: store(name).flatMap(at => otherStores[at] ?? []),
    sample: samples[sample(name)[0] ?? -1],
  }))
})

/** What is known of an image by its name (`imageOf`). */
export const knownImage = (knowledge: Knowledge, name: string): KnownImage => tableOf(knowledge)(name)
