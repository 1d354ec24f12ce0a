// What comes from others: actions by the hash of a commit, licence texts of all that is bundled, and what the release lists and asks.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { expect, it } from 'vitest'

const read = (path: string): string => readFileSync(path, 'utf8')

it.each(['.github/workflows/site.yml', '.ci/release.yaml', 'docs/ci.md', 'docs/pre-commit.md', 'README.md', 'src/cli/init.ts'])('%s names every action of others by its commit, with the version beside it', path => {
  const uses = [...read(path).matchAll(/^ *(?:- )?uses: (\S+)(.*)$/gm)].filter(([, action = '']) => !action.startsWith('OWNER/misfit@'))
  if (!/README|pre-commit/.test(path)) expect(uses.length).toBeGreaterThan(0)
  expect(uses.filter(([, action = '', version = '']) => !/@[0-9a-f]{40}$/.test(action) || !/^ # v\d+\.\d+\.\d+$/.test(version)).map(([line]) => line)).toEqual([])
})

it('one commit is meant wherever a version of an action is named', () => {
  const commits = new Map<string, Set<string>>()
  for (const path of ['.github/workflows/site.yml', '.ci/release.yaml', 'docs/ci.md', 'src/cli/init.ts']) {
    for (const [, action = '', commit = '', version = ''] of read(path).matchAll(/uses: ([\w./-]+)@([0-9a-f]{40}) # (v\S+)/g)) {
      commits.set(`${action} ${version}`, (commits.get(`${action} ${version}`) ?? new Set()).add(commit))
    }
  }
  expect([...commits].filter(([, all]) => all.size > 1)).toEqual([])
})

it('ships the licence text of every package whose code is in a bundle', () => {
  const licences = read('dist/THIRD-PARTY-LICENSES')
  const listed = [...licences.matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) \d\S* \(\S[^)]*\)+$/gm)].map(([, name = '']) => name)
  // What the build says, and, as it cannot know what its own list leaves out, what the bundles themselves say that they hold.
  const built = (JSON.parse(read('node_modules/.cache/bundled-packages.json')) as string[]).map(folder => folder.replace(/^.*node_modules\//, ''))
  const named = readdirSync('dist').filter(name => name.endsWith('.mjs')).flatMap(name => [...read(`dist/${name}`).matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/gm)].map(([, name = '']) => name))
  expect(named.length).toBeGreaterThan(0)
  // dagre's own file has graphlib in it.
  expect([...new Set([...built, ...named, '@dagrejs/graphlib'])].filter(name => !listed.includes(name))).toEqual([])
  for (const text of licences.split(/^-{80}$/m)) expect(text).toMatch(/permission|redistribut|licen[cs]e/i)
})

it('lists in the SBOM the packages whose code is in a bundle, and not what builds them', () => {
  const list = JSON.parse(execFileSync('node', ['.ci/sbom.mjs'], { encoding: 'utf8' })) as { metadata: { component: { name: string } }; components: { name: string; purl: string; hashes: unknown[] }[]; dependencies: { ref: string }[] }
  const licensed = [...read('dist/THIRD-PARTY-LICENSES').matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) (\d\S*) \(\S[^)]*\)+$/gm)].map(([, name = '', version = '']) => `pkg:npm/${name.replace('@', '%40')}@${version}`)
  expect(list.metadata.component.name).toBe('misfit')
  expect(list.components.map(({ purl }) => purl).sort()).toEqual(licensed.sort())
  expect(list.components.every(({ hashes }) => hashes.length > 0)).toBe(true)
  expect(list.dependencies).toHaveLength(list.components.length + 1)
  expect(JSON.stringify(list)).not.toMatch(/vitest|typescript@|package:development/)
})

it('the release lists what is in it, and asks for known vulnerabilities first', () => {
  const { jobs: { release: { steps } } } = parse(read('.ci/release.yaml')) as { jobs: { release: { steps: { run?: string }[] } } }
  const at = (text: string): number => steps.findIndex(({ run = '' }) => run.includes(text))
  expect(at('npm audit')).toBeGreaterThan(-1)
  expect(at('.ci/sbom.mjs')).toBeGreaterThan(at('npm audit'))
  expect(at('npm publish')).toBeGreaterThan(at('.ci/sbom.mjs'))
  expect(steps[at('gh release create')]?.run).toContain('misfit.cdx.json dist/THIRD-PARTY-LICENSES')
})
