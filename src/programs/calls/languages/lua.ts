// Lua: scripts of the program that run inside the server, in files of their own. What they do is told by scripts.ts.
import type { Language } from '../language.ts'

export const lua: Language = {
  id: 'lua',
  extensions: ['lua'],
  grammar: { comments: [['--[[', ']]'], ['--', '\n']], strings: [{ open: '"', close: '"', escapes: true }, { open: "'", close: "'", escapes: true }], functions: ['function'] },
  imports: () => [],
  libraries: [],
  whole: true,
  redis: { modules: [], clients: [], source: 'https://redis.io/docs/latest/develop/programmability/eval-intro/', commands: new Map() },
}
