import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Plugin } from 'esbuild'
import { defineConfig, type Options } from 'tsup'
import ts from 'typescript'
import { yamlForCommandLine, yamlForEsbuild } from './rules/knowledge/compile.ts'

/** Node's own modules that take long to load: most runs need none of them, so each is required when one of its functions is first used. */
const late: Plugin = {
  name: 'late',
  setup(build) {
    build.onResolve({ filter: /^node:(?:child_process|crypto|readline(?:\/promises)?|zlib)$/ }, ({ path, namespace }) =>
      (namespace === 'late' ? { path, external: true } : { path, namespace: 'late' }))
    build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: Object.keys(createRequire(import.meta.url)(path) as object)
        .map(name => `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => require('${path}').${name} })`).join('\n'),
    }))
    // For patterns of a user's own only; a bundle of its own, loaded at their first use.
    build.onResolve({ filter: /^re2js$/ }, () => ({ path: 're2js', namespace: 'late-bundle' }))
    build.onLoad({ filter: /.*/, namespace: 'late-bundle' }, () => ({ contents: "Object.defineProperty(exports, 'RE2JS', { enumerable: true, get: () => require('./re2js.cjs').RE2JS })" }))
    // For editing a design spec only; a bundle of its own.
    build.onResolve({ filter: /^(?:yaml|\.\/rules\.cjs|\.\/re2js\.cjs)$/ }, ({ path }) => ({ path: path === 'yaml' ? './yaml.cjs' : path, external: true }))
  },
}

/** Leaves the HTML report and the layout that it draws with in a bundle of its own, for the runs that ask for it. */
const picture: Plugin = {
  name: 'picture',
  setup(build) {
    build.onResolve({ filter: /^\.\/html\.cjs$/ }, ({ path }) => ({ path, external: true }))
    build.onLoad({ filter: /\/src\/reporters\/html\/index\.ts$/ }, () => ({
      contents: "export const html = (report, context) => require('./html.cjs').html(report, context)", loader: 'js',
    }))
  },
}

/** Leaves the list of the packages that the bundles hold, for their licences. */
const packages = new Set<string>()
const bundled: Plugin = {
  name: 'bundled',
  setup(build) {
    build.initialOptions.metafile = true
    build.onEnd(async ({ metafile }) => {
      for (const { inputs } of Object.values(metafile?.outputs ?? {})) {
        for (const file of Object.keys(inputs)) {
          const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
          if (folder !== undefined) packages.add(folder)
        }
      }
      await mkdir('node_modules/.cache', { recursive: true })
      await writeFile('node_modules/.cache/bundled-packages.json', JSON.stringify([...packages].sort()))
    })
  },
}

const pageFields = new Set(['bad', 'good', 'hazards', 'diff', 'otherTool', 'sources', 'words'])

/** Leaves what a rule says on its page only in a bundle of its own, so that a run does not read hundreds of examples that nobody asked for. */
const pages: Plugin = {
  name: 'pages',
  setup(build) {
    build.onLoad({ filter: /\/rules\/(?:redis|kafka|pair|spec)\/[^/]+\.ts$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8')
      const source = ts.createSourceFile(path, contents, ts.ScriptTarget.Latest)
      const rule = source.statements.find(ts.isExportAssignment)?.expression
      const [words] = rule && ts.isCallExpression(rule) ? rule.arguments : []
      for (const property of words && ts.isObjectLiteralExpression(words) ? [...words.properties].reverse() : []) {
        const name = ts.isPropertyAssignment(property) && ts.isIdentifier(property.name) ? property.name.text : ''
        if (!pageFields.has(name)) continue
        const getter = `get ${name}() { return require('./rules.cjs').rules.find(({ id }) => id === this.id)?.${name} }`
        contents = contents.slice(0, property.getStart(source)) + getter + contents.slice(property.end)
      }
      return { contents, loader: 'ts' }
    })
  },
}

const shared: Options = { target: 'node20', platform: 'node', noExternal: [/.*/], splitting: false, removeNodeProtocol: false, esbuildPlugins: [yamlForEsbuild, bundled] }
// CommonJS, because Node reads and compiles it in one step; the folder's own package.json says so.
const program: Options = { ...shared, format: 'cjs', minify: true, outExtension: () => ({ js: '.cjs' }) }

export default defineConfig([
  { ...program, entry: { cli: 'src/bin.ts' }, clean: true, outExtension: () => ({ js: '.js' }) },
  {
    ...program, entry: { main: 'src/cli.ts' }, esbuildPlugins: [yamlForCommandLine, late, pages, picture, bundled],
    esbuildOptions: options => { options.supported = { 'dynamic-import': false } },
  },
  { ...program, entry: { rules: 'rules/index.ts', yaml: 'node_modules/yaml/dist/index.js', re2js: 'node_modules/re2js/build/index.cjs', html: 'src/reporters/html/index.ts' } },
  {
    // The library and the ESLint plugin share what they have in common, and neither loads the other.
    ...shared, format: 'esm', entry: { index: 'src/index.ts', eslint: 'src/eslint.ts' }, splitting: true, treeshake: true,
    // Bundled CommonJS packages call require for Node's own modules.
    banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
    // tsup injects `baseUrl` into the declaration build, which TypeScript 6 reports as deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } }, outExtension: () => ({ js: '.mjs' }),
  },
])
