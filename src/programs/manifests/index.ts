// The package manifests that are read, one line a format.
import { folderOf, nameOf } from '../../model/files.ts'
import { buildSbt } from './build-sbt.ts'
import { cargoToml } from './cargo-toml.ts'
import { composerJson } from './composer-json.ts'
import { dotnet } from './dotnet.ts'
import { goMod } from './go-mod.ts'
import { gradle } from './gradle.ts'
import type { Format } from './manifest.ts'
import { mixExs } from './mix-exs.ts'
import { packageJson } from './package-json.ts'
import { pomXml } from './pom-xml.ts'
import { pipfile, pyproject, requirements, setupCfg, setupPy } from './python.ts'
import { gemfile } from './ruby.ts'

export const formats: readonly Format[] = [
  packageJson, requirements, pyproject, pipfile, setupCfg, setupPy, gemfile, composerJson, goMod, pomXml, gradle, dotnet, mixExs, cargoToml, buildSbt,
]

export const formatOf = (path: string): Format | undefined => formats.find(format => format.fits(path))

/** Whether a file of that name can be one, in whatever folder: any text in a folder of requirements is. */
export const mayBeManifest = (name: string): boolean => /\.(?:txt|in|pip)$/i.test(name) || formatOf(name) !== undefined

/** The folder that a manifest speaks for: its own, and of a folder that only holds requirements the one above. */
export const projectFolder = (path: string): string => {
  const folder = folderOf(path)
  return nameOf(folder) === 'requirements' ? folderOf(folder) : folder
}
