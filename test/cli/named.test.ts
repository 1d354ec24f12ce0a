// A named file gets the findings that a run over everything has for it, though much less is read.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { about, lintNamed } from '../../src/cli/named.ts'
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

describe('a named file that takes protection away', () => {
  const base = misuse.replace('allkeys-lru', 'noeviction').replace('redis-server', 'redis-server --appendonly yes').replace(' --appendonly yes\n', '\n')
  const told = (files: Readonly<Record<string, string>>, named: string): readonly string[] =>
    lintNamed(memoryTree({ ...files }), { only: new Set([named]) }, new Set([named])).report.findings.map(({ rule, file }) => `${rule} ${file}`)

  it('is told of what is unprotected now, in the file that it stands in', () => {
    for (const taken of ['    command: redis-server --maxmemory 256mb --maxmemory-policy noeviction\n', '    volumes: !reset []\n']) {
      const files = { 'compose.yaml': base, 'compose.override.yaml': `services:\n  redis:\n${taken}` }
      const before = told({ 'compose.yaml': base }, 'compose.yaml')
      const caused = told(files, 'compose.override.yaml')
      expect(caused, taken).not.toEqual([])
      expect(before.filter(each => caused.includes(each)), taken).toEqual([])
    }
  })

  it('is not told of what is so without it', () => {
    expect(told({ 'compose.yaml': misuse, 'compose.override.yaml': 'services:\n  web:\n    tty: true\n' }, 'compose.override.yaml')).toEqual([])
  })
})
