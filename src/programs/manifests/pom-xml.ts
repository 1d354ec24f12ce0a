// pom.xml of Maven: dependencies of the module itself, and of the parent and the modules that lie in the same repository.
// https://maven.apache.org/pom.html
import { blanked, dependencyAt, named, type Format } from './manifest.ts'

const field = (block: string, name: string): string | undefined => new RegExp(`<${name}>\\s*([^<\\s]+)\\s*</${name}>`).exec(block)?.[1]
const withoutBlocks = (text: string, ...names: readonly string[]): string => names.reduce((rest, name) => blanked(rest, `<${name}>`, `</${name}>`), blanked(text, '<!--', '-->'))

export const pomXml: Format = {
  fits: named('pom.xml'),
  name: ({ text }) => field(withoutBlocks(text, 'parent', 'dependencyManagement', 'build', 'profiles', 'dependencies'), 'artifactId'),
  read(content) {
    const text = blanked(content.text, '<!--', '-->')
    const own = withoutBlocks(text, 'dependencyManagement', 'build', 'reporting', 'profiles', 'exclusions')
    const blocks = [...own.matchAll(/<dependency>[^]{0,4000}?<\/dependency>/g)].filter(match => !/^(?:test|provided|import)$/.test(field(match[0], 'scope') ?? '') && field(match[0], 'optional') !== 'true')
    const parent = /<parent>[^]{0,2000}?<\/parent>/.exec(text)?.[0] ?? ''
    return {
      dependencies: blocks.flatMap(match => {
        const group = field(match[0], 'groupId'), artifact = field(match[0], 'artifactId')
        return artifact === undefined ? [] : [{ ...dependencyAt(content, 'maven', `${group ?? ''}:${artifact}`.toLowerCase(), match), text: `<artifactId>${artifact}</artifactId>` }]
      }),
      local: [field(parent, 'artifactId') ?? '', ...blocks.map(match => field(match[0], 'artifactId') ?? '')].filter(name => name !== ''),
      holdsOthers: /<modules>/.test(text) && /<packaging>\s*pom\s*</.test(text),
    }
  },
}
