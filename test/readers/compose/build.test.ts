// Where the image of a service comes from, with paths from the tree's root.
import { expect, it } from 'vitest'
import { composeStacks } from '../../../src/readers/compose/index.ts'
import { memoryTree } from '../../support/memory-tree.ts'

const builtFrom = (files: Record<string, string>, at = 'deploy/compose.yaml') => {
  const stack = composeStacks(memoryTree(files)).stacks.find(each => each.files.includes(at))
  return stack?.workloads.find(workload => workload.name === 'api')?.builtFrom
}

it('reads every form of build', () => {
  expect(builtFrom({ 'deploy/compose.yaml': 'services: { api: { build: ../api } }' })).toMatchObject({ folder: 'api', dockerfile: 'api/Dockerfile' })
  expect(builtFrom({ 'deploy/compose.yaml': 'services: { api: { build: { context: .., dockerfile: docker/api.Dockerfile, target: run, args: [A=1], additional_contexts: [shared=../shared] } } }' })).toEqual({
    folder: '.', dockerfile: 'docker/api.Dockerfile', target: 'run', args: new Map([['A', '1']]), contexts: new Map([['shared', 'shared']]),
  })
  expect(builtFrom({ 'deploy/compose.yaml': 'services: { api: { build: { dockerfile_inline: "FROM node" } } }' })).toMatchObject({ folder: 'deploy', inline: 'FROM node' })
  expect(builtFrom({ 'deploy/compose.yaml': 'services: { api: { build: "https://example.org/api.git" } }' })?.folder).toBe('https://example.org/api.git')
})

it('reads the parts that an override adds', () => {
  const files = { 'deploy/compose.yaml': 'services: { api: { build: ../api } }', 'deploy/compose.override.yaml': 'services: { api: { build: { target: dev, additional_contexts: { lib: ../lib } } } }' }
  expect(builtFrom(files)).toMatchObject({ folder: 'api', target: 'dev', contexts: new Map([['lib', 'lib']]) })
})
