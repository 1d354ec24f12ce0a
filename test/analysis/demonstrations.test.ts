// Stacks that are shown, handed in or tried out, told by what their authors write and by the images of published samples.
import { describe, expect, test } from 'vitest'
import { lint } from '../../src/lint.ts'
import { memoryTree } from '../support/memory-tree.ts'

describe('what is shown, handed in or tried out', () => {
  const compose = 'services:\n  redis: {image: "redis:7"}\n  app: {image: "acme/app:1"}\n'
  const classOf = (readme: string): string | undefined => lint(memoryTree({ 'compose.yaml': compose, 'README.md': readme })).stacks[0]?.environment
  test.each([
    ['# Cool store\nIt demonstrates how to wire up small services.\n', 'example'], ['# Experiment with balancers\n', 'example'],
    ['# Booking\nSeat map, hold, checkout and mock payment.\n', 'example'], ['# Purchases TFM\n', 'example'],
    ['# Heart disease\nPredicts it.\n\n## Details\n\n**Course:** MLOps\n\n**Assignment:** 01\n', 'example'],
    ['# Campus\nA learning platform.\n\n## Data\n\n**Course:** what a teacher gives\n', 'unspecified'], ['# Acme\nIts record demonstrates our quality.\n', 'unspecified'], ['# Shop\nFor experiments with prices there are flags.\n', 'unspecified'],
  ])('%j is %s', (readme, expected) => { expect(classOf(readme)).toBe(expected) })
  test('a published sample application has no customers, as long as it is most of what runs', () => {
    const sample = (more: string): string | undefined => lint(memoryTree({ 'compose.yaml': `services:\n  redis: {image: "redis:7", restart: always}\n  cart: {image: "gcr.io/google-samples/microservices-demo/cartservice:v0.8.1", restart: always, environment: {APP_ENV: production, NODE_ENV: production}}\n${more}` })).stacks[0]?.environment
    expect(sample('')).toBe('example')
    expect(sample('  one: {image: "acme/one:1"}\n  two: {image: "acme/two:1"}\n')).not.toBe('example')
  })
  test('manifests that cannot be deployed together are for the same as each other', () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: app}\nspec: {ports: [{port: 80}]}\n'
    const files = { 'k8s/app.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  template:\n    spec:\n      containers: [{name: app, image: "app:1", imagePullPolicy: Never}]\n---\n${service}`, 'k8s/service.yaml': service, 'k8s/redis.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: redis}\nspec:\n  template:\n    spec:\n      containers: [{name: redis, image: "redis:7"}]\n' }
    expect(lint(memoryTree(files)).stacks.map(({ environment }) => environment)).not.toContain('unspecified')
  })
})
