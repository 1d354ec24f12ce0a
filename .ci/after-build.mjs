// Finishes dist/ after tsup: says that its .js files are CommonJS, and collects the licences of what it bundles.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeLicenses } from './licenses.mjs'

const folder = resolve('dist')
writeFileSync(`${folder}/package.json`, '{ "type": "commonjs" }\n')
writeLicenses(`${folder}/THIRD-PARTY-LICENSES`)
// tsup names declarations by the type of the package only.
for (const entry of ['index', 'eslint']) renameSync(`${folder}/${entry}.d.ts`, `${folder}/${entry}.d.mts`)

const source = readFileSync(`${folder}/main.cjs`)
if (source.toString('utf8').length !== source.length) throw new Error('main.cjs is not ASCII, as src/bin.ts reads it')
