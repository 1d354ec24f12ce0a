// docs/eslint.md: its configurations run, and its picture shows what ESLint says. `vitest run test/eslint/eslint-docs.test.ts --update` draws it again.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ESLint } from 'eslint'
import yml from 'eslint-plugin-yml'
import { describe, expect, it } from 'vitest'
import misfit from '../../src/eslint.ts'
import { picture } from './eslint-picture.ts'

const root = resolve(import.meta.dirname, '../..')
const repository = join(root, 'fixtures/eslint')
const queue = 'misfit/redis/queue-on-evicting-instance'
const page = readFileSync(join(root, 'docs/eslint.md'), 'utf8')
const settings = { misfit: { root: repository } }

async function told(config: unknown): Promise<string[]> {
  const eslint = new ESLint({ cwd: repository, overrideConfigFile: true, overrideConfig: [config, { settings }].flat(2) as never })
  const results = await eslint.lintFiles(['**/*.{yml,yaml}'])
  return results.flatMap(({ filePath, messages }) => messages.filter(each => each.fatal === true || each.ruleId?.startsWith('misfit/') === true).map(each => `${filePath.slice(repository.length + 1)} ${each.ruleId ?? each.message}`)).sort()
}

describe('docs/eslint.md', () => {
  const blocks = [...page.matchAll(/```js\n([^]*?)```/g)].map(match => match[1] ?? '')

  it.each(blocks)('runs %s', async block => {
    const { defineConfig } = await import('eslint/config')
    const body = block.replace(/^import .*\n/gm, '').replace('export default', 'return').replaceAll('import.meta.dirname', 'dirname')
    // The page is ours; what it says is what is tested.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const evaluate = new Function('misfit', 'yml', 'defineConfig', 'dirname', body) as (...args: unknown[]) => unknown[]
    const config = evaluate(misfit, yml, defineConfig, repository)
    expect(await told(config)).toEqual([`deploy/compose.override.yaml ${queue}`, `deploy/compose.yaml ${queue}`])
  })

  it('has a configuration for each case', () => { expect(blocks.length).toBeGreaterThanOrEqual(5) })

  it('shows what ESLint says', async () => {
    const eslint = new ESLint({ cwd: repository, overrideConfigFile: true, overrideConfig: [{ ...misfit.configs.recommended, settings }] as never })
    const [result] = await eslint.lintFiles(['deploy/compose.override.yaml'])
    const message = result?.messages[0]
    expect(message?.ruleId).toBe(queue)
    if (!message) return
    const text = readFileSync(join(repository, 'deploy/compose.override.yaml'), 'utf8')
    await expect(picture('deploy/compose.override.yaml', text, message)).toMatchFileSnapshot('../../docs/eslint.svg')
  })
})
