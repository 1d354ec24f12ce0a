// What a stack is meant for, as far as its files tell.
import { describe, expect, test } from 'vitest'
import { environmentOf } from '../../src/analysis/environment.ts'
import { stackOf } from '../support/stack-of.ts'

const classOf = (compose: string, files: Record<string, string> = {}): string => environmentOf({ ...stackOf(compose, files), root: 'shop', files: ['shop/compose.yaml'] }).class

describe('what the workloads show', () => {
  test('a database that the machine publishes, while nothing starts again by itself, is for people who work on it', () => {
    const redis = (more: string): string => `services:\n  redis: {image: "redis:7", ${more}}\n  app: {image: acme/app}\n`
    expect(classOf(redis('ports: ["6379:6379"]'))).toBe('development')
    expect(classOf(redis('expose: [6379]'))).toBe('unspecified')
    expect(classOf(redis('ports: ["6379:6379"], deploy: {replicas: 1}'))).toBe('unspecified')
    expect(classOf(redis('ports: ["6379:6379"], restart: always'))).toBe('production')
  })
  test('variables that Coolify fills in show a deployment', () => {
    expect(classOf('services:\n  redis: {image: "redis:7"}\n  app: {image: acme/app, environment: ["SERVICE_FQDN_APP_3000", "PASS=$SERVICE_PASSWORD_REDIS"]}\n')).toBe('production')
  })
  test('the label decides', () => {
    expect(classOf('services:\n  redis: {image: "redis:7", restart: always, labels: {misfit.env: test}}\n')).toBe('test')
  })
})
