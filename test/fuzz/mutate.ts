// Inputs out of the corpus: a seed with pieces cut, doubled, moved, swapped with another seed's, or replaced by what has broken readers before.
import { kinds, type Files, type Kind, type Seed } from './corpus.ts'
import { randomFor, type Random } from './random.ts'

export interface Input {
  readonly kind: Kind
  readonly files: Files
  /** Secrets that stand in it where misfit must know them for such. */
  readonly secrets: readonly string[]
}

/** What stands in a name that tries to be markup; nothing of ours contains it. */
export const markup = 'mIsF'

const words: readonly string[] = [
  '${', '}', '${A:-', '${A:?x}', '${A}', '$$', '$A', '&a ', '*a', '<<: *a\n', '<<: [*a, *a]\n', '\n', '\r\n', '\t', '[', ']', '{', '}', '!reset ', '!override ', '!!binary ', '#', "'", '"', ': ', '- ', '? ', '| \n', '>-\n', '---\n', '...\n', '%YAML 1.2\n', ',', '\\', '\\\n',
  '{{', '}}', '{{- if .Values.x }}', '{{ end }}', '{{ include "x" . }}', '{{ .Values.a | default (printf "%s" "b") }}', '/*', '*/', '"""', '`', '<!--', ']]>', '<?php', '%>', '#{', '=begin\n', '<<EOF\n', 'r#"',
  'toString', '__proto__', 'constructor', 'hasOwnProperty', 'null', '~', 'true', 'no', '0x10', '1e309', '-1', '.inf', '.nan', '99999999999999999999', '1_000', '0', '1.5gb', '12:30:45', '2001-12-14',
  '../', '../../etc/passwd', '/', '//', '/dev/zero', './', '.', '*', '**/*', '\u0000', '\u001b[31m', '\u202e', '\u2028', '\ufeff', '\ud800', '\u{1f600}', 'é', '\u0085', '\u{e0041}',
  'redis', 'kafka', 'redis:7', 'apache/kafka:3.9.0', 'allkeys-lru', 'noeviction', '--maxmemory', '--appendonly yes', 'redis://redis:6379/0', 'kafka:9092', 'x-misfit: {use: cache}\n', 'misfit.use=job-queue', 'command: ', 'environment:\n', 'env_file: ', 'extends: ', 'include: ', 'image: ', 'deploy: {replicas: 3}\n', 'profiles: [a]\n', 'volumes: ["./:/data"]\n',
  '# misfit-disable-next-line redis/ttl-missing\n', '# misfit-disable all -- x\n', '# eslint-disable-line misfit/x\n', '# a queue of jobs, used for caching\n', 'redis0000000000000000000000000000x', 'addr      ?', 'a-b-c.d_e:f/g@h',
  `<${markup}>`, `"><${markup} x="`, `</script><${markup}>`, `[${markup}](http://evil.example)`, `::error::${markup}`, `##[${markup}]`, `\n::set-output name=${markup}::x\n`, `@${markup}`, `|${markup}|`,
]

const plantedAs: Readonly<Record<'yaml' | 'conf' | 'properties' | 'env', readonly ((secret: string) => string)[]>> = {
  yaml: [
    secret => `REDIS_PASSWORD: ${secret}`, secret => `x-url: "redis://:${secret}@redis:6379/0"`, secret => `command: redis-server --requirepass ${secret}`, secret => `CELERY_BROKER_URL: redis://app:${secret}@redis:6379/1`,
    secret => `API_KEY: "${secret}"`, secret => `command: ["redis-server", "--masterauth", "${secret}"]`, secret => `password: ${secret}`, secret => `KAFKA_JAAS: 'required username="a" password="${secret}";'`,
  ],
  conf: [secret => `requirepass ${secret}`, secret => `masterauth "${secret}"`, secret => `user app on >${secret} ~* +@all`, secret => `sentinel auth-pass mymaster ${secret}`, secret => `tls-key-file-pass ${secret}`],
  properties: [secret => `ssl.keystore.password=${secret}`, secret => `sasl.jaas.config=x required password="${secret}";`],
  env: [secret => `REDIS_PASSWORD=${secret}`, secret => `CELERY_BROKER_URL=redis://:${secret}@redis:6379/0`, secret => `API_TOKEN="${secret}"`],
}

const mutations: readonly ((text: string, random: Random, other: string) => string)[] = [
  (text, random) => inserted(text, random.below(text.length + 1), random.pick(words)),
  (text, random) => atWord(text, random, () => random.pick(words)),
  (text, random) => atWord(text, random, word => word + random.pick(words)),
  (text, random) => { const at = random.below(text.length + 1); return text.slice(0, at) + text.slice(at + 1 + random.below(random.chance(0.2) ? 200 : 12)) },
  (text, random) => { const at = random.below(text.length + 1), end = at + random.below(60); return inserted(text, random.below(text.length + 1), text.slice(at, end)) },
  (text, random) => lines(text, random, (all, at) => [...all.slice(0, at), ...all.slice(at + 1 + random.below(3))]),
  (text, random) => lines(text, random, (all, at) => [...all.slice(0, at), ...all.slice(at, at + 1 + random.below(6)), ...all.slice(at)]),
  (text, random) => lines(text, random, (all, at) => { const to = random.below(all.length), copy = [...all]; [copy[at], copy[to]] = [all[to] ?? '', all[at] ?? '']; return copy }),
  (text, random) => lines(text, random, (all, at) => all.map((line, each) => (each === at ? random.chance(0.5) ? `  ${line}` : line.slice(random.below(4)) : line))),
  (text, random, other) => lines(text, random, (all, at) => { const more = other.split('\n'), from = random.below(more.length); return [...all.slice(0, at), ...more.slice(from, from + 1 + random.below(8)), ...all.slice(at + random.below(3))] }),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => { const at = random.below(text.length + 1); return text.slice(0, at) + String.fromCharCode(random.below(random.chance(0.8) ? 128 : 0x1_0000)) + text.slice(at + random.below(2)) },
  (text, random) => text.replace(/\d+/g, number => (random.chance(0.3) ? random.pick(['0', '-1', '2', '1000', '99999999999', '1e9', '0.5', '']) : number)),
  text => text.replaceAll('\n', '\r\n'),
]

const inserted = (text: string, at: number, more: string): string => text.slice(0, at) + more + text.slice(at)

function atWord(text: string, random: Random, change: (word: string) => string): string {
  const found = [...text.matchAll(/[\w./-]+/g)]
  if (found.length === 0) return text
  const { 0: word, index } = random.pick(found)
  return text.slice(0, index) + change(word) + text.slice(index + word.length)
}

function lines(text: string, random: Random, change: (all: readonly string[], at: number) => readonly string[]): string {
  const all = text.split('\n')
  return change(all, random.below(all.length)).join('\n')
}

/** Something of it many times over: a line, a piece, brackets in brackets. */
function swollen(text: string, random: Random): string {
  const times = random.pick([40, 200, 1_000, random.chance(0.2) ? 10_000 : 400])
  const all = text.split('\n'), at = random.below(all.length), line = all[at] ?? ''
  switch (random.below(5)) {
    case 0: return [...all.slice(0, at), ...Array<string>(times).fill(line), ...all.slice(at)].join('\n')
    case 1: return [...all.slice(0, at), ...Array.from({ length: times }, (_, number) => line.replace(/[a-z]\w*/i, word => `${word}${number}`)), ...all.slice(at)].join('\n')
    case 2: { const from = random.below(text.length + 1), piece = text.slice(from, from + 1 + random.below(10)); return inserted(text, from, piece.repeat(times)) }
    case 3: { const open = random.pick(['[', '{a: ', '- ', '${A:-', '(', '{{', '"', '? ', ' ']); return inserted(text, random.below(text.length + 1), open.repeat(times)) }
    default: return atWord(text, random, word => random.pick(words).repeat(times) + word)
  }
}

const otherNames: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  compose: ['compose.override.yaml', 'compose.prod.yml', 'dev/compose.yaml', 'docker-compose.test.yml', 'a/b/c/docker-compose.yml'],
  values: ['values.prod.yaml', 'values-dev.yaml', 'deploy/values.yaml', 'env/prod/values.yaml'],
  manifests: ['k8s/overlays/prod/x.yaml', 'app.yaml', 'deploy/redis.yml', 'kustomization.yaml'],
  env: ['.env', '.env.example', 'prod.env', '.env.production'],
  program: ['package.json', 'Dockerfile', 'requirements.txt', 'src/index.js', 'app/config.py', 'test/a.test.ts', 'main.go'],
}

/** One input: the same for the same seed and number, as long as the corpus is the same. */
export function inputOf(corpus: Readonly<Record<Kind, readonly Seed[]>>, seed: number, number: number): Input {
  const random = randomFor(seed, number)
  const kind = kinds[number % kinds.length] ?? 'compose'
  const seeds = corpus[kind]
  const start = random.pick(seeds), donor = random.pick(random.chance(0.7) ? seeds : corpus[random.pick(kinds)])
  let files: Record<string, string> = { ...start.files }
  const change = (path: string, to: (text: string) => string): void => { files[path] = to(files[path] ?? '') }
  const some = (): string => (random.chance(0.85) ? random.pick(start.target) : random.pick(Object.keys(start.files)))
  const other = donor.files[random.pick(donor.target)] ?? ''
  for (let left = 1 + random.below(random.chance(0.1) ? 24 : 5); left > 0; left--) change(some(), text => random.pick(mutations)(text, random, other))
  if (random.chance(0.02)) change(some(), text => swollen(text, random))
  if (random.chance(0.15)) {
    const path = random.pick(otherNames[kind] ?? ['x/compose.yaml'])
    files[path] = random.chance(0.5) ? files[some()] ?? '' : other
  }
  if (random.chance(0.1)) {
    const path = some(), text = files[path] ?? ''
    files = Object.fromEntries(Object.entries(files).filter(([name]) => name !== path))
    if (random.chance(0.7)) files[random.pick([path.replace(/^/, 'sub/'), path.replace(/\.(\w+)$/, '.prod.$1'), `${path}.bak`, path.toUpperCase(), `${markup}<b>&/${path}`, `a\nb/${path}`])] = text
  }
  const secrets: string[] = []
  if (random.chance(0.25)) plant(files, random, secrets)
  return { kind, files, secrets }
}

// Last, so that nothing cuts the name that tells it for a secret.
function plant(files: Record<string, string>, random: Random, secrets: string[]): void {
  if (Object.keys(files).length === 0) return
  const path = random.pick(Object.keys(files)), secret = `Hun7er${random.below(1_000_000)}Xq`
  const form = /\.ya?ml$/.test(path) ? 'yaml' : /\.conf$/.test(path) ? 'conf' : /\.properties$/.test(path) ? 'properties' : /\.env|^\.env/.test(path) ? 'env' : undefined
  if (form === undefined || /(?:misfit\.config|acme)/.test(path)) return
  const all = (files[path] ?? '').split('\n'), at = random.below(all.length)
  files[path] = [...all.slice(0, at), `${/^ */.exec(all[at] ?? '')?.[0] ?? ''}${random.pick(plantedAs[form])(secret)}`, ...all.slice(at)].join('\n')
  secrets.push(secret)
}
