// Trees that live in memory: a set of texts, and texts laid over another tree (an editor's unsaved files). Touches no disk.
import { filesOver, glance, join, normalised, type FileTree, type Over, type Refusal } from '../model/files.ts'

/** The texts as a tree of their own: path → text. */
export const memoryTree = (texts: Readonly<Record<string, string>>): FileTree => overlayTree(empty, new Map(Object.entries(texts)))

const empty: FileTree = { files: () => [], read: () => undefined, list: () => undefined, archive: () => undefined }

/** A tree with texts laid over it; what the texts do not cover comes from below. */
export function overlayTree(below: FileTree, texts: ReadonlyMap<string, string>): FileTree {
  const over = new Map<string, string>()
  for (const [path, text] of texts) if (inside(join('.', path))) over.set(join('.', path), text)
  const laid: Over = { below, paths: new Set(over.keys()), files: () => [...over.keys()].sort() }
  const text = (path: string, under: (path: string) => string | Refusal | undefined): string | Refusal | undefined => {
    const normal = normalised(path)
    return inside(normal) ? over.get(normal) ?? under(path) : outside
  }
  return {
    files: () => filesOver(laid),
    read: path => text(path, each => below.read(each)),
    glance: path => text(path, each => glance(below, each)),
    list(path) {
      const folder = join('.', path)
      const start = folder === '.' ? '' : `${folder}/`
      const names = new Set(below.list(path) ?? [])
      for (const file of over.keys()) if (file.startsWith(start)) names.add(file.slice(start.length).split('/')[0] ?? '')
      return names.size === 0 && below.list(path) === undefined ? undefined : [...names].sort()
    },
    archive: path => below.archive(path),
    unseen: () => below.unseen?.() ?? [],
    over: laid,
  }
}

/** A tree as if some of its files were not there. */
export function withoutFiles(below: FileTree, paths: ReadonlySet<string>): FileTree {
  const gone = (path: string): boolean => paths.has(normalised(path))
  const without: Over = { below, paths, files: () => [] }
  return {
    files: () => filesOver(without),
    read: path => (gone(path) ? undefined : below.read(path)),
    glance: path => (gone(path) ? undefined : glance(below, path)),
    list: path => below.list(path)?.filter(name => !gone(join(path, name))),
    archive: path => (gone(path) ? undefined : below.archive(path)),
    over: without,
  }
}

/** Whether a normalised path stays inside the root. */
export const inside = (path: string): boolean => path !== '..' && !path.startsWith('../') && !path.startsWith('/')

export const outside: Refusal = { refused: 'it lies outside the folder that is linted' }
