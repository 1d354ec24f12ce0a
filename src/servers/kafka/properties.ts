// Kafka broker settings as text: `server.properties`, and the names that image entrypoints give to environment variables.
// Knows names and syntax, nothing of deployments.
import type { Setting } from '../../model/stack.ts'
import type { Span, Text } from '../../model/value.ts'

export interface Property {
  readonly name: string
  readonly value: string
  /** Of the value, or of the name when the value is empty. */
  readonly span: Span
}

/** Entries of a Java properties file, last one of a name winning later. https://docs.oracle.com/javase/8/docs/api/java/util/Properties.html#load-java.io.Reader- */
export function readProperties(source: Text): readonly Property[] {
  const found: Property[] = []
  const text = source.text
  for (let start = 0; start < text.length;) {
    let end = lineEnd(text, start)
    const first = text.slice(start, end).trimStart()
    if (first === '' || first.startsWith('#') || first.startsWith('!')) { start = end + 1; continue }
    while (end < text.length && continues(text, start, end)) end = lineEnd(text, end + 1)
    const property = entry(source, start, end)
    if (property) found.push(property)
    start = end + 1
  }
  return found
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function continues(text: string, start: number, end: number): boolean {
  let at = text.charAt(end - 1) === '\r' ? end - 2 : end - 1
  let backslashes = 0
  for (; at >= start && text.charAt(at) === '\\'; at--) backslashes++
  return backslashes % 2 === 1
}

function entry(source: Text, start: number, end: number): Property | undefined {
  const text = source.text
  let at = start
  while (at < end && /\s/.test(text.charAt(at))) at++
  const nameStart = at
  while (at < end && !/[\s=:]/.test(text.charAt(at))) at += text.charAt(at) === '\\' ? 2 : 1
  const nameEnd = Math.min(at, end)
  while (at < end && /[ \t]/.test(text.charAt(at))) at++
  if (text.charAt(at) === '=' || text.charAt(at) === ':') at++
  while (at < end && /[ \t]/.test(text.charAt(at))) at++
  let valueEnd = end
  while (valueEnd > at && /\s/.test(text.charAt(valueEnd - 1))) valueEnd--
  const name = unescaped(text.slice(nameStart, nameEnd))
  if (name === '') return undefined
  const span = valueEnd > at ? source.span(at, valueEnd) : source.span(nameStart, nameEnd)
  return { name, value: unescaped(text.slice(at, Math.max(at, valueEnd))), span }
}

const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\\r?\n[ \t]*/g, '').replace(/\\(.)/g, (_, c: string) => (c === 't' ? '\t' : c === 'n' ? '\n' : c)) : text

/** A property as a setting; a reference to a config provider (`${env:X}`, `${file:…}`) stays unknown. */
export const settingOf = (property: Property): Setting =>
  property.value.includes('${')
    ? { state: 'unknown', why: `${property.name} is ${property.value}, which the broker looks up at start`, span: property.span }
    : { state: 'stated', value: property.value, span: property.span }

/** Passwords, JAAS texts and the like never become settings, so that no report can show them. */
export const isSecret = (name: string): boolean => /password|jaas|secret|credential|token|keystore\.key|certificate/.test(name)

const toolVariables = /^KAFKA_(VERSION|HOME|USER|DEBUG|URL|OPTS|HEAP_OPTS|JMX_.*|LOG4J.*|TOOLS_LOG4J.*|JVM_PERFORMANCE_OPTS|GC_LOG_OPTS|CREATE_TOPICS.*|LOG_LEVEL|LOG)$/

/** Variables that an entrypoint keeps for itself and for the JVM: not broker properties. */
export const isToolVariable = (name: string): boolean => toolVariables.test(name)

/** `_` → `.`, `__` → `_`, `___` → `-`, as cp-kafka and apache/kafka translate (KafkaDockerWrapper.scala; confluent-docker-utils envToProps). */
export const dottedWithEscapes = (name: string): string =>
  name.toLowerCase().replace(/_/g, '.').replace(/\.\.\./g, '-').replace(/\.\./g, '_')

/** `_` → `.` only, as wurstmeister and Debezium translate (start-kafka.sh, docker-entrypoint.sh). */
export const dotted = (name: string): string => name.toLowerCase().replace(/_/g, '.')

/** The same, but for the names of listeners with SASL, as Bitnami translates (libkafka.sh). */
export const dottedByBitnami = (name: string): string => dotted(name).replace(/sasl\.(ssl|plaintext)/g, 'sasl_$1')
