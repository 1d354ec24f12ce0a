// `npm run fuzz -- …`: builds the fuzzer as one file, and runs it with these words.
import { build } from 'esbuild'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const cache = 'node_modules/.cache/fuzz', load = file => import(pathToFileURL(resolve(cache, file)).href)
const shared = { bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' }

await build({ ...shared, entryPoints: ['rules/knowledge/compile.ts'], outfile: `${cache}/compile.mjs`, packages: 'external' })
const { yamlForEsbuild } = await load('compile.mjs')
await build({
  ...shared, entryPoints: ['test/fuzz/main.ts'], outfile: `${cache}/main.mjs`, plugins: [yamlForEsbuild], sourcemap: 'inline',
  banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
})
await load('main.mjs')
