// Turns `import data from './x.yaml'` into plain data when the bundle is built or the tests run, so that no YAML is
// parsed at start-up. Used by tsup.config.ts and vitest.config.ts only.
import { readFile } from 'node:fs/promises'
import { load } from 'js-yaml'
import type { Plugin as EsbuildPlugin } from 'esbuild'
import type { Plugin as VitePlugin } from 'vite'

const pattern = /\/rules\/.*\.yaml$/

// V8 reads a JSON text several times faster than the same object as source.
const compiled = (text: string): string => `export default JSON.parse(${JSON.stringify(JSON.stringify(load(text)))})`

export const yamlForEsbuild: EsbuildPlugin = {
  name: 'knowledge',
  setup(build) {
    build.onLoad({ filter: pattern }, async ({ path }) => ({ contents: compiled(await readFile(path, 'utf8')), loader: 'js' }))
  },
}

export const yamlForVite: VitePlugin = {
  name: 'knowledge',
  enforce: 'pre',
  transform: (text, id) => (pattern.test(id) ? { code: compiled(text), map: null } : null),
}
