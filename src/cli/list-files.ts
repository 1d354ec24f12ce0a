// `--list-files` and `--print-config`: what misfit reads, and what it goes by for one file. Judges nothing.
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { rules } from '../../rules/index.ts'
import { filesOf, observe } from '../lint.ts'
import { workTree } from '../host/read.ts'
import { entryOf } from '../model/entry-of.ts'
import { noticeIds } from '../model/notices.ts'
import { join } from '../model/files.ts'
import { optionsOf as thresholds } from '../model/rule.ts'
import { jsonText } from '../reporters/escape.ts'
import { plain } from '../reporters/plain.ts'
import { optionsOf } from './config.ts'
import { print, printText } from './print.ts'
import { configAt, configOf, fromHere, inputsOf, slashed, type InputFlags } from './roots.ts'
import { UsageError } from './usage.ts'

/** Prints every file that shapes a stack, once, in order of its path. */
export function listFiles(paths: readonly string[], flags: InputFlags): number {
  const files = new Set(inputsOf(paths, flags).flatMap(({ tree, options, prefix }) =>
    // A stack also names files that it looked for in vain.
    observe(tree, options).stacks.flatMap(stack => filesOf(stack).filter(file => file.includes('!/') || typeof tree.read(file) === 'string').map(file => join(prefix, file)))))
  printText([...files].sort().map(file => `${plain(file)}\n`).join(''))
  return 0
}

/** Prints, as JSON, what the configuration comes to for a file, which need not exist. */
export function printConfig(file: string, flags: Pick<InputFlags, 'config'>): number {
  const folder = dirname(resolve(file))
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${JSON.stringify(dirname(file))}`)
  const path = resolve(realpathSync(folder), basename(file))
  const root = workTree(realpathSync(folder))
  const found = flags.config === undefined ? configOf(root) : configAt(flags.config)
  const { config } = found
  const options = optionsOf(config, found.folder, root)
  const inRoot = slashed(relative(root, path))
  const stated = (id: string) =>
    options.overrides?.flatMap(({ matches, severities }) => (matches(inRoot) ? entryOf(severities, id) ?? [] : [])).at(-1) ?? entryOf(config.severities, id)
  print(jsonText({
    file: fromHere(path),
    config: found.path === undefined ? null : fromHere(found.path),
    ignored: options.ignored(inRoot),
    environment: options.environment?.({ root: '.', files: [inRoot] }) ?? null,
    rules: Object.fromEntries([
      ...rules.map(rule => {
        const severity = stated(rule.id) ?? rule.severity
        const numbers = thresholds(rule, entryOf(config.options, rule.id))
        return [rule.id, Object.keys(numbers).length === 0 ? severity : { severity, ...numbers }] as const
      }),
      ...noticeIds.map(id => [id, stated(id) ?? 'warning'] as const),
    ]),
  }))
  return 0
}
