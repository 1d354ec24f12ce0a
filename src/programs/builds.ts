// What files say about the images that they build: skaffold, docker-bake, steps of workflows, `docker build` in scripts. Runs nothing.
import { folderOf, join, nameOf, type FileTree } from '../model/files.ts'
import { before } from '../model/words.ts'
import { dig, get, listOf, readYaml, type YamlNode } from '../readers/yaml.ts'
import { shellWords } from '../readers/shell.ts'

/** An image that a file says is built here. Paths are from the tree's root. */
export interface Built {
  /** Without registry and tag; `*` for what only the build knows. */
  readonly image: string
  readonly folder: string
  readonly dockerfile: string
  readonly target?: string
  /** Build arguments; `*` for a value that only the build knows. */
  readonly args: ReadonlyMap<string, string>
}

/** Registry, tag and digest taken off, lower case. */
export function repositoryOf(image: string): string {
  const bare = image.trim().toLowerCase().replace(/@sha\d{1,4}:[^@]*$/, '')
  const slash = bare.lastIndexOf('/'), colon = bare.indexOf(':', slash + 1)
  const name = colon < 0 ? bare : bare.slice(0, colon)
  const first = name.indexOf('/')
  return (first > 0 && /[.:]|^localhost$/.test(name.slice(0, first)) ? name.slice(first + 1) : name).replace(/\$\{[^}]{0,200}\}\/?/g, '')
}

const longest = 200_000

/** Documents that tell people how to build and deploy. */
const instructions = /(?:^|\/)(?!node_modules)[\w.-]{0,60}(?:readme|deploy|docker|kube|k8s|install|build|setup|start|run|hosting)[\w.-]{0,60}\.(?:md|mdx|rst|adoc)$/i

const scripts = /(?:^|\/)(?!node_modules)[\w.-]{0,60}(?:build|docker|release|publish|image)[\w.-]{0,60}\.sh$/i

export const mayBuild = (path: string): boolean =>
  /(?:^|\/)skaffold[\w.-]*\.ya?ml$|(?:^|\/)docker-bake[\w.-]*\.(?:hcl|json)$|^\.github\/(?:workflows|actions)\/.*\.ya?ml$|^\.gitlab-ci\.yml$|^\.circleci\/.*\.ya?ml$|^\.(?:travis|drone|woodpecker)\.ya?ml$|(?:^|\/)(?:Makefile|makefile|GNUmakefile|Taskfile\.ya?ml|Jenkinsfile|justfile)$|\.mk$/.test(path)
  || (/\.(?:md|mdx|rst|adoc|sh)$/i.test(path) && path.split('/').length <= 4 && (instructions.test(path) || scripts.test(path)))

/** Whether a file of that name can be one of them, in whatever folder. */
export const mayBeBuild = (name: string): boolean => /\.(?:ya?ml|hcl|json|sh|mk|md|mdx|rst|adoc)$|^(?:Makefile|makefile|GNUmakefile|Jenkinsfile|justfile)$/i.test(name)

export function builds(path: string, tree: FileTree): readonly Built[] {
  const text = tree.read(path)
  if (typeof text !== 'string' || text.length > longest) return []
  const name = nameOf(path)
  if (name.startsWith('skaffold')) return fromSkaffold(path, text)
  if (name.startsWith('docker-bake')) return fromBake(path, text)
  return /docker|podman|buildah/.test(text) ? [...(/build-push-action/.test(text) ? fromSteps(path, text) : []), ...fromCommands(text, path, tree)] : []
}

const scalar = (node: YamlNode | undefined): string | undefined => (node?.kind === 'scalar' && node.text !== '' ? node.text : undefined)

const built = (image: string, folder: string, dockerfile?: string, target?: string, args: ReadonlyMap<string, string> = new Map()): Built =>
  ({ args, image: repositoryOf(opened(image)), folder, dockerfile: dockerfile ?? join(folder, 'Dockerfile'), ...(target === undefined ? {} : { target }) })

// What is filled in when the build runs.
const opened = (text: string): string => text.replace(/\$\{\{[^}]{0,200}\}\}|\$\{[^}]{0,200}\}|\{\{[^}]{0,200}\}\}/g, '*').replace(/\$\$?\([^()]{0,100}(?:\([^()]{0,100}\)[^()]{0,100}){0,8}\)|\$\$?\w+/g, '*').replace(/\*{2,}/g, '*')

/** https://skaffold.dev/docs/references/yaml/ */
function fromSkaffold(path: string, text: string): readonly Built[] {
  return readYaml(path, text).documents.flatMap(document => listOf(dig(document, 'build', 'artifacts')).flatMap(artifact => {
    const image = scalar(get(artifact, 'image'))
    if (image === undefined) return []
    const folder = join(folderOf(path), scalar(get(artifact, 'context')) ?? '.')
    const file = scalar(dig(artifact, 'docker', 'dockerfile'))
    return [built(image, folder, file === undefined ? undefined : join(folder, file), scalar(dig(artifact, 'docker', 'target')))]
  }))
}

/** https://docs.docker.com/build/bake/reference/ */
function fromBake(path: string, text: string): readonly Built[] {
  const at = folderOf(path)
  if (path.endsWith('.json')) {
    const targets = get(readYaml(path, text).documents[0], 'target')
    return targets?.kind !== 'map' ? [] : [...targets.entries.values()].flatMap(({ value }) => {
      const folder = join(at, scalar(get(value, 'context')) ?? '.'), file = scalar(get(value, 'dockerfile'))
      return listOf(get(value, 'tags')).flatMap(tag => (scalar(tag) === undefined ? [] : [built(scalar(tag) ?? '', folder, file === undefined ? undefined : join(folder, file), scalar(get(value, 'target')))]))
    })
  }
  return [...text.matchAll(/^target\s+"[^"\n]+"\s*\{([^]{0,5000}?)^\}/gm)].flatMap(match => {
    const block = match[1] ?? ''
    const field = (name: string): string | undefined => new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*"([^"\\n]+)"`, 'm').exec(block)?.[1]
    const folder = join(at, field('context') ?? '.'), file = field('dockerfile')
    const tags = /^[ \t]{0,20}tags[ \t]{0,20}=[ \t]{0,20}\[([^\]]{0,4000})\]/m.exec(block)?.[1] ?? ''
    return [...tags.matchAll(/"([^"\n]+)"/g)].map(tag => built(tag[1] ?? '', folder, file === undefined ? undefined : join(folder, file), field('target')))
  })
}

/** Steps of docker/build-push-action; its tags may come from docker/metadata-action in the same job. https://github.com/docker/build-push-action#inputs */
function fromSteps(path: string, text: string): readonly Built[] {
  const jobs = get(readYaml(path, text).documents[0], 'jobs')
  if (jobs?.kind !== 'map') return []
  return [...jobs.entries.values()].flatMap(({ value: job }) => {
    const steps = listOf(get(job, 'steps')), rows = matrixOf(job)
    const uses = (step: YamlNode, action: string): boolean => scalar(get(step, 'uses'))?.includes(action) ?? false
    const listed = steps.filter(step => uses(step, 'metadata-action')).flatMap(step => (scalar(dig(step, 'with', 'images')) ?? '').split(/[\n,]/))
    return steps.filter(step => uses(step, 'build-push-action')).flatMap(step => rows.flatMap(row => {
      const given = (name: string): string | undefined => { const found = scalar(dig(step, 'with', name)); return found === undefined ? undefined : filled(found, row) }
      const folder = given('context') ?? '.', file = given('file')
      if (/\*|:\/\//.test(opened(folder)) || (file !== undefined && opened(file).includes('*'))) return []
      const tags = (given('tags') ?? '').split(/[\n,]/)
      const images = [...tags, ...(tags.some(tag => tag.includes('outputs.')) ? listed.map(image => filled(image, row)) : [])].map(tag => tag.trim()).filter(tag => tag !== '' && !/^\S{0,200}\$\{\{[^}]{0,100}outputs\.[^}]{0,100}\}\}$/.test(tag))
      return images.map(image => built(image, join('.', folder), file === undefined ? undefined : join('.', file), given('target')))
    }))
  })
}

type Row = ReadonlyMap<string, string>
const mostRows = 60

// The rows of a job's matrix, as far as lists and `include` say them.
function matrixOf(job: YamlNode): readonly Row[] {
  const matrix = dig(job, 'strategy', 'matrix')
  if (matrix?.kind !== 'map') return [new Map()]
  let rows: Row[] = []
  for (const [name, { value }] of matrix.entries) {
    if (name === 'exclude') continue
    if (name === 'include') {
      rows.push(...listOf(value).flatMap(item => (item.kind === 'map' ? [new Map([...item.entries].flatMap(([key, entry]) => fieldsOf(key, entry.value)))] : [])))
      continue
    }
    const options = listOf(value).map(item => new Map(fieldsOf(name, item)))
    rows = (rows.length === 0 ? options : rows.flatMap(row => options.map(option => new Map([...row, ...option])))).slice(0, mostRows)
  }
  return rows.length === 0 ? [new Map()] : rows.slice(0, mostRows)
}

const fieldsOf = (name: string, node: YamlNode): readonly (readonly [string, string])[] =>
  node.kind === 'scalar' ? [[name, node.text]] : node.kind === 'map' ? [...node.entries].flatMap(([key, { value }]) => fieldsOf(`${name}.${key}`, value)) : []

const filled = (text: string, row: Row): string => text.replace(/\$\{\{\s*matrix\.([\w.-]+)\s*\}\}/g, (written, name: string) => row.get(name) ?? written)

/**
 * `docker build -t acme/api -f docker/api.Dockerfile --target run services/api`, from the root, or from the folder of the file that says it.
 * What a document tells people to type counts where there is such a Dockerfile.
 */
function fromCommands(text: string, path: string, tree: FileTree): readonly Built[] {
  const found: Built[] = []
  const document = instructions.test(path)
  for (const match of text.matchAll(/\b(?:docker|podman|nerdctl)\s{1,20}(?:buildx\s{1,20}|image\s{1,20})?build\b((?:[^\n\\]|\\[^])*)|\bbuildah\s{1,20}(?:bud|build)\b((?:[^\n\\]|\\[^])*)/g)) {
    const typed = match[1] ?? match[2] ?? ''
    const words = shellWords((document ? before(typed, /`/) : typed).replace(/\\\n/g, ' ').slice(0, 2000), true)
    const until = words.findIndex(word => word.operator)
    const line = (until < 0 ? words : words.slice(0, until)).map(word => word.text)
    const images: string[] = []
    const args = new Map<string, string>()
    let file: string | undefined, target: string | undefined, folder: string | undefined
    for (let i = 0; i < line.length; i++) {
      const word = line[i] ?? ''
      const [flag = '', attached] = word.startsWith('--') && word.includes('=') ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word]
      if (!word.startsWith('-')) { folder = word; continue }
      if (/^(?:--push|--load|--pull|--no-cache|--rm|--quiet|-q|--squash|--force-rm)$/.test(flag)) continue
      const value = attached ?? line[++i] ?? ''
      if (flag === '-t' || flag === '--tag') images.push(value)
      else if (flag === '-f' || flag === '--file') file = value
      else if (flag === '--target') target = value
      else if (flag === '--build-arg' && value.includes('=')) args.set(value.slice(0, value.indexOf('=')), opened(value.slice(value.indexOf('=') + 1)))
    }
    if (folder === undefined || /[$*]|:\/\/|^-$/.test(folder) || (file !== undefined && file.includes('$'))) continue
    const tops = document ? [folderOf(path), '.'].map(top => join(top, changedTo(text, match.index))) : ['.', folderOf(path)]
    const places = tops.map(top => ({ context: join(top, folder), dockerfile: join(top, file ?? join(folder, 'Dockerfile')) }))
    const there = places.find(each => typeof tree.read(each.dockerfile) === 'string')
    if (document && there === undefined) continue
    const { context, dockerfile } = there ?? places[0] ?? { context: '.', dockerfile: 'Dockerfile' }
    found.push(...images.map(image => built(document ? image.replace(placeholder, '*/') : image, context, dockerfile, target, args)))
  }
  return found
}

/** What a reader is to put in front of an image's name: `your-registry/`, `<username>/`. */
const placeholder = /^(?:<[^>\s]{1,60}>|\{[^}\s]{1,60}\}|your[\w.-]*|my[-_]?(?:registry|repo|user(?:name)?|org|account)|(?:docker[-_]?(?:hub)?[-_]?)?user(?:name)?|registry)\//i

/** The folder that the lines above in the same block of code change to. */
function changedTo(text: string, index: number): string {
  const block = text.slice(Math.max(text.lastIndexOf('```', index), index - 2000, 0), index)
  return [...block.matchAll(/(?:^|&&|;)[ \t]*cd[ \t]+([\w./-]{1,200})/gm)].reduce((folder, match) => join(folder, match[1] ?? '.'), '.')
}
