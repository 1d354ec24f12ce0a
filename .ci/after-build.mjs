// Finishes dist/ after tsup: says that its .js files are CommonJS, and leaves compiled code beside main.cjs for the Node that runs this, which
// is what V8 compiles while the program lints the example stack. src/bin.ts uses it where Node has no compile cache of its own.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { resolve } from 'node:path'
import process from 'node:process'
import { Script } from 'node:vm'
import { writeLicenses } from './licenses.mjs'

const folder = resolve('dist')
const file = `${folder}/main.cjs`
writeFileSync(`${folder}/package.json`, '{ "type": "commonjs" }\n')
writeLicenses(`${folder}/THIRD-PARTY-LICENSES`)
// tsup names declarations by the type of the package only.
for (const entry of ['index', 'eslint']) renameSync(`${folder}/${entry}.d.ts`, `${folder}/${entry}.d.mts`)

const source = readFileSync(file, 'utf8')
if (source.length !== readFileSync(file).length) throw new Error('main.cjs is not ASCII, as src/bin.ts reads it')
const script = new Script(module.wrap(source), { filename: file })
process.argv.splice(2, process.argv.length, '--output', '/dev/null', 'fixtures/shop')
script.runInThisContext()({}, module.createRequire(file), { exports: {} }, file, folder)
process.on('exit', code => {
  // The stack has misuse in it.
  if (code !== 1) throw new Error(`the built program ended with ${code}`)
  process.exitCode = 0
  writeFileSync(`${file}.${process.version}-${process.arch}`, script.createCachedData())
})
