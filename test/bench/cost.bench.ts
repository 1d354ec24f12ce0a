// What a run costs in processor time, as ratios against something run beside it. Needs a build. The figures of a day stand in docs/performance.md.
import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, it } from 'vitest'
import { composeFile, monorepo, programs, withFolder } from './monorepo.ts'
import { beside, program } from './sides.ts'

const first = 'teams/orders-0/compose.yaml'
const own = [[first, composeFile(0)]] as const
const parser = resolve('node_modules/yaml')
/** Parses every YAML file below the working directory, and nothing else. */
const bareParse = `const fs=require('fs'),{parseDocument}=require(${JSON.stringify(parser)});
(function walk(folder){for(const e of fs.readdirSync(folder,{withFileTypes:true})){const path=folder+'/'+e.name;
if(e.isDirectory())walk(path);else if(path.endsWith('.yaml'))parseDocument(fs.readFileSync(path,'utf8'))}})('.')`
/** Lists everything below the working directory and reads its YAML files. */
const listAndRead = `const fs=require('fs');(function walk(folder){for(const e of fs.readdirSync(folder,{withFileTypes:true})){const path=folder+'/'+e.name;
if(e.isDirectory())walk(path);else if(path.endsWith('.yaml'))fs.readFileSync(path,'utf8')}})('.')`

const misfit = (name: string, cwd: string, ...words: readonly string[]) => ({ name, cwd, words: [program, ...words] })
const git = (cwd: string, ...words: readonly string[]): void => { execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'gc.auto=0', ...words], { cwd, stdio: 'ignore' }) }

describe('start-up', () => {
  it('one stack', () => {
    withFolder(own, cwd => {
      beside('Start-up, against an empty process', 15, [
        { name: 'node -e 0', cwd, words: ['-e', '0'] }, misfit('misfit --version', cwd, '--version'), misfit('misfit', cwd), misfit('misfit -- compose.yaml', cwd, '--', first),
      ])
    })
  })
})

describe('judging', () => {
  it('500 stacks', () => {
    withFolder(Array.from({ length: 500 }, (_, i) => [`stack-${i}/compose.yaml`, composeFile(i)] as const), cwd => {
      beside('500 compose files of 200 lines, against parsing them with yaml', 3, [
        { name: 'yaml', cwd, words: ['-e', bareParse] }, misfit('misfit', cwd), misfit('misfit, text and json', cwd, '-f', 'text', '-f', 'json=/dev/null'),
      ])
    })
  })
})

describe('a change', () => {
  it('in a monorepo of 50,000 files', () => {
    withFolder(own, alone => {
      withFolder(monorepo(50_000), cwd => {
        git(cwd, 'init', '-q')
        git(cwd, 'add', '-A')
        git(cwd, 'commit', '-q', '-m', 'all')
        appendFileSync(join(cwd, first), '# changed\n')
        beside('One file of 50,000, against the same in a repository of its own', 3, [
          misfit('misfit -- compose.yaml, alone', alone, '--', first), misfit('misfit -- compose.yaml, in the monorepo', cwd, '--', first), misfit('misfit --since HEAD', cwd, '--since', 'HEAD'),
        ])
      })
    })
  })
})

describe('source', () => {
  for (const stacks of [100, 1]) {
    it(`10,000 files of source, ${stacks} stacks`, () => {
      withFolder(programs(10_000, stacks), cwd => {
        beside(`10,000 source files, stacks: ${stacks}, against the same without source`, 3, [misfit('misfit --no-source', cwd, '--no-source'), misfit('misfit', cwd)])
      })
    })
  }
})

describe('scale', () => {
  for (const files of [1_000, 10_000, 100_000]) {
    it(`${files} files`, () => {
      withFolder(monorepo(files), cwd => {
        beside(`A monorepo of ${files} files, against listing them and reading the YAML ones`, files > 10_000 ? 1 : 3, [
          { name: 'list and read', cwd, words: ['-e', listAndRead] }, misfit('misfit', cwd),
        ])
      })
    })
  }
})
