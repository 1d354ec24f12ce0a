// What a deployment consists of: stacks of workloads and components; knows no file format.
import type { Component } from './component.ts'
import type { EnvironmentClass } from './names.ts'
import type { DesignSpec } from './spec.ts'
import type { Known, Note, PartlyRead, Span } from './value.ts'
import type { Workload } from './workload.ts'

export * from './component.ts'
export * from './workload.ts'
export { useNames, type EnvironmentClass, type Technology, type UseName } from './names.ts'

export interface Environment {
  readonly class: EnvironmentClass
  /** What would tell and cannot be read, so that it may be any other class. */
  readonly unread?: Note
  /** Why it is thought so; for `unspecified` why it is not production, where something says that, else empty. A path is evidence without a place, so notes may be few. */
  readonly because: readonly string[]
  /** Nobody says so: how its programs and servers are set up looks like it. */
  readonly guessed?: true
}

/** A place in a repository's own tools that starts deployments: a target of a Makefile, a script of package.json, a Tiltfile. */
export interface Start {
  readonly span: Span
  /** Name of the target or script; empty where the tool has none. */
  readonly target: string
  /** Files, or folders whose own files are meant. */
  readonly starts: readonly string[]
  /** The tool, where it serves nobody but those who work on the program. */
  readonly develops?: string
}

export type StackKind = 'compose' | 'chart' | 'values' | 'manifests' | 'spec'

/** A paragraph of prose in a file, and the key that it stands directly above or behind. */
export interface Comment extends Known {
  readonly key?: string
}

/** The files that describe one deployment together, as one view (base, base and override, base and `.prod`, …). */
export interface Stack extends PartlyRead {
  /** Folder or chart name. */
  readonly name: string
  /** Folder, from the tree's root; `.` for the root itself. */
  readonly root: string
  readonly kind: StackKind
  /** In merge order. */
  readonly files: readonly string[]
  /** Every file that was read for it, where the reader tells. */
  readonly touched?: ReadonlySet<string>
  /** Distinguishes views of one project: the variant's file name. */
  readonly variant?: string
  readonly environment: Environment
  /** A chart's own values are defaults for others, not a deployment. */
  readonly standing: 'deployment' | 'library-defaults'
  readonly workloads: readonly Workload[]
  readonly components: readonly Component[]
  /** Programs of the repository that somebody starts outside of it, beside the servers that it starts. */
  readonly programs?: readonly Workload[]
  /** The design that speaks of this stack. */
  readonly spec?: DesignSpec
  /** Prose comments at the top of its files: what the authors say it is for. */
  readonly heads?: readonly Known[]
  /** Of the READMEs in its folder and above, nearest first: the title on the first line, then the first sentences. */
  readonly introductions?: readonly Known[]
  /** What tools of the repository start, in its folder and above. */
  readonly starts?: readonly Start[]
  /** What deploys it: Argo CD, Flux, or a pipeline. */
  readonly deployer?: Start
  /** Names of the compose files in its folder, its own among them. */
  readonly beside?: readonly string[]
  /** All prose comments of its files and env files, by paragraph. */
  readonly prose?: readonly Comment[]
  readonly unread: readonly Note[]
}

/** Something that could not be read, with its place. The rest is linted. */
export interface Problem {
  readonly span: Span
  readonly message: string
  /** The file says what it is for and was not checked at all, or people told misfit something that it could not take: nobody should take that for a pass. */
  readonly unread?: true
}
