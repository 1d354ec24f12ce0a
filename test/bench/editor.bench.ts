// What a keystroke costs in an editor: processor time of ESLint with misfit, one process, after the first look at each file. Target: 15 ms.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Linter } from 'eslint'
import { it } from 'vitest'
import misfit from '../../src/eslint.ts'
import { composeFile, manifest, withFolder, workflow } from './monorepo.ts'
import { spent } from './sides.ts'

const files = Array.from({ length: 3_000 }, (_, i): readonly [string, string] =>
  (i % 10 === 0 ? [`teams/${i}/compose.yaml`, composeFile(i)] : i % 10 === 1 ? [`teams/${i}/ci.yaml`, workflow(i)] : [`deploy/${i}/deployment.yaml`, manifest(i)]))

it('a keystroke in a repository of 3,000 YAML files', () => {
  withFolder(files, root => {
    const linter = new Linter({ configType: 'flat', cwd: root })
    const lint = (path: string, text: string): number => spent(() => {
      linter.verify(text, [{ ...misfit.configs.recommended, settings: { misfit: { root } } }], { filename: join(root, path) })
    })
    for (const [title, path, typed] of [['a compose file', 'teams/500/compose.yaml', '# typed'], ['a manifest', 'deploy/502/deployment.yaml', '# typed'], ['a workflow that mentions a word', 'teams/501/ci.yaml', '# starts redis, typed']] as const) {
      const text = readFileSync(join(root, path), 'utf8'), first = lint(path, text)
      const keystrokes = Array.from({ length: 9 }, (_, i) => lint(path, `${text}${typed} ${i}\n`)).slice(1).sort((a, b) => a - b)
      process.stdout.write(`${title}: first look ${first.toFixed(0)} ms, a keystroke ${keystrokes[4]?.toFixed(1) ?? ''} ms, at worst ${keystrokes.at(-1)?.toFixed(1) ?? ''} ms\n`)
    }
  })
})
