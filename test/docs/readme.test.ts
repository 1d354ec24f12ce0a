// The README shows what the program prints: a stale block fails here, `npm run docs` writes it anew.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('shows the real output of every command it names', async () => {
  const blocks = /<!-- output: misfit (.*?) -->\n```text\n[^]*?```/g
  const readme = readFileSync('README.md', 'utf8')
  expect([...readme.matchAll(blocks)].length).toBeGreaterThan(0)
  const written = readme.replace(blocks, (_, args: string) => {
    const { stdout } = spawnSync('node', ['dist/cli.js', ...args.split(' ')], { encoding: 'utf8', env: { PATH: process.env['PATH'], NO_COLOR: '1' } })
    expect(stdout, args).not.toBe('')
    return `<!-- output: misfit ${args} -->\n\`\`\`text\n$ misfit ${args}\n${stdout.trimEnd()}\n\`\`\``
  })
  await expect(written).toMatchFileSnapshot('../../README.md')
})
