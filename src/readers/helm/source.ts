// The files of charts: text, YAML and folders, on disk and inside packed charts. Knows where files are, not what they mean.
import { join, nameOf, type FileTree, type Refusal } from '../../model/files.ts'
import type { Problem } from '../../model/stack.ts'
import { readYaml, type YamlMap, type YamlNode } from '../yaml.ts'

export interface Source {
  readonly tree: FileTree
  text(path: string): string | undefined
  /** All documents of a file; nothing for a file that is not there or is broken. What is broken is a problem once `report` is true. */
  documents(path: string, report?: boolean): readonly YamlNode[]
  /** The first document, when it is a map. */
  map(path: string, report?: boolean): YamlMap | undefined
  /** Whether a file is there and cannot be read as YAML, which is a problem from then on. */
  isBroken(path: string): boolean
  list(folder: string): readonly string[]
  /** Folder of the chart inside a packed chart; undefined when it cannot be opened. */
  unpacked(path: string): string | undefined
  readonly problems: Problem[]
}

export function sourceOf(tree: FileTree): Source {
  const problems: Problem[] = []
  const parsed = new Map<string, { readonly documents: readonly YamlNode[]; readonly problems: readonly Problem[]; reported: boolean }>()
  const packed = (path: string): FileTree | undefined => {
    const at = path.indexOf('!/')
    const archive = at < 0 ? undefined : tree.archive(path.slice(0, at))
    return archive && !('refused' in archive) ? archive : undefined
  }
  const read = (path: string): string | Refusal | undefined => (path.includes('!/') ? packed(path)?.read(path) : tree.read(path))
  const text = (path: string): string | undefined => {
    const found = read(path)
    return typeof found === 'string' ? found : undefined
  }
  const documents = (path: string, report = false): readonly YamlNode[] => {
    let entry = parsed.get(path)
    if (!entry) {
      const content = read(path)
      const { documents, problems } = typeof content === 'string' ? readYaml(path, content) : { documents: [], problems: content && !path.startsWith('../') ? [whole(path, `cannot read ${path}: ${content.refused}`)] : [] }
      parsed.set(path, entry = { documents, problems: typeof content === 'string' ? worthSaying(problems, content, documents.length > 0) : problems, reported: false })
    }
    if (report && !entry.reported) { entry.reported = true; problems.push(...entry.problems) }
    return entry.documents
  }
  return {
    tree, problems, text, documents,
    map(path, report) {
      const [first] = documents(path, report)
      return first?.kind === 'map' ? first : undefined
    },
    isBroken: path => documents(path, true).length === 0 && (parsed.get(path)?.problems.length ?? 0) > 0,
    list(folder) {
      if (!folder.includes('!/')) return tree.list(folder) ?? []
      const names = new Set<string>()
      for (const path of packed(folder)?.files() ?? []) if (path.startsWith(`${folder}/`)) names.add(path.slice(folder.length + 1).split('/')[0] ?? '')
      return [...names]
    },
    unpacked(path) {
      const archive = tree.archive(path)
      const chart = !archive || 'refused' in archive ? undefined : archive.files().find(file => nameOf(file) === 'Chart.yaml' && file.slice(path.length + 2).split('/').length === 2)
      if (chart !== undefined) return join('.', chart.slice(0, -'/Chart.yaml'.length))
      const why = archive && 'refused' in archive ? archive.refused : 'there is no Chart.yaml in it'
      if (archive && !problems.some(problem => problem.span.file === path)) problems.push(whole(path, `cannot read the packed chart ${path}: ${why}`))
      return undefined
    },
  }
}

const whole = (file: string, message: string): Problem => ({ span: { file, start: 0, end: 0 }, message })

const mostRemarks = 2

// What does not stop a file from being read (a key that stands twice) matters where it may concern our servers, and a few times.
function worthSaying(problems: readonly Problem[], text: string, isRead: boolean): readonly Problem[] {
  if (!isRead) return problems.map(problem => templated({ ...problem, unread: true }, text))
  if (!/redis|valkey|keydb|dragonfly|kafka|redpanda/i.test(text)) return []
  const [next] = problems.slice(mostRemarks)
  return [...problems.slice(0, mostRemarks), ...(next ? [{ span: next.span, message: `${next.message}; so it is in ${String(problems.length)} places of this file` }] : [])]
}

// What is made into YAML later is no mistake of its writer; the reason is said instead of what YAML makes of it.
function templated(problem: Problem, text: string): Problem {
  const start = text.lastIndexOf('\n', problem.span.start - 1) + 1, end = text.indexOf('\n', problem.span.start)
  const line = text.slice(start, end < 0 ? undefined : end)
  return /\{\{|\{%/.test(line) ? { span: problem.span, message: 'not read from here on: a template ({{ … }}) stands outside quotes, which no values file may hold' } : problem
}
