// package.json of npm, pnpm, yarn and bun: `dependencies` only. What is optional or left to others to install may not be there.
// https://docs.npmjs.com/cli/configuring-npm/package-json
import { get, readYaml } from '../../readers/yaml.ts'
import { first, named, type Format } from './manifest.ts'

export const packageJson: Format = {
  fits: named('package.json'),
  name: first(/"name"\s*:\s*"([^"]{1,214})"/),
  read(content) {
    const [root] = readYaml(content.file, content.text).documents
    const listed = get(root, 'dependencies')
    const entries = listed?.kind === 'map' ? [...listed.entries.values()] : []
    const bin = get(root, 'bin'), name = get(root, 'name')
    const scripts = get(root, 'scripts')
    return {
      commands: bin?.kind === 'map' ? [...bin.entries.keys()] : bin && name?.kind === 'scalar' ? [name.text] : [],
      scripts: new Map(scripts?.kind === 'map' ? [...scripts.entries].flatMap(([name, { value }]) => (value.kind === 'scalar' ? [[name, value.text] as const] : [])) : []),
      dependencies: entries.map(({ key, value }) => ({
        // `"queue": "npm:bullmq@5"` installs bullmq.
        ecosystem: 'npm', name: (value.kind === 'scalar' ? /^npm:(@?[^@]+)/.exec(value.text)?.[1] : undefined) ?? key.text,
        span: key.span, text: `"${key.text}": "${value.kind === 'scalar' ? value.text : ''}"`,
      })),
      // `"common": "file:../common"` may be called otherwise at its own place.
      local: entries.flatMap(({ key, value }) => [key.text, ...(value.kind === 'scalar' ? /^(?:file|link|portal):(.+)/.exec(value.text)?.slice(1) ?? [] : [])]),
      holdsOthers: get(root, 'workspaces') !== undefined,
    }
  },
}
