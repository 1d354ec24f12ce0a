// Reads the table "who may know whom" of docs/architecture.md and fails with the file and the offending import.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

interface Area {
  readonly path: string
  readonly may: readonly string[]
  readonly packages: readonly string[]
  readonly node: boolean
}

/** Rows look like: | `src/readers` | `src/model` | `js-yaml`, `yaml` | no | */
function table(): Area[] {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const section = page.slice(page.indexOf('<!-- borders -->'), page.indexOf('<!-- /borders -->'))
  const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].flatMap(match => match[1] ?? [])
  return section.split('\n').filter(line => line.startsWith('| `')).map(line => {
    const [, area = '', may = '', packages = '', node = ''] = line.split('|')
    return { path: quoted(area)[0] ?? '', may: quoted(may), packages: quoted(packages), node: node.trim() === 'yes' }
  })
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

const imports = (file: string): string[] => ts.preProcessFile(readFileSync(join(root, file), 'utf8')).importedFiles.map(imported => imported.fileName)

const areas = table()
// The longest row that is a prefix of the file owns it.
const areaOf = (file: string): Area | undefined =>
  areas.filter(area => file === area.path || file.startsWith(`${area.path}/`)).sort((a, b) => b.path.length - a.path.length)[0]

function offence(file: string, area: Area, target: string): string | undefined {
  if (target.startsWith('node:')) return area.node ? undefined : `${file} imports ${target}`
  if (!target.startsWith('.')) {
    const name = target.split('/').slice(0, target.startsWith('@') ? 2 : 1).join('/')
    return area.packages.includes(name) ? undefined : `${file} imports the package ${target}`
  }
  const to = relative(root, resolve(root, dirname(file), target)).replaceAll('\\', '/')
  const owner = areaOf(to)
  if (owner?.path === area.path) return undefined
  return area.may.some(path => to === path || to.startsWith(`${path}/`)) ? undefined : `${file} imports ${to}`
}

describe('architecture', () => {
  const files = [...sources('src'), ...sources('rules')]

  it('has a row in the table for every source file', () => {
    expect(areas.length).toBeGreaterThan(5)
    expect(files.filter(file => areaOf(file) === undefined)).toEqual([])
  })

  it('keeps its borders', () => {
    const offences = files.flatMap(file => {
      const area = areaOf(file)
      return area ? imports(file).flatMap(target => offence(file, area, target) ?? []) : []
    })
    expect(offences).toEqual([])
  })

  it('keeps technologies out of the analysis', () => {
    const named = sources('src/analysis').filter(file => /redis|kafka|valkey|redpanda/i.test(readFileSync(join(root, file), 'utf8')))
    expect(named).toEqual([])
  })
})

it('holds each promise of docs/security.md by files that are there', () => {
  const page = readFileSync(join(root, 'docs/security.md'), 'utf8')
  const named = [...page.matchAll(/`((?:test|\.ci|src|rules)\/[\w./-]+)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter(path => !existsSync(join(root, path)))).toEqual([])
})
