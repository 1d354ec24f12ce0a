// *.csproj and its kin: PackageReference and ProjectReference, also those that Directory.Build.props gives to every project below it.
// https://learn.microsoft.com/en-us/nuget/consume-packages/package-references-in-project-files
import { folderOf } from '../../model/files.ts'
import { blanked, dependencyAt, type Dependency, type Format } from './manifest.ts'
import type { Text } from '../../model/value.ts'

export const dotnet: Format = {
  fits: path => /\.(?:cs|fs|vb)proj$/.test(path),
  name: ({ file }) => /([^/]{1,200})\.\w{1,4}proj$/.exec(file)?.[1],
  read(content, beside) {
    const text = blanked(content.text, '<!--', '-->')
    // Test projects refer to what they test, and run nowhere; a web server's or a worker's may hold its tests too.
    const runs = /<Project\b[^>]{0,200}\bSdk\s*=\s*"Microsoft\.NET\.Sdk\.(?:Web|Worker)"/.test(text)
    if (/<IsTestProject>\s*true/i.test(text) || (!runs && /Include="(?:Microsoft\.NET\.Test\.Sdk|xunit|NUnit|MSTest\.TestFramework)"/i.test(text))) return { dependencies: [] }
    const shared = ['', '../', '../../', '../../../'].flatMap(up => beside(`${up}Directory.Build.props`) ?? [])[0]
    return {
      dependencies: [content, ...(shared ? [shared] : [])].flatMap(packagesOf),
      local: [...text.matchAll(/<ProjectReference[^>]{0,300}\bInclude\s{0,20}=\s{0,20}"([^"\n]+)"/g)].map(match => folderOf((match[1] ?? '').replaceAll('\\', '/'))),
    }
  },
}

const longestBody = 500

function packagesOf(content: Text): readonly Dependency[] {
  const text = blanked(content.text, '<!--', '-->')
  return [...text.matchAll(/<PackageReference\b[^>]{0,400}>/g)].flatMap(match => {
    const name = /\bInclude\s{0,20}=\s{0,20}"([^"\n]{1,200})"/.exec(match[0])?.[1], end = match.index + match[0].length
    if (name === undefined) return []
    const rest = match[0].endsWith('/>') ? '' : text.slice(end, end + longestBody), close = rest.indexOf('</PackageReference>')
    if (/PrivateAssets\s*(?:=\s*"|>)\s*all/i.test(match[0] + rest.slice(0, Math.max(0, close)))) return []
    return [{ ...dependencyAt(content, 'nuget', name.toLowerCase(), match), text: match[0] }]
  })
}
