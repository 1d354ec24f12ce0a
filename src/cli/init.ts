// `misfit init`: a commented configuration, the hook and the pipeline's step, after a look at what is there. Overwrites nothing unasked.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findConfig } from '../host/config.ts'
import { diskTree } from '../host/disk.ts'
import { lint } from '../lint.ts'
import type { ReportedStack } from '../model/report.ts'
import { plain } from '../reporters/plain.ts'
import { asking, type Ask } from './ask.ts'
import { print } from './print.ts'
import { UsageError } from './usage.ts'

export interface InitFlags {
  /** Takes the default of every question. */
  readonly yes?: boolean
  readonly version: string
}

const environments = ['unspecified', 'production', 'development', 'example', 'test'] as const

/** Sets misfit up in the working directory. */
export async function initCommand(flags: InitFlags): Promise<void> {
  if (flags.yes === true) return init('.', flags.version, (_, [first]) => Promise.resolve(first ?? ''), false)
  if (!process.stdin.isTTY) throw new UsageError('there is nobody to ask here; `misfit init --yes` takes the defaults')
  const { ask, close } = asking(process.stdin, process.stdout)
  try {
    await init('.', flags.version, ask, true)
  } finally {
    close()
  }
}

/** The same in a folder, with somebody to ask. `may`: whether a file that exists may be asked about. */
export async function init(folder: string, version: string, ask: Ask, may: boolean): Promise<void> {
  const say = (line: string): void => { print(`${line}\n`) }
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
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    say(`Wrote ${path}.`)
  }
  const existing = findConfig([folder])
  if (existing && !has('misfit.config.yaml')) say(`The configuration in ${existing.path} was left as it is.`)
  else await put('misfit.config.yaml', configText(version, stated, stacks))

  if (has('.git') && await ask('Lint before every commit (pre-commit)?', ['yes', 'no']) === 'yes') {
    if (has('.pre-commit-config.yaml')) say(`Add to the repos of .pre-commit-config.yaml:\n\n${hook(version)}`)
    else await put('.pre-commit-config.yaml', `repos:\n${hook(version)}`)
  }
  if (has('.gitlab-ci.yml')) say(`Add to .gitlab-ci.yml:\n\n${gitlab(version)}`)
  else if (has('.git') && await ask('Lint every pull request (GitHub Actions)?', has('.github') ? ['yes', 'no'] : ['no', 'yes']) === 'yes') {
    await put('.github/workflows/misfit.yaml', github(version))
  }
}

function found(stacks: readonly ReportedStack[]): string {
  const components = stacks.flatMap(stack => stack.components.filter(component => component.partOf === undefined).map(component => `${component.name} in ${component.file}`))
  return components.length === 0 ? 'Found no Redis and no Kafka in the files here yet.' : `Found ${plain([...new Set(components)].join(', '))}.`
}

// As JSON every file name is one YAML word.
const configText = (version: string, environment: readonly (readonly [string, string])[], stacks: readonly ReportedStack[]): string => `# yaml-language-server: $schema=https://unpkg.com/misfit@${version}/rules/schema/config.schema.json
# How misfit reads this repository; see https://unpkg.com/misfit@${version}/docs/configuration.md.

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

const hook = (version: string): string => `  - repo: local
    hooks:
      - id: misfit
        name: misfit
        entry: misfit
        args: [--]
        language: node
        additional_dependencies: ["misfit@${version}"]
        require_serial: true
        files: (\\.(ya?ml|env|conf|properties|toml)|(^|/)\\.env(\\.[^/]*)?)$
`

const github = (version: string): string => `name: misfit
on: [pull_request]
permissions:
  contents: read
jobs:
  misfit:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      # Outside the checkout: what a change brings along (node_modules, .npmrc) is neither run nor obeyed.
      - run: |
          npm install --prefix "$RUNNER_TEMP" --registry https://registry.npmjs.org --no-audit --no-fund misfit@${version}
          "$RUNNER_TEMP/node_modules/.bin/misfit"
`

const gitlab = (version: string): string => `misfit:
  image: node:22
  script:
    # Outside the checkout: what a change brings along (node_modules, .npmrc) is neither run nor obeyed.
    - tools=$(mktemp -d)
    - npm install --prefix "$tools" --registry https://registry.npmjs.org --no-audit --no-fund misfit@${version}
    - $tools/node_modules/.bin/misfit --format gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
`
