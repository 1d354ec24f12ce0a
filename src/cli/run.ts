// Arguments and options of the command line, with one-line errors. Knows the commands by name; loads what they need when they run.
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { Shard } from '../analysis/shard.ts'
import { today } from '../host/clock.ts'
import { formatNames, groupings } from '../reporters/names.ts'
import { severities } from '../model/rule.ts'
import { confidences } from './judge.ts'
import type { BaselineFlags, LintFlags } from './lint.ts'
import { didYouMean } from '../model/words.ts'
import { asPaths } from './operands.ts'
import { complain, print } from './print.ts'
import { UsageError } from './usage.ts'

/** Runs the command line and returns the exit code: 0 clean, 1 findings, 2 misfit could not do its job, 3 nothing to lint. */
export async function run(words: readonly string[], version: string): Promise<number> {
  let code = 0
  const program = build(version, words, result => { code = result })
  try {
    await program.parseAsync(asPaths(words, program), { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    const expected = error instanceof CommanderError || error instanceof UsageError
    const message = error instanceof Error ? error.message : String(error)
    complain(`misfit: ${expected ? '' : 'internal error: '}${oneLine(message)}`)
    if (!expected && process.env['MISFIT_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
    return 2
  }
}

const oneLine = (message: string): string => message.replace(/^error: /, '').split('\n').map(line => line.trim()).join(' ').trim()

function build(version: string, words: readonly string[], done: (code: number) => void): Command {
  const program = telling(new Command('misfit'))
  program
    .description('Finds Redis and Kafka doing each other\'s job in docker-compose files, Helm values and design specs.')
    .argument('[paths...]', 'folders or files to lint (default: the working directory)')
    .option('--since <revision>', 'report only what is new since a git revision; auto: since the change branched off')
    .option('--shard <index/count>', 'judge only this part of the stacks; misfit merge joins the reports of all parts', part)
    .option('--require-reason', 'a suppression without a reason suppresses nothing')
    .option('--values <file>', 'lay a values file over those of the chart, as helm does; may be repeated', many)
    .option('--exclude <glob>', 'leave out paths; may be repeated', many)
    .option('-c, --config <file>', 'the configuration to use')
    .option('--no-source', 'read deployment files only, not the programs that are built in the repository')
    .option('--files-from <file>', 'lint the paths that a file lists, a line or a NUL each; - reads standard input')
    .option('--stdin-filename <file>', 'the name of the text on standard input, which is linted for the path -')
    .option('--list-files', 'print the files that are read, and lint nothing')
    .option('--print-config <file>', 'print what the configuration comes to for a file, and lint nothing')
    .option('--fix', 'apply the suggested edits that are safe')
    .option('--fix-unsafe', 'apply the others too: they can lose data or need a step first; asks about each at a terminal')
    .option('--fix-dry-run', 'print them as a diff instead')
    .version(version, '-v, --version')
    .addHelpText('after', `
Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  misfit could not do its job: a wrong path, option or configuration, a compose file,
     values or a manifest that cannot be read, a mistake in a design
  3  with --require-input: nothing to lint`)
    .exitOverride()
    .configureOutput({ writeOut: print, outputError: () => undefined })
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .action(async (paths: string[], flags: LintFlags & { readonly printConfig?: string }) => {
      // `--` with nothing behind it is a hook's empty list of files, not a wish to lint everything.
      const nothing = paths.length === 0 && words.at(-1) === '--'
      if (flags.printConfig !== undefined) { done((await import('./list-files.ts')).printConfig(flags.printConfig, flags)); return }
      const { lintCommand } = await import('./lint.ts')
      done(await lintCommand(paths, { ...flags, nothing, version, today: today() }))
    })
  addCommands(program, version, done)
  for (const command of program.commands) command.exitOverride().configureOutput({ writeOut: print, outputError: () => undefined })
  return program
}

function addCommands(program: Command, version: string, done: (code: number) => void): void {
  telling(program.command('merge'))
    .description('join the JSON reports of all parts of a run (--shard) into one, and judge it')
    .argument('<reports...>', 'what --format json=FILE wrote, of every part')
    .action(async (files: string[], flags: LintFlags) => { done((await import('./merge.ts')).mergeCommand(files, { ...flags, version, today: today() })) })
  program.command('baseline')
    .description('write today\'s findings to a baseline, so that later runs report only what is not in it')
    .argument('[paths...]', 'folders or files (default: the working directory)')
    .option('-o, --output <file>', 'the baseline (default: misfit-baseline.json)')
    .option('--prune', 'only take out what is fixed')
    .option('--min-confidence <confidence>', 'leave out findings that rest on less', oneOf('confidence', confidences))
    .option('--values <file>', 'lay a values file over those of the chart, as helm does; may be repeated', many)
    .option('--exclude <glob>', 'leave out paths; may be repeated', many)
    .option('-c, --config <file>', 'the configuration to use')
    .option('--no-source', 'read deployment files only, not the programs that are built in the repository')
    .action(async (paths: string[], flags: BaselineFlags) => { done((await import('./lint.ts')).baselineCommand(paths, { ...flags, version, today: today() })) })
  program.command('init')
    .description('write a commented configuration, the hook and the step of a pipeline')
    .option('-y, --yes', 'take the defaults; nothing that exists is touched')
    .action(async (flags: { yes?: boolean }) => { await (await import('./init.ts')).initCommand(flags) })
  program.command('rules')
    .description('list the rules')
    .option('-f, --format <format>', 'how to print them: text or json', plainFormat, 'text')
    .action(async (flags: { format: string }) => { (await import('./rules.ts')).rulesCommand(flags) })
  program.command('explain')
    .description('say what a rule reports, how it fails and what to do; or what a component is used for, and why')
    .argument('<rule|component>', 'a rule\'s id or short name, or the name of a Redis or Kafka')
    .argument('[folder]', 'where the component is (default: the working directory)')
    .action(async (name: string, folder?: string) => { (await import('./explain.ts')).explainCommand(name, folder ?? '.', today()) })
  program.command('decide')
    .description('recommend Redis, Kafka, both or neither for what a design spec declares')
    .argument('[spec]', 'a design spec, or a folder of them (default: the working directory)')
    .option('-f, --format <format>', 'how to print it: text, markdown or json', oneOf('format', ['text', 'markdown', 'json']), 'text')
    .action(async (spec: string | undefined, flags: { format: string }) => { done((await import('./decide.ts')).decideCommand(spec, flags)) })
  program.command('graph')
    .description('print the picture of the system: programs, components, what flows, verdicts')
    .argument('[paths...]', 'folders or files (default: the working directory)')
    .option('-f, --format <format>', 'how to draw it: mermaid or dot', oneOf('format', ['mermaid', 'dot']), 'mermaid')
    .option('--values <file>', 'lay a values file over those of the chart, as helm does; may be repeated', many)
    .option('--exclude <glob>', 'leave out paths; may be repeated', many)
    .option('-c, --config <file>', 'the configuration to use')
    .action(async (paths: string[], flags: { format: string }) => { done((await import('./graph.ts')).graphCommand(paths, { ...flags, today: today() })) })
  program.command('spec')
    .description('write a design spec out of what a deployment shows; an earlier one keeps what people wrote')
    .argument('[folder]', 'the deployment (default: the working directory)')
    .option('-o, --output <file>', 'the spec (default: misfit.yaml in the folder)')
    .option('--stdout', 'print a new draft and write nothing')
    .action(async (folder: string | undefined, flags: { output?: string; stdout?: boolean }) => { done(await (await import('./spec.ts')).specCommand(folder, flags)) })
  program.command('completion')
    .description('print a script that completes commands, options and rules')
    .argument('<shell>', 'bash, zsh or fish', oneOf('shell', ['bash', 'zsh', 'fish']))
    .action(async (shell: string) => { (await import('./completion.ts')).completionCommand(program, shell) })
}

/** The options that say what is made of a report. */
const telling = (command: Command): Command => command
  .option('-f, --format <name[=file]>', `what to print: ${formatNames.join(', ')}; with a file it is written there beside; may be repeated`, many)
  .option('-o, --output <file>', 'write what would be printed to a file')
  .option('--color', 'colour the text, also through a pipe')
  .option('--no-color', 'no colours (also the variable NO_COLOR)')
  .option('-q, --quiet', 'report errors and what else fails the run only, and count the rest')
  .option('--verbose', 'every component, all evidence, how it fails, what to mind while repairing')
  .option('--group-by <what>', 'gather the findings by stack, file or rule', oneOf('grouping', groupings))
  .option('--statistics', 'how often each rule is reported, instead of the findings')
  .option('--fail-on <severity>', 'exit with 1 for findings of this severity or graver: error, warning or info', oneOf('severity', severities), 'error')
  .option('--min-confidence <confidence>', 'leave out findings that rest on less: certain, likely or possible', oneOf('confidence', confidences))
  .option('--exit-zero', 'exit with 0 in spite of findings')
  .option('--no-fail-on-problems', 'exit with 0 in spite of files that are no valid YAML and were not checked, and of mistakes in designs')
  .option('--max-warnings <number>', 'exit with 1 when there are more warnings', count)
  .option('--baseline <file>', 'leave out the findings that a baseline knows (default: misfit-baseline.json, when there is one)')
  .option('--no-baseline', 'report those too')
  .option('--max-baseline-age <days>', 'report again, and exit with 1 for, what has been in the baseline for longer', count)
  .option('--require-input', 'exit with 3 when there is neither Redis nor Kafka nor a stack')

function part(text: string): Shard {
  const [, index = '', count = ''] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  if (Number(index) < 1 || Number(index) > Number(count)) throw new InvalidArgumentError('It must be which part of how many, such as 2/4.')
  return { index: Number(index), count: Number(count) }
}

const plainFormats = ['text', 'json']

function plainFormat(word: string): string {
  if (!plainFormats.includes(word)) throw new UsageError(`there is no format ${JSON.stringify(word)}, only ${plainFormats.join(' and ')}${didYouMean(word, plainFormats)}`)
  return word
}

// No default: the help would show an empty list.
const many = (word: string, all: readonly string[] = []): readonly string[] => [...all, word]

const oneOf = (what: string, words: readonly string[]) => (word: string): string => {
  if (!words.includes(word)) throw new UsageError(`there is no ${what} ${JSON.stringify(word)}, only ${words.join(', ')}${didYouMean(word, words)}`)
  return word
}

function count(text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number)) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return number
}
