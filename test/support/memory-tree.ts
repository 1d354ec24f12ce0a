// A FileTree of texts held in memory, for tests; knows no format.
import { join, type FileTree, type Refusal } from '../../src/model/files.ts'

const outside: Refusal = { refused: 'lies outside the root' }

/** A tree of the given files, by path from the root. Paths that leave the root are refused, as the real trees do. */
export function memoryTree(files: Record<string, string>): FileTree {
  const texts = new Map(Object.entries(files))
  const leaves = (path: string): boolean => path.startsWith('/') || path === '..' || path.startsWith('../')
  return {
    files: () => [...texts.keys()].sort(),
    read(path) {
      const normal = join('.', path)
      return leaves(normal) ? outside : texts.get(normal)
    },
    list(path) {
      const normal = join('.', path)
      if (leaves(normal)) return undefined
      const prefix = normal === '.' ? '' : `${normal}/`
      const names = new Set<string>()
      for (const file of texts.keys()) if (file.startsWith(prefix)) names.add(file.slice(prefix.length).split('/')[0] ?? '')
      return names.size === 0 && normal !== '.' ? undefined : [...names].sort()
    },
    archive: () => undefined,
  }
}
