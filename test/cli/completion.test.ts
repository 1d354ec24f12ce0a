// The scripts that complete the command line, as the shells themselves read them.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram } from '../support/program.ts'

const home = mkdtempSync(join(tmpdir(), 'misfit-completion-'))
const program = join(home, 'cli.mjs')
beforeAll(() => buildProgram(program))
afterAll(() => { rmSync(home, { recursive: true, force: true }) })

const script = (shell: string): string => execFileSync(process.execPath, [program, 'completion', shell], { encoding: 'utf8' })
const there = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

it('is refused for a shell that it does not know', () => {
  const { status, stderr } = spawnSync(process.execPath, [program, 'completion', 'fsh'], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([2, 'misfit: there is no shell "fsh", only bash, zsh, fish (did you mean fish?)\n'])
})

describe('in bash', () => {
  it.each([
    [['misfit', 'base'], ['baseline']],
    [['misfit', '--group-b'], ['--group-by']],
    [['misfit', '--group-by', ''], ['stack', 'file', 'rule']],
    [['misfit', '--format', 'sa'], ['sarif']],
    [['misfit', 'rules', '--format', ''], ['text', 'json']],
    [['misfit', 'explain', 'redis/queue-on'], ['redis/queue-on-evicting-instance']],
    [['misfit', 'baseline', '--pru'], ['--prune']],
    [['misfit', '--config', 'compl'], ['completion.bash']],
    [['misfit', 'compl'], ['completion', 'completion.bash']],
    [['misfit', 'x', 'compl'], ['completion.bash']],
  ])('%j becomes %j', (words, replies) => {
    writeFileSync(join(home, 'completion.bash'), script('bash'))
    const code = 'source completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _misfit; printf "%s\\n" "${COMPREPLY[@]}"'
    expect(execFileSync('bash', ['-c', code, 'bash', ...words], { cwd: home, encoding: 'utf8' }).trim().split('\n')).toEqual(replies)
  })
})

it.skipIf(!there('zsh') && process.env['CI'] !== 'true')('is read by zsh', () => {
  writeFileSync(join(home, '_misfit'), script('zsh'))
  expect(execFileSync('zsh', ['-f', '-c', 'autoload -U compinit && compinit -u -D && source ./_misfit && echo ${_comps[misfit]}'], { cwd: home, encoding: 'utf8' })).toContain('_bash_complete')
})

it.skipIf(!there('fish') && process.env['CI'] !== 'true')('is used by fish', () => {
  writeFileSync(join(home, 'misfit.fish'), script('fish'))
  const completed = (line: string): string => execFileSync('fish', ['--no-config', '-c', `source misfit.fish; complete -C '${line}'`], { cwd: home, encoding: 'utf8', env: { ...process.env, HOME: home } })
  expect(completed('misfit basel')).toMatch(/^baseline\twrite today's findings/)
  expect(completed('misfit --group-by fi')).toMatch(/^file/)
  expect(completed('misfit explain redis/queue-on')).toMatch(/^redis\/queue-on-evicting-instance/m)
})
