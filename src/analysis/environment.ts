// What a stack is meant for: production, development, example or test. Weighs paths, variables, commands, mounts and what the authors
// write; knows no format, no technology and no project. The place where the repository lies on a machine is no evidence.
import type { Knowledge } from '../model/knowledge.ts'
import type { Environment, EnvironmentClass, Stack, Workload } from '../model/stack.ts'
import { folderOf, nameOf } from '../model/files.ts'
import { isSecretImage } from '../model/images.ts'
import { headHints, homeHint, introductionHints, mentionHints, packageHints, remarkHints, startHints, storeCommentHints, titleHints } from './environment/prose.ts'
import { toolHints } from './environment/tools.ts'
import { pastHint, wordHint, type Hint } from './environment/words.ts'
import { hiddenHints, hiddenStage, isOnDemand, labelHints, variableHints, workloadHints } from './environment/workloads.ts'
import { knownImage } from './known-images.ts'
import { imageOf } from './signals/text.ts'

/** What `environmentOf` looks at. */
export type Situated = Pick<Stack, 'root' | 'files' | 'workloads' | 'name'> & Partial<Pick<Stack, 'variant' | 'heads' | 'prose' | 'kind' | 'introductions' | 'starts' | 'beside' | 'hidden' | 'deployer'>>

// A file must speak clearly for a milder view of it; without that, it is judged as if it were deployed.
const enough = { mild: 2, production: 1 } as const, leans = 0.5

/** The environment class of a stack with its evidence in words. */
export function environmentOf(stack: Situated, knowledge: Knowledge): Environment {
  // The mildest reading of an image that cannot be read.
  const isKnownStore = storeTest(knowledge), isStore = (workload: Workload): boolean => isKnownStore(workload) || isSecretImage(workload.image)
  const isCompanion = (workload: Workload): boolean => knownImage(knowledge, imageOf(workload)).companions.length > 0
  const introduced = introductionHints(stack.introductions ?? [])
  const own = stack.variant ?? stack.files[0] ?? '', titled = titleHints(stack.heads ?? [], stack.kind === 'manifests' ? '' : own)
  // What only those start who work on the program says nothing of the rest.
  const started = stack.workloads.filter(workload => !isOnDemand(workload)), workloads = started.length > 0 ? started : stack.workloads
  const named = ownHint(stack)?.class, forProduction = named === 'production' || titled.length > 0
  // A view that is called after a milder stage is not what a tool deploys, or it deploys it there.
  const deployer = named === undefined || forProduction ? stack.deployer : undefined
  const shown = [...variableHints(workloads, stack.kind), ...workloadHints(workloads, stack.kind, { isStore, isProgram: workload => !isKnownStore(workload), isCompanion }, forProduction), ...toolHints(stack)]
  const sample = sampleHint(workloads.filter(workload => !isStore(workload)), knowledge)
  // What is careless in what a tool deploys, and what a comment calls it, runs all the same.
  const aside = (hint: Hint): Hint => (deployer !== undefined && hint.class !== 'production' ? { ...hint, weight: hint.weight / 2 } : hint)
  const written = [...headHints(stack.heads ?? []), ...storeCommentHints(workloads.filter(isKnownStore).flatMap(workload => workload.comments)), ...remarkHints(stack.prose ?? [])]
  const inCompose = (stack.kind ?? 'compose') === 'compose', serves = inCompose && workloads.every(workload => workload.build === undefined && workload.ours === undefined) && workloads.filter(isStore).length * 2 > workloads.length
  const said = [
    ...sample ? [sample] : [], ...pathHints(stack, introduced.some(hint => hint.class === 'example')), ...besideHints(stack), ...labelHints(stack.workloads), ...titled,
    ...deployer === undefined ? written : ofOne(written).map(aside), ...introduced, ...mentionHints(stack), ...deployerHints(deployer),
    ...serves ? packageHints(stack.introductions?.[0]) : [], ...(stack.variant === undefined && inCompose ? startHints(stack.introductions?.find(({ span }) => folderOf(span.file) === stack.root)) : []),
  ]
  // A file that says production of itself outweighs what is careless in it, or comes from the file that it is laid over.
  const hints = [...said, ...forProduction ? shown.filter(hint => hint.class === 'production' || hint.class === 'example') : shown.map(hint => (hint.class === 'development' && hint.weight < names ? aside(hint) : hint))]
  const sums = new Map<EnvironmentClass, number>(), home = homeHint(stack.introductions ?? [])
  for (const hint of hints) sums.set(hint.class, (sums.get(hint.class) ?? 0) + hint.weight)
  const production = sums.get('production') ?? 0
  const mild = (['test', 'example', 'development'] as const).map(name => ({ name, sum: sums.get(name) ?? 0 })).sort((a, b) => b.sum - a.sum)
  const balance = mild.reduce((total, { sum }) => total + sum, 0) - production
  const found = balance >= enough.mild ? mild[0]?.name : balance <= -enough.production ? 'production' : undefined
  // What cannot be read may be the mildest: where that would be enough, nobody knows what the stack is for. What is milder than production is so anyhow.
  const stage = hiddenStage(stack), hidden = [...stage ? [stage] : [], ...hiddenHints(stack.workloads)]
  const signs = found === undefined || found === 'production' ? hidden : [], weight = signs.reduce((sum, sign) => sum + sign.weight, 0)
  const unread = signs[0] && balance + weight >= enough.mild ? { unread: signs[0].note } : {}
  if (found === undefined || (found === 'production' && weight > 0 && balance + weight > -enough.production)) {
    // What leans to production is not what the stack beside it is.
    const leaning = balance <= -leans && found === undefined ? hints.find(hint => hint.class === 'production') : undefined
    return { class: 'unspecified', because: leaning === undefined ? [] : [`${leaning.text}, and little else says production`], ...unread }
  }
  // Who runs it at home is the only one who misses it.
  if (found === 'production' && home !== undefined) return { class: 'unspecified', because: [home], ...unread }
  const speaking = hints.filter(hint => (found === 'production') === (hint.class === 'production'))
    .sort((a, b) => Number(b.class === found) - Number(a.class === found) || b.weight - a.weight)
  // What cannot be read may state it.
  const guessed = found !== 'production' && !speaking.some(hint => hint.stated === true || said.includes(hint)) && hidden.length === 0
  return { class: found, because: [...new Set(speaking.map(hint => hint.text))].slice(0, 5), ...unread, ...guessed ? { guessed } : {} }
}

// Each file, and each comment, of what is deployed together speaks of itself: their strongest milder word stands for all, and is not added up.
function ofOne(hints: readonly Hint[]): readonly Hint[] {
  const strongest = hints.filter(hint => hint.class !== 'production').sort((a, b) => b.weight - a.weight)[0]
  return hints.filter(hint => hint.class === 'production' || hint === strongest)
}

// From this weight on a sign names the stage: a variable, a namespace.
const names = 2.5

// A pipeline deploys to whatever cluster it is given; course work has one, too.
const deployerHints = (deployer: Stack['deployer']): readonly Hint[] =>
  (deployer === undefined ? [] : [{ class: 'production', weight: 1, text: `${deployer.target} deploys it (${deployer.span.file})` }])

type Classed = Situated & { readonly environment: Environment }

/**
 * Where nothing says what a stack is for, the stack of the same kind beside it or in the nearest folder above says it; that a repository holds
 * examples holds for every kind of file in it. What a file's own name says holds for that file alone, and people who develop with the stack
 * above deploy with the one in the folder that is called after it.
 */
export function withInherited<T extends Classed>(stacks: readonly T[], all: readonly Classed[]): readonly T[] {
  // Of files that cannot be deployed together there is no plain view: each speaks for the others.
  const isAlternative = ({ root, kind, variant }: Classed): boolean => variant !== undefined && kind === 'manifests' && !all.some(other => other.root === root && other.kind === kind && other.variant === undefined)
  const speaking = all.filter(each => each.variant === undefined || isAlternative(each)).filter(({ environment, files }) => environment.class !== 'unspecified' && environment.class !== 'production' && fileHint(files[0] ?? '')?.class !== environment.class)
  if (speaking.length === 0) return stacks
  return stacks.map(stack => {
    if (stack.environment.class !== 'unspecified' || stack.environment.because.length > 0 || fileHint(stack.variant ?? stack.files[0] ?? '')?.class === 'production') return stack
    const above = speaking.filter(each => (each.root === stack.root ? stack.variant !== undefined && each.kind === stack.kind && !deployedFile.test(nameOf(stack.variant)) : each.root === '.' || stack.root.startsWith(`${each.root}/`)) && (each.environment.class === 'example' || (each.kind === stack.kind && !deployed.test(stack.root.slice(each.root === '.' ? 0 : each.root.length)))))
      .sort((a, b) => b.root.length - a.root.length)[0]
    if (!above) return stack
    const [first] = above.environment.because
    return { ...stack, environment: { class: above.environment.class, ...above.environment.guessed ? { guessed: true } : {}, because: [`the stack of ${above.files[0] ?? above.root} ${above.root === stack.root ? 'beside' : 'above'} it is ${above.environment.class}${first === undefined ? '' : `: ${first}`}`] } }
  })
}

// `docker-compose.staging.yml` runs elsewhere than the file beside it.
const deployedFile = /(?:^|[._-])(?:staging|stage|pre-?prod|uat|deploy(?:ment)?|release|self-?host(?:ed)?|server|swarm|cloud|remote|vps|coolify|dokploy|portainer)(?:[._-]|$)/i
const deployed = /(?:^|\/)(?:deploy(?:ment|ments|ing)?|install(?:er|ation)?|releases?|self-?host(?:ed|ing)?|hosting)(?:\/|$)/

// What runs is, for the most part, an application that its makers publish to show something with.
function sampleHint(programs: readonly Workload[], knowledge: Knowledge): Hint | undefined {
  const found = programs.flatMap(workload => knownImage(knowledge, imageOf(workload)).sample ?? [])
  const [first] = found
  return first && found.length * 2 >= programs.length ? { class: 'example', weight: 6, text: `it runs the sample application ${first.id}: ${first.source}` } : undefined
}

const storeTest = (knowledge: Knowledge) => (workload: Workload): boolean => {
  const image = imageOf(workload)
  if (image === '') return false
  const { product, stores } = knownImage(knowledge, image)
  return product !== undefined || stores.length > 0
}

// The file that gives a view its name says most, the base's file next, then the folders on the way to it. In a repository of examples,
// `production` names what is shown.
function pathHints(stack: Situated, ofExamples: boolean): Hint[] {
  const file = stack.variant ?? stack.files[0] ?? ''
  // An overlay takes its files from elsewhere, and is what its own folder is called.
  const folder = stack.kind === 'manifests' ? stack.root : file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : stack.variant === undefined ? '' : stack.root
  const hints: Hint[] = [], past = pastHint(stack.kind === 'manifests' ? folder : file)
  if (past) hints.push(past)
  // What a package manager has put there: `vendor/github.com/acme/queue`, `vendor/acme/queue`.
  if (/(?:^|\/)vendor\/[^/]+\/[^/]+/.test(stack.root)) hints.push({ class: 'example', weight: 5, text: 'the folder "vendor", which holds the programs of others' })
  const named = ownHint(stack)
  if (named) hints.push(named)
  const titled = wordHint(stack.name, { example: 4, other: 3 }, 'name')
  if (titled && !stack.root.includes(stack.name)) hints.push(titled)
  for (const part of folder.split('/').reverse()) {
    // A folder of examples may hold what people are meant to deploy: more than an automatic restart must speak for it.
    const hint = wordHint(part, { example: 3, other: 4 }, 'folder')
    if (!hint) continue
    hints.push(hint)
    break
  }
  return ofExamples ? hints.map(hint => (hint.class === 'production' ? { ...hint, weight: Math.min(hint.weight, 0.5) } : hint)) : hints
}

// Who deploys with a file of its own develops with the plain one beside it.
function besideHints({ kind = 'compose', variant, files, beside = [] }: Situated): Hint[] {
  if (kind !== 'compose' || variant !== undefined || !/^(?:docker-)?compose\.ya?ml$/.test(nameOf(files[0] ?? ''))) return []
  const other = beside.find(name => fileHint(name)?.class === 'production')
  return other === undefined ? [] : [{ class: 'development', weight: enough.mild, text: `${other} beside it is for production` }]
}

// A tool that deploys a chart names the values that it deploys it with.
const ownHint = ({ variant, files, kind }: Situated): Hint | undefined =>
  fileHint(variant ?? files[0] ?? '') ?? (variant !== undefined && (kind === 'chart' || kind === 'values') ? files.map(fileHint).find(hint => hint !== undefined) : undefined)

// `compose.example.yml` is what people copy and fill in before they deploy.
const fileHint = (file: string): Hint | undefined =>
  wordHint(file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/i, '').replace(/\.(?:example|sample|dist|tmpl|template)$/i, ''), { example: 4, other: 5 }, 'file name')
