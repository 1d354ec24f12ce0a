// Settings of ASP.NET Core: appsettings.json, with production's over it.
// https://learn.microsoft.com/en-us/aspnet/core/fundamentals/configuration/
import { flattened } from '../../readers/config-files.ts'
import { merged, type Framework } from './files.ts'

export const dotnet: Framework = ({ paths, text }) => ({
  variables: merged(['appsettings.json', 'appsettings.Docker.json', 'appsettings.Production.json'].filter(path => paths.includes(path)).flatMap(path => { const content = text(path); return content ? flattened(path, content) : [] })),
  shown: [],
})
