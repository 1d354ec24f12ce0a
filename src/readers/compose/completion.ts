// What a compose file lacks to be loaded by itself, and which others give it. Knows which files lie where and what services name, not what they run.
import { foldersAbove, join, nameOf } from '../../model/files.ts'
import { oncePer } from '../../model/once.ts'
import { before } from '../../model/words.ts'
import { get, isNull, listOf, type YamlMap, type YamlNode } from '../yaml.ts'
import { defaultNames } from './recognise.ts'

export interface ComposeFile {
  readonly path: string
  readonly root: YamlMap
}

export const scalarText = (node: YamlNode | undefined): string | undefined => (node?.kind === 'scalar' && !isNull(node) ? node.text : undefined)

export function servicesOf(root: YamlMap): ReadonlyMap<string, YamlNode> {
  const services = get(root, 'services')
  return services?.kind === 'map' ? new Map([...services.entries].map(([name, entry]) => [name, entry.value])) : new Map()
}

export interface Missing {
  /** Services without image and build. */
  readonly services: ReadonlySet<string>
  /** Services that it names and does not define. */
  readonly names: ReadonlySet<string>
  /** Networks that its services are on and that it does not declare. */
  readonly networks: ReadonlySet<string>
}

/** What a file gives to others and names itself. */
interface Content {
  readonly services: ReadonlyMap<string, YamlNode>
  /** Its services that say what they run. */
  readonly running: ReadonlySet<string>
  /** Services that its own depend on or link to. */
  readonly wanted: ReadonlySet<string>
  /** Networks that its services are on. */
  readonly on: ReadonlySet<string>
  /** Networks that it declares. */
  readonly networks: readonly string[]
  readonly includes: boolean
}

// A file is held against all others of its folder.
const contentOf = oncePer(({ root }: ComposeFile): Content => {
  const services = servicesOf(root), running = new Set<string>(), wanted = new Set<string>(), on = new Set<string>()
  for (const [name, service] of services) {
    if (['image', 'build', 'extends', 'provider'].some(key => get(service, key))) running.add(name)
    for (const other of keysOf(get(service, 'depends_on'))) wanted.add(other)
    for (const link of keysOf(get(service, 'links'))) wanted.add(link.split(':')[0] ?? '')
    for (const network of keysOf(get(service, 'networks'))) on.add(network)
  }
  return { services, running, wanted, on, networks: keysOf(get(root, 'networks')), includes: listOf(get(root, 'include')).length > 0 }
})

/** What keeps Compose from loading these files together. */
export function missingOf(files: readonly ComposeFile[]): Missing {
  const contents = files.map(contentOf), includes = contents.some(content => content.includes)
  const without = (wanted: readonly Iterable<string>[], given: readonly ReadonlySet<string>[]): ReadonlySet<string> => new Set(wanted.flatMap(names => [...names]).filter(name => !given.some(names => names.has(name))))
  const own = contents.map(({ services }) => new Set(services.keys())), declared = [new Set(['default']), ...contents.map(({ networks }) => new Set(networks))]
  return {
    services: without(own, contents.map(({ running }) => running)),
    names: includes ? new Set() : without(contents.map(({ wanted }) => wanted), own), networks: includes ? new Set() : without(contents.map(({ on }) => on), declared),
  }
}

const keysOf = (node: YamlNode | undefined): readonly string[] =>
  node?.kind === 'map' ? [...node.entries.keys()] : listOf(node).map(item => scalarText(item) ?? '').filter(text => text !== '')

const mostHelpers = 6
/** How many folders up a fragment's base is looked for. */
export const mostLevels = 2

/** The files that Compose needs to load a file: those that give it what it lacks, the file itself last. */
export function completed(file: ComposeFile, base: ComposeFile | undefined, members: readonly ComposeFile[], all: ReadonlyMap<string, ComposeFile>): readonly string[] {
  const helpers: ComposeFile[] = []
  while (helpers.length < mostHelpers) {
    const together = [...helpers, file]
    const helper = helperFor(missingOf(together), file, [...(base ? [base] : []), ...members].filter(other => !together.includes(other)), base, all)
    if (!helper || together.includes(helper)) break
    helpers.push(helper)
  }
  return [...helpers.filter(h => h === base), ...helpers.filter(h => h !== base), file].map(({ path }) => path)
}

function clash(one: YamlNode, other: YamlNode | undefined): boolean {
  const mine = scalarText(get(one, 'image')), theirs = scalarText(get(other, 'image'))
  return mine !== undefined && theirs !== undefined && repository(mine) !== repository(theirs)
}

function repository(image: string): string {
  const bare = before(image, /@/)
  const tag = bare.indexOf(':', bare.lastIndexOf('/') + 1)
  return tag < 0 ? bare : bare.slice(0, tag)
}

/** The file that gives most of what is missing: the folder's default file, else one beside it, else the default file of a folder above. */
function helperFor(
  { services, names, networks }: Missing, file: ComposeFile, candidates: readonly ComposeFile[], base: ComposeFile | undefined, all: ReadonlyMap<string, ComposeFile>,
): ComposeFile | undefined {
  if (services.size === 0 && names.size === 0 && networks.size === 0) return undefined
  const helps = (other: ComposeFile): number => {
    const given = contentOf(other)
    let count = 0
    for (const name of services) if (given.running.has(name)) count++
    for (const name of names) if (given.services.has(name)) count++
    for (const name of given.networks) if (networks.has(name)) count++
    // Where only names are missing, a file that runs something else under a name of this one is another project.
    return count > 0 && services.size === 0 && [...contentOf(file).services].some(([name, service]) => clash(service, given.services.get(name))) ? 0 : count
  }
  if (base && candidates.includes(base) && helps(base) > 0) return base
  const stem = nameOf(file.path).split(/[.\-_]/)[0] ?? ''
  const [best] = candidates.map(other => ({ other, helped: helps(other) })).filter(({ helped }) => helped > 0)
    .sort((a, b) => b.helped - a.helped || Number(nameOf(b.other.path).startsWith(stem)) - Number(nameOf(a.other.path).startsWith(stem)) || a.other.path.length - b.other.path.length)
  if (best) return best.other
  for (const folder of foldersAbove(file.path).slice(1, 1 + mostLevels)) {
    const parent = defaultNames.map(name => all.get(join(folder, name))).find(f => f !== undefined && helps(f) > 0)
    if (parent) return parent
  }
  return undefined
}

/**
 * The files of a folder that Compose loads only together: none of them declares the network that all of them are on, and each runs something of its own.
 * https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/
 */
export function partsOf(groups: readonly (readonly ComposeFile[])[]): readonly string[] {
  const lacking = groups.map(group => ({ group, networks: missingOf(group).networks })), seen = new Set<string>()
  const shared = lacking.flatMap(({ networks }) => [...networks]).find(name => seen.has(name) || !seen.add(name))
  const members = [...new Set(lacking.flatMap(({ group, networks }) => (shared !== undefined && networks.has(shared) ? group : [])))]
  const names = members.flatMap(file => [...contentOf(file).running])
  return members.length <= mostParts && new Set(names).size === names.length ? members.map(({ path }) => path) : []
}

/** What more files have in common is a habit of their writers. */
const mostParts = 50
