// Secrets in the text of linted files: hidden wherever a text leaves the program. Knows how secrets are written, not what a file means.
import { remembered } from './once.ts'
import { withoutEnd } from './words.ts'

/** Whether a key, variable or setting of this name holds a secret: by its last word, as in `REDIS_PASSWORD`, `auth-pass`, `apiKey`, `PGPASSWORD`; what kind of password comes after it (`PASSWORD_PROD`). */
export const isSecretKey = remembered((key): boolean => {
  const words = key.slice(-200).replace(/([a-z0-9])(?=[A-Z])/g, '$1 ').toLowerCase().split(/[^a-z0-9]+/).map(word => withoutEnd(word, '0123456789')).filter(word => word !== '')
  while (words.length > 1 && kinds.has(words.at(-1) ?? '') && words.slice(0, -1).some(isPassword)) words.pop()
  const last = words.at(-1) ?? '', before = words.at(-2) ?? ''
  if (secretWords.has(last) || isPassword(last)) return before !== 'existing'
  if (last === 'key') return keyWords.has(before) || (key === key.toUpperCase() && words.length > 1)
  // https://docs.confluent.io/platform/current/schema-registry/security/index.html, https://doc.traefik.io/traefik/middlewares/http/basicauth/
  if (last === 'info' || last === 'users') return words.some(word => word === 'auth' || word === 'basicauth')
  return words.includes('secret') && words.includes('key') && last === 'base'
})

const isPassword = (word: string): boolean => /(?:password|passwd|passphrase|passwort|kennwort|wachtwoord|contrasena|senha|apikey|token)s?$/.test(word) || shortened.has(word)
const shortened = new Set(['db', 'redis', 'user', 'root', 'admin', 'mysql', 'auth', 'app', 'mail', 'smtp', 'http', 'kafka', 'cache', 'my'].map(word => `${word}pass`))
// Words after `PASSWORD` that leave it one, unlike FILE, NAME, LENGTH or TTL.
const kinds = new Set([
  'prod', 'production', 'dev', 'development', 'test', 'testing', 'stage', 'staging', 'local', 'default', 'new', 'old', 'current', 'previous', 'hash', 'hashed', 'encoded', 'base64', 'plain', 'plaintext', 'text', 'value', 'raw',
  'redis', 'valkey', 'kafka', 'db', 'cache', 'queue', 'broker', 'master', 'replica', 'primary', 'secondary', 'admin', 'user', 'root', 'app',
])
const secretWords = new Set([
  'pass', 'passe', 'pwd', 'pw', 'secret', 'credential', 'credentials', 'creds', 'auth', 'salt',
  // https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/
  'requirepass', 'masterauth', 'primaryauth',
])
const keyWords = new Set(['api', 'app', 'access', 'private', 'secret', 'encryption', 'signing', 'auth', 'session', 'account', 'shared', 'jwt', 'license', 'master', 'keystore'])

/** A text with its secrets as `***`; with `wide` each keeps its width, so that columns stay. */
export function masked(text: string, wide = false): string {
  // Nearly all texts have none of these marks.
  if (!mayHold.test(text)) return text
  return wide || text.length > 300 ? hiddenIn(text, wide) : hiddenInShort(text)
}

function hiddenIn(text: string, wide: boolean): string {
  const hide = (value: string): string => hidden(value, wide)
  return inWords(inKeys(inPairs(inAddresses(inTemplates(text, hide), hide), hide), hide), hide)
}
// Evidence is quoted again and again.
const hiddenInShort = remembered(text => hiddenIn(text, false))

/** The value of a key, variable or setting with what is secret in it as `***`. */
export function withoutSecrets(key: string, value: string): string {
  if (isSecretKey(key)) return hidden(value, false)
  // A directive tells by its first words what the next one is.
  const whole = masked(`${key} ${value}`)
  return whole.startsWith(`${key} `) ? whole.slice(key.length + 1) : masked(value)
}

const mayHold = /[=:,\s"'{<]|\b(?:requirepass|masterauth|primaryauth)/

const plainValues = /^(?:true|false|yes|no|on|off|null|none|nil|undefined|~|\*+|)$/i

// A reference names a secret without telling it; what stands in for it when it is unset tells one.
function hidden(value: string, wide: boolean): string {
  if (plainValues.test(value) || /^\$\{?\w+\}?$|^\$?\{\{[^{}]*\}\}$|^\$\([^()]*\)$/.test(value)) return value
  const [fallback] = /^\$\{\w+:?[-+?]/.exec(value) ?? []
  if (fallback !== undefined) return wide ? fallback + '*'.repeat(value.length - fallback.length) : `${fallback}***}`
  return wide ? '*'.repeat(value.length) : '***'
}

/** What stands in a template or a variable for a secret that nobody gives: `{{ .Values.password | default "PW" }}`, `${PASSWORD-PW}`; a private key. */
function inTemplates(text: string, hide: (value: string) => string): string {
  const keyed = /-----BEGIN/.test(text) ? text.replace(/(-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----)([^-]+)/g, (_, mark: string, body: string) => mark + body.replace(/[^\s\\]{4,}/g, hide)) : text
  const stated = keyed.includes('${') ? keyed.replace(/(\$\{(\w+):?[-+?])([^{}\n$]+)(?=\})/g, (whole, mark: string, name: string, value: string) => (isSecretKey(name) ? mark + hide(value) : whole)) : keyed
  return stated.includes('{{') ? stated.replace(/\{\{[^{}\n]*\}\}/g, (action: string, at: number) => {
    const word = stated.slice(Math.max(0, at - 200), at).trimEnd().split(/\s/).at(-1) ?? ''
    const tells = word.includes('://') || `${word} ${action}`.split(/[^\w.-]/).some(isSecretKey)
    return tells ? action.replace(/(\bdefault[ \t]+\\?["'])([^"'\\]+)/g, (_, mark: string, value: string) => mark + hide(value)) : action
  }) : stated
}

/** A name and its value apart: `{name: PASSWORD, value: PW}`, `key="password" value="PW"`, `<password>PW</password>`, `ENV PASSWORD PW`. */
const inPairs = (text: string, hide: (value: string) => string): string => [named, element, declared].reduce((whole, mark) => whole.replace(mark, (found, before: string, key: string, between: string, value: string) =>
  (isSecretKey(key) ? before + key + between + hide(value) : found)), text)
const named = /(\b(?:name|key)["']?[ \t]*[=:][ \t]*["']?)([\w.-]+)(["']?,?\s*["']?(?:value["']?[ \t]*[=:]|>)[ \t]*["']?)([^\s"'<>,{}]+)/gi
const element = /(<)([\w.-]+)(>[ \t]*)([^<>\s]+)(?=[ \t]*<\/)/g
const declared = /^([ \t]*(?:ENV|ARG)[ \t]+)(\w+)([ \t]+["']?)([^\s"'=]+)/gm

/** `redis://user:PW@host`, `redis://TOKEN@host`; a password may hold an `@`, and a careless one a slash. */
const inAddresses = (text: string, hide: (value: string) => string): string => text.replace(/(:(?:\/\/|\\\/\\\/))([^\s"'`<>]+)/g, (_, mark: string, rest: string) => {
  const end = rest.search(/[/?#\\]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const port = authority.slice(authority.lastIndexOf(':') + 1)
  const careless = !authority.includes('@') && authority.includes(':') && !/^(?:\d+|\$.*|)$/.test(port)
  const at = (careless ? rest : authority).lastIndexOf('@')
  if (at < 0) return mark + rest
  const given = rest.slice(0, at), colon = given.indexOf(':')
  if (colon < 0 || colon === given.length - 1) return mark + hide(colon < 0 ? given : given.slice(0, -1)) + rest.slice(colon < 0 ? at : at - 1)
  // `${PASSWORD:-x}` and the like hold a colon of their own.
  if (given.startsWith('${') && given.endsWith('}') && !given.includes('}:')) return mark + hide(given) + rest.slice(at)
  const user = given.startsWith('${') ? given.indexOf('}:') + 1 : colon
  return mark + given.slice(0, user) + ':' + hide(given.slice(user + 1)) + rest.slice(at)
})

// What is asked for by such a name is no secret itself.
const asks = /(?:^|\.)(?:get|find|has|read|load|fetch|is|use|require)[A-Z_]\w*$/

/** `PASSWORD=x`, `password: x`, `"token": "x"`, `?auth=x`, `setPassword("x")`. */
function inKeys(text: string, hide: (value: string) => string): string {
  const key = /(?<![\w.-])([\w.-]+)(?:\[\w*\])?\\?["']?[ \t]*(=>|:=|[=:]|\((?=[ \t]*["']))[ \t]*(?:[&!][^\s"',]*[ \t]+)?/g
  let result = '', done = 0
  for (let match = key.exec(text); match; match = key.exec(text)) {
    if (!isSecretKey(match[1] ?? '') || (match[2] === '(' && asks.test(match[1] ?? ''))) { key.lastIndex = match.index + (match[1] ?? '').length + 1; continue }
    const from = match.index + match[0].length
    // A file called passwd has no value: `/etc/passwd:1:1: …`, `cannot read /etc/passwd: …`.
    if (match[2] === ':' && isPath(text.slice(Math.max(0, match.index - 300), match.index), text.slice(from, from + 20))) { key.lastIndex = from; continue }
    // What follows `key:` on its line is its value; `key=` ends with the word.
    // `auth: {…}` has keys of its own; a list may be one of passwords.
    if (match[2] === ':' && (text.startsWith('{', from) && !text.startsWith('{{', from) || (text.startsWith('[', from) && !/passw|token/i.test(match[1] ?? '')))) { key.lastIndex = from; continue }
    const [value = ''] = (match[2] === ':' ? mapped : assigned).exec(text.slice(from, from + longest)) ?? []
    const quote = /^["']/.exec(value)?.[0] ?? ''
    const inner = quote === '' ? value.trimEnd() : value.slice(1, value.length > 1 && value.endsWith(quote) ? -1 : undefined)
    result += text.slice(done, from) + quote + hide(inner)
    done = from + quote.length + inner.length
    key.lastIndex = Math.max(done, match.index + 1)
  }
  return result + text.slice(done)
}
const longest = 2_000
const isPath = (before: string, after: string): boolean => before.endsWith('/') && (/^\d+:\d+: /.test(after) || /\bcannot read \S+$/.test(before))
const mapped = /^(?:\[[^\]\n]*\]?|\{\{[^{}\n]*\}\}|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|\$\{[^}\n]*\}|[^\n"']+)/
const assigned = /^(?:\{\{[^{}\n]*\}\}|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|\$\{[^}\n]*\}|[^\s"']+)/

// Words that a secret follows as the next word, in a line of a shell, a list of words or a redis.conf.
const followed = /(?<![\w.-])(?:(?:--)?(?:requirepass|masterauth|primaryauth|tls-(?:client-)?key-file-pass|(?:sentinel[\s"',]+)?sentinel-pass|(?:sentinel|SENTINEL)[\s"',]+(?:set|SET)[\s"',]+[^\s"',]+[\s"',]+auth-pass|(?:sentinel[\s"',]+)?auth-pass[\s"',]+[^\s"',]+)|HELLO[ \t]+\d[ \t]+AUTH[ \t]+[^\s"']+|AUTH2[ \t]+[^\s"']+|AUTH)["']?(?:,[ \t]*|[ \t]+|[ \t]*\n[ \t]*-[ \t]+|[ \t]*\\\n[ \t]*)(?:[\\$]?["']){0,2}(?![-=:])/g
const flag = /(?<![\w.-])--?([A-Za-z][\w.-]*)["']?(?:,[ \t]*|[ \t]+|[ \t]*\n[ \t]*-[ \t]+)(?:[\\$]?["'])?(?![-=:])/g
const notFlags = /^(?:no|enable|disable|with|without|require|skip|use|allow)[-_.]/i
const inClient = /(?:redis|valkey|keydb)-(?:cli|benchmark)(?:(?!-cli|-benchmark)[^|;&\n])*?[\s"'](?:-a|auth)["']?(?:,[ \t]*|[ \t]+)["']?/g
const inAcl = /(?<=[\s"',])[>#<](?=[^\s"'/&<>=]{3})/g
// `curl -u user:PW`, `Authorization: Bearer PW`, `user_alice="PW"` of JAAS, `local:redis:6379:0:PW` of redis-commander, `user:PW@tcp(db:3306)`.
const others = [
  /(?<![\w-])(?:-u|--user|--proxy-user|--basic[-_]auth)(?:=|["']?,[ \t]*|[ \t]+)["']?[\w.@-]+:(?!\d+(?!\w))/g, /\bauthorization["']?[ \t]*[:=][ \t]*["']?(?:[A-Za-z]+[ \t]+)?/gi, /\bbearer[ \t]+(?=[\w.~+/-]{16})/gi,
  /(?<![\w.-])user_\w+="/g, /(?<![\w.:-])[\w-]+:[\w.-]+:\d+:\d+:/g, /\bmysql(?:admin|dump)?(?=[ \t])(?:(?!mysql)[^|;&\n])*?[ \t]-p(?=[^\s-])/g, /(?<![\w./:@-])[\w.-]+:(?=[^\s@/:"'<>${]+@(?!sha\d+:)[\w.-]+(?::\d|\())/g,
]

/** `--requirepass x`, `redis-cli -a x`, `auth-pass mymaster x`, `user app on >x`. */
function inWords(text: string, hide: (value: string) => string): string {
  const flagged = after(text, flag, hide, found => { const name = /[A-Za-z][\w.-]*/.exec(found)?.[0] ?? ''; return isSecretKey(name) && !notFlags.test(name) })
  const marks = [followed, inClient, ...others, ...(/\b(?:user|setuser)[\s"',]+\S/i.test(flagged) ? [inAcl] : [])]
  return inProse(marks.reduce((whole, mark) => after(whole, mark, hide), flagged), hide)
}

// What follows each mark: the word, or what stands in the quotes that the mark opens.
function after(text: string, mark: RegExp, hide: (value: string) => string, counts: (found: string) => boolean = () => true): string {
  let result = '', done = 0
  for (const { 0: found, index } of text.matchAll(mark)) {
    const from = index + found.length, quote = found.at(-1) ?? ''
    if (from < done || !counts(found)) continue
    const rest = text.slice(from, from + longest)
    const [value = ''] = (quote === '"' ? inDouble : quote === "'" ? inSingle : bare).exec(rest) ?? []
    result += text.slice(done, from) + hide(value)
    done = from + value.length
  }
  return result + text.slice(done)
}
const inDouble = /^[^"\n\\]+/
const inSingle = /^[^'\n\\]+/
const bare = /^(?:\$\{[^}\n]*\}|[^\s"']+)/

/** `the password is PW`, `ssl.key.password PW`: what has letters and digits is hardly a word. */
const inProse = (text: string, hide: (value: string) => string): string => text.replace(/((?:password|passwd|passphrase)[ \t]+(?:(?:is|was)[ \t]+)?)([^\s"'`<>*][^\s"'`<>]*)/gi, (whole, mark: string, value: string) =>
  (value.length >= 6 && /\d/.test(value) && /[a-z]/i.test(value) && !/[=:/$]/.test(value) ? mark + hide(value) : whole))
