// What Python projects are built with: requirements files, pyproject.toml (PEP 621, Poetry, uv), Pipfile, setup.cfg, setup.py.
// Extras that somebody may leave out, and groups for developers, do not count.
import { folderOf, nameOf } from '../../model/files.ts'
import type { Text } from '../../model/value.ts'
import { dependencyAt, first, named, without, type Dependency, type Format } from './manifest.ts'
import { stringsIn, tomlEntries } from './toml.ts'

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')
const aside = /(?:^|[-_.])(?:dev|devel|develop|development|debug|test|tests|testing|lint|linters?|docs?|documentation|ci|typing|mypy|local|build|bench|benchmarks?|style|format|quality|optional)(?:[-_.]|$)/i
const extrasOf = (text: string | undefined): readonly string[] => (text ?? '').split(',').map(extra => extra.trim().toLowerCase()).filter(extra => extra !== '')

/** `celery[redis]>=5; python_version > "3.8"`. https://packaging.python.org/en/latest/specifications/dependency-specifiers/ */
const specifier = /^\s*([A-Za-z0-9][\w.-]{0,100})\s*(?:\[([^\]\n]{0,200})\])?/

function specified(content: Text, text: string, start: number, end: number): readonly Dependency[] {
  const match = specifier.exec(text)
  const name = match?.[1]
  return name === undefined ? [] : [{ ecosystem: 'pypi', name: normal(name), span: content.span(start, end), text: text.trim(), ...(match?.[2] === undefined ? {} : { extras: extrasOf(match[2]) }) }]
}

/** https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
export const requirements: Format = {
  fits: path => {
    const name = nameOf(path)
    if (!/\.(?:txt|in|pip)$/i.test(name) || aside.test(name.replace(/\.\w+$/, ''))) return false
    return /(?:^|[-_.])requirements?(?:[-_.]|$)/i.test(name) || nameOf(folderOf(path)) === 'requirements'
  },
  name: () => undefined,
  read: content => ({
    dependencies: [...content.text.matchAll(/^[ \t]*([A-Za-z0-9][\w.-]{0,100})[ \t]*(?:\[([^\]\n]{0,200})\])?[ \t]*(?:[=<>!~;@ \t][^\n#]*)?(?=\s*(?:#|$))/gm)]
      .map(match => dependencyAt(content, 'pypi', normal(match[1] ?? ''), match, extrasOf(match[2]))),
  }),
}

/** https://packaging.python.org/en/latest/specifications/pyproject-toml/, https://python-poetry.org/docs/pyproject/ */
export const pyproject: Format = {
  fits: named('pyproject.toml'),
  name: first(/^[ \t]{0,40}name[ \t]{0,40}=[ \t]{0,40}["']([^"'\n]{1,100})["']/m),
  read(content) {
    const entries = tomlEntries(content)
    const isPoetry = (table: string): boolean => table === 'tool.poetry.dependencies' || /^tool\.poetry\.group\.(?!.*(?:dev|test|lint|docs?)).*\.dependencies$/.test(table)
    const poetry = entries.filter(({ table, key, value }) => isPoetry(table) && key !== 'python' && !/optional\s*=\s*true/.test(value))
    return {
      dependencies: [
        ...entries.filter(({ table, key }) => table === 'project' && key === 'dependencies').flatMap(entry => stringsIn(entry).flatMap(({ text, start, end }) => specified(content, text, start, end))),
        ...poetry.map(({ key, value, span, text }): Dependency => {
          const extras = extrasOf(/extras\s{0,20}=\s{0,20}\[([^\]]{0,2000})\]/.exec(value)?.[1]?.replace(/["']/g, ''))
          return { ecosystem: 'pypi', name: normal(key), span, text, ...(extras.length > 0 ? { extras } : {}) }
        }),
      ],
      commands: entries.filter(({ table }) => table === 'project.scripts' || table === 'tool.poetry.scripts').map(({ key }) => key),
      local: [
        ...entries.flatMap(({ table, key, value }) => (/^tool\.uv\.sources$/.test(table) && /workspace\s*=\s*true/.test(value) ? [key] : [])),
        ...[...poetry, ...entries.filter(({ table }) => table === 'tool.uv.sources')].flatMap(({ value }) => /path\s*=\s*["']([^"'\n]+)["']/.exec(value)?.[1] ?? []),
      ],
      holdsOthers: entries.some(({ table, key }) => table === 'tool.uv.workspace' && key === 'members') && !entries.some(({ table, key }) => table === 'project' && key === 'dependencies'),
    }
  },
}

/** https://pipenv.pypa.io/en/latest/pipfile.html */
export const pipfile: Format = {
  fits: named('Pipfile'),
  name: () => undefined,
  read: content => ({
    dependencies: tomlEntries(content).filter(({ table }) => table === 'packages').map(({ key, value, span, text }): Dependency => {
      const extras = extrasOf(/extras\s{0,20}=\s{0,20}\[([^\]]{0,2000})\]/.exec(value)?.[1]?.replace(/["']/g, ''))
      return { ecosystem: 'pypi', name: normal(key), span, text, ...(extras.length > 0 ? { extras } : {}) }
    }),
  }),
}

/** https://setuptools.pypa.io/en/latest/userguide/declarative_config.html */
export const setupCfg: Format = {
  fits: named('setup.cfg'),
  name: first(/^name\s*=\s*(\S{1,100})/m),
  read(content) {
    const block = /^install_requires[ \t]*=[^\n]*(?:\n(?:[ \t]+[^\n]*)?)*/m.exec(content.text)
    if (!block) return { dependencies: [] }
    const inner = without(content.text.slice(0, block.index + block[0].length).replace('install_requires', ' '.repeat(16)), /#[^\n]*/g)
    return { dependencies: [...inner.slice(block.index).matchAll(/^[ \t=]*([A-Za-z0-9][^\n]*)$/gm)].flatMap(match => {
      const text = match[1] ?? '', start = block.index + match.index + match[0].length - text.length
      return specified(content, text, start, start + text.trimEnd().length)
    }) }
  },
}

/** https://setuptools.pypa.io/en/latest/userguide/dependency_management.html */
export const setupPy: Format = {
  fits: named('setup.py'),
  // A module that sets the program up may be called so.
  is: text => /\bsetuptools\b|\bdistutils\b|^setup\s*\(/m.test(text),
  name: first(/\bname\s*=\s*["']([^"'\n]{1,100})["']/),
  read(content) {
    const block = /install_requires\s*=\s*\[((?:[^\]"']|"[^"\n]*"|'[^'\n]*')*)/.exec(without(content.text, /#[^\n]*/g))
    const at = block ? block.index + block[0].length - (block[1] ?? '').length : 0
    return { dependencies: [...(block?.[1] ?? '').matchAll(/["']([^"'\n]+)["']/g)].flatMap(match => specified(content, match[1] ?? '', at + match.index, at + match.index + match[0].length)) }
  },
}
