// The package manifests that are read, one line a format.
import { nameOf } from '../../model/files.ts'
import type { Format } from './manifest.ts'
import { packageJson } from './package-json.ts'

export const formats: readonly Format[] = [packageJson]

export const formatOf = (path: string): Format | undefined => {
  const name = nameOf(path)
  return formats.find(format => format.fits(name))
}
