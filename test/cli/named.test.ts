// A named file gets the findings that a run over everything has for it, though much less is read.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { about } from '../../src/cli/named.ts'
import { diskTree } from '../../src/host/disk.ts'
import { memoryTree } from '../../src/host/memory.ts'
import { lint } from '../../src/lint.ts'
import type { FileTree } from '../../src/model/files.ts'
import { misuse } from '../support/program.ts'

const corpus = '../shared/corpus'
const cases = existsSync(corpus) ? readdirSync(corpus).filter(name => existsSync(join(corpus, name, 'labels.yaml'))) : []

function same(tree: FileTree): void {
  const whole = lint(tree)
  for (const file of tree.files().filter(name => /\.(?:ya?ml|env|conf)$/.test(name))) {
    const named = new Set([file])
    const told = (report: typeof whole): readonly string[] => about(report, named).findings.map(({ fingerprint, line }) => `${fingerprint} ${line}`)
    expect(told(lint(tree, { only: named })), file).toEqual(told(whole))
  }
}

describe.skipIf(cases.length === 0)('each file of a real stack', () => {
  it.each(cases)('%s', name => { same(diskTree(join(corpus, name), { exclude: path => path === 'labels.yaml' })) })
})

it('is found from other folders: by include, extends, climbing paths and COMPOSE_FILE', () => {
  const [worker = '', server = ''] = misuse.split(/(?=^ {2}redis:\n)/m)
  same(memoryTree({
    'include/a/compose.yaml': 'include: [../b/part.yaml]\n', 'include/b/part.yaml': misuse,
    'extends/a/compose.yaml': `${worker}  redis: {extends: {file: ../b/base.yaml, service: redis}}\n`, 'extends/b/base.yaml': `services:\n${server}`,
    'listed/a/.env': 'COMPOSE_FILE=compose.yaml:../server.yaml\n', 'listed/a/compose.yaml': worker, 'listed/server.yaml': `services:\n${server}`,
    'above/compose.yaml': misuse.replace('command: redis-server', 'command: redis-server /etc/redis/redis.conf').replace('data:/data', './conf:/etc/redis'), 'above/conf/redis.conf': 'save ""\n',
  }))
})
