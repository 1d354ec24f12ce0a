// Look-up in a record by a name from outside.

/** The record's own entry of a name; undefined for what every object inherits (`toString`, `__proto__`), which a linted file may name. */
export const entryOf = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  // eslint-disable-next-line own/entries -- the one place that does it
  (record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined)
