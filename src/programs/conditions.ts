// What a program could do and does not, by the settings that it has here. Knows how a framework compares them, no file format.
import type { Condition, Program } from '../model/program.ts'
import type { Variable, Workload } from '../model/stack.ts'
import { productionName } from './configuration/files.ts'

/** Without what it does only under settings that are not so here. Where nothing of its configuration is here, or some cannot be read, nobody knows. */
export function doneBy(program: Program, { hidden }: Workload, variables: readonly Variable[]): Program {
  const all = [...program.shown, ...program.traffic]
  if (!all.some(({ when }) => when) || program.variables.length === 0 || hidden?.some(field => field === 'environment' || field === 'envFiles') === true) return program
  const form = (name: string): string => name.replace(/[^A-Za-z0-9]+/g, '').toLowerCase()
  const values = new Map(variables.map(({ name, value }) => [form(name), value]))
  // The settings of another profile are in a file that was not looked at.
  const profile = values.get('springprofilesactive')
  if (profile !== undefined && !(profile.known && productionName.test(profile.value))) return program
  const isSo = ({ names, value, missing }: Condition): boolean => names.every(name => {
    const found = values.get(form(name))
    if (found === undefined) return missing
    return !found.known || (value === undefined ? found.value.toLowerCase() !== 'false' : found.value.toLowerCase() === value.toLowerCase())
  })
  const kept = <T extends { readonly when?: readonly Condition[] }>(each: readonly T[]): readonly T[] => each.filter(({ when }) => when === undefined || when.every(isSo))
  return { ...program, shown: kept(program.shown), traffic: kept(program.traffic) }
}
