// What a language file says: how source is written there, and which calls of which libraries show what. Types only.
import type { Technology, UseName } from '../../model/names.ts'
import type { Grammar, Site, Source } from './source.ts'
import type { Reading } from './reading.ts'

/** A module that a file names, with the names it binds here. */
export interface Import {
  /** As written, `.` or `/` or `::` between its parts. */
  readonly module: string
  readonly names: readonly string[]
  /** Names that are bound under another: `{ Queue as Jobs }` gives Jobs, Queue. */
  readonly renamed?: readonly (readonly [bound: string, original: string])[]
}

/** Which argument is meant: its place, or the name of a field in any of them (all spellings of it). */
export type Pick = number | string

export interface Meaning {
  readonly use: UseName
  readonly weight: 'decisive' | 'strong' | 'weak' | 'against'
  /** False: what the program's configuration chooses instead speaks against it. */
  readonly only?: false
}

/** Calls that show something. */
export interface Rule {
  readonly id: string
  /** Names of what is called, constructed, annotated or mentioned; exact. */
  readonly names: readonly string[]
  /** Default: call and new. */
  readonly how?: readonly Site['how'][]
  /** A word of the chain that the call is made on, whole. */
  readonly on?: readonly string[]
  /** What else must hold. */
  readonly when?: (site: Site, reading: Reading) => boolean
  readonly means?: readonly Meaning[]
  /** Messages that are written or read; the topic may be a list. */
  readonly traffic?: {
    readonly how: 'writes' | 'reads'
    readonly topic?: readonly Pick[]
    readonly group?: readonly Pick[]
    /** Whether what is written has a key; undefined where that cannot be told. */
    readonly keyed?: (site: Site, reading: Reading) => boolean | undefined
    /** The library reads in a group even where the call names none. */
    readonly grouped?: true
  }
}

/** A library, by the modules that a file imports, with its calls. */
export interface Library {
  readonly technology: Technology
  /** Modules: `ioredis` stands for `ioredis/built` too. */
  readonly modules: readonly string[]
  /** Names that can only be this library's, where files need no import. */
  readonly names?: readonly string[]
  /** The names stand in many files; those that matter say Redis or Kafka too. */
  readonly common?: true
  /** It keeps things in whatever store the program is built with: says something only where that is this technology. */
  readonly anyStore?: true
  /** It keeps things where the program keeps its cache, wherever that is. */
  readonly cached?: true
  /** Part of the name of the program's own modules that wrap the library, lower case: `kafka`. */
  readonly wrapped?: string
  /** Documentation. */
  readonly source: string
  readonly rules: readonly Rule[]
}

/** What a method of a general Redis client does, as a command of the server. */
export interface Command {
  readonly command: string
  /** Words one of which stands in the chain that the call is made on, or where its client is made: `opsForZSet` for `add`. */
  readonly on?: readonly string[]
  /** No other library has a method of this name. */
  readonly own?: true
  /** Where the key stands, instead of where it stands for most. */
  readonly key?: Pick
  /** Whether the call sets a time to live, or sets only what is not there. */
  readonly ttl?: (site: Site, reading: Reading) => boolean
  readonly nx?: (site: Site, reading: Reading) => boolean
}

export interface Language {
  readonly id: string
  /** Without the dot. */
  readonly extensions: readonly string[]
  readonly grammar: Grammar
  imports(source: Source): readonly Import[]
  /** Modules inside a file that only tests are made of, by name: Rust's `mod tests { … }`. */
  readonly testModules?: readonly string[]
  /** A file is one script for the server. */
  readonly whole?: true
  readonly libraries: readonly Library[]
  /** General Redis clients. */
  readonly redis: {
    readonly modules: readonly string[]
    /** Names that make a client or are the type of one. */
    readonly clients: readonly string[]
    /** Clients that do not speak to a server of the stack. */
    readonly not?: readonly string[]
    readonly source: string
    /** Methods that are not named like their command, or need a closer look; by lower-case name. */
    readonly commands: ReadonlyMap<string, readonly Command[]>
    /** Methods whose first text is the command: `conn.Do("SETEX", key, 60, value)`; lower case. */
    readonly verbatim?: readonly string[]
    /** Methods that send a list of commands, each a list that begins with it: `pipeline(conn, [["INCR", key], ["EXPIRE", key, 60]])`; lower case. */
    readonly lists?: readonly string[]
    /** The method that begins a command which is built word by word: `client.B().Set().Key(key)`. */
    readonly builder?: string
    /** Place of the key, where a context comes first. */
    readonly key?: number
  }
  /** Clients of the program's cache, wherever that is kept: by module and type, with what their methods do, by lower-case name. */
  readonly caches?: {
    readonly modules: readonly string[]
    readonly clients: readonly string[]
    readonly source: string
    readonly commands: ReadonlyMap<string, Command>
  }
  /** Client settings of Kafka as the language spells them, by plain name. */
  readonly settings?: ReadonlyMap<string, string>
}
