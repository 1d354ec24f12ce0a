// Where the user's configuration lies on disk; what it means is decided elsewhere.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Refusal } from '../model/files.ts'
import { diskTree } from './disk.ts'

export interface ConfigFile {
  readonly path: string
  readonly folder: string
  readonly text: string
  /** The configuration stands under the key `misfit` of a package.json. */
  readonly inPackage: boolean
}

const names = ['misfit.config.yaml', 'misfit.config.yml', 'misfit.config.json'] as const

/** The configuration in a file that the user named. */
export const configFile = (path: string): ConfigFile => ({
  path, folder: dirname(path), text: readFileSync(path, 'utf8'), inPackage: basename(path) === 'package.json',
})

/** A file that a configuration names, never one outside the configuration's folder. */
export const readBeside = (folder: string, path: string): string | Refusal | undefined => diskTree(folder).read(path)

/** The configuration in the first of the folders that has one. */
export function findConfig(folders: readonly string[]): ConfigFile | undefined {
  for (const folder of folders) {
    for (const name of names) {
      const path = join(folder, name)
      if (existsSync(path)) return configFile(path)
    }
    const path = join(folder, 'package.json')
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    if (configures(text)) return { path, folder, text, inPackage: true }
  }
  return undefined
}

// Most package.json files say nothing about misfit, others have it among their dependencies. What is broken is for its reader to say.
function configures(text: string): boolean {
  if (!text.includes('"misfit"')) return false
  try {
    return 'misfit' in (JSON.parse(text) as object)
  } catch {
    return true
  }
}
