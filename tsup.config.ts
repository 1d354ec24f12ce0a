import { defineConfig } from 'tsup'
import { yamlForEsbuild } from './rules/knowledge/compile.ts'

const shared = {
  format: 'esm' as const,
  target: 'node20',
  platform: 'node' as const,
  noExternal: [/.*/],
  esbuildPlugins: [yamlForEsbuild],
  splitting: false,
  treeshake: true,
  // Bundled CommonJS packages (commander, picomatch) call require for Node's own modules.
  banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
}

export default defineConfig([
  { ...shared, entry: { cli: 'src/cli.ts' }, minify: true, clean: true },
  // tsup injects `baseUrl` into the declaration build, which TypeScript 6 reports as deprecated.
  { ...shared, entry: { index: 'src/index.ts' }, dts: { compilerOptions: { ignoreDeprecations: '6.0' } } },
])
