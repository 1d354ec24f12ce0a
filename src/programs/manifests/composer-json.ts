// composer.json: `require` only. https://getcomposer.org/doc/04-schema.md
import { get, readYaml } from '../../readers/yaml.ts'
import { first, named, type Format } from './manifest.ts'

export const composerJson: Format = {
  fits: named('composer.json'),
  name: first(/"name"\s*:\s*"([^"]{1,200})"/),
  read(content) {
    const required = get(readYaml(content.file, content.text).documents[0], 'require')
    const entries = required?.kind === 'map' ? [...required.entries.values()] : []
    return {
      dependencies: entries.map(({ key, value }) => ({ ecosystem: 'packagist', name: key.text.toLowerCase(), span: key.span, text: `"${key.text}": "${value.kind === 'scalar' ? value.text : ''}"` })),
      local: entries.map(({ key }) => key.text),
    }
  },
}
