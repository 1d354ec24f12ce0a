// The licence texts of what the bundles hold, as the licences ask for: dist/THIRD-PARTY-LICENSES. The build leaves the list of packages.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

export const list = 'node_modules/.cache/bundled-packages.json'

// Code of theirs that packages carry in their own files, where no bundler sees it.
const carried = { 'node_modules/@dagrejs/dagre': ['node_modules/@dagrejs/graphlib'] }

/** The folder, name, version and licence of each package whose code is in a bundle. */
export const bundledPackages = () => JSON.parse(readFileSync(list, 'utf8')).flatMap(folder => [folder, ...(carried[folder] ?? [])]).map(folder => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  return { folder, name, version, license }
})

/** Writes them; throws where a bundled package has no licence text or one that was not agreed on. */
export function writeLicenses(file) {
  const allowed = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '(MIT OR CC0-1.0)', 'Python-2.0'])
  const parts = bundledPackages().map(({ folder, name, version, license }) => {
    const text = readdirSync(folder).find(each => /^licen[cs]e/i.test(each))
    if (!allowed.has(license)) throw new Error(`${name} is bundled under ${license}`)
    if (text === undefined || !existsSync(`${folder}/${text}`)) throw new Error(`${name} is bundled and has no licence text`)
    return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${text}`, 'utf8').trim()}\n`
  })
  writeFileSync(file, `misfit contains these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`)
}
