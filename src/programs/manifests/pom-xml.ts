// pom.xml of Maven: dependencies of the module itself, and of the parent and the modules that lie in the same repository.
// https://maven.apache.org/pom.html
import { dependencyAt, named, without, type Format } from './manifest.ts'

const field = (block: string, name: string): string | undefined => new RegExp(`<${name}>\\s*([^<\\s]+)\\s*</${name}>`).exec(block)?.[1]
const aside = /<(dependencyManagement|build|reporting|profiles|exclusions)>[^]*?<\/\1>/g

export const pomXml: Format = {
  fits: named('pom.xml'),
  name: ({ text }) => field(without(without(text, /<!--[^]*?-->/g), /<(parent|dependencies|dependencyManagement|build|profiles)>[^]*?<\/\1>/g), 'artifactId'),
  read(content) {
    const text = without(content.text, /<!--[^]*?-->/g)
    const own = without(text, aside)
    const blocks = [...own.matchAll(/<dependency>[^]{0,4000}?<\/dependency>/g)].filter(match => !/^(?:test|provided|import)$/.test(field(match[0], 'scope') ?? '') && field(match[0], 'optional') !== 'true')
    const parent = /<parent>[^]*?<\/parent>/.exec(text)?.[0] ?? ''
    return {
      dependencies: blocks.flatMap(match => {
        const group = field(match[0], 'groupId'), artifact = field(match[0], 'artifactId')
        return artifact === undefined ? [] : [{ ...dependencyAt(content, 'maven', `${group ?? ''}:${artifact}`.toLowerCase(), match), says: `<artifactId>${artifact}</artifactId>` }]
      }),
      local: [field(parent, 'artifactId') ?? '', ...blocks.map(match => field(match[0], 'artifactId') ?? '')].filter(name => name !== ''),
      holdsOthers: /<modules>/.test(text) && /<packaging>\s*pom\s*</.test(text),
    }
  },
}
