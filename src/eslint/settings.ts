// Where a stack's world ends and what its people configured: ESLint's settings, the git work tree, misfit's own configuration file.
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { matcher, noConfig, readConfig } from '../cli/config.ts'
import { didYouMean } from '../cli/usage.ts'
import { findConfig } from '../host/config.ts'
import type { LintOptions } from '../lint.ts'
import { join } from '../model/files.ts'

const slashed = (path: string): string => path.split(sep).join('/')
const holds = (folder: string, path: string): boolean => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

export interface Place {
  /** The folder that nothing may leave: absolute, without symbolic links. */
  readonly root: string
  /** The file from there, with `/`. */
  readonly path: string
}

/** The root of a file: `settings.misfit.root`, else the enclosing git work tree, else the working directory, else its folder. */
export function placeOf(filename: string, cwd: string, settings: Readonly<Record<string, unknown>>): Place {
  const file = resolve(real(dirname(filename)), basename(filename))
  const mine = settings['misfit']
  const stated = typeof mine === 'object' && mine !== null && 'root' in mine && typeof mine.root === 'string' ? real(resolve(cwd, mine.root)) : undefined
  const here = real(cwd)
  const candidates = [stated, workTree(dirname(file)), here]
  const root = candidates.find(folder => folder !== undefined && holds(folder, file)) ?? dirname(file)
  return { root, path: slashed(relative(root, file)) }
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // A folder that does not exist yet lies in one that does.
    return dirname(path) === path ? path : resolve(real(dirname(path)), basename(path))
  }
}

function workTree(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(resolve(at, '.git'))) return at
    if (dirname(at) === at) return undefined
  }
}

export interface Configured {
  readonly options: LintOptions
  readonly ignored: (path: string) => boolean
  /** The text it came from; undefined without a configuration file. */
  readonly text: string | undefined
}

/** The text of misfit's configuration, to notice that it changed. */
export const configText = (root: string, cwd: string): string | undefined => found(root, cwd)?.text

const found = (root: string, cwd: string) => findConfig(root === cwd || holds(cwd, root) || holds(root, cwd) ? [root, real(cwd)] : [root])

/** What the team's `misfit.config.yaml` says about the root. Severities other than `off` are ESLint's business. */
export function configOf(root: string, cwd: string): Configured {
  const file = found(root, cwd)
  const config = file ? readConfig(file) : noConfig
  const folder = file?.folder ?? root
  const inConfig = slashed(relative(folder, root)) || '.'
  const inRoot = (path: string): string => slashed(relative(root, resolve(folder, path)))
  const ignored = matcher(config.ignore)
  const environments = config.environment.map(([glob, environment]) => ({ matches: matcher([glob]), environment }))
  return {
    text: file?.text,
    ignored: path => ignored(join(inConfig, path)),
    options: {
      name: basename(root),
      severities: config.severities,
      options: config.options,
      ...(config.knowledge === undefined ? {} : { knowledge: config.knowledge }),
      compose: config.stacks.flatMap(stack => ('compose' in stack ? [stack.compose.map(inRoot)] : [])),
      charts: config.stacks.flatMap(stack => ('chart' in stack ? [{ chart: inRoot(stack.chart), values: stack.values.map(inRoot) }] : [])),
      ...(environments.length === 0 ? {} : {
        environment: stack => environments.find(each => stack.files.some(path => each.matches(join(inConfig, path))))?.environment,
      }),
      // ESLint applies its own comments; were they applied here, it would call them unused.
      eslintComments: false,
      didYouMean,
    },
  }
}
