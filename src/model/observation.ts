// What the analysis adds to a stack: who uses a component, for what, and why we believe it.
import type { Component, Stack, UseName, Workload } from './stack.ts'
import type { Note, PartlyRead, Span } from './value.ts'

/** One place that says something about a use. */
export interface Evidence {
  /** Id of the signal in the knowledge. */
  readonly signal: string
  readonly span: Span
  /** The quoted text: "CELERY_BROKER_URL=redis://redis:6379/0". */
  readonly text: string
  /** Probability it lends on its own, 0 to 1; counter-evidence has `for: false` and is a factor instead. */
  readonly weight: number
  readonly for: boolean
}

/**
 * What a use rests on. `proven`: the settings of a client say it in the deployment's own files. `both-ends`: a program has both ends of a library that is made for it. `source`: programs of the
 * repository show it by signs that agree. `one-sign`: one place in source, one side of what takes two (pushes without a pop, a lock that nobody releases), or
 * nothing that works with the server: people's words, its name, that the stack has no other store.
 */
export type Basis = 'proven' | 'both-ends' | 'source' | 'one-sign'

export interface Use {
  readonly use: UseName
  /** 0 to 1. */
  readonly confidence: number
  /** Confidence of at least 0.8. */
  readonly established: boolean
  /** Strongest first. */
  readonly evidence: readonly Evidence[]
  /** The workloads whose evidence shows it. */
  readonly clients: readonly string[]
  /** Kept by a platform tool for itself (Connect offsets, registry schemas): legitimate, misuse rules pass it over. */
  readonly internal: boolean
  /** Said by a person (spec, `x-misfit`, label). */
  readonly declared: boolean
  readonly basis: Basis
  /** Every program that shows it keeps there what is little loss. */
  readonly mild?: true
}

/** How a workload reaches a component. */
export interface Link extends PartlyRead {
  readonly how: 'url' | 'host' | 'config-file' | 'implicit-host' | 'depends-on' | 'only-one'
  readonly note: Note
  /** Environment key that carries it. */
  readonly key?: string
  /** Logical database index of the URL or of a neighbouring key. */
  readonly database?: number
  /** Host name as written (lower case), where an address carries it. */
  readonly host?: string
  readonly port?: number
}

export interface Client extends PartlyRead {
  readonly workload: Workload
  /** It has a further address that cannot be read. */
  readonly open?: true
  /** Strongest first; `depends-on` and `only-one` are weak. */
  readonly links: readonly Link[]
}

export interface ObservedComponent extends Component {
  /** Highest confidence first; only those of at least 0.5. */
  readonly uses: readonly Use[]
  /** Those of them that rest on no address that cannot be read, where that makes a difference: rules see these. */
  readonly firmUses?: readonly Use[]
  /** All of them, where rules see fewer: for a rule that one of them makes milder. */
  readonly saidUses?: readonly Use[]
  /** An address that cannot be read may lead here, or a client has a topic or a program that cannot be read, so that it may have further uses. */
  readonly open?: true
  readonly clients: readonly Client[]
  /** Settings that every client gives the topics which it creates itself. */
  readonly set?: readonly string[]
  /** No program of the stack opens it, though the source of each was read. */
  readonly unopened?: true
  /** A place where what starts with the stack empties it. */
  readonly emptied?: Note
  /** Programs of the repository that no workload runs and whose own words show uses of it. */
  readonly beside: readonly { readonly workload: Workload; readonly uses: readonly UseName[] }[]
}

export interface ObservedStack extends Omit<Stack, 'components'> {
  readonly components: readonly ObservedComponent[]
}
