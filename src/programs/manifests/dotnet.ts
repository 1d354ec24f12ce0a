// *.csproj and its kin: PackageReference and ProjectReference, also those that Directory.Build.props gives to every project below it.
// https://learn.microsoft.com/en-us/nuget/consume-packages/package-references-in-project-files
import { folderOf } from '../../model/files.ts'
import { blanked, dependencyAt, type Dependency, type Format } from './manifest.ts'
import type { Text } from '../../model/value.ts'

export const dotnet: Format = {
  fits: path => /\.(?:cs|fs|vb)proj$/.test(path),
  name: ({ file }) => /([^/]+)\.\w+proj$/.exec(file)?.[1],
  read(content, beside) {
    const text = blanked(content.text, '<!--', '-->')
    // Test projects refer to what they test, and run nowhere.
    if (/<IsTestProject>\s*true|Include="(?:Microsoft\.NET\.Test\.Sdk|xunit|NUnit|MSTest\.TestFramework)"/i.test(text)) return { dependencies: [] }
    const shared = ['', '../', '../../', '../../../'].flatMap(up => beside(`${up}Directory.Build.props`) ?? [])[0]
    return {
      dependencies: [content, ...(shared ? [shared] : [])].flatMap(packagesOf),
      local: [...text.matchAll(/<ProjectReference[^>]*\bInclude\s*=\s*"([^"\n]+)"/g)].map(match => folderOf((match[1] ?? '').replaceAll('\\', '/'))),
    }
  },
}

const packagesOf = (content: Text): readonly Dependency[] =>
  [...blanked(content.text, '<!--', '-->').matchAll(/<PackageReference\b[^>]*\bInclude\s*=\s*"([^"\n]+)"[^>]*>(?:(?<!\/>)[^]{0,500}?<\/PackageReference>)?/g)]
    .filter(match => !/PrivateAssets\s*(?:=\s*"|>)\s*all/i.test(match[0]))
    .map(match => ({ ...dependencyAt(content, 'nuget', (match[1] ?? '').toLowerCase(), match), text: /^[^>]*>/.exec(match[0])?.[0] ?? '' }))
