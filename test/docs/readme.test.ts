// The README and the guides show what the program prints: a stale block fails here, `npm run docs` writes it anew.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it.each(['README.md', 'docs/design-spec.md'])('%s shows the real output of every command it names', async file => {
  const blocks = /<!-- output: misfit (.*?) -->\n```text\n[^]*?```/g
  const readme = readFileSync(file, 'utf8')
  expect([...readme.matchAll(blocks)].length).toBeGreaterThan(0)
  const written = readme.replace(blocks, (_, args: string) => {
    const { stdout } = spawnSync('node', ['dist/cli.js', ...args.split(' ')], { encoding: 'utf8', env: { PATH: process.env['PATH'], NO_COLOR: '1' } })
    expect(stdout, args).not.toBe('')
    return `<!-- output: misfit ${args} -->\n\`\`\`text\n$ misfit ${args}\n${stdout.trimEnd()}\n\`\`\``
  })
  await expect(written).toMatchFileSnapshot(`../../${file}`)
})
