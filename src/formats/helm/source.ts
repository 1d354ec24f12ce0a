// The files of charts: text, YAML and folders, on disk and inside packed charts. Knows where files are, not what they mean.
import { join, nameOf, type FileTree } from '../../model/files.ts'
import type { Problem } from '../../model/stack.ts'
import { readYaml, type YamlMap, type YamlNode } from '../yaml.ts'

export interface Source {
  readonly tree: FileTree
  /** Every path that was read. */
  readonly touched: Set<string>
  text(path: string): string | undefined
  /** All documents of a file; nothing for a file that is not there or is broken. What is broken is a problem once `report` is true. */
  documents(path: string, report?: boolean): readonly YamlNode[]
  /** The first document, when it is a map. */
  map(path: string, report?: boolean): YamlMap | undefined
  list(folder: string): readonly string[]
  /** Folder of the chart inside a packed chart; undefined when it cannot be opened. */
  unpacked(path: string): string | undefined
  readonly problems: Problem[]
}

export function sourceOf(tree: FileTree): Source {
  const touched = new Set<string>()
  const problems: Problem[] = []
  const parsed = new Map<string, { readonly documents: readonly YamlNode[]; readonly problems: readonly Problem[]; reported: boolean }>()
  const packed = (path: string): FileTree | undefined => {
    const at = path.indexOf('!/')
    const archive = at < 0 ? undefined : tree.archive(path.slice(0, at))
    return archive && !('refused' in archive) ? archive : undefined
  }
  const text = (path: string): string | undefined => {
    touched.add(path)
    const found = path.includes('!/') ? packed(path)?.read(path) : tree.read(path)
    return typeof found === 'string' ? found : undefined
  }
  const documents = (path: string, report = false): readonly YamlNode[] => {
    let entry = parsed.get(path)
    if (!entry) {
      const content = text(path)
      parsed.set(path, entry = { ...(content === undefined ? { documents: [], problems: [] } : readYaml(path, content)), reported: false })
    }
    touched.add(path)
    if (report && !entry.reported) { entry.reported = true; problems.push(...entry.problems) }
    return entry.documents
  }
  return {
    tree, touched, problems, text, documents,
    map(path, report) {
      const [first] = documents(path, report)
      return first?.kind === 'map' ? first : undefined
    },
    list(folder) {
      if (!folder.includes('!/')) return tree.list(folder) ?? []
      const names = new Set<string>()
      for (const path of packed(folder)?.files() ?? []) if (path.startsWith(`${folder}/`)) names.add(path.slice(folder.length + 1).split('/')[0] ?? '')
      return [...names]
    },
    unpacked(path) {
      const archive = tree.archive(path)
      if (!archive || 'refused' in archive) return undefined
      const chart = archive.files().find(file => nameOf(file) === 'Chart.yaml' && file.slice(path.length + 2).split('/').length === 2)
      return chart === undefined ? undefined : join('.', chart.slice(0, -'/Chart.yaml'.length))
    },
  }
}
