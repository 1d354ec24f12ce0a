// What a repository says deploys its manifests and values: Argo CD, Flux, a pipeline that runs kubectl. Knows where they name folders; not what is there.
// https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/, https://fluxcd.io/flux/components/kustomize/kustomizations/#path
import { filesThat, join, nameOf, once, yamlFilesThat, type FileTree, type Refusal } from '../model/files.ts'
import type { Start } from '../model/stack.ts'
import { dig, get, listOf, readYaml, type YamlNode } from './yaml.ts'

const longest = 200_000
const isGitOps = (_: string, text: string | Refusal): boolean => typeof text === 'string' && text.length <= longest && /^kind:\s*["']?(?:Application|ApplicationSet|Kustomization)\b/m.test(text) && /^apiVersion:\s*["']?(?:argoproj\.io|kustomize\.toolkit\.fluxcd\.io)\//m.test(text)
const mayBePipeline = (name: string): boolean => /\.ya?ml$|^Jenkinsfile$/.test(name)
const isPipeline = (path: string): boolean => /^\.github\/workflows\/[^/]+\.ya?ml$|^\.gitlab-ci\.yml$|^azure-pipelines\.ya?ml$|^Jenkinsfile$/.test(path)

/** Whether a change of the file may change what is deployed: of a pipeline by its place, of others by what stands in them. */
export const mayDeploy = (path: string, text: string | Refusal): boolean => isPipeline(path) || (/\.ya?ml$/.test(path) && isGitOps(path, text))

/** Everything that the files of a tree deploy, in order of the files; none of what is put in when they run (`{{path}}`). */
export const deployersIn = (tree: FileTree): readonly Start[] => once(tree, deployersIn, () => [...yamlFilesThat(tree, isGitOps).flatMap(file => ofGitOps(tree, file)), ...filesThat(tree, mayBePipeline, isPipeline).flatMap(file => ofPipeline(tree, file))])

function ofGitOps(tree: FileTree, file: string): readonly Start[] {
  const text = tree.read(file)
  if (typeof text !== 'string') return []
  return readYaml(file, text).documents.flatMap(document => {
    const kind = scalar(get(document, 'kind')), spec = get(document, 'spec'), application = kind === 'ApplicationSet' ? dig(spec, 'template', 'spec') : spec
    const paths = kind === 'Kustomization' ? [get(spec, 'path')] : [dig(application, 'source', 'path'), ...listOf(get(application, 'sources')).map(each => get(each, 'path'))]
    return paths.flatMap(node => deployed(file, node, kind === 'Kustomization' ? 'Flux' : 'Argo CD'))
  })
}

const scalar = (node: YamlNode | undefined): string => (node?.kind === 'scalar' ? node.text : '')

// The root of a repository holds everything, also what nobody deploys.
function deployed(file: string, node: YamlNode | undefined, target: string): readonly Start[] {
  const path = join('.', scalar(node).replace(/^\/+/, ''))
  return node === undefined || path === '.' || path.startsWith('..') || path.includes('{') ? [] : [{ span: { ...node.span, file }, target, starts: [path] }]
}

function ofPipeline(tree: FileTree, file: string): readonly Start[] {
  const text = tree.read(file)
  // A pipeline that makes a cluster of its own tests in it.
  if (typeof text !== 'string' || text.length > longest || /\b(?:kind|k3d|minikube|microk8s|k3s)\b/i.test(text)) return []
  return [...text.matchAll(/\bkubectl\s(?:[^\n&|;]{0,200}\s)?apply\s([^\n&|;]{1,300})/g)].flatMap(match => {
    const words = (match[1] ?? '').split(/\s+/)
    const starts = words.flatMap((word, at) => (/^(?:-[fkR]{1,2}|--filename|--kustomize)$/.test(words[at - 1] ?? '') || /^--(?:filename|kustomize)=/.test(word) ? [word.replace(/^--\w+=/, '').replace(/["']/g, '')] : []))
      .filter(word => /^[\w./-]+$/.test(word)).map(word => join('.', word)).filter(path => path !== '.' && !path.startsWith('..'))
    return starts.length === 0 ? [] : [{ span: { file, start: match.index, end: match.index + match[0].length }, target: nameOf(file), starts }]
  })
}
