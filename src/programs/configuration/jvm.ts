// Settings of Spring Boot, Quarkus and Micronaut: application.* of the resources, production's profile over the default one, tests never.
// https://docs.spring.io/spring-boot/reference/features/external-config.html, https://quarkus.io/guides/config-reference#profiles,
// https://docs.micronaut.io/latest/guide/#config
import type { Variable } from '../../model/stack.ts'
import { unknown, type Text } from '../../model/value.ts'
import { flattened } from '../../readers/config-files.ts'
import { asideName, merged, productionName, type Framework } from './files.ts'

const file = /^(?:src\/main\/resources\/(?:config\/)?|config\/|conf\/)(?:application|bootstrap)(?:-[\w-]+)?\.(?:ya?ml|properties|toml)$/

export const jvm: Framework = ({ paths, text }) => {
  const found = paths.filter(path => file.test(path) && !asideName.test(path.slice(path.lastIndexOf('/') + 1)))
  const ordered = [...found.filter(path => !productionName.test(path)), ...found.filter(path => productionName.test(path))].filter(path => !/-/.test(path.slice(path.lastIndexOf('/') + 1)) || productionName.test(path))
  return { variables: merged(ordered.flatMap(path => { const content = text(path); return content ? variablesIn(path, content) : [] })), shown: [] }
}

function variablesIn(path: string, content: Text): readonly Variable[] {
  const variables = documentsOf(path, content).flatMap(document => flattened(path, document)).map(variable => withSwitch(variable, content))
  const plain = variables.filter(({ name }) => !name.startsWith('%') && !name.startsWith('"%'))
  // `%prod.quarkus.redis.hosts` holds in production, `%dev.` and `%test.` do not.
  const production = variables.flatMap(variable => { const name = /^"?%(?:\w{1,60},){0,10}prod(?:,\w{1,60}){0,10}"?\.(.+)$/.exec(variable.name)?.[1]; return name === undefined ? [] : [{ ...variable, name }] })
  return [...plain, ...production]
}

// `enabled: ${LOCKS_ENABLED:false}` is what the environment says before it is the default.
function withSwitch(variable: Variable, { text }: Text): Variable {
  const { known, span } = variable.value
  const [, name, fallback] = known ? /^["']?\$\{(\w{1,100}):(true|false)\}["']?$/.exec(text.slice(span.start, span.end).trim()) ?? [] : []
  return name === undefined || fallback === undefined ? variable : { ...variable, value: unknown('it is filled in when the program starts', `\${${name}:-${fallback}}`, span) }
}

/** The documents of a YAML file that hold in production. */
function documentsOf(path: string, content: Text): readonly Text[] {
  if (path.endsWith('.properties')) return [withPercent(content)]
  const parts: Text[] = []
  let start = 0
  for (const part of content.text.split(/^---[^\n]{0,200}\n/m)) {
    const at = content.text.indexOf(part, start)
    start = at + part.length
    const profile = /^[ \t]{0,40}(?:on-profile|profiles)[ \t]{0,40}:[ \t]{0,40}["']?([\w-]+)/m.exec(part)?.[1]
    if (profile === undefined || productionName.test(profile)) parts.push({ text: part, file: content.file, span: (from, to) => content.span(at + from, at + to) })
  }
  return parts
}

// The reader of properties knows no `%` in names.
const withPercent = (content: Text): Text => ({ ...content, text: content.text.replace(/^%(\w{0,60}prod\w{0,60})\./gm, found => ' '.repeat(found.length)).replace(/^%[^\n]*/gm, found => '#'.padEnd(found.length)) })
