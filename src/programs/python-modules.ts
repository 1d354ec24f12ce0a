// Which modules of a Python program an image starts, and those that these import: where several programs share one folder, each shows only what
// its own modules do. A doubt (a script between, modules that are found while it runs) is enough to believe that all of them run.
// https://docs.python.org/3/reference/import.html
import { folderOf, glance, nameOf, once, type FileTree } from '../model/files.ts'
import type { Stage } from '../readers/dockerfile.ts'
import { isAside, type Projects } from './projects.ts'

const mostModules = 5_000
const longest = 400_000

/** What finds modules in other ways than by an import that stands in the text. */
const dynamic = /\bimport_module\b|\b__import__\b|\bpkgutil\b|\bentry_points\b|\bautodiscover|\bimport_string\b|\bimport_from_string\b|\bINSTALLED_APPS\b|\bDJANGO_SETTINGS_MODULE\b|\bspec_from_file_location\b|\brunpy\b|\bexec\(|\bwalk_modules\b/
/** What starts others that are not named here. */
const indirect = /\.sh\b|manage\.py|supervisor|honcho|circus|foreman|airflow|dagster|scrapy|prefect|\bmake\b|\bpoe\b|\btask\b|\bjust\b/

/** The files of the modules that a workload starts; undefined where nobody can tell. `started`: the deployment's own command. */
export function pythonStarts(folders: readonly string[], stages: readonly Stage[], started: string, projects: Projects): readonly string[] | undefined {
  const [last] = stages
  const lines = (instruction: 'CMD' | 'ENTRYPOINT'): string => last?.lines.filter(line => line.instruction === instruction).at(-1)?.text ?? ''
  const line = ` ${[lines('ENTRYPOINT'), started.trim() === '' ? lines('CMD') : started].join(' ').replace(/[\s"',[\]]+/g, ' ')} `
  if (indirect.test(line)) return undefined
  const named = (pattern: RegExp): readonly (readonly string[])[] => [...line.matchAll(pattern)].map(([name]) => name.replace(/\.py$/, '').split(/[./]+/).filter(part => part !== ''))
  // `uvicorn shop.api:app`, `celery -A shop`, `python -m shop`, `python run.py`; what runs the module may be one itself: `python -m uvicorn`.
  const [first, ...others] = [/(?<=\s)[A-Za-z_][\w.]{0,99}(?=:[A-Za-z_])/g, /(?<=\s(?:-A|--app)[ =])[A-Za-z_][\w.]{0,99}/g, /(?<=\s-m )[A-Za-z_][\w.]{0,99}/g, /(?<=\s)[\w/.-]{1,100}\.py(?=\s)/g].map(named).filter(names => names.length > 0)
  const index = first && indexOf(folders, projects), found = index && first.map(index.named)
  return !found || found.some(files => files.length === 0) ? undefined : [...new Set([...found, ...others.flat().map(index.named)].flat())].sort()
}

/** Whether a file belongs to what some modules are made of; one that is no module always does. Undefined where nobody can tell. */
export function pythonModulesOf(starts: readonly string[], folders: readonly string[], projects: Projects, tree: FileTree): ((file: string) => boolean) | undefined {
  const index = indexOf(folders, projects)
  if (!index) return undefined
  const mentions = once(tree, pythonModulesOf, () => new Map<string, Mentions | undefined>())
  const reached = new Set(starts)
  for (const file of reached) {
    if (!mentions.has(file)) mentions.set(file, mentionsIn(glance(tree, file)))
    const said = mentions.get(file)
    if (!said) return undefined
    for (const parts of said.absolute) for (const other of index.named(parts)) reached.add(other)
    for (const { up, parts } of said.relative) {
      let folder = folderOf(file)
      for (let i = 1; i < up; i++) folder = folderOf(folder)
      for (const other of index.at(folder, parts)) reached.add(other)
    }
    // A package runs before its modules.
    for (let folder = folderOf(file); index.packages.has(folder) && folder !== '.'; folder = folderOf(folder)) reached.add(`${folder}/__init__.py`)
  }
  return file => !index.modules.has(file) || reached.has(file)
}

interface Index {
  readonly modules: ReadonlySet<string>
  /** Folders with an `__init__.py`. */
  readonly packages: ReadonlySet<string>
  /** The modules whose path ends with these names: nobody knows what lies on the path. */
  named(parts: readonly string[]): readonly string[]
  /** The module of a path below a folder. */
  at(folder: string, parts: readonly string[]): readonly string[]
}

function indexOf(folders: readonly string[], projects: Projects): Index | undefined {
  const modules = new Set(folders.flatMap(folder => projects.files(folder).filter(file => file.endsWith('.py') && !isAside(file, folder))))
  if (modules.size < 2 || modules.size > mostModules) return undefined
  const packages = new Set<string>(), byName = new Map<string, string[]>()
  const plain = (file: string): string => file.replace(/(?:\/__init__|\/__main__)?\.py$/, '')
  for (const file of modules) {
    if (nameOf(file) === '__init__.py') packages.add(folderOf(file))
    const name = nameOf(plain(file)), mine = byName.get(name)
    if (mine) mine.push(file)
    else byName.set(name, [file])
  }
  return {
    modules, packages,
    named: parts => { const path = parts.join('/'); return (byName.get(parts.at(-1) ?? '') ?? []).filter(file => `/${plain(file)}`.endsWith(`/${path}`)) },
    at: (folder, parts) => { const path = [...folder === '.' ? [] : [folder], ...parts].join('/'); return [`${path}.py`, `${path}/__init__.py`].filter(file => modules.has(file)) },
  }
}

interface Mentions {
  readonly absolute: readonly (readonly string[])[]
  readonly relative: readonly { readonly up: number; readonly parts: readonly string[] }[]
}

function mentionsIn(text: ReturnType<FileTree['read']>): Mentions | undefined {
  if (typeof text !== 'string' || text.length > longest || dynamic.test(text)) return undefined
  const absolute: string[][] = [], relative: { up: number; parts: string[] }[] = []
  const add = (path: string, name?: string): void => {
    const up = /^\.*/.exec(path)?.[0].length ?? 0, parts = [...path.slice(up).split('.'), ...(name === undefined ? [] : [name])].filter(part => part !== '')
    if (up === 0) absolute.push(parts)
    else relative.push({ up, parts })
  }
  for (const [, path = '', list = ''] of text.matchAll(/^[ \t]*from[ \t]+([.\w]{1,200})[ \t]+import[ \t]+(\([^()]{0,5000}\)|[^\n]{1,1000})/gm)) {
    add(path)
    for (const [, name] of list.replace(/#[^\n]*/g, '').matchAll(/(?:^|,|\()\s*(\w+)/g)) add(path, name)
  }
  for (const [, list = ''] of text.matchAll(/^[ \t]*import[ \t]+([\w., \t]{1,1000})/gm)) {
    for (const part of list.split(',')) {
      const path = part.trim().split(/\s/)[0] ?? ''
      if (path !== '') add(path)
    }
  }
  // `uvicorn.run("shop.api:app")`, `include=["shop.tasks"]`, `[sys.executable, "worker.py"]`
  for (const [, path = ''] of text.matchAll(/["']([A-Za-z_]\w{0,80}(?:\.\w{1,80}){1,8})(?::\w{1,80})?["']/g)) absolute.push(path.replace(/\.py$/, '').split('.'))
  return { absolute, relative }
}
