// Where the user's configuration lies; what it means is decided elsewhere.
import { basename, dirname, join } from 'node:path'
import type { Refusal } from '../model/files.ts'
import { diskTree } from './disk.ts'
import { readNamed } from './read.ts'

export interface ConfigFile {
  readonly path: string
  readonly folder: string
  readonly text: string | Refusal
  /** The configuration stands under the key `misfit` of a package.json. */
  readonly inPackage: boolean
}

/** The text of a file by its absolute path, on the disk or as it was; undefined when there is none. */
export type ReadFile = (path: string) => string | Refusal | undefined

/** The names that a configuration may have, and those of files that may hold one. */
export const configNames = ['misfit.config.yaml', 'misfit.config.yml', 'misfit.config.json', 'package.json'] as const

/** The configuration in a file that the user named; undefined when there is no such file. */
export function configFile(path: string, read: ReadFile = readNamed): ConfigFile | undefined {
  const text = read(path)
  return text === undefined ? undefined : { path, folder: dirname(path), text, inPackage: basename(path) === 'package.json' }
}

/** A file that a configuration names, never one outside the configuration's folder. */
export const readBeside = (folder: string, path: string): string | Refusal | undefined => diskTree(folder).read(path)

/** The configuration in the first of the folders that has one. */
export function findConfig(folders: readonly string[], read: ReadFile = readNamed): ConfigFile | undefined {
  for (const folder of folders) {
    for (const name of configNames) {
      const file = configFile(join(folder, name), read)
      if (file && (!file.inPackage || configures(file.text))) return file
    }
  }
  return undefined
}

// Most package.json files say nothing about misfit, others have it among their dependencies. What is broken is for its reader to say.
function configures(text: string | Refusal): boolean {
  if (typeof text !== 'string' || !text.includes('"misfit"')) return false
  try {
    return 'misfit' in (JSON.parse(text) as object)
  } catch {
    return true
  }
}
