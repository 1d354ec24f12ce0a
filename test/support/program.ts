// The command line as one file, made from the sources, for tests that run it as people and pipelines do.
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { yamlForEsbuild } from '../../rules/knowledge/compile.ts'

/** Builds the program; takes about a second. */
export async function buildProgram(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/cli.ts', import.meta.url))], outfile, bundle: true, platform: 'node', format: 'esm',
    target: 'node20', plugins: [yamlForEsbuild], logLevel: 'error',
    banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
  })
}

export interface Outcome { readonly code: number; readonly out: string; readonly err: string }
export interface Setting { readonly cwd: string; readonly env?: Readonly<Record<string, string>> }

/** Runs a program with a bare environment. */
export const run = (file: string, words: readonly string[], { cwd, env }: Setting): Promise<Outcome> =>
  new Promise(resolve => {
    execFile(file, words, { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env }, maxBuffer: 1 << 28 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 99, out, err })
    })
  })

/** Writes files below a folder. */
export function write(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

/** A queue on a server that throws jobs away when it is full, reported as `rule` at line 11. */
export const misuse = `services:
  web:
    image: shop/web:1
    restart: always
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
  redis:
    image: redis:7.4
    restart: always
    command: redis-server --maxmemory 256mb --maxmemory-policy allkeys-lru --appendonly yes
    volumes: [data:/data]
volumes: {data: {}}
`
export const clean = misuse.replace('allkeys-lru', 'noeviction')
export const rule = 'redis/queue-on-evicting-instance'
