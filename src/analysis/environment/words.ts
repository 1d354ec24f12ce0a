// Words of names that say what something is meant for. Knows no format and no project.
import { entryOf } from '../../model/entry-of.ts'
import type { EnvironmentClass } from '../../model/stack.ts'

/** What one thing says about a stack's class. */
export interface Hint {
  readonly class: EnvironmentClass
  readonly weight: number
  readonly text: string
  /** Somebody means it so: a stage that is named, a command for developers. Others only look like it. */
  readonly stated?: true
}

const words: Readonly<Record<string, EnvironmentClass>> = {
  prod: 'production', production: 'production', live: 'production',
  dev: 'development', devel: 'development', develop: 'development', development: 'development', devcontainer: 'development', devenv: 'development',
  ddev: 'development', local: 'development', localhost: 'development', localdev: 'development', sandbox: 'development', debug: 'development',
  minikube: 'development', microk8s: 'development', kind: 'development', k3d: 'development', skaffold: 'development', tilt: 'development', orbstack: 'development', colima: 'development',
  test: 'test', tests: 'test', testing: 'test', e2e: 'test', ci: 'test', it: 'test', itest: 'test', itests: 'test', bdd: 'test', bddtests: 'test',
  staging: 'test', stage: 'test', stg: 'test', uat: 'test', qa: 'test', preprod: 'test', preproduction: 'test',
  fixture: 'test', fixtures: 'test', mock: 'test', mocks: 'test', testdata: 'test', testcontainers: 'test', benchmark: 'test', benchmarks: 'test',
  bench: 'test', perf: 'test', loadtest: 'test', harness: 'test', testbed: 'test',
  example: 'example', examples: 'example', sample: 'example', samples: 'example', demo: 'example', demos: 'example', quickstart: 'example',
  quickstarts: 'example', playground: 'example', playgrounds: 'example', tutorial: 'example', tutorials: 'example', workshop: 'example',
  workshops: 'example', doc: 'example', docs: 'example', documentation: 'example', showcase: 'example', poc: 'example', pocs: 'example', exercise: 'example',
  exercises: 'example', lab: 'example', labs: 'example', lesson: 'example', lessons: 'example', module: 'example', course: 'example', gettingstarted: 'example', play: 'example', kata: 'example', bootcamp: 'example', homework: 'example',
}
// Words of ordinary names too; they count only as a whole folder or with a number (module_1).
const onlyWhole = new Set(['it', 'module', 'live', 'lab', 'labs', 'course', 'doc', 'perf', 'debug', 'play', 'tilt', 'stage'])

const past = 'archived?|archives|attic|bak|deprecated|graveyard|obsolete|old|orig|outdated|retired|superseded|unused'
/** What was deployed once: a name that is such a word, begins or ends with one. An archive may be somebody's product: `archive-service`. */
const wasDeployed = new RegExp(`^[._]?(?:${past})$|^(?:deprecated|obsolete|old|unused)[._-]|[._-](?:archived?|bak|deprecated|obsolete|old|orig|unused)(?:[._-]?\\d+)?$`, 'i')
/** Clusters on a person's own machine: whatever is taken along from elsewhere is not in production there. */
const onOneMachine = new Set(['minikube', 'kind', 'k3d', 'microk8s', 'colima', 'orbstack', 'devcontainer'])

/** A folder on the way to a stack, or its file, that is kept though nobody deploys it any more. */
export const pastHint = (path: string): Hint | undefined => {
  const part = path.split('/').find(each => wasDeployed.test(each.replace(/\.ya?ml$/i, '')))
  return part === undefined ? undefined : { class: 'example', weight: 6, text: `"${part}" is kept, not deployed` }
}

/** The class that a word of a name stands for. */
export const meaning = (word: string): EnvironmentClass | undefined => entryOf(words, word)

/** What a file's or folder's name says; `what` names it in the reason. */
export function wordHint(part: string, weights: Readonly<Record<'example' | 'other', number>>, what: string): Hint | undefined {
  // What coding agents are taught with.
  if (what === 'folder' && /^\.(?:agents?|claude|cursor|codex|gemini|windsurf)$/.test(part)) return { class: 'example', weight: weights.example, text: `the ${what} "${part}"` }
  const pieces = part.toLowerCase().split(/[^a-z0-9]+/).filter(piece => piece !== '' && !/^\d+$/.test(piece))
  for (const piece of pieces) {
    const name = meaning(piece)
    if (name === undefined || (onlyWhole.has(piece) && pieces.length > 1)) continue
    // `production-secure-deploy` is the subject of an example as often as a deployment.
    const own = name === 'production' && pieces.length > 1 && what === 'folder' ? 2 : onOneMachine.has(piece) ? weights.other * 2 : weights.other
    return { class: name, weight: name === 'example' ? weights.example : own, text: `the ${what} "${part}"` }
  }
  const joined = meaning(pieces.join(''))
  return joined === undefined ? undefined : { class: joined, weight: weights.other, text: `the ${what} "${part}"` }
}
