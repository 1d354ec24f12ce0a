import { expect, test } from 'vitest'
import { memoryTree } from '../support/memory-tree.ts'
import { startsIn } from '../../src/readers/starts.ts'

const startsOf = (files: Record<string, string>, folder = '.'): unknown => startsIn(memoryTree(files))(folder).map(({ target, starts, develops }) => [target, starts, ...(develops === undefined ? [] : [develops.split(',')[0]])])

test('a target of a Makefile starts the files that it names, the folder that it goes to, or its own', () => {
  expect(startsOf({ Makefile: 'COMPOSE := docker compose -f deploy/full.yml\nall: build\n\tcc x.c\ndemo-up: build\n\t$(COMPOSE) --profile default up -d\ndev:\n\tdocker-compose up\nlab:\n\tcd lab && docker compose up\nlogs:\n\tdocker compose logs up\nboth:\n\tdocker compose -f a.yml -f a.dev.yml up\n' })).toEqual([
    ['demo-up', ['deploy/full.yml']], ['dev', ['.']], ['lab', ['lab']], ['both', ['a.dev.yml']],
  ])
})

test('a script of package.json starts what it names', () => {
  expect(startsOf({ 'package.json': '{"name": "x", "scripts": {"dev:infra": "docker compose -f infra/compose.yml up -d redis", "build": "tsc"}}' })).toEqual([['dev:infra', ['infra/compose.yml']]])
})

test('Tilt and a dev container serve development; Skaffold where it pushes nothing or copies source into what runs', () => {
  expect(startsOf({
    Tiltfile: "# docker_compose('old.yml')\ndocker_compose(['./compose.yml'])\nk8s_yaml('k8s/redis.yaml')\n",
    '.devcontainer/devcontainer.json': '{\n  // for VS Code\n  "dockerComposeFile": ["../docker-compose.yml", "docker-compose.yml"]\n}',
    'skaffold.yaml': 'build:\n  local:\n    push: false\nmanifests:\n  rawYaml:\n    - k8s/*.yaml\n---\nbuild:\n  artifacts:\n    - image: a\n      sync: {manual: []}\ndeploy:\n  kubectl:\n    manifests: [infra/**]\n---\nbuild:\n  artifacts: [{image: b}]\ndeploy:\n  kubectl:\n    manifests: [prod/*]\n',
  })).toEqual([
    ['', ['.devcontainer/docker-compose.yml'], 'a dev container'], ['', ['compose.yml'], 'Tilt'], ['', ['k8s/redis.yaml'], 'Tilt'],
    ['', ['k8s'], 'Skaffold'], ['', ['infra'], 'Skaffold'],
  ])
})

test('the tools of the folders above are looked at, too', () => {
  expect(startsOf({ Makefile: 'dev:\n\tdocker compose -f a/b/compose.yml up\n' }, 'a/b')).toEqual([['dev', ['a/b/compose.yml']]])
})

test('nothing in a mangled file makes it throw', () => {
  for (const text of ['', '\0', '{"scripts": {', 'a:\n\t', 'docker_compose(', '"dockerComposeFile": [']) for (const name of ['Makefile', 'package.json', 'Tiltfile', 'skaffold.yaml']) expect(() => startsOf({ [name]: text })).not.toThrow()
})
