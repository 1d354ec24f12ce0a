// What a repository's own tools start: targets of a Makefile or justfile, scripts of package.json, Tilt, Skaffold, a dev container. Says which of them
// starts which deployment file, and whether the tool serves nothing but development; not what the names of targets mean.
import { folderOf, join, nameOf, upwards, type FileTree } from '../model/files.ts'
import type { Start } from '../model/stack.ts'
import type { Span } from '../model/value.ts'
import { dig, get, listOf, readYaml } from './yaml.ts'

const makefile = /^(?:GNUmakefile|[Mm]akefile|[jJ]ustfile|\.justfile)$/
const others = /^(?:Tiltfile|skaffold\.ya?ml|package\.json|devcontainer\.json|\.devcontainer\.json)$/
const limits = { characters: 200_000, starts: 100 } as const

/** Whether a path is that of a file which may start others. */
export const mayStart = (path: string): boolean => makefile.test(nameOf(path)) || others.test(nameOf(path))

/** For a folder, what the tools in it and in the folders above start. */
export const startsIn = (tree: FileTree): (folder: string) => readonly Start[] => upwards(folder => startsOf(tree, folder))

function startsOf(tree: FileTree, folder: string): readonly Start[] {
  const names = tree.list(folder) ?? []
  const paths = [...names.filter(mayStart), ...names.includes('.devcontainer') ? (tree.list(join(folder, '.devcontainer')) ?? []).filter(name => name === 'devcontainer.json').map(name => `.devcontainer/${name}`) : []]
  return paths.sort().flatMap(name => {
    const file = join(folder, name), text = tree.read(file)
    return typeof text !== 'string' || text.length > limits.characters ? [] : read(file, text)
  }).slice(0, limits.starts)
}

function read(file: string, text: string): readonly Start[] {
  const name = nameOf(file)
  if (makefile.test(name)) return ofTargets(file, text)
  if (name === 'package.json') return ofScripts(file, text)
  if (name === 'Tiltfile') return ofTilt(file, text)
  if (name.startsWith('skaffold')) return ofSkaffold(file, text)
  return ofContainer(file, text)
}

const placeOf = (file: string, written: string, base = folderOf(file)): string => join(base, written.replace(/^\.\//, ''))

// `docker compose --env-file x -f a.yml -f b.yml up -d`, in the folder that `cd` has led to. The last file makes the others what is started here;
// they are started otherwise, too.
function started(file: string, line: string, span: Span, target: string): readonly Start[] {
  const command = /\b(?:docker|podman)[- ]compose(\s[^&|;]{0,500})/.exec(line)
  if (!command) return []
  const base = join(folderOf(file), /\bcd[ \t]{1,5}([\w./-]+)/.exec(line.slice(0, command.index))?.[1] ?? '.')
  const files: string[] = []
  const words = (command[1] ?? '').trim().replace(/=/g, ' ').split(/\s+/)
  for (const [at, word] of words.entries()) {
    const next = words[at + 1]
    if ((word === '-f' || word === '--file') && next !== undefined) files.push(placeOf(file, next.replace(/["']/g, ''), base))
    if (word === 'up' || word === 'watch') return [{ span, target, starts: [files.at(-1) ?? base] }]
    // What follows an option may be its value; another command starts nothing.
    if (!word.startsWith('-') && !words[at - 1]?.startsWith('-')) return []
  }
  return []
}

const variables = /^([A-Za-z_][\w-]{0,60})[ \t]{0,9}[:?]?=(.+)$/, heading = /^([A-Za-z][\w./-]{0,60})(?: +[\w=.'"-]{1,40}){0,5} {0,5}:(?!=)/

function ofTargets(file: string, text: string): readonly Start[] {
  const found: Start[] = [], values = new Map<string, string>()
  let target = '', at = 0
  for (const line of text.split('\n')) {
    const span = { file, start: at, end: at + line.length }
    at += line.length + 1
    if (line.length > 1000 || line.startsWith('#')) continue
    const [, name, value] = variables.exec(line) ?? []
    if (name !== undefined && value !== undefined) { values.set(name, value.trim()); continue }
    const own = heading.exec(line)?.[1]
    if (own !== undefined) { target = own; continue }
    if (target === '' || !/^\s/.test(line)) continue
    const filled = line.replace(/\$[({]([\w-]+)[)}]|\{\{\s?([\w-]+)\s?\}\}/g, (written, first?: string, second?: string) => values.get(first ?? second ?? '') ?? written)
    found.push(...started(file, filled.slice(0, 2000), span, target))
  }
  return found
}

function ofScripts(file: string, text: string): readonly Start[] {
  const scripts = /"scripts"\s*:\s*\{([^{}]*)\}/.exec(text)
  if (!scripts) return []
  const from = scripts.index + scripts[0].length - (scripts[1] ?? '').length - 1
  return [...(scripts[1] ?? '').matchAll(/"([\w:.-]{1,60})"\s*:\s*"((?:[^"\\]|\\.){1,1000})"/g)].flatMap(match =>
    started(file, match[2] ?? '', { file, start: from + match.index, end: from + match.index + match[0].length }, match[1] ?? ''))
}

// https://docs.tilt.dev/api.html#api.docker_compose, #api.k8s_yaml: Tilt builds and restarts while somebody works.
function ofTilt(file: string, text: string): readonly Start[] {
  return [...text.replace(/^[ \t]*#[^\n]*/gm, found => ' '.repeat(found.length)).matchAll(/\b(?:docker_compose|k8s_yaml|kustomize|helm)\(([^()]{1,2000})/g)].flatMap(match => {
    const all = [...(match[1] ?? '').matchAll(/["']([\w./-]{1,200})["']/g)].map(name => placeOf(file, name[1] ?? ''))
    const starts = match[0].startsWith('docker_compose') ? all.slice(-1) : all
    return starts.length === 0 ? [] : [{ span: { file, start: match.index, end: match.index + match[0].length }, target: '', starts, develops: 'Tilt' }]
  })
}

// Images that are never pushed run where they were built; source that is copied into running containers is being worked on.
// https://skaffold.dev/docs/builders/build-environments/local/, https://skaffold.dev/docs/filesync/
function ofSkaffold(file: string, text: string): readonly Start[] {
  return readYaml(file, text).documents.flatMap(document => {
    const push = dig(document, 'build', 'local', 'push'), sync = listOf(dig(document, 'build', 'artifacts')).flatMap(artifact => get(artifact, 'sync') ?? [])[0]
    const sign = push?.kind === 'scalar' && push.text === 'false' ? push : sync
    if (!sign) return []
    const lists = [dig(document, 'manifests', 'rawYaml'), dig(document, 'deploy', 'kubectl', 'manifests')]
    const starts = lists.flatMap(list => listOf(list)).flatMap(item => (item.kind === 'scalar' ? [placeOf(file, item.text.includes('*') ? folderOf(item.text.slice(0, item.text.indexOf('*'))) : item.text)] : []))
    return starts.length === 0 ? [] : [{ span: sign.span, target: '', starts, develops: sign === push ? 'Skaffold, which pushes no image,' : 'Skaffold, which copies source into what runs,' }]
  })
}

// https://containers.dev/implementors/json_reference/#compose-specific
function ofContainer(file: string, text: string): readonly Start[] {
  const list = /"dockerComposeFile"\s*:\s*(?:"([^"\n]{1,300})"|\[([^[\]]{1,2000})\])/.exec(text)
  if (!list) return []
  const starts = list[1] !== undefined ? [list[1]] : [...(list[2] ?? '').matchAll(/"([^"\n]{1,300})"/g)].map(match => match[1] ?? '')
  // A file above is what others start, too.
  const own = starts.slice(-1).filter(each => !each.startsWith('..')).map(each => placeOf(file, each))
  return own.length === 0 ? [] : [{ span: { file, start: list.index, end: list.index + list[0].length }, target: '', starts: own, develops: 'a dev container' }]
}
