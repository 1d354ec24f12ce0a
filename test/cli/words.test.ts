// The nearest right word to a wrong one.
import { expect, it } from 'vitest'
import { rules } from '../../rules/index.ts'
import { didYouMean } from '../../src/model/words.ts'

it.each([
  ['mark', ['bark', 'markdown'], 'markdown'],
  ['texts', ['tests', 'text'], 'text'],
  ['wrning', ['morning', 'warning'], 'warning'],
  ['source-of-thruth', rules.map(rule => rule.id), 'redis/source-of-truth'],
  ['redis/queue-evicting-instance', rules.map(rule => rule.id), 'redis/queue-on-evicting-instance'],
  ['kafka/volume-not-on-logs', rules.map(rule => rule.id), 'kafka/volume-not-on-log-dirs'],
  ['ab', ['abcdef'], undefined],
])('of %s is one that begins alike', (word, words, right) => {
  expect(didYouMean(word, words)).toBe(right === undefined ? '' : ` (did you mean ${right}?)`)
})
