// Files of settings that a variable or an argument names, wherever the repository keeps them.
import { describe, expect, it } from 'vitest'
import { npm, usesIn } from '../support/programs.ts'

const settings = 'celery:\n  broker_url: redis://store:6379/0\n'
const uses = (service: string, files: Record<string, string>) => usesIn({
  'compose.yaml': `services:\n  store: { image: "redis:7" }\n  app:\n${service.split('\n').map(line => `    ${line}\n`).join('')}`,
  'package.json': npm('app', 'express'), ...files,
}, 'store')
const dockerfile = (...lines: readonly string[]): Record<string, string> => ({ 'Dockerfile': ['FROM node AS base', 'WORKDIR /app', ...lines].join('\n'), 'deploy/settings/app.yml': settings })

describe('a file of settings that is named', () => {
  it.each([
    ['by a variable, in a folder that is copied', 'build: .\nenvironment: { APP_CONFIG: /conf/app.yml }', dockerfile('COPY deploy/settings /conf', 'CMD ["node", "."]')],
    ['by a variable, as a file that is copied', 'build: .\nenvironment: { APP_CONFIG: /conf/main.yml }', dockerfile('COPY deploy/settings/app.yml /conf/main.yml', 'CMD ["node", "."]')],
    ['by an argument of the deployment', 'build: .\ncommand: node . --config=deploy/settings/app.yml', dockerfile('COPY . .')],
    ['by what the Dockerfile starts', 'build: .', dockerfile('COPY . .', 'CMD ["node", ".", "-c", "./deploy/settings/app.yml"]')],
    ['by the image\'s own variable', 'build: .', dockerfile('COPY deploy/settings/ conf/', 'ENV APP_CONFIG=/app/conf/app.yml', 'CMD ["node", "."]')],
    ['through an earlier stage', 'build: .\nenvironment: { CONFIG_FILE: /etc/shop/app.yml }', dockerfile('COPY . .', 'FROM node', 'COPY --from=base /app/deploy/settings /etc/shop', 'CMD ["node", "/app"]')],
    ['by its name alone, where the program knows the folder', 'build: .\nenvironment: { APP_CONFIG: app.yml }', dockerfile('COPY deploy/settings /conf', 'CMD ["node", "."]')],
    ['below source that is mounted', 'image: node:22\nworking_dir: /srv\nvolumes: [".:/srv"]\ncommand: node . --config /srv/deploy/settings/app.yml', { 'deploy/settings/app.yml': settings }],
  ])('%s', (_, service, files) => {
    expect(uses(service, files)).toEqual(['job-queue'])
  })

  it.each([
    ['no one names', 'build: .', dockerfile('COPY deploy/settings /conf', 'CMD ["node", "."]')],
    ['lies elsewhere in the image', 'build: .\nenvironment: { APP_CONFIG: /conf/app.yml }', dockerfile('COPY deploy/settings /other', 'CMD ["node", "."]')],
    ['is one of two with that name', 'build: .\nenvironment: { APP_CONFIG: app.yml }', { ...dockerfile('COPY deploy/settings /conf', 'CMD ["node", "."]'), 'test/app.yml': 'celery: {}\n' }],
    ['leaves the folder', 'build: .\nenvironment: { APP_CONFIG: /conf/../deploy/app.yml }', dockerfile('COPY deploy/settings /conf', 'CMD ["node", "."]')],
  ])('says nothing where it %s', (_, service, files) => {
    expect(uses(service, files)).toEqual([])
  })

  it('calls what is in memory no database', () => {
    const json = (name: string) => ({ ...dockerfile('COPY deploy/settings /conf', 'CMD ["node", "."]'), 'deploy/settings/app.json': `{"${name}": {"hostname": "store", "port": 6379}}` })
    expect(uses('build: .\nenvironment: { APP_CONFIG: /conf/app.json }', json('inMemoryDb'))).toEqual([])
    expect(uses('build: .\nenvironment: { APP_CONFIG: /conf/app.json }', json('database'))).toEqual(['source-of-truth'])
  })

  it('gives way to what the deployment sets', () => {
    const files = { ...dockerfile('COPY deploy/settings /conf', 'CMD ["node", "."]') }
    expect(uses('build: .\nenvironment: { APP_CONFIG: /conf/app.yml, CELERY_BROKER_URL: "amqp://rabbit" }', files)).toEqual([])
  })
})
