// Servers among the containers of pods. Knows how a pod's file system differs from that of a container by itself.
import type { FileTree } from '../model/files.ts'
import type { Knowledge } from '../model/knowledge.ts'
import type { Component, Workload } from '../model/stack.ts'
import { findComponents } from './components.ts'

/** The servers that pods run; addresses outside are left to the caller. */
export const podComponents = (workloads: readonly Workload[], tree: FileTree, knowledge: Pick<Knowledge, 'products' | 'companions'>): readonly Component[] =>
  findComponents(workloads, tree, { products: knowledge.products, companions: knowledge.companions, providers: [] }).filter(component => !component.external).map(inPod)

// A VOLUME of the image is no volume of the pod: it goes with the container.
const inPod = (component: Component): Component =>
  component.storage.kind === 'anonymous-volume' ? { ...component, storage: { ...component.storage, kind: 'container-layer' } } : component
