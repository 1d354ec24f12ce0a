import { defineConfig } from 'tsup'
import { yamlForEsbuild } from './rules/knowledge/compile.ts'

const shared = {
  format: 'esm' as const,
  target: 'node20',
  platform: 'node' as const,
  noExternal: [/.*/],
  esbuildPlugins: [yamlForEsbuild],
  treeshake: true,
  // Bundled CommonJS packages (commander, picomatch) call require for Node's own modules.
  banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
}

export default defineConfig([
  // Chunks beside cli.js: `--version` and `--help` need not wait until Node has read the whole linter.
  { ...shared, entry: { cli: 'src/cli.ts' }, minify: true, clean: true, splitting: true },
  // tsup injects `baseUrl` into the declaration build, which TypeScript 6 reports as deprecated.
  { ...shared, entry: { index: 'src/index.ts' }, splitting: false, dts: { compilerOptions: { ignoreDeprecations: '6.0' } } },
])
