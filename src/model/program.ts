// What the program of a workload shows of its dealings with the servers, by its own files; knows no language and no file format.
import type { Technology, UseName } from './names.ts'
import type { Variable } from './stack.ts'
import type { Known, Note, Span, Value } from './value.ts'

/** Of what takes two, what a place shows: a push or a pop, a lock that is taken or one that is released as well. */
export type Side = 'gives' | 'takes' | 'both'

/** Settings that have to be there for the program to do something, each with the value, or any but `false`; `missing`: whether it does it as well where nobody sets them. */
export interface Condition {
  readonly names: readonly string[]
  readonly value?: string
  readonly missing: boolean
}

/** One place of a program's files that shows a use, a client, or that something else serves a use. */
export interface Shown {
  /** Id of the entry in the knowledge. */
  readonly id: string
  /** A library that it is built with, its own configuration, or a call in its code. */
  readonly from: 'library' | 'configuration' | 'call'
  readonly technology: Technology
  /** Absent where only a client is shown: a general library, an address. */
  readonly use?: UseName
  /** `against`: the use is served by something else, such as a queue in a SQL database. */
  readonly weight: 'decisive' | 'strong' | 'weak' | 'against'
  /** Nothing but this technology can be meant, so that another broker or store beside it says nothing against it. */
  readonly only?: boolean
  readonly span: Span
  /** The telling text as it is written, on one line, at most 120 characters, without credentials: `new Queue('emails')`. */
  readonly text: string
  /** What it is for as a rule, where nothing shows another use of the server. */
  readonly likely?: true
  /** It is kept with what the program keeps for this use: a limit that is counted in the cache says something only where the cache is. */
  readonly kept?: UseName
  /** A class of the program hands it on: what could be done, not what is. */
  readonly handed?: true
  /** The function that it stands in, and the class around that with what it extends. */
  readonly within?: { readonly name: string; readonly types: readonly string[] }
  /** A call of the program's own method, which sends the command: the same again where the method's own place is shown. */
  readonly through?: true
  /** It takes two for the use, and this is one of them, or both: a push wants a pop, a lock that is taken a release. */
  readonly side?: Side
  /** It is there only where these settings say so. */
  readonly when?: readonly Condition[]
  /** Its client is made for the machine that the program runs on, in so many words: `Redis(host='localhost')`. */
  readonly itself?: true
  /** Variables and host names in the same statement or entry, which tell which of several servers is meant. */
  readonly names?: readonly string[]
}

/** A topic, stream or channel that the program writes to or reads from. */
export interface Traffic {
  readonly technology: Technology
  readonly how: 'writes' | 'reads'
  /** Unknown where it stands in the framework's configuration: `raw` is the reference then, `${orders.topic}`. */
  readonly name: Value
  /** Consumer group, where it is stated with it. */
  readonly group?: Value
  readonly when?: readonly Condition[]
  /** Whether what is written has a key; absent where that cannot be told. */
  readonly keyed?: boolean
  /** The write to a database in the same function, as it is written: nothing makes both happen or neither. */
  readonly besides?: Known
}

/** A client setting under its canonical name (`acks`, `max.poll.interval.ms`), as the program states it. */
export interface ClientSetting {
  readonly technology: Technology
  readonly name: string
  readonly value: Known
}

/** A server that source code names outright: `redis://cache:6379/1`, `brokers: ['kafka:9092']`. Its credentials are left out. */
export interface Address {
  readonly technology: Technology
  readonly host: Known
  readonly port?: number
  /** Logical database index. */
  readonly database?: number
}

/** The program of a workload, as far as the repository holds it. */
export interface Program {
  /** Its folders, from the tree's root. */
  readonly folders: readonly string[]
  /** Whether no other program could be meant; what an uncertain one shows counts one class less. */
  readonly certain: boolean
  readonly shown: readonly Shown[]
  readonly traffic: readonly Traffic[]
  readonly settings: readonly ClientSetting[]
  /** Servers that its source or its configuration names. */
  readonly addresses: readonly Address[]
  /** What its own configuration files set, by the names that its framework knows. A value that it takes from its environment is unknown and says from where: `${REDIS_URL:-redis://cache}`. */
  readonly variables: readonly Variable[]
  /** Names that an example of its environment sets and that it does not read. */
  readonly idle?: readonly string[]
  /** Files that were looked at, for whoever watches them. */
  readonly files: readonly string[]
  /** All of its source was read, in languages in which whoever works with a server imports a client. */
  readonly whole?: true
  /** What was not looked at because a bound was met, once each. */
  readonly unread: readonly Note[]
}
