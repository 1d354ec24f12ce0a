// Unknown never accuses: what nobody can read adds no finding, and neither does the order in which a map's keys stand.
import { expect, it } from 'vitest'
import { lint } from '../../src/index.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { added, randomFrom, shuffledKeys, unsetOneByOne, type Files } from '../support/mutations.ts'

const report = (files: Files): ReturnType<typeof lint> => lint(memoryTree({ ...files }))

it('replaces each scalar and each part of it once, in YAML and in lines of names and values', () => {
  const files = {
    'compose.yaml': 'services:\n  redis:\n    image: redis:7\n    command: redis-server --save ""\n    environment: [A=b]\n    configs:\n      - content: |\n          maxmemory 1gb\n',
    'redis.conf': '# no\nappendonly yes\n',
  }
  expect([...unsetOneByOne(files)].map(({ says }) => says)).toEqual([
    'compose.yaml: services.redis.image: redis:7 → ${MISFIT_UNSET}',
    'compose.yaml: services.redis.image: redis:7 → ${MISFIT_UNSET}:7',
    'compose.yaml: services.redis.image: redis:7 → redis:${MISFIT_UNSET}',
    'compose.yaml: services.redis.command: redis-server --save "" → ${MISFIT_UNSET}',
    'compose.yaml: services.redis.command: redis-server --save "" → ${MISFIT_UNSET} --save ""',
    'compose.yaml: services.redis.command: redis-server --save "" → redis-server ${MISFIT_UNSET} ""',
    'compose.yaml: services.redis.command: redis-server --save "" → redis-server --save ${MISFIT_UNSET}',
    'compose.yaml: services.redis.environment[0]: A=b → ${MISFIT_UNSET}',
    'compose.yaml: services.redis.environment[0]: A=b → A=${MISFIT_UNSET}',
    'compose.yaml: services.redis.configs[0].content: maxmemory 1gb → ${MISFIT_UNSET} 1gb',
    'compose.yaml: services.redis.configs[0].content: maxmemory 1gb → maxmemory ${MISFIT_UNSET}',
    'redis.conf: appendonly: yes → ${MISFIT_UNSET}',
  ])
})

it('writes a file anew in its own order and in another, without breaking anchors', () => {
  const files = { 'compose.yaml': 'x-a: &a {k: 1, l: 2}\nservices:\n  redis: {image: redis, environment: *a, hostname: r}\n  web: {image: w, restart: always, labels: {a: 1, b: 2}}\n' }
  const orders = new Set([1, 2, 3, 4, 5].map(seed => shuffledKeys(files, randomFrom(seed)).after['compose.yaml']))
  expect(orders.size).toBeGreaterThan(2)
  for (const text of orders) expect(text).toMatch(/^x-a: &a[^]*\*a/)
})

it('counts as added what no finding and no folded one stood for', () => {
  const queue = (policy: string): Files => ({
    'compose.yaml': `services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 1gb --maxmemory-policy ${policy}\n  worker:\n    image: shop\n    environment: {CELERY_BROKER_URL: "redis://redis:6379/1"}\n`,
  })
  const [good, bad] = [report(queue('noeviction')), report(queue('allkeys-lru'))]
  expect(added(good, bad).map(({ rule }) => rule)).toEqual(['redis/queue-on-evicting-instance'])
  expect(added(bad, good)).toEqual([])
})
