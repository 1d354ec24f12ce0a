// Secrets in the text of linted files: hidden wherever a text leaves the program. Knows how secrets are written, not what a file means.
import { remembered } from './once.ts'
import { withoutEnd } from './words.ts'

/** Whether a key, variable or setting of this name holds a secret: by its last word, as in `REDIS_PASSWORD`, `auth-pass`, `apiKey`. */
export const isSecretKey = remembered((key): boolean => {
  const words = key.slice(-200).replace(/([a-z0-9])(?=[A-Z])/g, '$1 ').toLowerCase().split(/[^a-z0-9]+/).map(word => withoutEnd(word, '0123456789')).filter(word => word !== '')
  const last = words.at(-1) ?? '', before = words.at(-2) ?? ''
  if (secretWords.has(last)) return before !== 'existing'
  if (last === 'key') return keyWords.has(before) || (key === key.toUpperCase() && words.length > 1)
  return words.includes('secret') && words.includes('key') && last === 'base'
})

const secretWords = new Set([
  'password', 'passwd', 'passphrase', 'pass', 'pwd', 'pw', 'secret', 'token', 'apikey', 'credential', 'credentials', 'creds', 'auth', 'salt',
  // https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/
  'requirepass', 'masterauth', 'primaryauth',
])
const keyWords = new Set(['api', 'access', 'private', 'secret', 'encryption', 'signing', 'auth', 'session', 'account', 'shared', 'jwt', 'license', 'master', 'keystore'])

/** A text with its secrets as `***`; with `wide` each keeps its width, so that columns stay. */
export function masked(text: string, wide = false): string {
  // Nearly all texts have none of these marks.
  if (!mayHold.test(text)) return text
  return wide || text.length > 300 ? hiddenIn(text, wide) : hiddenInShort(text)
}

function hiddenIn(text: string, wide: boolean): string {
  const hide = (value: string): string => hidden(value, wide)
  return inWords(inKeys(inAddresses(text, hide), hide), hide)
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

const mayHold = /:\/\/|:\\\/|[=:,\s"']|\b(?:requirepass|masterauth|primaryauth)/

const plainValues = /^(?:true|false|yes|no|on|off|null|none|nil|undefined|~|\*+|)$/i

// A reference names a secret without telling it; what stands in for it when it is unset tells one.
function hidden(value: string, wide: boolean): string {
  if (plainValues.test(value) || /^\$\{?\w+\}?$|^\$?\{\{|^\$\(/.test(value)) return value
  const [fallback] = /^\$\{\w+:?[-+?]/.exec(value) ?? []
  if (fallback !== undefined) return wide ? fallback + '*'.repeat(value.length - fallback.length) : `${fallback}***}`
  return wide ? '*'.repeat(value.length) : '***'
}

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
  const key = /(?<![\w.-])([\w.-]+)["']?[ \t]*([=:]|\((?=[ \t]*["']))[ \t]*/g
  let result = '', done = 0
  for (let match = key.exec(text); match; match = key.exec(text)) {
    if (!isSecretKey(match[1] ?? '') || (match[2] === '(' && asks.test(match[1] ?? ''))) { key.lastIndex = match.index + (match[1] ?? '').length + 1; continue }
    const from = match.index + match[0].length
    // A file called passwd has no value: `/etc/passwd:1:1: …`, `cannot read /etc/passwd: …`.
    if (match[2] === ':' && isPath(text.slice(Math.max(0, match.index - 300), match.index), text.slice(from, from + 20))) { key.lastIndex = from; continue }
    // What follows `key:` on its line is its value; `key=` ends with the word.
    // `auth: {…}` has keys of its own.
    if (match[2] === ':' && /[{[]/.test(text.charAt(from))) { key.lastIndex = from; continue }
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
const mapped = /^(?:"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|\$\{[^}\n]*\}|[^\n"']+)/
const assigned = /^(?:"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|\$\{[^}\n]*\}|[^\s"']+)/

// Words that a secret follows as the next word, in a line of a shell, a list of words or a redis.conf.
const followed = /(?<![\w.-])(?:(?:--)?(?:requirepass|masterauth|primaryauth|tls-(?:client-)?key-file-pass|(?:sentinel[\s"',]+)?sentinel-pass|(?:sentinel[\s"',]+)?auth-pass[\s"',]+[^\s"',]+)|--?(?:pass|password|passwd|passphrase|pw|token|secret|auth|api-?key|sasl-password)|AUTH)["']?(?:,[ \t]*|[ \t]+)["']?(?![-=:])/g
const inClient = /(?:redis|valkey|keydb)-cli(?:(?!-cli)[^|;&\n])*?[\s"']-a["']?(?:,[ \t]*|[ \t]+)["']?/g
const inAcl = /(?<=[\s"',])[>#<](?=[^\s"'/&<>=]{3})/g

/** `--requirepass x`, `redis-cli -a x`, `auth-pass mymaster x`, `user app on >x`. */
function inWords(text: string, hide: (value: string) => string): string {
  const marks = [followed, inClient, ...(/\b(?:user|setuser)[\s"',]+\S/i.test(text) ? [inAcl] : [])]
  return marks.reduce((whole, mark) => whole.replace(mark, found => `${found}\0`).split('\0').map((part, at) => {
    if (at === 0) return part
    const [value = ''] = /^(?:\$\{[^}\n]*\}|[^\s"']+)/.exec(part) ?? []
    return hide(value) + part.slice(value.length)
  }).join(''), text)
}
