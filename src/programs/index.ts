// A workload → what its program does with the servers of its stack, read from the program's own files. Nothing is run, installed or
// fetched; what was found in a folder is found once, however many workloads run it.
import { folderOf, nameOf, type FileTree } from '../model/files.ts'
import { isSecretImage } from '../model/images.ts'
import type { Knowledge } from '../model/knowledge.ts'
import type { Program } from '../model/program.ts'
import type { BuildSource, Component, Stack, Technology, Workload } from '../model/stack.ts'
import { hiding, known, readable, type Value } from '../model/value.ts'
import { oneForm } from '../model/words.ts'
import { doneBy } from './conditions.ts'
import { configurationIn, withoutIdle } from './configuration/index.ts'
import { connectorsOf, isConnectWorker } from './connectors.ts'
import { anyStoreIds, together } from './calls/index.ts'
import { repositoryOf } from './builds.ts'
import { goPackagesOf, mainsOf } from './go-commands.ts'
import { wordsOf } from './image-names.ts'
import { imagesOf, type Images } from './images.ts'
import { libraryIndex, type LibraryIndex } from './libraries.ts'
import type { Manifest } from './manifests/manifest.ts'
import { isOfficial } from './official-images.ts'
import { namedSettings } from './named-files.ts'
import { mayOwn, ownedBeside, ownedByBuild, ownedByMount, type Owned } from './ownership.ts'
import { projectsOf, type Projects } from './projects.ts'
import { sourcesOf, type Sources } from './sources.ts'

type Read = Pick<Stack, 'workloads' | 'kind' | 'files' | 'touched'> & { readonly components: readonly Component[] }

/** What one run knows of the programs of a tree. */
export interface Programs {
  /** The stack with the program of every workload that may be a client of one of its components. */
  with<T extends Read>(stack: T): T
}

interface Reading {
  readonly tree: FileTree
  readonly projects: Projects
  readonly libraries: LibraryIndex
  readonly sources: Sources
}

/** `all`: every workload of the repository, also of other stacks. */
export const programsOf = (tree: FileTree, knowledge: Knowledge, all: readonly Workload[]): Programs => new TreePrograms(tree, knowledge, all)

class TreePrograms implements Programs {
  private readonly known = new Map<string, Program>()
  private readings: Reading | undefined
  private images: Images | undefined
  private folders: readonly string[] | undefined

  constructor(private readonly tree: FileTree, private readonly knowledge: Knowledge, private readonly all: readonly Workload[]) {}

  with<T extends Read>(stack: T): T {
    if (stack.components.length === 0) return stack
    const members = new Set(stack.components.flatMap(component => component.members)), folder = folderOf(stack.files[0] ?? '.')
    const workloads = stack.workloads.map(workload => this.withConnectors(members.has(workload) ? workload : this.withProgram(workload, stack.kind !== 'compose'), folder))
    const programs = this.beside(stack, workloads.filter((_, at) => !members.has(stack.workloads[at] as Workload)), folder)
    if (programs.length === 0 && workloads.every((workload, at) => workload === stack.workloads[at])) return stack
    return withFiles({ ...stack, workloads, ...(programs.length === 0 ? {} : { programs }) }, [...workloads, ...programs])
  }

  // Nothing is looked at before a stack has a server.
  private get reading(): Reading {
    if (!this.readings) {
      const projects = projectsOf(this.tree)
      this.readings = { tree: this.tree, projects, libraries: libraryIndex(this.knowledge), sources: sourcesOf(this.tree, projects) }
    }
    return this.readings
  }

  private get built(): Images { return this.images ??= imagesOf(this.tree, this.reading.projects, this.all) }

  /** The folders of all deployments, sorted. */
  private get deploying(): readonly string[] { return this.folders ??= [...new Set(this.all.map(({ span }) => folderOf(span.file)))].sort() }

  private programOf(owned: Owned): Program {
    const key = JSON.stringify(owned)
    let program = this.known.get(key)
    if (!program) this.known.set(key, program = readProgram(owned, this.reading))
    return program
  }

  private withProgram(workload: Workload, cluster: boolean): Workload {
    const { owned, source } = this.ownedBy(workload, cluster), named = namedSettings(workload, source, this.tree)
    const started = named.length === 0 ? workload : { ...workload, environment: [...workload.environment, ...named] }
    if (owned) return withSettings(withoutUnread({ ...started, program: this.programOf(owned) }))
    const image = imageNamed(workload)
    return image !== undefined && this.built.isOurs(image) ? { ...started, ours: true } : started
  }

  private withConnectors(workload: Workload, folder: string): Workload {
    if (!isConnectWorker(workload)) return workload
    const mounted = new Set(workload.environment.map(({ nameSpan }) => nameSpan.file))
    const posted = connectorsOf(folder, this.deploying, this.reading.projects, this.tree).filter(({ nameSpan }) => !mounted.has(nameSpan.file))
    return posted.length === 0 ? workload : { ...workload, settings: [...workload.settings ?? [], ...posted] }
  }

  private ownedBy(workload: Workload, cluster: boolean): { readonly owned?: Owned | undefined; readonly source?: BuildSource | undefined } {
    const { tree, reading: { projects } } = this, source = workload.builtFrom
    const found = source && ownedByBuild(workload, source, tree, projects)
    if (found?.folders.some(folder => projects.at(folder))) return { owned: found, source }
    // An image for developers holds the tools, and what they work on is mounted.
    const mounted = ownedByMount(workload, tree, projects) ?? found
    if (mounted || source) return { owned: mounted, source }
    // Values often leave the image's name to the chart, which is called like the program; `shop-rabbitmq` with an official image is none of the shop's.
    const image = imageNamed(workload), images = this.built
    const here = (image === undefined ? undefined : images.sourceOf(image)) ?? (cluster && !isOfficial(repositoryOf(image ?? '')) ? images.calledLike(workload.name) : undefined)
    const owned = here && ownedByBuild(workload, here.source, tree, projects)
    if (owned) return { owned: { ...owned, certain: owned.certain && here.sure }, source: here.source }
    // Its Dockerfile may build on another image of the repository, and start nothing by itself.
    const top = image === undefined ? undefined : images.own(image)
    return top ? { owned: ownedByBuild(workload, top, tree, projects), source: top } : {}
  }

  /** Who starts only the servers this way, or with them nothing that works with them, starts the programs beside them by hand. */
  private beside(stack: Read, workloads: readonly Workload[], folder: string): readonly Workload[] {
    const quiet = new Set(stack.components.map(({ technology }) => technology).filter(technology => !workloads.some(({ program }) => program && worksWith(program, technology))))
    if (quiet.size === 0) return []
    const started = new Set(workloads.flatMap(({ program }) => program?.folders[0] ?? []))
    // One that cannot be read may be one of these, of which the deployment says something else.
    const hidden = workloads.some(workload => workload.program === undefined && mayOwn(workload)) ? ['program'] : []
    const found = ownedBeside(folder, this.deploying, this.reading.projects).filter(({ folders: [own = ''] }) => !started.has(own))
    // What is built from a folder that the repository does not hold is none of these, unless it is called like one.
    const absent = workloads.flatMap(({ program, builtFrom }) => (program === undefined && builtFrom !== undefined && builtFrom.hidden === undefined && isAbsent(builtFrom.folder, this.reading.projects) ? [nameOf(builtFrom.folder)] : []))
    const others = absent.some(name => !found.some(({ folders: [own = ''] }) => nameOf(own) === name) && !this.built.isOurs(name))
    return meantBy(workloads, found.map(owned => only(this.programOf(owned), quiet)), others).map(program => hiding(standing(program), ...hidden))
  }
}

const isAbsent = (folder: string, projects: Projects): boolean => !/^(?:\/|\.\.)|[:$]/.test(folder) && !projects.has(folder)

/**
 * The programs beside a stack, those that are not meant for sure less certain: those that what it starts is called after, by an image's name or
 * tag, are; else an only one that works with its servers; else those without a deployment of their own, unless the stack starts `others`.
 */
function meantBy(workloads: readonly Workload[], programs: readonly Program[], others: boolean): readonly Program[] {
  const started = workloads.flatMap(({ name, image, builtFrom, program }) => (program ? [] : [` ${wordsOf(`${name} ${image ? readable(image) : ''} ${builtFrom ? nameOf(builtFrom.folder) : ''}`).join(' ')} `]))
  const working = programs.filter(({ shown, traffic }) => shown.length + traffic.length > 0)
  const named = working.filter(({ folders: [folder = '.'] }) => folder !== '.' && started.some(name => name.includes(` ${wordsOf(nameOf(folder)).join(' ')} `)))
  const isMeant = (program: Program): boolean => (named.length > 0 ? named.includes(program) : working.length === 1 || (program.certain && !others))
  return programs.map(program => ({ ...program, certain: isMeant(program) }))
}

// What lies beside the deployment speaks to the program only by names that it reads.
function withoutUnread<T extends Workload>(workload: T): T {
  const { program, beside } = workload, idle = program?.certain === true ? program.idle ?? [] : []
  return beside === undefined || idle.length === 0 ? workload : { ...workload, beside: beside.filter(({ name }) => !idle.includes(name)) }
}

// Its registry and its tag may be unknown: `${REGISTRY}/shop-api:${TAG}`.
function imageNamed({ image }: Workload): string | undefined {
  if (image === undefined || image.known) return image?.value
  const parts = image.raw.replace(/\$\{[^}]{0,200}\}/g, '$').split('/'), name = parts.pop()?.split(':')[0] ?? ''
  return name === '' || name.includes('$') || isSecretImage(image) ? undefined : [...parts.filter(part => !part.includes('$')), name].join('/')
}

const worksWith = ({ shown, traffic }: Program, technology: Technology): boolean => shown.some(each => each.technology === technology) || traffic.some(each => each.technology === technology)

/** What a program does with these. */
function only(program: Program, technologies: ReadonlySet<Technology>): Program {
  const fits = ({ technology }: { readonly technology: Technology }): boolean => technologies.has(technology)
  return { ...program, shown: program.shown.filter(fits), traffic: program.traffic.filter(fits) }
}

// What programs show belongs to what the stack rests on.
function withFiles<T extends Read>(stack: T, workloads: readonly Workload[]): T {
  return { ...stack, touched: new Set([...(stack.touched ?? stack.files), ...workloads.flatMap(workload => [...workload.program?.files ?? [], ...[...workload.settings ?? [], ...workload.environment].map(({ nameSpan }) => nameSpan.file)])]) }
}

// A program that nobody's file starts.
function standing(program: Program): Workload {
  const [folder = '.'] = program.folders
  const span = { file: program.files[0] ?? folder, start: 0, end: 0 }
  return withSettings({ name: folder === '.' ? 'the program' : nameOf(folder), span, environment: [], hosts: [], dependsOn: [], mounts: [], labels: [], ports: [], profiles: [], comments: [], declared: [], program })
}

const longestFilled = 4_000
const mostNested = 1_000


/** With what its configuration sets, where the deployment does not set the same; what it takes from the deployment is filled in. */
function withSettings<T extends Workload>(workload: T): T {
  const stated = new Map(workload.environment.map(variable => [variable.name, variable.value]))
  const names = new Set([...workload.environment, ...(workload.beside ?? [])].map(variable => oneForm(variable.name)))
  const own = new Map((workload.program?.variables ?? []).map(variable => [variable.name, variable.value]))
  // What names itself has no value, and what names much is as long as an address may be: small files could double each other without an end.
  const texts = new Map<string, string | undefined>()
  const textOf = (name: string): string | undefined => {
    if (texts.has(name)) return texts.get(name)
    texts.set(name, undefined)
    const found = stated.get(name) ?? own.get(name)
    const text = found === undefined ? undefined : found.known ? found.value : texts.size > mostNested ? undefined : filledText(found.raw)
    texts.set(name, text)
    return text
  }
  const filledText = (raw: string): string => {
    let length = 0
    return raw.slice(0, longestFilled).replace(/\$\{(\w+)(?::-([^{}]*))?\}/g, (written, name: string, fallback?: string) => {
      const text = length > longestFilled ? written : textOf(name) ?? fallback ?? written
      length += text.length
      return text
    }).slice(0, longestFilled)
  }
  const filled = (value: Value): Value => {
    if (value.known || !value.raw.includes('${')) return value
    const text = filledText(value.raw)
    return text.includes('${') ? { ...value, raw: text } : known(text, value.span)
  }
  const settings = (workload.program?.variables ?? []).filter(variable => !names.has(oneForm(variable.name))).map(variable => ({ ...variable, value: filled(variable.value) }))
  // `@KafkaListener(topics = "${orders.topic}")` is named by the configuration, which the environment overrides.
  const byForm = new Map([...settings, ...workload.environment].map(variable => [oneForm(variable.name), variable.value]))
  const named = (value: Value): Value => {
    const [, name, fallback] = value.known ? [] : /^[$#]\{+([\w.-]+)(?::([^{}]*))?\}+$/.exec(value.raw) ?? []
    const found = name === undefined ? undefined : byForm.get(oneForm(name))
    return found?.known ? found : fallback === undefined || value.known ? value : known(fallback, value.span)
  }
  const done = workload.program && doneBy(workload.program, workload, [...settings, ...workload.environment])
  const program = done && { ...done, traffic: done.traffic.map(each => ({ ...each, name: named(each.name), ...(each.group ? { group: named(each.group) } : {}) })) }
  return { ...workload, ...(program ? { program } : {}), ...(settings.length > 0 ? { settings } : {}) }
}

const importingManifest = /^(?:package\.json|requirements.*\.txt|pyproject\.toml|Pipfile|setup\.(?:py|cfg)|poetry\.lock|go\.mod)$/

const noCalls: ReturnType<Sources['in']> = { calls: [], unread: [] }

function readProgram({ folders, certain, commands }: Owned, { tree, projects, libraries, sources }: Reading): Program {
  const files: string[] = [], manifests: Manifest[] = []
  // A package of Go that no command imports is nobody's.
  const mains = commands ?? mainsOf(folders, projects, tree)
  const parts = mains.length > 0 ? goPackagesOf(mains, folders, projects, tree) : undefined
  for (const folder of folders) {
    for (const path of projects.at(folder)?.manifests ?? []) {
      const text = tree.read(path)
      files.push(path)
      const manifest = typeof text === 'string' && libraries.mayName(text) ? projects.read(path) : undefined
      if (manifest) manifests.push(parts ? { ...manifest, dependencies: manifest.dependencies.filter(({ ecosystem, name }) => ecosystem !== 'go' || parts.imports(name)) } : manifest)
    }
  }
  const configured = folders.map(folder => configurationIn(folder, sources.filesOf(folder, folders), projects.at(folder)?.manifests.flatMap(path => projects.read(path) ?? []) ?? [], tree))
  const packages = libraries.shownBy(manifests, (ecosystem, words) => sources.names(folders, ecosystem, words, parts?.holds))
  // Whose manifest names no client and nothing that brings one calls none: its source need not be read.
  const { calls, unread } = files.length > 0 && packages.length === 0 ? noCalls : sources.in(folders, parts?.holds)
  const built = new Set(packages.flatMap(({ technology, weight }) => (weight === 'against' ? [] : [technology])))
  const all = together(calls.map(each => ({ ...each, shown: each.shown.filter(({ id, technology }) => files.length === 0 || built.has(technology) || !anyStoreIds.has(id)) })))
  const variables = configured.flatMap(each => each.variables)
  // What a framework of other languages brings along opens a server without a word in the source.
  const importing = files.length > 0 && folders.every(folder => (projects.at(folder)?.manifests ?? []).every(path => importingManifest.test(nameOf(path))))
  const readInFull = calls.length > 0 && unread.length === 0
  return {
    folders, certain, unread, ...importing && unread.length === 0 ? { whole: true as const } : {},
    ...all,
    shown: [...packages, ...configured.flatMap(each => each.shown), ...all.shown],
    idle: configured.flatMap(each => each.idle),
    variables: readInFull ? withoutIdle(variables, all.shown) : variables,
    files: [...files, ...configured.flatMap(each => each.files), ...calls.map(each => each.file)],
  }
}
