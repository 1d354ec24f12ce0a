// Kotlin: its syntax; the libraries are Java's.
import type { Language } from '../language.ts'
import { jvmImports, jvmLibraries, jvmRedis, jvmSettings } from './java.ts'

export const kotlin: Language = {
  id: 'kotlin',
  extensions: ['kt', 'kts'],
  grammar: {
    comments: [['//', '\n'], ['/*', '*/']],
    strings: [{ open: '"""', close: '"""', lines: true, hole: '${' }, { open: '"', close: '"', escapes: true, hole: '${' }, { open: "'", close: "'", char: true }],
    functions: ['fun'],
  },
  imports: jvmImports, libraries: jvmLibraries, redis: jvmRedis, settings: jvmSettings,
}
