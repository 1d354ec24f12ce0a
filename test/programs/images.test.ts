// Images that the repository builds: by what a file says, by the names of folders, or as the repository's own.
import { describe, expect, it } from 'vitest'
import { npm, programIn } from '../support/programs.ts'

const stack = (image: string): string => `services:\n  redis:\n    image: redis:7\n  api:\n    image: ${image}\n    environment:\n      REDIS_URL: redis://redis:6379`
const two = { 'services/api/package.json': npm('api'), 'services/jobs/package.json': npm('jobs'), 'services/api/Dockerfile': 'FROM node\nCOPY . .\n', 'services/jobs/Dockerfile': 'FROM node\nCOPY . .\n' }
const foldersOf = (image: string, files: Record<string, string>) => programIn({ 'deploy/compose.yaml': stack(image), ...files }, 'api')?.folders

describe('an image is built here', () => {
  it.each<[string, Record<string, string>]>([
    ['skaffold', { 'skaffold.yaml': 'apiVersion: skaffold/v4\nkind: Config\nbuild:\n  artifacts:\n  - image: ghcr.io/acme/front\n    context: services/api\n' }],
    ['a bake file', { 'docker-bake.hcl': 'target "front" {\n  context = "services/api"\n  tags = ["ghcr.io/acme/front:${TAG}"]\n}\n' }],
    ['a step of a workflow', { '.github/workflows/ci.yml': 'jobs:\n  image:\n    steps:\n    - uses: docker/metadata-action@v5\n      id: meta\n      with: { images: ghcr.io/acme/front }\n    - uses: docker/build-push-action@v6\n      with: { context: ., file: services/api/Dockerfile, tags: "${{ steps.meta.outputs.tags }}" }\n' }],
    ['a row of a matrix', { '.github/workflows/ci.yml': 'jobs:\n  image:\n    strategy:\n      matrix:\n        include:\n        - { name: front, path: services/api }\n        - { name: back, path: services/jobs }\n    steps:\n    - uses: docker/build-push-action@v6\n      with: { context: "${{ matrix.path }}", tags: "ghcr.io/acme/${{ matrix.name }}:latest" }\n' }],
    ['a line of a script', { 'Makefile': 'images:\n\tdocker build --pull -t $(REGISTRY)/acme/front:$(TAG) \\\n\t  -f services/api/Dockerfile services/api\n' }],
    ['a line of a script that runs in its own folder', { 'services/api/Makefile': 'image:\n\tdocker build -f ./Dockerfile -t acme/front:1 ..\n' }],
    ['another compose file', { 'compose.build.yaml': 'services:\n  x:\n    image: ghcr.io/acme/front:dev\n    build: services/api\n' }],
  ])('as %s says', (_, files) => {
    expect(foldersOf('ghcr.io/acme/front:1.2', { ...two, ...files })).toEqual(['services/api'])
  })

  it('by an argument that takes the last part of its name', () => {
    const files = { 'docker/Dockerfile': 'FROM node\nARG SVC\nCOPY services/$SVC .\n', 'Makefile': 'all:\n\tdocker build --build-arg SVC=$(svc) -t acme/$(svc) -f docker/Dockerfile .\n', 'services/api/package.json': npm('one'), 'services/jobs/package.json': npm('two') }
    expect(foldersOf('acme/jobs', files)).toEqual(['services/jobs'])
  })

  it('by the folder of its name, also of what the product\'s name leaves of it', () => {
    expect(foldersOf('acme/shop-api:3', { ...two, 'README.md': '# Shop\n' })).toEqual(['services/api'])
    expect(foldersOf('acme/order-service', { 'order-service/package.json': npm('orders'), 'other/package.json': npm('other') })).toEqual(['order-service'])
  })

  it('as the repository\'s own, with the Dockerfile that lies apart', () => {
    expect(foldersOf('acme/shop:latest', { 'README.md': '# \u{1F6D2} Shop: sells things\n', 'docker/Dockerfile': 'FROM node\nCOPY . .\n', 'package.json': npm('x') })).toEqual(['.'])
    expect(foldersOf('acme/shop', { 'package.json': npm('shop') })).toEqual(['.'])
    expect(foldersOf('acme/shop', { 'package.json': npm('acme-shop') })).toEqual(['.'])
  })

  it('by what the images of one family have in common', () => {
    const family = (...images: readonly string[]): Record<string, string> => ({ 'compose.yaml': `services:\n  redis: { image: 'redis:7' }\n${images.map((image, at) => `  ${at === 0 ? 'api' : `s${at}`}: { image: '${image}', environment: { REDIS_URL: 'redis://redis' } }\n`).join('')}`, 'OrderService/package.json': npm('x'), 'jobs/package.json': npm('y') })
    const found = (files: Record<string, string>) => { const program = programIn(files, 'api'); return program && [program.folders, program.certain] }
    expect(found(family('acme/mm2-jobs:1', 'acme/mm2-order-service:1'))).toEqual([['jobs'], true])
    expect(found(family('acme/jobs_ce', 'acme/order_service_ce'))).toEqual([['jobs'], true])
    expect(found(family('acme/mm2-order-service:1'))).toEqual([['OrderService'], false])
    expect(found(family('acme/mm2-jobs:1', 'other/order-service'))).toBeUndefined()
  })

  it('with the folder that holds what its Dockerfile copies', () => {
    expect(foldersOf('acme/shop-ui', { 'README.md': '# Shop\n', 'docker/Dockerfile.ui': 'FROM node\nCOPY package.json index.ts ./\n', 'package.json': npm('shop'), 'ui/package.json': npm('ui'), 'ui/index.ts': '' })).toEqual(['ui'])
  })
})

describe('an image is somebody else\'s', () => {
  it.each(['ghcr.io/other/thing:1', 'node:22', 'acme/unknown', 'postgres:16'])('%s', image => {
    expect(foldersOf(image, { ...two, 'README.md': '# Shop\n', 'Dockerfile': 'FROM node\nCOPY . .\n', 'package.json': npm('shop') })).toBeUndefined()
  })

  it('where it only shares the publisher with this repository', () => {
    expect(foldersOf('shop/hub:1', { 'README.md': '# Shop\n', 'Dockerfile': 'FROM node\nCOPY . .\n', 'package.json': npm('shop') })).toBeUndefined()
  })

  it('where its own program runs in browsers only', () => {
    expect(foldersOf('acme/shop', { 'package.json': npm('shop', 'bullmq'), 'Dockerfile': 'FROM node AS build\nCOPY . .\nFROM nginx:1\nCOPY --from=build /app/dist /usr/share/nginx/html\n' })).toBeUndefined()
  })
})

it('by the path that its name spells, and by a command of a Go module', () => {
  expect(foldersOf('acme/kafka-java-checkout', { 'kafka/java/checkout/package.json': npm('checkout'), 'rest/java/checkout/package.json': npm('other') })).toEqual(['kafka/java/checkout'])
  expect(foldersOf('acme/shop-query', { 'README.md': '# Shop\n', 'go.mod': 'module example.org/shop\n', 'cmd/query/main.go': 'package main\n', 'Dockerfile.tools': 'FROM golang\n', 'Dockerfile.docs': 'FROM golang\n' })).toEqual(['.'])
})

describe('a name without a namespace was built on the machine', () => {
  const plain = { 'docker/Dockerfile': 'FROM python\nCOPY requirements.txt .\nCOPY app app\n', 'requirements.txt': 'redis\n', 'app/main.py': 'import redis\n' }
  it('from the only Dockerfile', () => {
    expect(foldersOf('load-testing:latest', plain)).toEqual(['.'])
  })
  it('from the one that is called like its end', () => {
    const two = { ...plain, 'docker/Dockerfile': '', 'docker/Dockerfile.api': plain['docker/Dockerfile'], 'docker/Dockerfile.jobs': 'FROM python\nCOPY jobs jobs\n', 'jobs/requirements.txt': 'x\n' }
    expect(foldersOf('lens-api:latest', two)).toEqual(['.'])
    expect(foldersOf('lens:latest', two)).toBeUndefined()
  })
  it.each(['mongo', 'rabbitmq:3-management', 'acme/load-testing:latest', 'ghcr.io/acme/load:1'])('%s may be somebody else\'s', image => {
    expect(foldersOf(image, plain)).toBeUndefined()
  })
})

it('as the repository\'s own, though its Dockerfile builds on another image', () => {
  const files = { 'README.md': '# Shop\n', 'docker/shop.dockerfile': 'FROM runtime\nENV PORT=80\n', 'docker/runtime.dockerfile': 'FROM node\n', 'package.json': npm('shop') }
  expect(foldersOf('acme/shop:latest', files)).toEqual(['.'])
})

describe('what a document tells people to type', () => {
  const two = { 'services/api/package.json': npm('api'), 'services/jobs/package.json': npm('jobs'), 'services/api/Dockerfile': 'FROM node\nCOPY . .\n', 'services/jobs/Dockerfile': 'FROM node\nCOPY . .\n' }
  it.each<[string, string, string]>([
    ['with its folder', 'README.md', '```bash\ndocker build -t acme/front:1.0 ./services/api\n```\n'],
    ['in the folder that it changes to', 'docs/DEPLOY.md', '```\ncd services\ncd api && docker build -t acme/front .\ncd ../jobs\n```\n'],
    ['in its own folder', 'services/api/README.md', 'Run `docker build -t acme/front .` here.\n'],
    ['with a placeholder for the registry', 'k8s/README.md', '    docker build -t your-registry/front:latest services/api\n'],
  ])('says what the image is built from: %s', (_, path, text) => {
    expect(foldersOf('acme/front:1.2', { ...two, [path]: text })).toEqual(['services/api'])
  })
  it('counts only where there is such a Dockerfile', () => {
    expect(foldersOf('acme/front', { ...two, 'README.md': '    docker build -t acme/front .\n' })).toBeUndefined()
  })
})
