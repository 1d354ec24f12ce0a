// Tells a path from a command of the same name. Knows the options of the command line by what they take, not by name.
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { UsageError } from './usage.ts'

/**
 * The words with what is meant as a path written as one: behind `--` nothing is a command, and a word that is a command and a folder here is
 * refused, since a pipeline that means the folder would lint nothing and be green.
 */
export function asPaths(words: readonly string[], program: Command): string[] {
  const commands = new Set([...program.commands.flatMap(command => [command.name(), ...command.aliases()]), 'help'])
  const takesValue = new Set(program.options.filter(option => option.required || option.optional).flatMap(({ short, long }) => [short, long]))
  let at = 0
  while (words[at]?.startsWith('-') === true && words[at] !== '--' && words[at] !== '-') at += takesValue.has(words[at]) ? 2 : 1
  const behind = words[at] === '--', first = words[behind ? at + 1 : at]
  if (first === undefined || !commands.has(first)) return [...words]
  if (behind) return [...words.slice(0, at + 1), `./${first}`, ...words.slice(at + 2)]
  if (words[at + 1]?.startsWith('-') !== true && existsSync(first)) {
    const rest = words.slice(at + 1).map(word => ` ${word}`).join('')
    throw new UsageError(`${first} is a command, and a path here too: write misfit ./${first}${rest} to lint it, or misfit ${first} --${rest} for the command`)
  }
  return [...words]
}
