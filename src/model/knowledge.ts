// What configs mean, as data: all that the files in rules/knowledge/ hold. The shapes of its parts lie beside it.
import type { Chart } from './charts.ts'
import type { Companion, Library, OtherStore, Product, Provider, Sample, TechnologyWords } from './products.ts'
import type { Signal } from './signals.ts'

export * from './charts.ts'
export * from './products.ts'
export * from './signals.ts'

export interface Knowledge {
  readonly signals: readonly Signal[]
  readonly products: readonly Product[]
  readonly companions: readonly Companion[]
  readonly providers: readonly Provider[]
  readonly otherStores: readonly OtherStore[]
  readonly samples: readonly Sample[]
  readonly technologies: readonly TechnologyWords[]
  readonly charts: readonly Chart[]
  readonly libraries: readonly Library[]
}
