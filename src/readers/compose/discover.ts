// Which compose files of a tree form a stack together. Knows file names, references between files and what Compose could load; reads no service fields.
import { filesNamed, folderOf, foldersAbove, join, nameOf, once, yamlFilesThat, type FileTree, type Refusal } from '../../model/files.ts'
import type { Problem } from '../../model/stack.ts'
import { circlesOf } from './circles.ts'
import { completed, missingOf, mostLevels, partsOf, scalarText, servicesOf, type ComposeFile } from './completion.ts'
import { dig, get, listOf, madeLater } from '../yaml.ts'
import { variablesOf, type Files } from './files.ts'
import { defaultNames, isDefault, looksLikeCompose, mayBeCompose, namedLikeCompose, overridden } from './recognise.ts'

/** Files of one view, in merge order. */
export interface View {
  readonly files: readonly string[]
  /** The file that sets this view apart from the folder's main one. */
  readonly variant?: string
}

/**
 * Every view of every compose project in a tree. `projects` are lists that a person gave; their files form no other views. Where
 * somebody `asked` for some files, the views that cannot have to do with them may be missing.
 */
export function discover(files: Files, projects: readonly (readonly string[])[], problems: Problem[], asked?: readonly string[]): readonly View[] {
  const found = composeFiles(files, problems, nearness(files, asked))
  const referred = references(found)
  const listed = new Set(projects.flat())
  const views: View[] = projects.map(paths => ({ files: paths }))
  const folders = new Map<string, ComposeFile[]>()
  for (const file of found.values()) {
    const folder = folderOf(file.path)
    folders.set(folder, [...(folders.get(folder) ?? []), file])
  }
  for (const [folder, members] of folders) {
    const own = members.filter(file => !listed.has(file.path) && !referred.included.has(file.path) && !(referred.extended.has(file.path) && !isDefault(file.path)))
    views.push(...viewsOf(folder, own, found, files))
  }
  return views
}

/**
 * Whether a compose file may have to do with the files that were asked for: it lies above them, lacks what a default file above it
 * has, or refers to files that lie elsewhere. What is no YAML may also be meant by a path with a variable in it.
 */
function nearness({ tree }: Files, asked: readonly string[] | undefined): (path: string) => boolean {
  if (asked === undefined) return () => true
  const above = new Set(asked.flatMap(foldersAbove))
  const bases = new Set(asked.filter(isDefault).map(folderOf))
  const refers = new Set(yamlFilesThat(tree, asked.every(file => /\.ya?ml$/i.test(file)) ? mayRefer : mayReferToAny))
  const choosing = choosingFolders(tree)
  return path => {
    const own = folderOf(path)
    return above.has(own) || choosing.has(own) || refers.has(path) || (bases.size > 0 && foldersAbove(path).slice(1, 1 + mostLevels).some(folder => bases.has(folder)))
  }
}

/** The folders in which a `.env` may say which compose files are one. */
const choosingFolders = (tree: FileTree): ReadonlySet<string> => once(tree, choosingFolders, () => {
  const below = tree.over && ![...tree.over.paths].some(path => nameOf(path) === '.env') ? tree.over.below : undefined
  const candidates = below ? tree.over?.files().filter(path => /\.ya?ml$/i.test(path)) ?? [] : yamlFilesThat(tree, isCandidate)
  return new Set([...below ? choosingFolders(below) : [], ...[...new Set(candidates.map(folderOf))].filter(folder => {
    const env = tree.read(join(folder, '.env'))
    return typeof env === 'string' && env.includes('COMPOSE_FILE')
  })])
})

const isEnvFile = (name: string): boolean => name === '.env'

/** What a `.env` says that Compose is to start from (`COMPOSE_FILE=stack.txt`), where its name does not say that it is YAML. */
const chosenFiles = ({ tree }: Files): readonly string[] => once(tree, chosenFiles, () => [...new Set(filesNamed(tree, isEnvFile).flatMap(env => {
  const text = tree.read(env)
  return typeof text === 'string' && text.includes('COMPOSE_FILE') ? statedIn(tree, folderOf(env)).filter(path => !/\.ya?ml$/i.test(path)) : []
}))])

const mayRefer = (path: string, text: string | Refusal): boolean => isCandidate(path, text) && typeof text === 'string' && /\.\.\/|\binclude\b|\bextends\b/.test(text)
const mayReferToAny = (path: string, text: string | Refusal): boolean => mayRefer(path, text) || (isCandidate(path, text) && typeof text === 'string' && text.includes('$'))

// Files that may be compose files by their text, and those that cannot be read.
const isCandidate = (path: string, text: string | Refusal): boolean => typeof text !== 'string' || mayBeCompose(path, text)

const isUnreadable = (_: string, text: string | Refusal): boolean => typeof text !== 'string'

function composeFiles(files: Files, problems: Problem[], near: (path: string) => boolean): Map<string, ComposeFile> {
  const found = new Map<string, ComposeFile>()
  const unreadable = new Set(yamlFilesThat(files.tree, isUnreadable))
  for (const path of [...yamlFilesThat(files.tree, isCandidate), ...chosenFiles(files)]) {
    const isNear = near(path)
    if (!isNear && !unreadable.has(path)) continue
    const text = files.tree.read(path)
    if (text === undefined) continue
    if (typeof text !== 'string') {
      if (namedLikeCompose(path)) problems.push({ span: { file: path, start: 0, end: 0 }, message: `cannot read ${path}: ${text.refused}`, unread: true })
      continue
    }
    if (!isNear) continue
    const parsed = files.yaml(path)
    if (typeof parsed !== 'object') continue
    if (!parsed.root && namedLikeCompose(path)) {
      const notYet = isMadeLater(text)
      problems.push(...parsed.problems.map(problem => (notYet ? { ...problem, message: madeLater('a compose file') } : { ...problem, unread: true as const })))
    }
    // Compose lays the documents of a file over each other, so any of them may be what it starts.
    if (parsed.root && [parsed.root, ...parsed.later].some(document => looksLikeCompose(path, document))) {
      problems.push(...parsed.problems)
      found.set(path, { path, root: parsed.root })
    }
  }
  return found
}

// Jinja, ERB, cookiecutter: https://jinja.palletsprojects.com/en/stable/templates/
const isMadeLater = (text: string): boolean => /\{%[\s\S]{0,2000}?%\}|<%[\s\S]{0,2000}?%>|^[ \t]*(?:- )?\{\{|^[^#"'\r\n\u2028\u2029]*:[ \t]+\{\{/m.test(text)

/** Files that others include or extend. Of files that include each other in a circle one stays, so that their stack is not lost. */
function references(found: ReadonlyMap<string, ComposeFile>): { included: Set<string>; extended: Set<string> } {
  const included = new Set<string>(), extended = new Set<string>()
  const includes = new Map<string, Set<string>>()
  for (const { path, root } of found.values()) {
    const nodes = listOf(get(root, 'include')).flatMap(item => (item.kind === 'map' ? listOf(get(item, 'path')) : [item]))
    if (nodes.length > 0) includes.set(path, new Set(nodes.map(node => join(folderOf(path), scalarText(node) ?? ''))))
  }
  const circles = circlesOf(includes)
  for (const [path, targets] of includes) {
    for (const target of targets) {
      const stays = isDefault(target) !== isDefault(path) ? isDefault(target) : target < path
      if (target !== path && !(stays && circles.get(target) === circles.get(path))) included.add(target)
    }
  }
  for (const { path, root } of found.values()) {
    for (const service of servicesOf(root).values()) {
      const file = scalarText(dig(service, 'extends', 'file'))
      const target = file === undefined ? path : join(folderOf(path), file)
      if (target !== path) extended.add(target)
    }
  }
  return { included, extended }
}

/** The views of one folder: the project that Compose would start by itself, and each other file over it or alone. */
function viewsOf(folder: string, members: readonly ComposeFile[], all: ReadonlyMap<string, ComposeFile>, files: Files): readonly View[] {
  const byName = new Map(members.map(file => [nameOf(file.path), file]))
  const base = defaultNames.map(name => byName.get(name)).find(file => file !== undefined)
  const main = mainFiles(folder, base, byName, files)
  const consumed = new Set(main)
  const overrides = new Map<string, string[]>()
  for (const file of members) {
    const target = overridden(nameOf(file.path))?.map(name => byName.get(name)).find(f => f !== undefined)
    if (!target || consumed.has(file.path)) continue
    overrides.set(target.path, [...(overrides.get(target.path) ?? []), file.path])
    consumed.add(file.path)
  }
  const composed: (readonly string[])[] = []
  const alone: ComposeFile[] = []
  for (const file of members) {
    if (consumed.has(file.path)) continue
    const paths = isTemplate(file) ? [file.path] : completed(file, base, members.filter(other => !isTemplate(other)), all)
    if (paths.length > 1) composed.push(paths)
    else alone.push(file)
  }
  const parts = partsOf([...composed, ...alone.map(({ path }) => [path])].map(paths => paths.flatMap(path => all.get(path) ?? [])))
  if (parts.length > 0) composed.push(parts)
  const used = new Set([...composed.flatMap(paths => paths.slice(0, -1)), ...parts])
  const startsAlone = (path: string): boolean => {
    const file = all.get(path)
    return !file || !used.has(path) || missingOf([file]).services.size === 0
  }
  const views: View[] = []
  if (main.length > 1 || (main[0] !== undefined && startsAlone(main[0]))) views.push({ files: main })
  for (const { path } of alone) {
    if (parts.includes(path)) continue
    const own = [path, ...(overrides.get(path) ?? [])]
    if (own.length > 1 || startsAlone(path)) views.push({ files: own, ...(members.length > 1 ? { variant: nameOf(path) } : {}) })
  }
  const within = (a: readonly string[], b: readonly string[]): boolean => a.length < b.length && a.every(path => b.includes(path))
  for (const paths of composed) {
    if (!composed.some(other => within(paths, other))) views.push({ files: paths, variant: nameOf(paths.at(-1) ?? '') })
  }
  return views
}

/** A one-click app of CapRover: each file is a whole, though all of them call their services alike. https://caprover.com/docs/one-click-apps.html */
const isTemplate = ({ root }: ComposeFile): boolean => get(root, 'captainVersion') !== undefined

/** What `docker compose up` loads in a folder: `COMPOSE_FILE` of its `.env`, else the default file with its override. */
function mainFiles(folder: string, base: ComposeFile | undefined, byName: ReadonlyMap<string, ComposeFile>, files: Files): readonly string[] {
  const paths = statedIn(files.tree, folder)
  if (paths.length > 0 && paths.every(path => typeof files.yaml(path) === 'object')) return paths
  if (!base) return []
  const named = ['compose.override.yml', 'compose.override.yaml', 'docker-compose.override.yml', 'docker-compose.override.yaml']
  const preferred = overridesOf(nameOf(base.path))
  const override = [...preferred, ...named].map(name => byName.get(name)).find(file => file !== undefined)
  return override ? [base.path, override.path] : [base.path]
}

/** The files that `COMPOSE_FILE` names in a folder's `.env`. */
function statedIn(tree: FileTree, folder: string): readonly string[] {
  const { entries } = variablesOf(tree, folder, 'compose')
  const stated = entries.get('COMPOSE_FILE')
  if (!stated || stated.missing.length > 0) return []
  const separator = entries.get('COMPOSE_PATH_SEPARATOR')?.text ?? (stated.text.includes(';') ? ';' : ':')
  return stated.text.split(separator === '' ? ':' : separator).filter(part => part !== '').map(part => join(folder, part))
}

const overridesOf = (name: string): readonly string[] => {
  const stem = name.replace(/\.ya?ml$/, '')
  return [`${stem}.override.yml`, `${stem}.override.yaml`]
}
