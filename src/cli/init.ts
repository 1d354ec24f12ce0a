// `misfit init`: a commented configuration, the hook and the pipeline's step, after a look at what is there. Overwrites nothing unasked.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { addresses } from '../addresses.ts'
import { findConfig } from '../host/config.ts'
import { diskTree } from '../host/disk.ts'
import { readNamed } from '../host/read.ts'
import { writeWhole } from '../host/write.ts'
import { lint } from '../lint.ts'
import type { ReportedStack } from '../model/report.ts'
import { plain } from '../reporters/plain.ts'
import { asking, type Ask } from './ask.ts'
import { printText } from './print.ts'
import { UsageError } from './usage.ts'

export interface InitFlags {
  /** Takes the default of every question. */
  readonly yes?: boolean
}

const environments = ['unspecified', 'production', 'development', 'example', 'test'] as const

/** Sets misfit up in the working directory. */
export async function initCommand(flags: InitFlags): Promise<void> {
  if (flags.yes === true) return init('.', (_, [first]) => Promise.resolve(first ?? ''), false)
  if (!process.stdin.isTTY) throw new UsageError('there is nobody to ask here; `misfit init --yes` takes the defaults')
  const { ask, close } = asking(process.stdin, process.stdout)
  try {
    await init('.', ask, true)
  } finally {
    close()
  }
}

/** Stands for what npm shall install as long as nobody but the user knows where that lies. */
const placeholder = 'https://example.com/put-in-the-tarball-of-misfit.tgz'

// From npm's registry once misfit is there; else what the folder's own package.json names, where a pipeline can fetch it. `here`: it is installed by that.
function installed(folder: string): { readonly what: string; readonly here: boolean } {
  const manifest = readNamed(join(folder, 'package.json'))
  try {
    const { dependencies, devDependencies } = JSON.parse(typeof manifest === 'string' ? manifest : '{}') as Partial<Record<'dependencies' | 'devDependencies', Readonly<Record<string, unknown>>>>
    const named = devDependencies?.['misfit'] ?? dependencies?.['misfit']
    const remote = typeof named === 'string' && /^(?:git|https?|github|gitlab|bitbucket)[+:][\w+:./@#~-]+$/.test(named)
    return { what: addresses.installable ?? (remote ? named : placeholder), here: named !== undefined }
  } catch { /* No package.json, or none that can be read: it names nothing. */ }
  return { what: addresses.installable ?? placeholder, here: false }
}

// What a file that exists says already need not be added to it.
const says = (folder: string, path: string, words: RegExp): boolean => {
  const text = readNamed(join(folder, path))
  return typeof text === 'string' && words.test(text)
}

/** The same in a folder, with somebody to ask. `may`: whether a file that exists may be asked about. */
export async function init(folder: string, ask: Ask, may: boolean): Promise<void> {
  const say = (line: string): void => { printText(`${line}\n`) }
  const has = (path: string): boolean => existsSync(join(folder, path))
  const { stacks } = lint(diskTree(folder))
  say(found(stacks))
  const stated: (readonly [string, string])[] = []
  // More questions than these nobody wants to answer.
  for (const stack of stacks.filter(each => each.environment === 'unspecified' && each.variant === undefined && each.components.length > 0).slice(0, 5)) {
    const answer = await ask(`What is ${plain(stack.files[0] ?? stack.root)} for?`, environments)
    if (answer !== 'unspecified') stated.push([stack.files[0] ?? '', answer])
  }
  const put = async (path: string, text: string): Promise<void> => {
    if (has(path) && (!may || await ask(`${path} exists. Write it anew?`, ['no', 'yes']) === 'no')) { say(`${path} exists and was left as it is.`); return }
    try {
      writeWhole(join(folder, path), text, { folders: true })
    } catch (error) {
      throw new UsageError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
    }
    say(`Wrote ${path}.`)
  }
  const existing = findConfig([folder])
  if (existing && !has('misfit.config.yaml')) say(`The configuration in ${existing.path} was left as it is.`)
  else await put('misfit.config.yaml', configText(stated, stacks))

  const { what, here } = installed(folder)
  const own = here ? localHook : hook(what)
  let asked = false
  const wanted = async (question: string, words: readonly string[]): Promise<boolean> => has('.git') && await ask(question, words) === 'yes'
  if (says(folder, '.pre-commit-config.yaml', /id:\s*["']?misfit\b/)) say('.pre-commit-config.yaml has the hook already.')
  else if (!has('.git')) say('No hook was written, since this is not the top folder of a git work tree.')
  else if (await wanted('Lint before every commit (pre-commit)?', ['yes', 'no'])) {
    asked ||= !here
    if (has('.pre-commit-config.yaml')) say(`Add to the repos of .pre-commit-config.yaml:\n\n${own}`)
    else await put('.pre-commit-config.yaml', `repos:\n${own}`)
  }
  if (says(folder, '.gitlab-ci.yml', /\bmisfit\b/)) say('.gitlab-ci.yml runs misfit already.')
  else if (has('.gitlab-ci.yml')) { asked = true; say(`Add to .gitlab-ci.yml:\n\n${gitlab(what)}`) }
  else if (await wanted('Lint every pull request (GitHub Actions)?', has('.github') ? ['yes', 'no'] : ['no', 'yes'])) { asked = true; await put('.github/workflows/misfit.yaml', github(what)) }
  else if (!may) say(`No step of a pipeline was written, since nothing here says which one is yours; ${addresses.page('ci') ?? 'node_modules/misfit/docs/ci.md'} has them.`)
  if (asked && what === placeholder) say(`No registry has misfit yet: in place of ${placeholder} put in where its tarball (npm pack) lies, or the git address of its repository.`)
}

function found(stacks: readonly ReportedStack[]): string {
  const components = stacks.flatMap(stack => stack.components.filter(component => component.partOf === undefined).map(component => `${component.name} in ${component.file}`))
  return components.length === 0 ? 'Found no Redis and no Kafka in the files here yet.' : `Found ${plain([...new Set(components)].join(', '))}.`
}

// As JSON every file name is one YAML word.
const configText = (environment: readonly (readonly [string, string])[], stacks: readonly ReportedStack[]): string => `# yaml-language-server: $schema=${addresses.schema('config.schema.json') ?? 'node_modules/misfit/rules/schema/config.schema.json'}
# How misfit reads this repository; see ${addresses.page('configuration') ?? 'node_modules/misfit/docs/configuration.md'}.

# Files that are not linted, as globs from this folder.
ignore: []
#  - vendor/**

# Severities (error, warning, info, off) and thresholds of single rules; \`misfit rules\` lists them, \`misfit explain <rule>\` tells all about one.
rules: {}
#  redis/cache-without-maxmemory: off
#  redis/maxmemory-too-close-to-limit: { severity: error, largestShare: 0.8 }

# Severities for findings in some files, or about what is defined there; the last that fits counts.
overrides: []
#  - { files: [legacy/**], rules: { redis/source-of-truth: info } }

# What stacks are for: production, development, example, test. Outside production misfit is silent about durability, replication and sizes.
environment:${environment.length === 0 ? ' {}' : environment.map(([file, word]) => `\n  ${JSON.stringify(file)}: ${word}`).join('')}
#  ${environment.length > 0 ? '"examples/**": example' : `${JSON.stringify(stacks[0]?.files[0] ?? 'deploy/**')}: production`}

# Files that are deployed together, where their names do not say so.
stacks: []
#  - compose: [compose.yaml, deploy/compose.production.yaml]
#  - { chart: deploy/chart, values: [deploy/values.production.yaml] }

# What your own images and settings mean, as knowledge files beside this one.
knowledge: []
#  - misfit.knowledge.yaml
`

const hookOf = (runs: string): string => `  - repo: local
    hooks:
      - id: misfit
        name: misfit
        ${runs}
        args: [--]
        require_serial: true
        files: (\\.(ya?ml|env|conf|properties|toml)|(^|/)\\.env(\\.[^/]*)?)$
`

const hook = (what: string): string => hookOf(`entry: misfit
        language: node
        additional_dependencies: ["${what}"]`)

/** Of a repository that has misfit among its own packages: the version that everybody has, and nothing to install twice. */
const localHook = hookOf(`entry: npx --no-install misfit
        language: system`)

const github = (what: string): string => `name: misfit
on: [pull_request]
permissions:
  contents: read
jobs:
  misfit:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
      - uses: actions/setup-node@a0853c24544627f65ddf259abe73b1d18a591444 # v5.0.0
        with: { node-version: 22 }
      # Outside the checkout: what a change brings along (node_modules, .npmrc) is neither run nor obeyed.
      - run: |
          npm install --prefix "$RUNNER_TEMP" --registry https://registry.npmjs.org --no-audit --no-fund "${what}"
          "$RUNNER_TEMP/node_modules/.bin/misfit"
`

const gitlab = (what: string): string => `misfit:
  image: node:22
  script:
    # Outside the checkout: what a change brings along (node_modules, .npmrc) is neither run nor obeyed.
    - tools=$(mktemp -d)
    - npm install --prefix "$tools" --registry https://registry.npmjs.org --no-audit --no-fund "${what}"
    - $tools/node_modules/.bin/misfit --format gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
`
