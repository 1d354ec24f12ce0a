// go.mod: modules that are required directly. https://go.dev/ref/mod#go-mod-file
import { dependencyAt, first, named, type Format } from './manifest.ts'

export const goMod: Format = {
  fits: named('go.mod'),
  name: first(/^module[ \t]+"?([^\s"]{1,200})/m),
  read: content => {
    const all = [...content.text.matchAll(/^(?:[ \t]+|require[ \t]+)([\w.~-]+\.[\w.~/-]{1,200})[ \t]+v\d[^\n]*/gm)].filter(match => !match[0].includes('=>'))
    const direct = all.filter(match => !/\/\/\s*indirect/.test(match[0]))
    return {
      // `go get` marks everything so until somebody runs `go mod tidy`. The major version behind the path is no other library.
      dependencies: (direct.length > 0 ? direct : all).map(match => dependencyAt(content, 'go', (match[1] ?? '').replace(/\/v\d+$/, '').toLowerCase(), match)),
      local: [...content.text.matchAll(/=>[ \t]*(\.{1,2}\/[^\s]*)/g)].map(match => match[1] ?? ''),
    }
  },
}
