// What kustomizations make of resources, against the real program: our reading of the folder and of what `kubectl kustomize` prints.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestStacks } from '../../src/readers/manifests/index.ts'
import type { Workload } from '../../src/model/stack.ts'
import { readable } from '../../src/model/value.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { textsBelow } from './compose.ts'
import { expectRows } from './table.ts'

const root = 'fixtures/kustomize'
const names = readdirSync(root)

const rendered = (folder: string): string | undefined => {
  try {
    return execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { PATH: process.env.PATH, HOME: '/nowhere' } })
  } catch { return undefined }
}
const installed = rendered(join(root, names[0] ?? '', 'live')) !== undefined

const seen = (workload: Workload): unknown => ({
  name: workload.name, image: readable(workload.image), words: [...workload.entrypoint ?? [], ...workload.command ?? []].map(readable),
  // Generated settings are printed by name.
  environment: workload.environment.map(({ name, value }) => `${name}=${readable(value)}`).sort(), hosts: workload.hosts,
  replicas: workload.replicas?.known === true ? workload.replicas.value : undefined, memory: workload.memoryLimit?.known === true ? workload.memoryLimit.value : undefined,
  mounts: workload.mounts.map(mount => `${mount.kind} ${readable(mount.target)} ${mount.content?.text.trimEnd() ?? ''}`),
})
const workloadsIn = (files: Record<string, string>): readonly unknown[] =>
  manifestStacks(memoryTree(files)).stacks.flatMap(({ workloads }) => workloads).sort((a, b) => (a.name < b.name ? -1 : 1)).map(seen)

describe('kustomizations are read as they are applied', () => {
  it('has the program to compare with in CI', () => {
    if (process.env.CI === 'true') expect(installed).toBe(true)
  })

  it('says of each fixture where the behaviour is specified', () => {
    for (const name of names) expect(readFileSync(join(root, name, 'live/kustomization.yaml'), 'utf8'), name).toMatch(/^#.*https:\/\/\S+/m)
  })

  it.skipIf(!installed)('on a fixture of each feature', async () => {
    for (const name of names) expect(workloadsIn(textsBelow(join(root, name))), name).toEqual(workloadsIn({ 'all.yaml': rendered(join(root, name, 'live')) ?? '' }))
    await expectRows([{ suite: 'Kustomize: what is built of resources', cases: names.length, same: names.length, different: 0, refused: 0 }])
  })
})
