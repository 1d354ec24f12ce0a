// What the terminal can show: colours and links. Knows the customs of terminals only.
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Link } from '../reporters/text/page.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether the text has colours: a flag first, then FORCE_COLOR, then NO_COLOR and what standard output is, as in Node itself. */
export function colored(flag: boolean | undefined, terminal: boolean, env: Environment): boolean {
  if (flag !== undefined) return flag
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return !['0', 'false'].includes(forced)
  return terminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}

/** Whether it draws OSC 8 links, by what such terminals say of themselves: https://github.com/Alhadis/OSC8-Adoption */
export function linking(terminal: boolean, env: Environment): boolean {
  const forced = env['FORCE_HYPERLINK']
  if (forced !== undefined) return forced !== '0'
  if (!terminal || env['CI'] || env['TERM'] === 'dumb') return false
  return env['WT_SESSION'] !== undefined || Number(env['VTE_VERSION'] ?? 0) > 5000 || /^(?:xterm-kitty|xterm-ghostty|alacritty|foot)/.test(env['TERM'] ?? '') ||
    ['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'zed', 'WarpTerminal'].includes(env['TERM_PROGRAM'] ?? '')
}

/** A link as OSC 8 writes it: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda. The address has been percent-encoded. */
export const osc8: Link = (text, to) => {
  const address = 'file' in to ? `${fileAddress(to.file)}#${to.line}` : to.address && encodeURI(to.address)
  return address === undefined ? text : `\u001b]8;;${address}\u001b\\${text}\u001b]8;;\u001b\\`
}

// With the machine's name, so that a terminal does not open a file of that path here for one that lies elsewhere.
function fileAddress(file: string): string {
  const url = pathToFileURL(resolve(file))
  url.hostname = hostname().replace(/[^\w.-]/g, '')
  return url.href
}
