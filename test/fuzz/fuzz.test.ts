// The fuzzer itself: inputs come again, what does not hold is noticed, and what fails is made small. `npm run fuzz` looks for finds.
import { expect, it } from 'vitest'
import { corpus, kinds } from './corpus.ts'
import { Broken, hold } from './invariants.ts'
import { minimised } from './minimise.ts'
import { inputOf, type Input } from './mutate.ts'
import { randomFor } from './random.ts'

const seeds = corpus()

it('has inputs of every kind to start from', () => {
  for (const kind of kinds) expect([kind, seeds[kind].length]).not.toEqual([kind, 0])
  expect(seeds.compose.length).toBeGreaterThan(200)
})

it('makes the same input again from its seed and number, and another from others', () => {
  const input = (seed: number, number: number): string => JSON.stringify(inputOf(seeds, seed, number))
  for (let number = 0; number < 60; number++) expect(input(5, number)).toBe(input(5, number))
  expect(new Set([input(1, 0), input(2, 0), input(1, 12), input(1, 24)]).size).toBe(4)
})

const held = (input: Partial<Input>): string => {
  try {
    hold({ kind: 'compose', files: {}, secrets: [], ...input }, 1, randomFor(1, 1), true)
    return ''
  } catch (error) {
    if (error instanceof Broken) return error.invariant
    throw error
  }
}

it('asks every invariant of an input, and says which does not hold', () => {
  const files = { 'compose.yaml': 'services:\n  redis: {image: redis, command: redis-server --maxmemory 1mb --maxmemory-policy allkeys-lru}\n  web: {image: web, environment: {CELERY_BROKER_URL: "redis://redis"}}\n' }
  expect(held({ files })).toBe('')
  // What is no secret is told.
  expect(held({ files, secrets: ['allkeys-lru'] })).toBe('secrets')
  expect(held({ kind: 'configuration', files: { ...files, 'misfit.config.yaml': 'ignroe: [a]\n' } })).toBe('')
  expect(held({ kind: 'configuration', files: { ...files, 'misfit.config.yaml': 'knowledge: own.yaml\n', 'own.yaml': '- id: x\n' } })).toBe('')
})

it('leaves of a failing input what makes it fail', () => {
  const files = { a: 'one\ntwo needle three\nfour\n', b: 'much\nelse\n' }
  expect(minimised(files, candidate => Object.values(candidate).some(text => text.includes('needle')))).toEqual({ a: 'needle' })
})

it('gives up on a large input once its trials are spent', () => {
  const files = { a: 'a line\n'.repeat(200_000) }
  expect(minimised(files, () => false, 10)).toEqual(files)
})
