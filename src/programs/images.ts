// Which images this repository builds, and from what: what compose files, skaffold, bake files, workflows and scripts say, and where
// they say nothing, the names of folders and of the repository itself. Knows build files; reads no program.
import { filesNamed, filesThat, folderOf, join, nameOf, yamlFiles, type FileTree } from '../model/files.ts'
import type { BuildSource, Workload } from '../model/stack.ts'
import { readable } from '../model/value.ts'
import { builds, mayBeBuild, mayBuild, repositoryOf, type Built } from './builds.ts'
import { stagesOf } from '../readers/dockerfile.ts'
import { calledAfter } from './image-names.ts'
import { officialImages } from './official-images.ts'
import { servers } from './ownership.ts'
import { isAside, type Projects } from './projects.ts'

export interface BuiltHere {
  readonly source: BuildSource
  /** A file says so, or only one thing can be meant. */
  readonly sure: boolean
}

export interface Images {
  /** What an image is built from, when it is built here. */
  sourceOf(image: string): BuiltHere | undefined
  /** The program at the top of the repository, where an image is called like the repository itself. */
  own(image: string): BuildSource | undefined
  /** Whether an image is called like the repository, or a part of it: `shop/shop-worker`. */
  isOurs(image: string): boolean
  /** What a program of that name is built from, where its image is not known. */
  calledLike(name: string): BuiltHere | undefined
}

const none: ReadonlyMap<string, string> = new Map()
const from = (folder: string, dockerfile: string, rest: Partial<BuildSource> = {}): BuildSource => ({ folder, dockerfile, contexts: none, args: none, ...rest })

export function imagesOf(tree: FileTree, projects: Projects, workloads: readonly Workload[]): Images {
  const stated = new Map<string, BuildSource>()
  for (const { image, builtFrom } of workloads) if (image && builtFrom) stated.set(repositoryOf(readable(image)), builtFrom)
  let found: readonly Built[] | undefined, dockerfiles: readonly string[] | undefined, names: ReadonlySet<string> | undefined, families: Families | undefined
  const remembered = new Map<string, BuiltHere | undefined>()
  const search = (repository: string): BuiltHere | undefined => {
    const known = stated.get(repository)
    if (known) return { source: known, sure: true }
    found ??= filesThat(tree, mayBeBuild, mayBuild).flatMap(path => builds(path, tree))
    const sources = [...new Map(found.flatMap(built => { const source = sourceIn(built, repository); return source ? [[JSON.stringify([source.folder, source.dockerfile, source.target]), source] as const] : [] })).values()]
    const [first, ...others] = sources
    if (first && others.length === 0) return { source: first, sure: true }
    dockerfiles ??= dockerfilesIn(tree)
    return byName(repository, dockerfiles, names ??= ownNames(tree, projects), tree, projects, () => (families ??= familiesOf(workloads, dockerfiles ?? [], projects)))
  }
  const byWhatIsCalled = (name: string): BuiltHere | undefined => {
    const repository = repositoryOf(name)
    if (!remembered.has(repository)) remembered.set(repository, search(repository))
    return remembered.get(repository)
  }
  return {
    sourceOf(image) {
      return byWhatIsCalled(image) ?? unqualified(repositoryOf(image), dockerfiles ??= dockerfilesIn(tree), tree, projects)
    },
    own(image) {
      return projects.at('.') && (names ??= ownNames(tree, projects)).has(plainName(nameOf(repositoryOf(image)))) ? from('.', 'Dockerfile') : undefined
    },
    isOurs(image) {
      const repository = repositoryOf(image), own = names ??= ownNames(tree, projects)
      return repository.split('/').slice(-2).some(part => own.has(plainName(part)) || [...own].some(name => name.length > 4 && plainName(part).startsWith(name)))
    },
    calledLike: byWhatIsCalled,
  }
}

const dockerfilesIn = (tree: FileTree): readonly string[] => filesNamed(tree, mayBeDockerfile).filter(path => isDockerfile(path) && !isAside(path, '.'))

/** What a build makes of an image of that name. Its own name for it may hold what only the build knows: `acme/*`. */
function sourceIn(built: Built, repository: string): BuildSource | undefined {
  const { folder, dockerfile, target } = built
  const open = nameOf(built.image).includes('*')
  if (open) {
    const [head = '', tail = ''] = built.image.split('*')
    // A part of a product is told by the argument that takes its name, or nobody can tell.
    if (!built.image.includes('/') || head.length < 3 || built.image.split('*').length !== 2 || !repository.startsWith(head) || !repository.endsWith(tail)) return undefined
    const part = repository.slice(head.length, repository.length - tail.length)
    const given = [...built.args].filter(([, value]) => value === '*')
    if (part.includes('/') || given.length === 0) return undefined
    return from(folder, dockerfile, { args: new Map(given.map(([name]) => [name, part])), ...(target === undefined ? {} : { target }) })
  }
  const same = built.image === repository || ((!built.image.includes('/') || built.image.includes('*')) && nameOf(built.image) === nameOf(repository))
  return same ? from(folder, dockerfile, { args: new Map([...built.args].filter(([, value]) => !value.includes('*'))), ...(target === undefined ? {} : { target }) }) : undefined
}

const mayBeDockerfile = (name: string): boolean => /^(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|^[\w.-]+\.[Dd]ockerfile$/.test(name)
export const isDockerfile = (path: string): boolean =>
  mayBeDockerfile(nameOf(path)) && !/\.(?:dev|development|local|test|ci|dockerignore)$|^dev\.|(?:^|\/)\.devcontainer\//i.test(path)

/** The part of a product that a Dockerfile builds, by its own name: `Dockerfile.api`, `api.Dockerfile`. */
const kindOf = (path: string): string => /^Dockerfile\.([\w-]+)$/.exec(nameOf(path))?.[1] ?? /^([\w.-]+)\.[Dd]ockerfile$/.exec(nameOf(path))?.[1] ?? ''

const isReadme = (name: string): boolean => /^readme(?:\.\w+)?$/i.test(name)
const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Words behind an image's name that say which part of a product it is. */
const part = /[-_](?:server|app|web|backend|api|worker|core|service|ce|ee|oss|community|main|standalone)$/

/** By the folder or the Dockerfile of that name, or as the repository's own image. */
function byName(repository: string, dockerfiles: readonly string[], names: ReadonlySet<string>, tree: FileTree, projects: Projects, families: () => Families): BuiltHere | undefined {
  const last = nameOf(repository), namespace = repository.includes('/') ? repository.split('/').at(-2) ?? '' : ''
  const own = names.has(plainName(last)) || names.has(plainName(last.replace(part, ''))) || (repository.includes('/') && names.has(plainName(repository)))
  const inside = own || names.has(plainName(namespace))
  // A folder may be called like the image, or like what the product's name leaves of it: `shop-cart` lies in `cart`.
  const begins = (words: readonly string[]): boolean => { const head = words.join(''); return names.has(head) || (head.length > 4 && [...names].some(name => name.startsWith(head))) }
  const wanted = [last, ...last.split(/[-_]/).flatMap((_, at, words) => (at > 0 && begins(words.slice(0, at)) ? [words.slice(at).join('-')] : []))]
  const called = (name: string): boolean => wanted.includes(name.toLowerCase())
  const told = inside || (last.includes('-') && wanted.length > 0)
  const [only, ...others] = told ? dockerfiles.filter(path => called(nameOf(folderOf(path))) || called(kindOf(path))) : []
  if (only !== undefined && others.length === 0) return { source: from(contextOf(only, tree, projects), only), sure: true }
  const [project, ...projectsToo] = told && only === undefined ? projects.within('.').filter(each => (called(nameOf(each.folder)) || endsLike(each.folder, last)) && !isAside(`${each.folder}/x`, '.')) : []
  if (project && projectsToo.length === 0) return { source: from(project.folder, join(project.folder, 'Dockerfile')), sure: true }
  // Commands of one Go module: `shop-cart` is `cmd/cart`.
  if (wanted.length > 1 && projects.at('.') && wanted.some(name => projects.has(`cmd/${name}`))) return { source: from('.', 'Dockerfile'), sure: true }
  const family = families()(repository)
  if (family) return { source: family.place.endsWith('/') ? from(family.place.slice(0, -1), `${family.place}Dockerfile`) : from(contextOf(family.place, tree, projects), family.place), sure: family.sure }
  if (!own) return undefined
  const root = projects.at('.')
  const top = dockerfiles.filter(path => path === 'Dockerfile')
  const [one, ...more] = top.length > 0 ? top : dockerfiles.filter(path => !root || !projects.at(folderOf(path)) || folderOf(path) === '.')
  if (one !== undefined) return more.length === 0 ? { source: from(contextOf(one, tree, projects), one), sure: true } : undefined
  return root ? { source: from('.', 'Dockerfile'), sure: true } : undefined
}

// A name without a namespace is one of Docker's own images, or lies on the machine that built it.
function unqualified(repository: string, dockerfiles: readonly string[], tree: FileTree, projects: Projects): BuiltHere | undefined {
  if (repository.includes('/') || officialImages.has(repository)) return undefined
  const tails = repository.split(/[-_]/).map((_, at, words) => words.slice(at).join('-'))
  const named = dockerfiles.filter(path => tails.includes(nameOf(folderOf(path)).toLowerCase()) || tails.includes(kindOf(path).toLowerCase()))
  const [one, ...others] = named.length > 0 ? named : dockerfiles
  return one === undefined || others.length > 0 ? undefined : { source: from(contextOf(one, tree, projects), one), sure: true }
}

type Families = ReturnType<typeof calledAfter<string>>

// Folders with a Dockerfile, or with a program (`folder/`), by their names.
function familiesOf(workloads: readonly Workload[], dockerfiles: readonly string[], projects: Projects): Families {
  const images = [...new Set(workloads.flatMap(({ image }) => (image ? [repositoryOf(readable(image))] : [])))]
  const built = dockerfiles.filter(path => folderOf(path) !== '.'), folders = new Set(built.map(folderOf))
  const one = built.filter((path, at) => built.findIndex(other => folderOf(other) === folderOf(path)) === at)
  const others = projects.within('.').filter(({ folder }) => folder !== '.' && !folders.has(folder) && !isAside(`${folder}/x`, '.'))
  return calledAfter(images, [...one.map(path => [nameOf(folderOf(path)), path] as const), ...others.map(({ folder }) => [nameOf(folder), `${folder}/`] as const)].filter(([name]) => !servers.test(name.toLowerCase())))
}

// `kafka-java-checkout` lies in `kafka/java/checkout`.
const endsLike = (folder: string, name: string): boolean => folder.split('/').length > 1 && folder.split('/').some((_, at, parts) => at < parts.length - 1 && parts.slice(at).join('-').toLowerCase() === name)

/** The folder that a Dockerfile is built in, where nothing says it: the nearest one above it that holds what it copies, else a project that does. */
function contextOf(dockerfile: string, tree: FileTree, projects: Projects): string {
  const text = tree.read(dockerfile)
  const wanted = typeof text !== 'string' ? [] : stagesOf(text, none).flatMap(({ copies }) => copies.filter(copy => copy.from === undefined).flatMap(copy => copy.sources)).filter(path => path !== '.' && !path.includes('$'))
  const above = [folderOf(dockerfile)]
  while (above.at(-1) !== '.') above.push(folderOf(above.at(-1) ?? '.'))
  const holds = (folder: string): boolean => wanted.every(path => projects.has(join(folder, path)))
  const places = [...above.filter(folder => wanted.length > 0 || projects.at(folder)), ...projects.within('.').map(project => project.folder)]
  return places.find(holds) ?? above.find(folder => projects.at(folder)) ?? folderOf(dockerfile)
}

/** What the repository calls itself: its manifests, its README's title, the checks of its workflows. */
function ownNames(tree: FileTree, projects: Projects): ReadonlySet<string> {
  const top = projects.at('.')
  const names = top ? projects.names(top).flatMap(name => [nameOf(name), ...(name.startsWith('@') ? [name.slice(1, name.indexOf('/'))] : []), ...(/^github\.com\/[^/]+\/([^/]+)/.exec(name)?.slice(1) ?? [])]) : []
  for (const path of filesNamed(tree, isReadme)) {
    const text = path.includes('/') ? undefined : tree.read(path)
    const head = typeof text === 'string' ? text.slice(0, 6000) : ''
    names.push(...[/^#[ \t]+([^\n]{2,100})$/m, /<h1[^>]{0,200}>\s{0,40}([^<]{2,60}?)\s{0,40}</, /^([^\n]{2,60})\n=+$/m, /<img[^>]{0,400}\balt="([^"\n]{2,40})"/].flatMap(pattern => titleOf(pattern.exec(head)?.[1] ?? '')))
  }
  for (const path of yamlFiles(tree)) {
    const text = path.startsWith('.github/workflows/') && !path.includes('/', 18) ? tree.read(path) : undefined
    if (typeof text === 'string' && text.includes('github.repository')) names.push(...[...text.matchAll(/github\.repository\s*==\s*["']([\w.-]+)\/([\w.-]+)["']/g)].flatMap(match => match[2] ?? ''))
  }
  return new Set(names.map(plainName).filter(name => name.length > 2 && name.length < 30 && !tooPlain.has(name)))
}

// `# Shop: sells things` is called `Shop`; a title may also say "Foo Server" or "Welcome to Foo".
const titleOf = (title: string): readonly string[] => {
  const bare = title.replace(/!?\[([^\]]{0,100})\]\([^)]{0,400}\)/g, '$1').replace(/<[^>]{0,400}>/g, ' ').split(/[:|\u2013\u2014]|\s-\s/)[0]?.replace(/^\W+/, '').replace(/^(?:welcome to|the|apache)\s+/i, '').trim() ?? ''
  return bare.split(/\s+/).length <= 3 ? [bare] : []
}

/** Names that many projects have. */
const tooPlain = new Set([
  'app', 'api', 'web', 'server', 'backend', 'frontend', 'client', 'root', 'monorepo', 'workspace', 'project', 'service', 'main', 'core', 'demo', 'example', 'docker', 'redis', 'kafka',
  'getstarted', 'gettingstarted', 'readme', 'introduction', 'overview', 'logo', 'banner', 'license', 'build', 'node', 'python', 'nginx', 'postgres', 'mysql', 'mongo', 'installation',
])
