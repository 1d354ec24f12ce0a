// A program of a deployment: what it is built from, what it starts, what it is given.
import type { UseName } from './names.ts'
import type { Program } from './program.ts'
import type { Known, PartlyRead, Span, Text, Value } from './value.ts'

/** One environment variable of a workload, or one flattened entry of a configuration file that it mounts. */
export interface Variable {
  readonly name: string
  readonly nameSpan: Span
  readonly value: Value
  readonly origin: 'environment' | 'env-file' | 'config-file' | 'values'
}

export type MountKind = 'named-volume' | 'bind' | 'claim' | 'anonymous-volume' | 'tmpfs' | 'empty-dir' | 'config' | 'secret' | 'unknown'

/** Something mounted into a workload's file system. */
export interface Mount {
  readonly kind: MountKind
  /** Absolute path in the container. */
  readonly target: Value
  /** Volume name, host path or config name, as written. */
  readonly source?: Value
  /** Path inside the volume, when only that is mounted. */
  readonly sub?: string
  /** Path in the tree of what is mounted, when it is a file or folder of the repository. */
  readonly path?: string
  /** The content, when it is one readable file or written inline. */
  readonly content?: Text
  readonly readOnly: boolean
  readonly span: Span
}

/** What an image is built from. Paths are from the tree's root; what lies outside it is never read. */
export interface BuildSource extends PartlyRead {
  /** The context's folder, or its address where it lies elsewhere. */
  readonly folder: string
  readonly dockerfile: string
  /** The text of a Dockerfile that is written in the deployment file itself. */
  readonly inline?: string
  readonly target?: string
  /** Further contexts by the names that the Dockerfile has for them. */
  readonly contexts: ReadonlyMap<string, string>
  readonly args: ReadonlyMap<string, string>
  /** Arguments of which nobody can read the value. */
  readonly unreadArgs?: readonly string[]
}

/** A program of the stack: a compose service, a container of a pod, an app chart. */
export interface Workload extends PartlyRead {
  readonly name: string
  /** Of its key. */
  readonly span: Span
  readonly image?: Value
  /** Present when the image is built from source of the repository. */
  readonly build?: Span
  readonly builtFrom?: BuildSource
  /** Its image is called like the repository: it runs one of its programs, and nobody can tell which. */
  readonly ours?: true
  /** Words of the entrypoint and command as the deployment states them; absent means the image's own. */
  readonly entrypoint?: readonly Value[]
  readonly command?: readonly Value[]
  /** Scripts of the repository that these name, and the lines of its Dockerfile that stand in for them. */
  readonly scripts?: readonly Text[]
  readonly environment: readonly Variable[]
  /** Entries of the env file in the folder that it is built from: the platform passes them to nobody, but the program's libraries may read them. */
  readonly beside?: readonly Variable[]
  /** Namespace of the cluster that it is put into, where one is stated. */
  readonly namespace?: string
  /** Names under which other workloads reach it, its own name first. */
  readonly hosts: readonly string[]
  /** Whether it is deployed at all cannot be read. */
  readonly unsure?: true
  /** Workloads named by depends_on and links. */
  readonly dependsOn: readonly Known[]
  readonly mounts: readonly Mount[]
  readonly labels: readonly Variable[]
  /** Container ports that it publishes or exposes. */
  readonly ports: readonly number[]
  /** Those of them that the machine itself publishes. */
  readonly published?: readonly number[]
  readonly profiles: readonly string[]
  readonly replicas?: Value<number>
  /** Memory limit in bytes. */
  readonly memoryLimit?: Value<number>
  /** `no`, `always`, `on-failure`, `unless-stopped`; a pod of a Deployment is `always`, of a Job `no`. */
  readonly restart?: Value
  /** Its localhost is more than its own: the machine's (`network_mode: host`, `hostNetwork`), or that of other containers (a pod of several, `network_mode: service:…`). */
  readonly sharesNetwork?: true
  /** What makes its platform start a new copy before the old one has ended, where it runs once: a Deployment that rolls. */
  readonly overlaps?: Span
  readonly healthcheck?: readonly Value[]
  /** Grace between SIGTERM and SIGKILL, in seconds. */
  readonly stopGrace?: Value<number>
  /** It keeps a terminal or its standard input open (`tty`, `stdin_open`), as people do to work in it. */
  readonly interactive?: boolean
  /** Its image is never pulled (`imagePullPolicy: Never`, `pull_policy: never`): it must lie on the machine already. */
  readonly neverPulled?: boolean
  /** Prose comments on the line above its key, or trailing on the key's or the image's line. Weak evidence only. */
  readonly comments: readonly Known[]
  /** Uses that a person declared for it (`x-misfit`, label `misfit.use`). */
  readonly declared: readonly Declaration[]
  /** Containers of its pod that run to their end before it starts. */
  readonly prepared?: readonly Workload[]
  /** What it runs, where the repository holds it. */
  readonly program?: Program
  /** What the configuration files of its program set and the deployment does not, with what it takes from the deployment filled in. */
  readonly settings?: readonly Variable[]
}

/** A use that a person declared, or excluded. */
export interface Declaration {
  readonly use: UseName
  readonly excluded: boolean
  readonly span: Span
}
