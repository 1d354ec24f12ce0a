// What a stack is meant for: production, development, example or test. Weighs paths, variables, commands and mounts;
// knows no format, no technology and no project. The place where the repository lies on a machine is no evidence.
import { entryOf } from '../model/entry-of.ts'
import type { Environment, EnvironmentClass, Stack, Workload } from '../model/stack.ts'
import { readable, valueOf } from '../model/value.ts'

/** What `environmentOf` looks at. */
export type Situated = Pick<Stack, 'root' | 'files' | 'workloads' | 'name'> & Partial<Pick<Stack, 'variant' | 'heads' | 'kind'>>

interface Hint {
  readonly class: EnvironmentClass
  readonly weight: number
  readonly says: string
}

// A file must speak clearly for a milder view of it; without that, it is judged as if it were deployed.
const enough = { mild: 2, production: 1 } as const

/** The environment class of a stack with its evidence in words. */
export function environmentOf(stack: Situated): Environment {
  const hints = [...pathHints(stack), ...labelHints(stack.workloads), ...variableHints(stack.workloads), ...workloadHints(stack.workloads, stack.kind), ...headHints(stack)]
  const sums = new Map<EnvironmentClass, number>()
  for (const hint of hints) sums.set(hint.class, (sums.get(hint.class) ?? 0) + hint.weight)
  const production = sums.get('production') ?? 0
  const mild = (['test', 'example', 'development'] as const).map(name => ({ name, sum: sums.get(name) ?? 0 })).sort((a, b) => b.sum - a.sum)
  const balance = mild.reduce((total, { sum }) => total + sum, 0) - production
  const found = balance >= enough.mild ? mild[0]?.name : balance <= -enough.production ? 'production' : undefined
  if (found === undefined) return { class: 'unspecified', because: [] }
  const speaking = hints.filter(hint => (found === 'production') === (hint.class === 'production')).sort((a, b) => b.weight - a.weight)
  return { class: found, because: [...new Set(speaking.map(hint => hint.says))].slice(0, 5) }
}

const words: Readonly<Record<string, EnvironmentClass>> = {
  prod: 'production', production: 'production', live: 'production',
  dev: 'development', devel: 'development', develop: 'development', development: 'development', devcontainer: 'development', devenv: 'development',
  ddev: 'development', local: 'development', localhost: 'development', localdev: 'development', sandbox: 'development', debug: 'development',
  test: 'test', tests: 'test', testing: 'test', e2e: 'test', ci: 'test', it: 'test', itest: 'test', itests: 'test', bdd: 'test', bddtests: 'test',
  fixture: 'test', fixtures: 'test', mock: 'test', mocks: 'test', testdata: 'test', testcontainers: 'test', benchmark: 'test', benchmarks: 'test',
  bench: 'test', perf: 'test', loadtest: 'test',
  example: 'example', examples: 'example', sample: 'example', samples: 'example', demo: 'example', demos: 'example', quickstart: 'example',
  quickstarts: 'example', playground: 'example', playgrounds: 'example', tutorial: 'example', tutorials: 'example', workshop: 'example',
  workshops: 'example', doc: 'example', docs: 'example', documentation: 'example', showcase: 'example', poc: 'example', exercise: 'example',
  exercises: 'example', lab: 'example', labs: 'example', lesson: 'example', lessons: 'example', module: 'example', course: 'example', gettingstarted: 'example',
}
// "it" and "module" are words of ordinary names too; they count only as a whole folder or with a number (module_1).
const onlyWhole = new Set(['it', 'module', 'live', 'lab', 'labs', 'course', 'doc', 'perf', 'debug'])

const meaning = (word: string): EnvironmentClass | undefined => entryOf(words, word)

function wordHint(part: string, weights: Readonly<Record<'example' | 'other', number>>, what: string): Hint | undefined {
  const lower = part.toLowerCase()
  const pieces = lower.split(/[^a-z0-9]+/).filter(piece => piece !== '' && !/^\d+$/.test(piece))
  for (const piece of pieces) {
    const name = meaning(piece)
    if (name === undefined || (onlyWhole.has(piece) && pieces.length > 1)) continue
    return { class: name, weight: name === 'example' ? weights.example : weights.other, says: `the ${what} "${part}"` }
  }
  const joined = meaning(pieces.join(''))
  return joined === undefined ? undefined : { class: joined, weight: weights.other, says: `the ${what} "${part}"` }
}

// The file that gives a view its name says most, the base's file next, then the folders on the way to it.
function pathHints(stack: Situated): Hint[] {
  const file = stack.variant ?? stack.files[0] ?? ''
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : stack.variant === undefined ? '' : stack.root
  const hints: Hint[] = []
  const named = wordHint(file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/i, ''), { example: 4, other: 5 }, 'file name')
  if (named) hints.push(named)
  const titled = wordHint(stack.name, { example: 4, other: 3 }, 'name')
  if (titled && !stack.root.includes(stack.name)) hints.push(titled)
  for (const part of folder.split('/').reverse()) {
    // A folder of examples often holds what people are meant to deploy; the workloads must agree.
    const hint = wordHint(part, { example: 2.5, other: 4 }, 'folder')
    if (!hint) continue
    hints.push(hint)
    break
  }
  return hints
}

// What the authors write at the top of the file, where they say it of the file: "not for production", "this example", "the demo".
const saidOf: readonly (readonly [RegExp, EnvironmentClass, number])[] = [
  [/\b(not|never|isn't|n't)\b[^.]{0,40}\b(for|in|to)\b[^.]{0,20}\bproduction\b|\bdo not use\b[^.]{0,30}\bproduction\b/i, 'development', 4],
  [/\b(for|during|in) (local |your )?(development|dev|hacking)\b|\b(local|development|dev) (environment|setup|stack|compose|use)\b/i, 'development', 2.5],
  [/\b(for|during|in|run|running) (the )?(unit |integration |e2e |end-to-end )?(tests|testing|ci)\b|\b(integration|e2e|end-to-end) tests?\b/i, 'test', 2.5],
  [/\b(this|the|an?|simple|minimal|core|full|sample|our)\b[^.,:;]{0,25}\b(demo|example|sample|tutorial|quickstart|playground|workshop)\b|^(demo|example|sample|quickstart)\b/i, 'example', 3.5],
  [/\b(for|in) production\b(?! use is not)|\bproduction[- ](ready|grade|deployment|setup|environment|stack)\b/i, 'production', 1],
]

function headHints(stack: Situated): Hint[] {
  const text = (stack.heads ?? []).map(comment => comment.value).join('\n').slice(0, 4000)
  const hints: Hint[] = []
  for (const [said, name, weight] of saidOf) {
    const match = said.exec(text)
    if (!match) continue
    hints.push({ class: name, weight, says: `the file says "${match[0].replace(/\s+/g, ' ').slice(0, 80)}"` })
    // "Not for production" must not count for production too.
    if (name === 'development' && weight === 4) break
  }
  return hints
}

function labelHints(workloads: readonly Workload[]): Hint[] {
  const stated = workloads.flatMap(workload => workload.labels).find(label => label.name === 'misfit.env' || label.name === 'misfit.environment')
  const value = readable(stated?.value).toLowerCase()
  const found = meaning(value)
  return found === undefined ? [] : [{ class: found, weight: 100, says: `the label ${stated?.name ?? ''}=${value}` }]
}

const stageKey = /(^|_)(ENV|ENVIRONMENT|MODE|STAGE|PROFILES?_ACTIVE|SETTINGS_MODULE|SETTINGS)$/
const debugKey = /(^|_)DEBUG(_MODE)?$/

function variableHints(workloads: readonly Workload[]): Hint[] {
  const hints = new Map<string, Hint>()
  const note = (kind: string, hint: Hint): void => { if (!hints.has(kind)) hints.set(kind, hint) }
  for (const workload of workloads) {
    for (const variable of workload.environment) {
      const value = variable.origin === 'config-file' ? undefined : valueOf(variable.value)
      if (value === undefined || value === '' || value.length > 200) continue
      const name = variable.name.toUpperCase().replaceAll(/[.-]/g, '_')
      const says = `${workload.name}: ${variable.name}=${value}`
      const stage = stageKey.test(name) ? stageOf(value) : undefined
      if (stage !== undefined) note(`stage ${stage}`, { class: stage, weight: stage === 'production' ? 1.5 : 2.5, says })
      if (debugKey.test(name) && /^(1|true|yes|on)$/i.test(value)) note('debug', { class: 'development', weight: 1, says })
      // A server that announces itself as localhost serves programs on the same machine only.
      if (name.includes('ADVERTISED') && /(^|\/\/|,)localhost\b/.test(value)) note('advertised', { class: 'development', weight: 2.5, says })
      if (/(^|_)(ALLOW_EMPTY_PASSWORD|ALLOW_ANONYMOUS_LOGIN)$/.test(name) || (name.endsWith('HOST_AUTH_METHOD') && value === 'trust') || (name.endsWith('SECURITY_ENABLED') && value === 'false')) {
        note('open', { class: 'development', weight: 1, says })
      }
      if (name.endsWith('PASSWORD') && trivial.test(value)) note('password', { class: 'development', weight: 0.5, says: `${workload.name}: ${variable.name} is a word` })
      if (/\bjdwp\b|--inspect(-brk)?\b/.test(value)) note('debugger', { class: 'development', weight: 2, says })
      if (value.includes('host.docker.internal')) note('host', { class: 'development', weight: 1, says })
    }
  }
  return [...hints.values()]
}

const trivial = /^(password|passw0rd|pass|secret|example|admin|root|test|postgres|mysql|guest|changeme|123456?)$/i

const stageOf = (value: string): EnvironmentClass | undefined => {
  const last = value.toLowerCase().split(/[^a-z]+/).filter(Boolean)
  for (const word of last) {
    if (/^(prod|production)$/.test(word)) return 'production'
    if (/^(dev|devel|develop|development|local)$/.test(word)) return 'development'
    if (/^(test|testing|ci)$/.test(word)) return 'test'
  }
  return undefined
}

// Commands that watch and reload source code, and development servers.
const developmentCommand = /\b(nodemon|runserver|livereload|webpack-dev-server|browser-sync|ts-node-dev)\b|--reload\b|--watch\b|\b(run|yarn|pnpm|next|vite|nuxt) +(run +)?(dev|start:dev|develop|watch)\b|\bdotnet +watch\b|spring-boot:run\b|\bflask +run\b.*--debug\b/
// Mail catchers, database browsers, tunnels: nobody needs them on a server.
const developmentTool = /(^|\/)(mailhog|mailpit|mailcatcher|maildev|mailtrap|adminer|localstack|ngrok|smtp4dev|mongo-express|dockerized-mailcatcher|inbucket|greenmail|wiremock|mockserver|toxiproxy)[^/]*$/
const exampleImage = /(^|[/_-])(examples?|demos?|samples?|tutorials?|workshops?|quickstart)([/_:@-]|$)|samples?\/|demos?\/|\/example[a-z]/
const certificateTool = /(^|\/)(certbot|letsencrypt-nginx-proxy-companion|acme-companion|lego|docker-swag|swag)(:|$|@)/

function workloadHints(workloads: readonly Workload[], kind: Stack['kind'] | undefined): Hint[] {
  const hints: Hint[] = []
  const first = (weight: number, name: EnvironmentClass, says: string, test: (workload: Workload) => boolean): void => {
    const found = workloads.find(test)
    if (found) hints.push({ class: name, weight, says: says.replace('{}', found.name) })
  }
  first(2, 'development', '{} mounts its source code', mountsSource)
  first(2, 'example', '{} runs an image made for an example', workload => exampleImage.test(imageOf(workload)))
  const producing = workloads.some(workload => /^(.*[-_])?producer\d*$/.test(workload.name)) && workloads.some(workload => /^(.*[-_])?consumer\d*$/.test(workload.name))
  if (producing) hints.push({ class: 'example', weight: 1.5, says: 'services are called producer and consumer' })
  first(2.5, 'development', '{} runs a development command', workload => developmentCommand.test(commandOf(workload)))
  first(1, 'development', '{} is a development tool', workload => developmentTool.test(imageOf(workload).replace(/[:@].*$/, '')))
  first(1.5, 'production', '{} is filled in by the platform that deploys it', workload => workload.environment.some(({ name, value }) => filledIn.test(name) || filledIn.test(readable(value))))
  first(1.5, 'production', '{} gets public certificates', workload => certificateTool.test(imageOf(workload)))
  // A pod starts again by itself unless told otherwise, which says nothing about what it is for.
  const restarted = kind === 'manifests' ? 0 : workloads.filter(workload => /^(always|unless-stopped|on-failure)/.test(readable(workload.restart))).length
  if (restarted > 0 && restarted * 2 >= workloads.length) hints.push({ class: 'production', weight: 1, says: 'most services start again by themselves' })
  const built = workloads.filter(workload => workload.build !== undefined).length
  if (built > 0 && restarted === 0) hints.push({ class: 'development', weight: 1, says: 'services are built from source and never start again by themselves' })
  // People reach a database from their own machine while they work; a server publishes the application and starts it again by itself.
  const onServers = restarted > 0 || kind === 'manifests' || workloads.some(workload => workload.memoryLimit !== undefined || workload.replicas !== undefined)
  if (!onServers) first(2, 'development', 'nothing starts again by itself and {} publishes its port', workload => workload.published?.some(port => storePorts.has(port)) ?? false)
  const limited = workloads.filter(workload => workload.memoryLimit !== undefined).length
  if (limited * 2 >= workloads.length && limited > 0) hints.push({ class: 'production', weight: 1, says: 'most services have a memory limit' })
  const onDemand = workloads.length > 0 && workloads.every(({ profiles }) => profiles.length > 0 && profiles.every(isMild))
  if (onDemand) hints.push({ class: 'development', weight: 4, says: 'all services belong to development profiles' })
  return hints
}

/** Where databases, caches and brokers listen. */
const storePorts = new Set([1433, 3306, 5432, 5672, 6379, 9042, 9092, 9200, 11211, 27017, 29092])
/**
 * Variables that Coolify fills in when it deploys, hosts that CapRover makes: https://coolify.io/docs/knowledge-base/docker/compose#coolifys-magic-environment-variables,
 * https://caprover.com/docs/service-networking.html
 */
const filledIn = /^srv-captain--|:\/\/srv-captain--|\$\{?SERVICE_(?:FQDN|URL|PASSWORD|USER|BASE64|REALBASE64|HEX)_|^SERVICE_(?:FQDN|URL)_/

const isMild = (profile: string): boolean => meaning(profile) !== undefined && meaning(profile) !== 'production'
const commandOf = (workload: Workload): string => (workload.command ?? []).map(readable).join(' ').slice(0, 2000)
const imageOf = (workload: Workload): string => readable(workload.image).slice(0, 300)

// `.:/app` over an image that is built here is how people work on the code, not how they ship it.
const mountsSource = (workload: Workload): boolean =>
  workload.build !== undefined && workload.mounts.some(mount =>
    mount.kind === 'bind' && !mount.readOnly && /^\.{1,2}(\/|$)/.test(readable(mount.source)) &&
    (/^\.{1,2}\/?$/.test(readable(mount.source)) || codeFolder.test(readable(mount.target))))
const codeFolder = /^\/(usr\/(src|local)\/)?(opt\/|srv\/|home\/\w+\/)?(app|apps|code|src|source|workspace|project|backend|frontend|api|server)(\/(src|app))?\/?$/
