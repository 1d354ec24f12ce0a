// Repositories made for measuring: the same for the same arguments. Their stacks are as long and as varied as people's own, and have misuse in them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const nouns = ['orders', 'billing', 'search', 'mailer', 'catalog', 'stock', 'shipping', 'reviews', 'accounts', 'invoices', 'pricing', 'media', 'events', 'audit', 'reports', 'coupons']
const team = (i: number): string => `${nouns[i % nouns.length] ?? ''}-${i}`

const python = (i: number, n: number): string => `  ${team(i)}-worker-${n}:
    image: registry.example.com/${team(i)}/app:2.${i % 40}.${n}
    command: celery -A ${nouns[i % nouns.length] ?? ''} worker --concurrency ${4 + n} --loglevel info
    environment:
      # Where jobs come from.
      CELERY_BROKER_URL: redis://redis:6379/${n}
      CELERY_RESULT_BACKEND: redis://redis:6379/${n + 1}
      DATABASE_URL: postgres://app:secret@db:5432/${nouns[i % nouns.length] ?? ''}
      SENTRY_DSN: https://abc${i}@sentry.example.com/${n}
      LOG_LEVEL: info
      FEATURE_${team(i).toUpperCase().replace('-', '_')}: "true"
    depends_on:
      - redis
      - db
    deploy:
      resources:
        limits:
          cpus: "0.5"
          memory: 512M
    restart: unless-stopped
    networks: [internal]
`

const service = (i: number, n: number): string => `  ${team(i)}-${nouns[(i + n) % nouns.length] ?? ''}:
    build:
      context: ./services/${n}
    environment:
      - NODE_ENV=production
      - PORT=${3000 + n}
      - CACHE_URL=redis://cache:6379/0
      - SESSION_STORE=redis
      - SESSION_REDIS_HOST=sessions
      - KAFKA_BROKERS=kafka:9092
      - KAFKA_GROUP_ID=${nouns[i % nouns.length] ?? ''}
      - ${nouns[n] ?? ''}_TOPIC=${nouns[i % nouns.length] ?? ''}.${nouns[n] ?? ''}.created
      - PUBLIC_URL=https://${team(i)}.example.com
    ports:
      - "${4000 + n}:${3000 + n}"
    depends_on:
      cache:
        condition: service_started
      kafka:
        condition: service_healthy
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:${3000 + n}/health"]
      interval: 30s
    networks: [internal]
`

/** A compose file of about 220 lines with four components and about ten findings. */
export const composeFile = (i: number): string => `# What team ${team(i)} runs. Ask in #${team(i)} before changing it.
name: ${team(i)}
services:
${[1, 2, 3].map(n => python(i, n)).join('\n')}
${[4, 5, 6].map(n => service(i, n)).join('\n')}
  # Broker and results of the workers.
  redis:
    image: redis:7.${i % 4}-alpine
    command: redis-server --maxmemory ${256 + i % 7}mb --maxmemory-policy allkeys-lru --save ""
    networks: [internal]

  # Used for caching pages; may be lost.
  cache:
    image: redis:7.2
    command: ["redis-server", "--appendonly", "yes", "--maxmemory", "128mb"]
    volumes:
      - cache-data:/data
    networks: [internal]

  sessions:
    image: valkey/valkey:8.0
    command: valkey-server --maxmemory 64mb --maxmemory-policy volatile-lru
    networks: [internal]

  kafka:
    image: apache/kafka:3.${7 + i % 3}.0
    environment:
      KAFKA_NODE_ID: 1
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_LISTENERS: PLAINTEXT://:9092,CONTROLLER://:9093
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:9092
      KAFKA_CONTROLLER_LISTENER_NAMES: CONTROLLER
      KAFKA_CONTROLLER_QUORUM_VOTERS: 1@kafka:9093
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3
      KAFKA_LOG_RETENTION_MS: ${60000 * (1 + i % 5)}
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "true"
    healthcheck:
      test: /opt/kafka/bin/kafka-topics.sh --bootstrap-server localhost:9092 --list
    networks: [internal]

  db:
    image: postgres:16
    environment:
      POSTGRES_DB: ${nouns[i % nouns.length] ?? ''}
      POSTGRES_PASSWORD_FILE: /run/secrets/db
    volumes:
      - db-data:/var/lib/postgresql/data
    networks: [internal]

  proxy:
    image: traefik:v3.1
    command:
      - --providers.docker=true
      - --entrypoints.web.address=:80
    ports: ["80:80"]
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
    networks: [internal]

volumes:
  cache-data:
  db-data:

networks:
  internal:
`

export const manifest = (i: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${team(i)}
  labels: { app: ${team(i)} }
spec:
  replicas: ${1 + i % 4}
  selector: { matchLabels: { app: ${team(i)} } }
  template:
    metadata: { labels: { app: ${team(i)} } }
    spec:
      containers:
        - name: app
          image: registry.example.com/${team(i)}:1.${i % 30}
          env:
            - { name: LOG_LEVEL, value: info }
            - { name: PUBLIC_URL, value: "https://${team(i)}.example.com" }
            - { name: DATABASE_HOST, valueFrom: { secretKeyRef: { name: db, key: host } } }
          resources: { limits: { memory: 256Mi } }
`

export const workflow = (i: number): string => `name: ${team(i)}
on:
  push: { paths: ["teams/${team(i)}/**"] }
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: make -C teams/${team(i)} test
`

const program = (i: number, n: number): string => `// Part ${n} of ${team(i)}.
import { load } from '../lib/load.js'

export async function handle${n}(request: Request): Promise<Response> {
  const found = await load(request.url, ${i})
  return new Response(JSON.stringify(found), { status: found ? 200 : 404 })
}
`

/** The files of a monorepo, path by path: of a hundred one is a compose stack with Redis and Kafka, ten are manifests without them, the rest is what repositories are full of. */
export function* monorepo(files: number): Generator<readonly [path: string, text: string]> {
  for (let i = 0; i < files; i++) {
    const owner = Math.floor(i / 100), n = i % 100, folder = `teams/${team(owner)}`
    if (n === 0) yield [`${folder}/compose.yaml`, composeFile(owner)]
    else if (n <= 10) yield [`deploy/${team(owner)}/${nouns[n] ?? ''}/deployment.yaml`, manifest(i)]
    else if (n === 11) yield [`${folder}/ci.yaml`, workflow(owner)]
    else if (n === 12) yield [`${folder}/openapi.yaml`, `openapi: 3.1.0\ninfo: { title: ${team(owner)}, version: 1.${owner} }\npaths:\n  /orders:\n    get: { summary: all orders }\n`]
    else if (n < 16) yield [`${folder}/services/${n - 9}/package.json`, `{ "name": "@example/${team(owner)}-${n}", "version": "1.${n}.0", "dependencies": { "ioredis": "5.4.1", "express": "4.19.2" } }\n`]
    else yield [`${folder}/services/${4 + n % 3}/src/${n}.ts`, program(owner, n)]
  }
}

/** Calls `use` with a folder that holds the files, and removes it afterwards. */
export function withFolder<T>(files: Iterable<readonly [path: string, text: string]>, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'misfit-bench-'))
  try {
    mkdirSync(join(folder, '.git'))
    const made = new Set<string>()
    for (const [path, text] of files) {
      const parent = dirname(join(folder, path))
      if (!made.has(parent)) { mkdirSync(parent, { recursive: true }); made.add(parent) }
      writeFileSync(join(folder, path), text)
    }
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const typescriptSource = (i: number): string => `import { z } from 'zod'
${i % 25 === 0 ? "import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\n" : ''}
${Array.from({ length: 40 }, (_, n) => `/** What ${nouns[(i + n) % nouns.length] ?? ''} ${n} comes to. */
export function total${n}(rows: readonly { readonly price: number; readonly count: number }[], rate = 0.${n}): number {
  return rows.filter(row => row.count > ${n}).reduce((sum, row) => sum + row.price * row.count * (1 + rate), 0)
}
`).join('')}${i % 25 === 0 ? `export const cached = (id: string, value: string) => redis.set(\`page:\${id}\`, value, 'EX', ${60 + i})\n` : ''}`

const pythonSource = (i: number): string => `import os
${i % 25 === 0 ? 'import redis\n\nclient = redis.Redis.from_url(os.environ["REDIS_URL"])\n' : ''}
${Array.from({ length: 40 }, (_, n) => `
def total_${n}(rows, rate=0.${n}):
    """What ${nouns[(i + n) % nouns.length] ?? ''} ${n} comes to."""
    return sum(row["price"] * row["count"] * (1 + rate) for row in rows if row["count"] > ${n})
`).join('')}${i % 25 === 0 ? `\n\ndef seen(ip):\n    client.incr(f"ratelimit:{ip}")\n    client.expire(f"ratelimit:{ip}", ${60 + i})\n` : ''}`

/** Programs of a hundred source files each, one file in 25 with calls, beside the compose files of the first `stacks` of them, which build them. */
export function programs(files: number, stacks: number): readonly (readonly [path: string, text: string])[] {
  return Array.from({ length: Math.ceil(files / 100) }, (_, p): readonly (readonly [string, string])[] => {
    const top = p < stacks ? `teams/${team(p)}/services/4` : `libraries/${team(p)}`, node = p % 2 === 0
    const source = Array.from({ length: 100 }, (__, i) => (node ? [`${top}/src/${i}.ts`, typescriptSource(p * 100 + i)] as const : [`${top}/src/${i}.py`, pythonSource(p * 100 + i)] as const))
    const manifest = node ? [`${top}/package.json`, JSON.stringify({ name: team(p), dependencies: { ioredis: '^5', zod: '^3' } })] as const : [`${top}/requirements.txt`, 'redis==5.0\nrequests\n'] as const
    const start = node ? 'FROM node:22\nCOPY . .\nCMD ["node", "src/0.js"]\n' : 'FROM python:3.13\nCOPY . .\nCMD ["python", "src/0.py"]\n'
    return [manifest, ...source, ...(p < stacks ? [[`teams/${team(p)}/compose.yaml`, composeFile(p)] as const, [`${top}/Dockerfile`, start] as const] : [])]
  }).flat()
}
