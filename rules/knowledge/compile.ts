// Turns `import data from './x.yaml'` into plain data when the bundle is built or the tests run, so that no YAML is
// parsed at start-up. Used by tsup.config.ts and vitest.config.ts only.
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { load } from 'js-yaml'
import type { Plugin as EsbuildPlugin } from 'esbuild'
import type { Plugin as VitePlugin } from 'vite'
import { needlesOf } from '../../src/model/patterns.ts'

const pattern = /\/rules\/.*\.yaml$/

// V8 reads a JSON text several times faster than the same object as source.
const data = (value: unknown): string => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`
const compiled = (text: string): string => `export default ${data(load(text))}`

// Fields that are asked with `fits` or `couldFit`.
const patterns = new Set(['image', 'images', 'key', 'keys', 'command', 'repositories'])

function* patternsIn(node: unknown, field = ''): Generator<string> {
  if (typeof node === 'string') { if (patterns.has(field)) yield node; return }
  if (typeof node !== 'object' || node === null) return
  for (const [name, value] of Object.entries(node)) yield* patternsIn(value, Array.isArray(node) ? field : name)
}

async function needlesIn(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder)).filter(name => name.endsWith('.yaml'))
  const entries = await Promise.all(files.map(async name => load(await readFile(join(folder, name), 'utf8'))))
  return Object.fromEntries([...patternsIn(entries)].map(source => [source, (needlesOf(source) ?? []).join('|')]))
}

const esbuildPlugin = (compile: (text: string) => string): EsbuildPlugin => ({
  name: 'knowledge',
  setup(build) {
    build.onLoad({ filter: pattern }, async ({ path }) => ({ contents: compile(await readFile(path, 'utf8')), loader: 'js' }))
    build.onLoad({ filter: /\/rules\/knowledge\/needles\.ts$/ }, async ({ path }) => ({ contents: `export const needles = ${data(await needlesIn(dirname(path)))}`, loader: 'js' }))
  },
})

export const yamlForEsbuild = esbuildPlugin(compiled)

/** The same without what the command line never shows: where a signal is documented, and the remarks beside it. */
export const yamlForCommandLine = esbuildPlugin(text => {
  const read: unknown = load(text)
  return `export default ${data(Array.isArray(read) ? read.map(entry => withoutSource(entry)) : read)}`
})

const withoutSource = (entry: unknown): unknown =>
  (typeof entry === 'object' && entry !== null && ('where' in entry || 'ecosystem' in entry) ? { ...entry, source: undefined, note: undefined } : entry)

export const yamlForVite: VitePlugin = {
  name: 'knowledge',
  enforce: 'pre',
  transform: (text, id) => (pattern.test(id) ? { code: compiled(text), map: null } : null),
}
