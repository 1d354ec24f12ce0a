// package.json of npm, pnpm, yarn and bun: `dependencies` only. What is optional or left to others to install may not be there.
// https://docs.npmjs.com/cli/configuring-npm/package-json
import { get, readYaml } from '../../readers/yaml.ts'
import type { Format } from './manifest.ts'

export const packageJson: Format = {
  fits: name => name === 'package.json',
  ecosystem: 'npm',
  name: ({ text }) => /"name"\s*:\s*"([^"]{1,214})"/.exec(text)?.[1],
  read(content) {
    const [root] = readYaml(content.file, content.text).documents
    const listed = get(root, 'dependencies')
    const entries = listed?.kind === 'map' ? [...listed.entries.values()] : []
    return {
      dependencies: entries.map(({ key, value }) => ({
        // `"queue": "npm:bullmq@5"` installs bullmq.
        ecosystem: 'npm', name: (value.kind === 'scalar' ? /^npm:(@?[^@]+)/.exec(value.text)?.[1] : undefined) ?? key.text,
        span: key.span, says: `"${key.text}": "${value.kind === 'scalar' ? value.text : ''}"`,
      })),
      local: entries.map(({ key }) => key.text),
      holdsOthers: get(root, 'workspaces') !== undefined,
    }
  },
}
