// What is posted to a Kafka Connect worker once it runs: the connectors that the repository keeps as JSON files. Knows where they lie, not what they mean.
import { folderOf, type FileTree } from '../model/files.ts'
import type { Variable, Workload } from '../model/stack.ts'
import { readable, wholeFile } from '../model/value.ts'
import { flattened } from '../readers/config-files.ts'
import { isWithin, type Projects } from './projects.ts'

/** https://docs.confluent.io/platform/current/connect/references/restapi.html#post--connectors */
const worker = /^(?:\w+_)?(?:CONFIG|OFFSET)_STORAGE_TOPIC$/
const workerFile = /^[ \t]{0,40}(?:config|offset)\.storage\.topic[ \t]{0,40}[=:]/m
const limits = { files: 60, characters: 40_000, looked: 3_000 } as const
// Repositories hold thousands of JSON files; whoever keeps connectors says so in the file's name or its folder's.
const likely = /(?:^|\/)[^/]{0,100}(?:connect|debezium|dbz|cdc|outbox|source|sink|register|replicat)[^/]{0,100}(?:\/[^/]{1,200}){0,2}\.json$/i

/** Whether a workload runs connectors that somebody sends it. */
export const isConnectWorker = (workload: Workload): boolean =>
  workload.environment.some(({ name, value }) => worker.test(name) || (/CONNECT/.test(name) && workerFile.test(readable(value))))

/** The classes of the connectors in the JSON files of a stack's folder; none of other deployments below it. */
export function connectorsOf(folder: string, deployments: readonly string[], projects: Projects, tree: FileTree): readonly Variable[] {
  const others = deployments.filter(other => other !== folder && isWithin(other, folder))
  const files = projects.files(folder).filter(file => likely.test(file) && !others.some(other => isWithin(folderOf(file), other))).slice(0, limits.looked)
  const found: Variable[] = []
  let read = 0
  for (const file of files) {
    const text = tree.read(file)
    if (typeof text !== 'string' || text.length > limits.characters || !text.includes('"connector.class"')) continue
    if (++read > limits.files) break
    // As a whole request (`{ "name": …, "config": { … } }`) or as the body of one.
    found.push(...flattened(file, wholeFile(file, text)).flatMap(variable => (/^(?:config\.)?connector\.class$/.test(variable.name) ? [{ ...variable, name: 'connector.class' }] : [])))
  }
  return found
}
