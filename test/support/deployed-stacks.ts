// Stacks of charts and manifests for tests, with the components that they deploy by means of their own.
import { knowledge } from '../../rules/knowledge/index.ts'
import type { FileTree } from '../../src/model/files.ts'
import type { Component } from '../../src/model/stack.ts'
import type { Reading, ReadStack } from '../../src/readers/read-stack.ts'
import { ownComponents } from '../../src/servers/components.ts'

export type DeployedStack = ReadStack & { readonly components: readonly Component[] }

export const deployedStacks = ({ stacks }: Reading, tree: FileTree): readonly DeployedStack[] =>
  stacks.map(stack => ({ ...stack, components: ownComponents(stack, tree, knowledge) }))
