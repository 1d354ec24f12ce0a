// `--values`: which chart the layers belong to, and the folder that holds both. Knows paths on the disk, nothing of what is in them.
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { realPlace } from '../host/read.ts'
import { UsageError } from './usage.ts'

export interface Layered {
  /** The nearest folder that holds the chart and all its values files. */
  readonly folder: string
  /** Paths from that folder; values in layer order. */
  readonly chart: string
  readonly values: readonly string[]
}

/** The one chart among `paths` with its values, as `helm template CHART -f a -f b` takes them; a name with commas is several. Throws a UsageError. */
export function layered(paths: readonly string[], named: readonly string[]): Layered {
  const [path = '.', ...more] = paths
  if (more.length > 0) throw new UsageError(`--values belongs to one chart, and ${String(paths.length)} paths are named`)
  if (!existsSync(path)) throw new UsageError(`there is no file or folder ${JSON.stringify(path)}`)
  const given = place(path)
  const chart = basename(given) === 'Chart.yaml' ? dirname(given) : given
  if (!existsSync(resolve(chart, 'Chart.yaml'))) throw new UsageError(`--values needs a chart, and there is no Chart.yaml in ${JSON.stringify(path)}`)
  const values = named.flatMap(name => name.split(',')).map(name => name.trim()).filter(name => name !== '').map(name => {
    if (!existsSync(name) || statSync(name).isDirectory()) throw new UsageError(`there is no values file ${JSON.stringify(name)}`)
    return place(name)
  })
  const folder = values.reduce(common, chart)
  const within = (file: string): string => relative(folder, file).split(sep).join('/') || '.'
  return { folder, chart: within(chart), values: values.map(within) }
}

function place(path: string): string {
  const real = realPlace(path)
  if (typeof real === 'string') return real
  throw new UsageError(`${JSON.stringify(path)} is not read: ${real.refused}`)
}

function common(folder: string, file: string): string {
  let at = folder
  while (!file.startsWith(at.endsWith(sep) ? at : at + sep) && dirname(at) !== at) at = dirname(at)
  return at
}
