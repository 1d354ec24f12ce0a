// Which files of a chart's folder are values, and in which order they lie over each other. Knows names of files only.
import { folderOf, join, nameOf } from '../../model/files.ts'
import type { Chart } from './chart.ts'

/** A set of values files of a chart, base first. */
export interface View {
  readonly files: readonly string[]
  /** The file that makes the difference; absent for the chart's own values. */
  readonly variant?: string
}

const yaml = /\.ya?ml$/i
const layerName = /^(?=(?:.*[-_.])?values?[-_.](?!ya?ml$)).+\.ya?ml$|[-_.]values?\.ya?ml$|^values?[-_.]/i
const layerFolder = /^(?:environments?|envs?|values|clusters?|stages?|overlays?|deployments?)$/i
const most = 40

/** The views of a chart: its own values, and each further values file over them. `files` are those of the whole tree. */
export function viewsOf(chart: Chart, files: readonly string[]): readonly View[] {
  const base = join(chart.folder, 'values.yaml')
  const own = files.includes(base) ? [base] : []
  const layers = files.filter(file => file !== base && yaml.test(file) && isLayer(file, chart.folder)).slice(0, most)
  return [{ files: own }, ...layers.map(file => ({ files: [...own, file], variant: file }))]
}

function isLayer(file: string, folder: string): boolean {
  const inside = folder === '.' ? file : file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : undefined
  if (inside === undefined || inside.includes('{{')) return false
  const parts = inside.split('/')
  if (parts.length === 1) return layerName.test(inside) && !/^values\.schema|\.tpl/.test(inside)
  return layerFolder.test(parts[0] ?? '') && parts.length <= 3 && (parts.length === 2 || /values/i.test(nameOf(file)))
}

/** The chart's folder that a path lies in, when it is one of those. */
export const chartFolderOf = (path: string, folders: ReadonlySet<string>): string | undefined => {
  for (let at = folderOf(path); ; at = folderOf(at)) {
    if (folders.has(at)) return at
    if (at === '.') return undefined
  }
}
