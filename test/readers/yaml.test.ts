import { describe, expect, it } from 'vitest'
import { dig, readYaml } from '../../src/readers/yaml.ts'
import { embedded } from '../../src/readers/yaml-inside.ts'

describe('readYaml', () => {
  it('keeps the place of every value', () => {
    const text = 'a: &x {b: 1}\nc: *x\nd: !reset null\ne: "q"\n'
    const [root] = readYaml('f.yaml', text).documents
    const b = dig(root, 'c', 'b')
    expect(b?.kind === 'scalar' && text.slice(b.span.start, b.span.end)).toBe('1')
    expect(dig(root, 'd')).toMatchObject({ tag: '!reset', text: 'null' })
    expect(dig(root, 'e')).toMatchObject({ style: 'quoted', text: 'q' })
  })

  it('merges << as Compose does: own keys first, earlier maps before later ones', () => {
    const [root] = readYaml('f.yaml', 'x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 0\n').documents
    const text = (key: string) => { const node = dig(root, 'z', key); return node?.kind === 'scalar' ? node.text : undefined }
    expect(['a', 'b', 'c'].map(text)).toEqual(['0', '1', '2'])
  })

  it('finds places inside block scalars again', () => {
    const text = 'conf: |\n    save 60 1\n    appendonly yes\nafter: x\n'
    const [root] = readYaml('f.yaml', text).documents
    const node = dig(root, 'conf')
    if (node?.kind !== 'scalar') throw new Error('no scalar')
    const inner = embedded(node, text)
    const at = inner.text.indexOf('appendonly')
    const span = inner.span(at, at + 'appendonly yes'.length)
    expect(text.slice(span.start, span.end)).toBe('appendonly yes')
  })

  it('keeps the documents before the one that breaks, and the place of the mistake', () => {
    const text = 'a: 1\n---\nb: 2\n---\nc: [\n---\nd: 4\n'
    const { documents, problems, broken } = readYaml('f.yaml', text)
    expect([documents.map(each => each.kind === 'map' && [...each.entries.keys()]), broken]).toEqual([[['a'], ['b']], true])
    expect(problems.map(problem => problem.message.slice(0, 14))).toEqual(['not valid YAML'])
    expect(problems[0]?.span.start).toBeGreaterThan(text.indexOf('c:'))
  })

  it('turns broken and hostile text into a problem with a place', () => {
    expect(readYaml('f.yaml', 'a: [1\nb: 2\n').problems[0]?.message).toMatch(/^not valid YAML: /)
    expect(readYaml('f.yaml', 'a: *nope\n').problems[0]).toMatchObject({ span: { start: 4 } })
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefghi'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill('*' + 'abcdefghi'.charAt(i)).join(',')}]`)].join('\n')
    expect(readYaml('f.yaml', bomb).problems[0]?.message).toContain('aliases')
    expect(readYaml('f.yaml', '['.repeat(10_000)).problems).toHaveLength(1)
  })
})
