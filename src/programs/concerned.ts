// Which files programs are read from, by their names.
import { nameOf } from '../model/files.ts'
import { mayBuild } from './builds.ts'
import { isDockerfile } from './images.ts'
import { formatOf } from './manifests/index.ts'
import { workspaceFiles } from './projects.ts'

/** Whether a file can be part of a program, or say whose it is: everything but documents, settings and data. */
export const mayBeProgram = (file: string): boolean =>
  tellsWhose(file) || !/\.(?:ya?ml|env|conf|cfg|ini|properties|tpl|tgz|md|rst|txt|adoc|svg|png|jpe?g|gif|ico|css|html?|lock|sum)$|(?:^|\/)(?:\.env[^/]*|\.gitignore|\.dockerignore|LICENSE|CODEOWNERS)$/i.test(file)

/** Whether a file can tell which programs there are, and which of them a workload runs. */
export const tellsWhose = (file: string): boolean => formatOf(file) !== undefined || mayBuild(file) || isDockerfile(file) || workspaceFiles.includes(nameOf(file))
