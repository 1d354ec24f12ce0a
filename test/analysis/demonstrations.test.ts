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
    ['# CS7NS6 Exercise 2\nBooks journeys.\n', 'example'], ['# Shop Full Stack Assignment\nA shop.\n', 'example'], ['# Booking\nBooks.\n\n## Members\n\n| Name | Student Number |\n|---|---|\n| Ann | 7 |\n', 'example'],
    ['# Pub/Sub\nThe architecture implements the model of the paper.\n', 'example'], ['# Assignments\nHands out assignments to drivers.\n', 'unspecified'], ['# Shop\nOrders go to their customers.\n\n| Name | Order Number |\n|---|---|\n', 'unspecified'],
    ['# Campus\nA learning platform.\n\n## Data\n\n**Course:** what a teacher gives\n', 'unspecified'], ['# Acme\nIts record demonstrates our quality.\n', 'unspecified'], ['# Shop\nFor experiments with prices there are flags.\n', 'unspecified'],
  ])('%j is %s', (readme, expected) => { expect(classOf(readme)).toBe(expected) })
  test('servers alone beside a published package are for its tests; beside a program that runs here they serve it', () => {
    const at = (files: string, readme: string): string | undefined => lint(memoryTree({ 'compose.yaml': files, 'README.md': readme })).stacks[0]?.environment
    const badge = '# Blocks\n[![Version](https://img.shields.io/nuget/v/Blocks.svg)](https://www.nuget.org/packages/Blocks/)\n\nBlocks to build with.\n', servers = 'services:\n  redis: {image: "redis:7"}\n'
    expect([at(servers, badge), at(servers, '# Blocks\nBlocks to build with.\n'), at(`${servers}  app: {build: .}\n`, badge)]).toEqual(['test', 'unspecified', 'unspecified'])
  })
  test('a guide that tries it with Docker Compose on the own machine', () => {
    const guide = (said: string): string | undefined => lint(memoryTree({ 'compose.yaml': compose, 'DEVOPS.md': `# How it is shipped\n\n1. ${said}\n` })).stacks[0]?.environment
    expect([guide('You test it locally with docker-compose up'), guide('The server starts it with docker-compose up')]).toEqual(['development', 'unspecified'])
  })
  test('a published sample application has no customers, as long as it is most of what runs', () => {
    const sample = (more: string): string | undefined => lint(memoryTree({ 'compose.yaml': `services:\n  redis: {image: "redis:7", restart: always}\n  cart: {image: "gcr.io/google-samples/microservices-demo/cartservice:v0.8.1", restart: always, environment: {APP_ENV: production, NODE_ENV: production}}\n${more}` })).stacks[0]?.environment
    expect(sample('')).toBe('example')
    expect(sample('  one: {image: "acme/one:1"}\n  two: {image: "acme/two:1"}\n')).not.toBe('example')
  })
  test('manifests that cannot be deployed together are for the same as each other', () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: app}\nspec: {ports: [{port: 80}]}\n'
    const files = { 'k8s/app.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  template:\n    spec:\n      containers: [{name: app, image: "app:1", imagePullPolicy: Never, env: [{name: DEBUG, value: "1"}]}]\n---\n${service}`, 'k8s/service.yaml': service, 'k8s/redis.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: redis}\nspec:\n  template:\n    spec:\n      containers: [{name: redis, image: "redis:7"}]\n' }
    expect(lint(memoryTree(files)).stacks.map(({ environment }) => environment)).not.toContain('unspecified')
  })
})
