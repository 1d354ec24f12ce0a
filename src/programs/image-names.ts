// Families of images that are called after folders: `shop-` + folder, folder + `_ce`. Knows names only.
import { nameOf } from '../model/files.ts'

/** A folder's name inside an image's, and whether other images of the same family say the same. */
export interface Called<T> {
  readonly place: T
  readonly sure: boolean
}

/** `shopApi`, `shop-api` → shop, api. */
export const wordsOf = (name: string): readonly string[] => name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase().split(/[^a-z0-9]+/).filter(word => word !== '')
/** Names that tell no folder from another where only one image has them. */
const shortest = 3

interface Fit { readonly family: string; readonly middle: string; readonly words: number }

/** Which of the places an image is called after. Several images with the same words before and behind, in one namespace, are a family. */
export function calledAfter<T>(images: readonly string[], places: readonly (readonly [name: string, place: T])[]): (image: string) => Called<T> | undefined {
  const byName = new Map<string, readonly T[]>()
  for (const [name, place] of places) {
    const key = wordsOf(name).join('')
    if (key.length >= shortest) byName.set(key, [...byName.get(key) ?? [], place])
  }
  const fits = (image: string): readonly Fit[] => {
    const words = wordsOf(nameOf(image)), namespace = image.slice(0, -nameOf(image).length)
    return words.slice(0, 8).flatMap((_, from) => words.slice(from, 8).flatMap((__, length): readonly Fit[] => {
      const middle = words.slice(from, from + length + 1).join('')
      return byName.has(middle) ? [{ family: [namespace, words.slice(0, from).join('-'), words.slice(from + length + 1).join('-')].join(' '), middle, words: length + 1 }] : []
    }))
  }
  const families = new Map<string, Set<string>>()
  for (const image of images) for (const { family, middle } of fits(image)) families.set(family, (families.get(family) ?? new Set()).add(middle))
  const size = ({ family }: Fit): number => families.get(family)?.size ?? 0
  return image => {
    // The larger the family, the surer; of one image the longest name.
    const [best] = [...fits(image)].sort((one, other) => Math.min(size(other), 2) - Math.min(size(one), 2) || other.words - one.words)
    const [place, ...others] = best === undefined ? [] : byName.get(best.middle) ?? []
    if (best === undefined || place === undefined || others.length > 0) return undefined
    return size(best) > 1 ? { place, sure: true } : best.words > 1 ? { place, sure: false } : undefined
  }
}
