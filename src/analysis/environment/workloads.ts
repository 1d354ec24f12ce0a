// What the workloads show of what a stack is for: labels, variables, commands, mounts, restarts. Knows no format, no technology and no project.
import type { EnvironmentClass, Stack, Workload } from '../../model/stack.ts'
import { isTemplated, isUnread, readable, valueOf, type Note, type Span, type Value } from '../../model/value.ts'
import { isSecretImage } from '../../model/images.ts'
import { before } from '../../model/words.ts'
import { remembered } from '../signals/text.ts'
import { meaning, wordHint, type Hint } from './words.ts'

export function labelHints(workloads: readonly Workload[]): Hint[] {
  const stated = workloads.flatMap(workload => workload.labels).find(({ name }) => isOurs(name))
  const value = readable(stated?.value).toLowerCase()
  const found = meaning(value)
  return found === undefined ? [] : [{ class: found, weight: decided, text: `the label ${stated?.name ?? ''}=${value}` }]
}

/**
 * The first stage that the workloads name and that cannot be read: by our label, or by a variable of the program's own, of which the name may be unread,
 * too. With what all of them weigh if they are the mildest; what is read from one variable is one word.
 */
export function hiddenStage({ workloads, files, hidden: open }: Pick<Stack, 'workloads' | 'files' | 'hidden'>): { readonly weight: number; readonly note: Note } | undefined {
  const words = new Map<string, Note>()
  if (open?.includes('workloads')) return { weight: decided, note: { span: { file: files[0] ?? '', start: 0, end: 0 }, text: 'what it includes, which may tell production from development, cannot be read' } }
  for (const { name: workload, labels, environment, hidden, span } of workloads) {
    const label = labels.find(({ name, value }) => isOurs(name) && !value.known)
    const said = (name: string, at: Span): Note => ({ span: at, text: `${name} of ${workload}, which tells production from development, cannot be read` })
    if (label) return { weight: decided, note: said(label.name, label.value.span) }
    if (hidden?.some(field => field === 'envFiles' || field === 'image')) return { weight: decided, note: { span, text: `the environment of ${workload}, which may tell production from development, cannot be read` } }
    for (const { name, value, origin } of environment) {
      if (origin === 'config-file' || value.known || !(stageKey.test(upperName(name)) || name.includes('${'))) continue
      const word = name.includes('${') ? name : value.raw
      if (!words.has(word)) words.set(word, said(name, value.span))
    }
  }
  const [note] = words.values()
  return note && { weight: stageWeight * words.size, note }
}

/** What cannot be read and may be a sign of development like `variableHints` and `workloadHints` find in what can be: how much it may weigh, and where it stands. */
export function hiddenHints(workloads: readonly Workload[]): readonly { readonly weight: number; readonly note: Note }[] {
  const hints = new Map<string, { readonly weight: number; readonly note: Note }>()
  const note = (kind: string, weight: number, span: Span, what: string): void => { if (!hints.has(kind)) hints.set(kind, { weight, note: { span, text: `${what}, which may tell production from development, cannot be read` } }) }
  for (const workload of workloads) {
    for (const { name, value, origin } of workload.environment) {
      if (value.known || origin === 'config-file') continue
      const upper = upperName(name), what = `${name} of ${workload.name}`
      if (debugKey.test(upper)) note('debug', 1, value.span, what)
      if (upper.includes('ADVERTISED') && hidesHost(value.raw)) note('advertised', 2.5, value.span, what)
      if (opens(upper)) note('open', 1, value.span, what)
    }
    const mount = workload.build === undefined ? undefined : workload.mounts.find(({ kind, source, target }) => kind === 'unknown' || ((kind === 'bind' || kind === 'anonymous-volume') && (source?.known === false || !target.known) && codeFolder.test(target.known ? target.value : '/app')))
    if (mount || (workload.build !== undefined && workload.hidden?.includes('mounts'))) note('mount', 2, mount?.span ?? workload.span, `what ${workload.name} mounts`)
    if (workload.build === undefined && workload.image && isSecretImage(workload.image)) note('image', 2, workload.image.span, `the image of ${workload.name}`)
    if (mayRunForDevelopment(workload.command ?? [])) note('command', 2.5, workload.command?.[0]?.span ?? workload.span, `the command of ${workload.name}`)
    if (workload.hidden?.includes('neverPulled')) note('pulled', 1.5, workload.span, `when the image of ${workload.name} is pulled`)
    if (workload.builtFrom?.hidden !== undefined) note('built', 2, workload.build ?? workload.span, `what ${workload.name} is built from`)
    if (workload.profiles.some(isTemplated)) note('profiles', 4, workload.span, `a profile of ${workload.name}`)
  }
  return [...hints.values()]
}

// `PLAINTEXT://${HOST}:9092`, a whole listener, or all of them; the port tells nothing.
const hidesHost = (raw: string): boolean => raw === '' || raw.split(',').some(listener => isTemplated(listener.replace(/^(\w+:\/\/[\w.-]+):.*$/, '$1')))
// Variables that open a server to everybody: with any value, or with this one.
const openings: readonly (readonly [name: RegExp, value?: string])[] = [[/(^|_)(ALLOW_EMPTY_PASSWORD|ALLOW_ANONYMOUS_LOGIN)$/], [/HOST_AUTH_METHOD$/, 'trust'], [/SECURITY_ENABLED$/, 'false']]
const opens = (name: string, value?: string): boolean => openings.some(([opening, wanted]) => opening.test(name) && (value === undefined || wanted === undefined || value === wanted))

/** A person's own word. */
const decided = 100
/** A stage that is not production. */
const stageWeight = 3

const isOurs = (label: string): boolean => label === 'misfit.env' || label === 'misfit.environment'

// `STORAGE_MODE=local` is a way to store, no stage: a mode must be the program's own.
const stageKey = /(^|_)(ENV|ENVIRONMENT|STAGE|PROFILES?_ACTIVE|SETTINGS_MODULE|SETTINGS)$|^(?:(?:APP|NODE|RUN|RUNTIME|DEPLOY(?:MENT)?|SERVER|GIN|BUILD|APPLICATION)_)*MODE$/
const debugKey = /(^|_)DEBUG(_MODE)?$/

export function variableHints(workloads: readonly Workload[], kind: Stack['kind'] | undefined): Hint[] {
  const hints = new Map<string, Hint>()
  const note = (kind: string, hint: Hint): void => { if (!hints.has(kind)) hints.set(kind, hint) }
  for (const workload of workloads) {
    const named = workload.hosts.find(host => placeholderHost.test(host))
    if (named !== undefined) note('named host', { class: 'example', weight: 1.5, text: `${workload.name} is called ${named}` })
    const users = new Set(workload.environment.filter(({ name }) => userKey.test(upperName(name))).map(({ value }) => readable(value)))
    for (const variable of workload.environment) {
      const name = upperName(variable.name), said = variable.origin === 'config-file' ? '' : readable(variable.value)
      // A server that announces itself as localhost serves programs on the same machine only; in a cluster, a further such listener is for a tunnel.
      const inCluster = kind !== undefined && kind !== 'compose'
      if (name.includes('ADVERTISED') && said.length <= 200 && /(^|\/\/|,)(?:localhost|172\.17\.0\.1|host\.docker\.internal)\b/.test(said) && !(inCluster && /\/\/(?!localhost\b)[a-z]/i.test(said))) note('advertised', { class: 'development', weight: 2.5, text: `${workload.name}: ${variable.name}=${said}` })
      if (name.includes('ADVERTISED') && said.length <= 200 && /(^|\/\/|,)192\.168\.\d{1,3}\.\d{1,3}\b/.test(said)) note('home network', { class: 'development', weight: 1.5, text: `${workload.name}: ${variable.name}=${said}` })
      const value = variable.origin === 'config-file' ? undefined : valueOf(variable.value)
      if (value === undefined || value === '' || value.length > 200) continue
      const text = `${workload.name}: ${variable.name}=${value}`
      // What an env file that people are to copy and change says, stands there until they do.
      const copied = isCopied(variable.value)
      const stage = stageKey.test(name) ? stageOf(value) : undefined
      if (stage !== undefined) note(`stage ${stage}`, { class: stage, weight: (stage === 'production' ? 1.5 : stageWeight) * (copied ? 0.5 : 1), text, stated: true })
      if (debugKey.test(name) && /^(1|true|yes|on)$/i.test(value)) note('debug', { class: 'development', weight: 1, text })
      if (opens(name, value)) note('open', { class: 'development', weight: 1, text })
      const credentials = copied ? null : /:\/\/([\w.-]{1,60}):([\w.-]{1,60})@/.exec(value)
      if (credentials && isWord(credentials[2] ?? '')) note('password', { class: 'development', weight: credentials[1] === credentials[2] ? 1 : 0.5, text: `${workload.name}: the password in ${variable.name} is a word` })
      if (name.endsWith('PASSWORD') && !copied && (isWord(value) || users.has(value))) note('password', { class: 'development', weight: users.has(value) ? 1 : 0.5, text: `${workload.name}: ${variable.name} is a word` })
      if (/\bjdwp\b|--inspect(-brk)?\b/.test(value)) note('debugger', { class: 'development', weight: 2, text })
      const host = hostIn(value)
      if (host === 'local') note('local host', { class: 'development', weight: 1.5, text })
      else if (host === 'example') note('example host', { class: 'example', weight: 0.5, text })
      // The page calls the machine that shows it.
      if (inBrowser.test(name) && /^["']?https?:\/\/localhost\b/.test(value)) note('browser', { class: 'development', weight: 1, text })
      if (value.includes('host.docker.internal')) note('host', { class: 'development', weight: 1, text })
    }
  }
  return [...hints.values()]
}

const inBrowser = /^(?:REACT_APP|NEXT_PUBLIC|VITE|VUE_APP|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY|NG_APP)_/

// Names that only lead somewhere on a developer's machine or in a company's development zone: `app.localhost`, `shop.test`, `api.dev.acme.io`.
const addressedHost = /(?:^|\/\/|@|\s|,)(?:[a-z0-9-]+\.)+(?:localhost|test|lvh\.me|nip\.io|localtest\.me)(?=[:/,\s]|$)|(?:^|\/\/|@)(?=(?:[a-z0-9-]+\.)*?(?:dev|local|localdev)\.[a-z0-9-]+\.)(?:[a-z0-9-]+\.)+[a-z]{2,}(?=[:/]|$)/i
const hostIn = remembered((value): 'local' | 'example' | 'none' => (addressedHost.test(value) ? 'local' : placeholderHost.test(value) ? 'example' : 'none'))
const upperName = remembered(name => name.toUpperCase().replaceAll(/[.-]/g, '_'))
const placeholderHost = /^(?:\w+:\/\/)?(?:[\w-]+\.)*example\.(?:com|org|net)(?=[:/,\s]|$)/i

const templateFile = /(?:^|[./_-])(?:example|sample|template|tmpl|dist)(?:\.\w+)?$/i
const isCopied = (value: Value): boolean => (value.known && value.notes?.some(({ span }) => templateFile.test(span.file)) === true) || templateFile.test(value.span.file)
const userKey = /(?:^|_)USER(?:NAME)?$/
const trivial = /^(password|passw0rd|pass|secret|example|admin|root|test|postgres|mysql|guest|changeme|1234(?:5(?:6(?:78(?:90?)?)?)?)?)$/i
// `test-password` is one, too.
const isWord = (value: string): boolean => trivial.test(value) || value.split(/[-_.]/).every(part => trivial.test(part))

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
const developmentCommand = /\b(nodemon|runserver|livereload|webpack-dev-server|browser-sync|ts-node-dev)\b|--reload(?![\w-])|--watch(?![\w-])|\b(run|yarn|pnpm|next|vite|nuxt) +(run +)?(dev|start:dev|develop|watch)\b|\bdotnet +watch\b|spring-boot:run\b/
const productionCommand = /\b(?:run|yarn|pnpm) +(?:run +)?start:prod(?:uction)?\b|--mode[= ]production\b/
// `--advertise-…-addr localhost:9092`, `--advertise-…-addr=A://localhost:9092`, at a port that the machine publishes: for programs that run on it.
const announcesLocalhost = (workload: Workload): boolean => commandOf(workload).split(/\s+/).some((word, i, words) => {
  const announced = word.startsWith('--advertise-') ? /(?:^|[/,=])(?:localhost|127\.0\.0\.1):(\d{2,5})\b/.exec(word.includes('=') ? word : words[i + 1] ?? '') : null
  return announced !== null && workload.published?.includes(Number(announced[1])) === true
})
const exampleFolder = /(?:^|\/)(?:examples?|demos?|samples?)(?:\/|$)/
const runsForDevelopment = (command: string): boolean => developmentCommand.test(command) || (/\bflask +run\b/.test(command) && /--debug\b/.test(command))
// A word that is no option's value and cannot be read may be what makes it one: `npm run ${SCRIPT}`, `uvicorn app ${OPTIONS}`.
const mayRunForDevelopment = (words: readonly Value[]): boolean => words.some(word => isUnread(word)) && ['dev', 'run dev', 'runserver', 'watch', '--reload'].some(said =>
  runsForDevelopment(words.map((word, i) => (word.known || readable(words[i - 1]).startsWith('-') ? readable(word) : word.raw.replaceAll(/\$\{[^{}]*\}|\{\{[^{}]*\}\}/g, said))).join(' ').slice(0, 2000)))
// Mail catchers, database browsers, tunnels: nobody needs them on a server.
const developmentTool = /(^|\/)(mailhog|mailpit|mailcatcher|maildev|mailtrap|adminer|localstack|ngrok|smtp4dev|mongo-express|dockerized-mailcatcher|inbucket|greenmail|wiremock|mockserver|toxiproxy)[^/]*$/
const exampleImage = /(^|[/_-])(examples?|demos?|samples?|tutorials?|workshops?|quickstart)([/_:@-]|$)|samples?\/|demos?\/|\/example[a-z]/
const certificateTool = /(^|\/)(certbot|letsencrypt-nginx-proxy-companion|acme-companion|lego|docker-swag|swag)(:|$|@)/

const unreleased = /:(?:[\w.-]+-)?(?:dev|devel|develop|development|nightly|bleeding|unstable|snapshot)$/i

const imageSays = remembered((image: string) => ({ example: exampleImage.test(image), tool: developmentTool.test(before(image, /[:@]/)), certificates: certificateTool.test(image) }))

/**
 * What workloads are by their images: databases, caches and brokers; programs, which are none; what goes with a store: consoles, exporters,
 * registries. An image that cannot be read is whatever reads milder.
 */
interface Kinds {
  readonly isStore: (workload: Workload) => boolean
  readonly isProgram: (workload: Workload) => boolean
  readonly isCompanion: (workload: Workload) => boolean
}

/** `forProduction`: whether the file's own name says that. */
export function workloadHints(workloads: readonly Workload[], kind: Stack['kind'] | undefined, { isStore, isProgram, isCompanion }: Kinds, forProduction = false): Hint[] {
  const hints: Hint[] = []
  const inCompose = kind === 'compose' || kind === undefined
  const first = (weight: number, name: EnvironmentClass, text: string, test: (workload: Workload) => boolean, how: Pick<Hint, 'stated'> = {}): void => {
    const found = workloads.find(test)
    if (found) hints.push({ class: name, weight, text: text.replace('{}', found.name), ...how })
  }
  const stated = { stated: true } as const
  first(2, 'development', '{} mounts its source code', mountsSource, stated)
  first(kind === 'compose' || kind === undefined ? 2 : 1.5, 'example', '{} runs an image made for an example', workload => imageSays(imageOf(workload)).example, stated)
  // `shop:develop`, `horizon:bleeding`: what was merged last, not what was released.
  first(1.5, 'development', '{} runs an unreleased build', workload => isProgram(workload) && unreleased.test(imageOf(workload)))
  const producing = workloads.some(workload => /^(.*[-_])?producer\d*$/.test(workload.name)) && workloads.some(workload => /^(.*[-_])?consumer\d*$/.test(workload.name))
  if (producing) hints.push({ class: 'example', weight: 1.5, text: 'services are called producer and consumer' })
  first(2.5, 'development', '{} runs a development command', workload => runsForDevelopment(commandOf(workload)), stated)
  first(1, 'production', '{} runs a production command', workload => productionCommand.test(commandOf(workload)))
  // A broker that announces itself as localhost serves programs on the same machine only.
  if (inCompose) first(2.5, 'development', '{} announces itself as localhost', announcesLocalhost)
  first(2, 'example', '{} is built from a folder of examples', workload => exampleFolder.test(workload.builtFrom?.folder ?? ''), stated)
  first(2, 'development', '{} is called so', workload => isStore(workload) && calledFor.test(workload.name), stated)
  const space = workloads.map(({ namespace }) => namespace).find(namespace => namespace !== undefined)
  const spaced = space === undefined ? undefined : /(?:^|-)(?:training|assignment|exercise|coursework|thesis|experiments?)$/.test(space) ? { class: 'example', weight: 2.5, text: '' } as const : wordHint(space.slice(space.lastIndexOf('-') + 1), { example: 3, other: 2.5 }, 'namespace')
  if (space !== undefined && spaced && spaced.class !== 'production') hints.push({ ...spaced, text: `the namespace "${space}"`, stated: true })
  first(1, 'development', '{} is a development tool', workload => imageSays(imageOf(workload)).tool)
  first(1.5, 'production', '{} is filled in by the platform that deploys it', workload => workload.environment.some(({ name, value }) => filledIn.test(name) || filledIn.test(readable(value))))
  first(1.5, 'production', '{} gets public certificates', workload => imageSays(imageOf(workload)).certificates)
  // A pod starts again by itself unless told otherwise, which says nothing about what it is for.
  const restarting = kind === 'manifests' ? [] : workloads.filter(workload => /^(always|unless-stopped|on-failure)/.test(readable(workload.restart)))
  const restarted = restarting.length
  // A database that starts with the machine beside programs that are built here and started by hand is no production.
  const programs = workloads.filter(workload => workload.build !== undefined), byHand = programs.length > 0 && !programs.some(workload => restarting.includes(workload))
  const most = restarted > 0 && restarted * 2 >= workloads.length && !byHand
  // All of them do so on four servers of five, most of them on every second machine of a developer, too: there another sign must agree.
  if (most) hints.push(restarted === workloads.length ? { class: 'production', weight: 1, text: 'all services start again by themselves' } : { class: 'production', weight: 0.5, text: 'most services start again by themselves' })
  if (byHand) hints.push({ class: 'development', weight: 1, text: 'services are built from source and never start again by themselves' })
  // People reach a database from their own machine while they work; a server publishes the application and starts it again by itself.
  const onServers = most || (restarting.some(isStore) && !byHand) || kind === 'manifests' || workloads.some(workload => workload.memoryLimit?.known === true || workload.replicas?.known === true)
  const open = (workload: Workload): boolean => ((workload.published?.some(port => storePorts.has(port)) ?? false) || workload.hidden?.includes('published') === true) && isStore(workload)
  // A file that is called production is for a machine that others come to over the network; carelessness makes it no other's.
  const shown = inCompose && !forProduction
  if (shown && workloads.length > 0 && workloads.every(workload => isStore(workload) || isCompanion(workload) || imageSays(imageOf(workload)).tool)) first(3, 'development', 'only servers run here, and {} publishes its port to programs on the machine', open)
  // Whoever runs it for others does not offer a database under such a password to the network.
  if (shown) first(2.5, 'development', '{} publishes its port and its password is a word', workload => open(workload) && workload.environment.some(({ name, value, origin }) => origin !== 'config-file' && upperName(name).endsWith('PASSWORD') && isWord(readable(value)) && !isCopied(value)))
  if (!onServers && !forProduction) first(2, 'development', restarted === 0 ? 'nothing starts again by itself and {} publishes its port' : byHand ? '{} publishes its port beside programs that never start again by themselves' : '{} publishes its port and does not start again by itself', open)
  // Minikube, kind, k3d, and a cluster without a registry: the image was built on the machine that runs it.
  first(1.5, 'development', 'the image of {} is never pulled', workload => workload.neverPulled === true && isProgram(workload))
  first(0.75, 'development', '{} keeps a terminal open', workload => workload.interactive === true && isProgram(workload))
  first(1.5, 'development', '{} mounts from the home directory of a person', mountsHome)
  const stores = workloads.filter(isStore)
  const kept = stores.length > 1 && programs.length === 0 && stores.every(store => store.published === undefined && store.hidden?.includes('published') !== true && store.mounts.some(({ kind: how, readOnly }) => !readOnly && (how === 'named-volume' || how === 'bind' || how === 'claim')))
  if (kept) hints.push({ class: 'production', weight: 0.75, text: 'every store keeps its data and none is published' })
  // Not enough by itself: people limit what runs on their own machine, too.
  const limited = workloads.filter(workload => workload.memoryLimit?.known === true).length
  if (limited * 2 >= workloads.length && limited > 0) hints.push({ class: 'production', weight: 0.5, text: 'most services have a memory limit' })
  const onDemand = workloads.length > 0 && workloads.every(isOnDemand)
  if (onDemand) hints.push({ class: 'development', weight: 4, text: 'all services belong to development profiles', stated: true })
  return hints
}

// `local-db`, `db-dev`, `shop-test-db`; not `dev-health-db`, where a product is called so.
const calledFor = /^(?:local|dev|test|demo)[-_][^-_]+$|.[-_](?:local|dev|test|demo)(?:[-_]|$)/i
/** Where databases, caches and brokers listen. */
const storePorts = new Set([1433, 3306, 5432, 5672, 6379, 9042, 9092, 9200, 11211, 27017, 29092])
/**
 * Variables that Coolify fills in when it deploys, hosts that CapRover makes: https://coolify.io/docs/knowledge-base/docker/compose#coolifys-magic-environment-variables,
 * https://caprover.com/docs/service-networking.html
 */
const filledIn = /^srv-captain--|:\/\/srv-captain--|\$\{?SERVICE_(?:FQDN|URL|PASSWORD|USER|BASE64|REALBASE64|HEX)_|^SERVICE_(?:FQDN|URL)_/

/** Started with a profile for development, tests or demonstration only. */
export const isOnDemand = ({ profiles }: Workload): boolean => profiles.length > 0 && profiles.every(isMild)
const isMild = (profile: string): boolean => meaning(profile) !== undefined && meaning(profile) !== 'production'
const commandOf = (workload: Workload): string => (workload.command ?? []).map(readable).join(' ').slice(0, 2000)
const imageOf = (workload: Workload): string => readable(workload.image).slice(0, 300)

// `.:/app` over an image that is built here is how people work on the code, not how they ship it.
const mountsSource = (workload: Workload): boolean =>
  workload.build !== undefined && workload.mounts.some(mount =>
    mount.kind === 'bind' && !mount.readOnly && /^\.{1,2}(\/|$)/.test(readable(mount.source)) &&
    (/^\.{1,2}\/?$/.test(readable(mount.source)) || codeFolder.test(readable(mount.target))))
const codeFolder = /^\/(usr\/(src|local)\/)?(opt\/|srv\/|home\/\w+\/)?(app|apps|code|src|source|workspace|project|backend|frontend|api|server)(\/(src|app))?\/?$/

// `~/data`, `/home/anna/data`, `/Users/anna/data`: not the account of a service.
const mountsHome = (workload: Workload): boolean =>
  workload.mounts.some(({ kind, source }) => kind === 'bind' && /^(?:~\/|\/Users\/|\/home\/(?!(?:deploy|docker|ubuntu|ec2-user|app|git|node)\/)[\w.-]+\/|\$\{?HOME\}?\/|\/c\/Users\/|[A-Z]:[\\/])/.test(readable(source)) && !credentials.test(readable(source)))
const credentials = /\/\.(?:ssh|aws|kube|docker|config|gnupg)\b/
