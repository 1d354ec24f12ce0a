// `misfit completion <shell>`: a script that completes commands, options, their values and the ids of rules. Made from the commands themselves.
import type { Command } from 'commander'
import { rules } from '../../rules/index.ts'
import { entryOf } from '../model/entry-of.ts'
import { severities } from '../model/rule.ts'
import { formatNames, groupings } from '../reporters/names.ts'
import { confidences } from './judge.ts'
import { print } from './print.ts'

export const shells = ['bash', 'zsh', 'fish'] as const

interface Flag {
  readonly names: readonly string[]
  readonly description: string
  /** What may follow: words, files, or anything. */
  readonly values?: readonly string[] | 'files'
  readonly takes: boolean
}

interface Words {
  /** Empty for misfit itself. */
  readonly command: string
  readonly description: string
  readonly flags: readonly Flag[]
  /** What its arguments may be, beside files. */
  readonly words: readonly string[]
}

const valuesOf: Readonly<Record<string, readonly string[]>> = {
  '--fail-on': severities, '--min-confidence': confidences, '--group-by': groupings,
}
const plainFormats: Readonly<Record<string, readonly string[]>> = { '': formatNames, rules: ['text', 'json'], decide: ['text', 'markdown', 'json'], graph: ['mermaid', 'dot'] }

function wordsOf(program: Command): readonly Words[] {
  const ids = rules.map(rule => rule.id)
  return [program, ...program.commands].map(command => {
    const name = command === program ? '' : command.name()
    const help: Flag = { names: ['--help', '-h'], description: 'show the help', takes: false }
    const flags = command.options.map((option): Flag => {
      const long = option.long ?? ''
      const values = entryOf(long === '--format' ? plainFormats : valuesOf, long === '--format' ? name : long)
      const files = /<(?:file|glob)/.test(option.flags) ? 'files' as const : undefined
      return { names: [long, ...option.short === undefined ? [] : [option.short]], description: option.description, takes: option.required, ...(values ?? files ? { values: values ?? files } : {}) } as Flag
    })
    return { command: name, description: command.description(), flags: [...flags, help], words: name === 'explain' ? ids : name === 'completion' ? shells : [] }
  })
}

/** Prints the script of a shell. */
export function completionCommand(program: Command, shell: string): void {
  const all = wordsOf(program)
  print(shell === 'fish' ? fish(all) : shell === 'zsh' ? `#compdef misfit\nautoload -U +X bashcompinit && bashcompinit\n${bash(all)}` : bash(all))
}

function bash(all: readonly Words[]): string {
  const commands = all.map(({ command }) => command).filter(command => command !== '')
  const values = all.flatMap(({ command, flags }) => flags.flatMap(({ names, values: words, takes }) => {
    if (!takes) return []
    const reply = words === undefined ? 'return' : words === 'files' ? 'COMPREPLY=($(compgen -f -- "$cur")); return' : `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur")); return`
    return [`    ${names.map(name => `${command}:${name}`).join('|')}) ${reply} ;;`]
  }))
  return `# Completion of misfit for bash; source it, or put it where bash-completion looks.
_misfit() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= word words=
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${commands.join('|')}) command=$word; break ;; esac
  done
  case $command:$prev in
${values.join('\n')}
  esac
  case $command:$cur in
${all.map(({ command, flags }) => `    ${command}:-*) COMPREPLY=($(compgen -W '${flags.flatMap(({ names }) => names).join(' ')}' -- "$cur")); return ;;`).join('\n')}
${all.filter(({ words }) => words.length > 0).map(({ command, words }) => `    ${command}:*) words='${words.join(' ')}' ;;`).join('\n')}
  esac
  [ -z "$command" ] && [ "$COMP_CWORD" -eq 1 ] && words='${commands.join(' ')}'
  COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur"))
}
complete -o filenames -F _misfit misfit
`
}

function fish(all: readonly Words[]): string {
  const commands = all.filter(({ command }) => command !== '')
  const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`
  const lines = ['# Completion of misfit for fish.', ...commands.map(({ command, description }) => `complete -c misfit -n __fish_use_subcommand -a ${command} -d ${quoted(description)}`)]
  for (const { command, flags, words } of all) {
    const where = command === '' ? '__fish_use_subcommand' : `'__fish_seen_subcommand_from ${command}'`
    for (const { names: [long = '', short], description, values, takes } of flags) {
      const value = !takes ? '' : values === 'files' ? ' -r -F' : values === undefined ? ' -x' : ` -x -a ${quoted(values.join(' '))}`
      lines.push(`complete -c misfit -n ${where} -l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}${value} -d ${quoted(description)}`)
    }
    if (words.length > 0) lines.push(`complete -c misfit -n ${where} -a ${quoted(words.join(' '))}`)
  }
  return `${lines.join('\n')}\n`
}
