// Where a stack's world ends and what its people configured: ESLint's settings, the git work tree, misfit's own configuration file.
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { noConfig, optionsOf, readConfig } from '../cli/config.ts'
import { today } from '../host/clock.ts'
import { findConfig, readBeside } from '../host/config.ts'
import type { LintOptions } from '../lint.ts'

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
  if (stated !== undefined && dirname(stated) === stated) throw new Error(`settings.misfit.root is ${stated}, the whole disk: name the folder of the project`)
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
  /** The configuration's text, those of the files it names, and the day; another one when any of them has changed. */
  readonly state: string
  /** Whether `state` is no longer what the disk and the clock say. */
  changed(): boolean
}

/** What the team's `misfit.config.yaml` says about the root. Throws where it has a mistake. */
export function configOf(root: string, cwd: string): Configured {
  const here = real(cwd)
  const folders = root === here || holds(here, root) || holds(root, here) ? [root, here] : [root]
  const file = findConfig(folders)
  const named: string[] = []
  const config = file ? readConfig(file, path => {
    named.push(path)
    return readBeside(file.folder, path)
  }) : noConfig
  const { ignored, ...options } = optionsOf(config, file?.folder ?? root, root)
  const stateNow = (): string => {
    const found = findConfig(folders)
    return JSON.stringify([today(), found?.path, found?.text, found && named.map(path => readBeside(found.folder, path))])
  }
  const state = stateNow()
  return {
    state,
    changed: () => stateNow() !== state,
    ignored,
    // ESLint applies its own comments; were they applied here, it would call them unused.
    options: { name: basename(root), ...options, now: today(), eslintComments: false },
  }
}
