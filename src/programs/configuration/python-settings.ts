// Settings of Django, Celery and Flask: assignments to upper-case names, dictionaries flattened (`CACHES.default.BACKEND`), what is
// taken from the environment as such. https://docs.djangoproject.com/en/stable/topics/settings/
import type { Shown } from '../../model/program.ts'
import { quoted } from '../../model/quoted.ts'
import type { Variable } from '../../model/stack.ts'
import { known, unknown, type Text, type Value } from '../../model/value.ts'
import { asideName, type Framework } from './files.ts'

const file = /(?:^|\/)(?:(?:\w{1,60}_)?(?:settings|config)|celeryconfig|base|common|production|prod|celery|celery_app|conf|defaults|constants)\.py$|(?:^|\/)(?:settings|config|conf)\/[\w/-]{1,100}\.py$/
const wanted = /redis|valkey|celery|kafka|amqp/i
const mostFiles = 60

export const pythonSettings: Framework = ({ paths, text, uses }) => {
  const stated = paths.filter(path => file.test(path) && !asideName.test(path)).slice(0, mostFiles).flatMap(path => {
    const content = text(path)
    return content && wanted.test(content.text) ? assignmentsIn(content) : []
  })
  // Flask itself keeps sessions in a cookie; the type is read by an extension that somebody has to start. https://flask-session.readthedocs.io/en/latest/usage.html
  const isIdle = stated.some(({ name }) => name === 'SESSION_TYPE') && uses('pypi flask-session') && !paths.some(path => path.endsWith('.py') && text(path)?.text.includes('flask_session') === true)
  const variables = isIdle ? stated.filter(({ name }) => !name.startsWith('SESSION_')) : stated
  return { variables, shown: keptInCache(variables) }
}

/** The framework for APIs counts requests in Django's default cache. https://www.django-rest-framework.org/api-guide/throttling/#setting-up-the-cache */
function keptInCache(variables: readonly Variable[]): readonly Shown[] {
  const throttle = variables.find(({ name }) => /^REST_FRAMEWORK\.DEFAULT_THROTTLE_(?:RATES\.\w+|CLASSES)$/.test(name))
  const store = variables.findLast(({ name }) => name === 'CACHES.default.BACKEND')?.value
  if (!throttle || !store || (store.known && !/redis|valkey/i.test(store.value))) return []
  const { nameSpan, name, value } = throttle
  return [{ id: 'django-rest-throttle', from: 'configuration', technology: 'redis', use: 'rate-limiter', weight: 'strong', kept: 'cache', span: nameSpan, text: quoted(`${name}: ${value.known ? value.value : value.raw}`) }]
}

interface Token { readonly kind: 'text' | 'word' | 'mark' | 'line'; readonly text: string; readonly start: number; readonly end: number }

const token = /#[^\n]*|([rbuf]{0,2}(?:"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))|([A-Za-z_][\w.]*)|(\n[ \t]*)|([^\s])/gi

const kinds = ['text', 'word', 'line', 'mark'] as const

const tokensOf = (text: string): readonly Token[] => [...text.matchAll(token)].flatMap(match => {
  const kind = kinds.find((_, at) => match[at + 1] !== undefined)
  return kind ? [{ kind, text: match[0], start: match.index, end: match.index + match[0].length }] : []
})

/** `NAME = …` at the beginning of a line, also in a class. */
function assignmentsIn(content: Text): readonly Variable[] {
  const tokens = tokensOf(content.text)
  const found: Variable[] = []
  for (let at = 0; at + 2 < tokens.length && found.length < 600; at++) {
    const name = tokens[at]
    if (name?.kind !== 'word' || !/^(?:[A-Z][A-Z0-9_]{2,}|(?:app\.)?conf\.\w+|broker_url|result_backend)$/.test(name.text) || (at > 0 && tokens[at - 1]?.kind !== 'line')) continue
    let next = at + 1
    // An annotation: `NAME: str = …`.
    if (tokens[next]?.text === ':') while (next < tokens.length && tokens[next]?.text !== '=' && tokens[next]?.kind !== 'line') next++
    if (tokens[next]?.text !== '=' || tokens[next + 1]?.text === '=') continue
    flatten(content, tokens, next + 1, name.text.replace(/^(?:app\.)?conf\./, 'CELERY_'), name, found, 0)
  }
  return found
}

/** Adds what an expression states under a path; returns where it ends. */
function flatten(content: Text, tokens: readonly Token[], from: number, path: string, name: Token, found: Variable[], depth: number): number {
  let at = from
  if (tokens[at]?.text === '{' && depth < 6) {
    for (at++; at < tokens.length && tokens[at]?.text !== '}';) {
      const key = tokens[at]
      if (key?.kind === 'text' && tokens[at + 1]?.text === ':') at = flatten(content, tokens, skipLines(tokens, at + 2), `${path}.${inner(key.text)}`, key, found, depth + 1)
      else at++
    }
    return at + 1
  }
  // Until the comma, bracket or line that ends it.
  const strings: Token[] = [], words: string[] = []
  for (let open = 0; at < tokens.length; at++) {
    const each = tokens[at]
    if (!each) break
    if (open === 0 && (each.kind === 'line' || each.text === ',' || each.text === '}' || each.text === ']' || each.text === ')')) break
    if ('([{'.includes(each.text)) open++
    else if (')]}'.includes(each.text)) open--
    else if (each.kind === 'text') strings.push(each)
    else if (each.kind === 'word') words.push(each.text)
  }
  const value = valueIn(content, strings, words, tokens[from])
  if (value) found.push({ name: path, nameSpan: content.span(name.start, name.end), value, origin: 'config-file' })
  return at
}

const skipLines = (tokens: readonly Token[], from: number): number => { let at = from; while (tokens[at]?.kind === 'line') at++; return at }
const inner = (text: string): string => text.replace(/^[rbuf]{0,2}("""|'''|"|')([^]*)\1$/i, '$2')

// A text, what the environment holds under a name with its default, or the names that a text is put together from.
function valueIn(content: Text, strings: readonly Token[], words: readonly string[], at: Token | undefined): Value | undefined {
  const [first] = strings
  const fromEnvironment = words.some(word => /environ|getenv|^env|config$|^config\.|get_?env|decouple/i.test(word))
  if (!first) {
    // One name, or a host and its port: `(REDIS_HOST, REDIS_PORT)`.
    const names = words.map(word => word.replace(/^(?:env|settings|config|cls|self)\./, ''))
    const place = names.length === 0 || names.length > 2 || !names.every(name => /^[A-Z][A-Z0-9_]{2,}$/.test(name)) ? undefined : at
    return place && unknown(`it is what ${names.join(' and ')} hold${names.length === 1 ? 's' : ''}`, names.map(name => `\${${name}}`).join(':'), content.span(place.start, place.end))
  }
  const span = content.span(first.start, first.end)
  const text = inner(first.text)
  if (fromEnvironment && /^[A-Z][A-Z0-9_]*$/.test(text)) {
    const rest = strings.slice(1).map(each => inner(each.text)).find(each => !/^[A-Z][A-Z0-9_]*$/.test(each))
    return unknown(`it is taken from ${text}`, rest === undefined ? `\${${text}}` : `\${${text}:-${opened(rest)}}`, span)
  }
  return /^[^"']*f/i.test(first.text) && text.includes('{') ? unknown('it is put together when the program starts', opened(text), span) : known(text, span)
}

// `redis://{REDIS_HOST}:6379` holds what a variable holds.
const opened = (text: string): string => text.replace(/\{(\w{1,100})\b[^{}]{0,200}\}/g, '${$1}')
