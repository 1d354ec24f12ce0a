// Names that every JavaScript object has (toString, __proto__) are names like any other, wherever a file has them.
import { expect, it } from 'vitest'
import { rules } from '../../rules/index.ts'
import { lint } from '../../src/index.ts'
import { memoryTree } from '../support/memory-tree.ts'

const inherited = ['toString', 'constructor', '__proto__', 'valueOf', 'hasOwnProperty']

it.each(inherited)('runs a program, merges a field and reads a setting called %s', name => {
  const files = {
    'compose.yaml': `services:\n  redis: {image: redis:7, command: ${name} x, ${name}: [a]}\n  kafka: {image: apache/kafka:3.9.0, command: ${name} x, environment: {KAFKA_${name}: x}}\n`,
    'compose.override.yaml': `services:\n  redis: {${name}: [b]}\n  ${name}: {image: redis, command: redis-server ${name} x}\n`,
    'deploy/values.yaml': `${name}: {type: ${name}}\nredis: {resourcesPreset: ${name}, master: {persistence: {medium: ${name}}}}\ncontrollers: {${name}: {containers: {${name}: {image: {repository: redis}}}}}\n`,
    'deploy/Chart.yaml': `name: ${name}\nversion: 1.0.0\ndependencies: [{name: redis, version: 20.0.0, repository: oci://registry-1.docker.io/bitnamicharts}]\n`,
    'k8s/app.yaml': `apiVersion: apps/v1\nkind: ${name}\nmetadata: {name: ${name}, annotations: {misfit.dev/${name}: x}}\n`,
    'misfit.yaml': `kind: DesignSpec\nenvironment: ${name}\n${name}: x\ncomponents:\n  - name: redis\n    technology: redis\n    uses: [{id: a, use: ${name}, ${name}: x, retention: {policy: ${name}}}]\n`,
  }
  const named = lint(memoryTree(files))
  const plain = lint(memoryTree(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll(name, 'some-name')]))))
  expect(named.stacks.map(({ components }) => components.length)).toEqual(plain.stacks.map(({ components }) => components.length))
  expect(named.findings.map(({ rule }) => rule)).toEqual(plain.findings.map(({ rule }) => rule))
  expect(named.problems.map(({ message }) => message).filter(message => message.includes('misfit failed'))).toEqual([])
  expect(named.problems).toHaveLength(plain.problems.length)
})

/** The words of a text with their offsets. */
const wordsOf = (text: string): readonly RegExpExecArray[] => [...text.matchAll(/[A-Za-z][\w-]{2,}/g)]

it('finds the same whatever stands in the place of a word of an example', () => {
  let at = 0
  for (const rule of rules) {
    for (const example of [...rule.bad, ...rule.good].slice(0, 3)) {
      const [path = '', text = ''] = Object.entries(example.files)[at % Object.keys(example.files).length] ?? []
      const words = wordsOf(text)
      const word = words[(at * 7919) % words.length]
      if (!word) continue
      const outcome = (name: string) => {
        const report = lint(memoryTree({ ...example.files, [path]: text.slice(0, word.index) + name + text.slice(word.index + word[0].length) }))
        return { findings: report.findings.map(({ rule: id, file, line }) => `${file}:${line} ${id}`).sort(), problems: report.problems.length }
      }
      const name = inherited[at++ % inherited.length] ?? ''
      expect({ word: word[0], name, rule: rule.id, ...outcome(name) }).toEqual({ word: word[0], name, rule: rule.id, ...outcome(name.replace(/[a-z](?=_*$)/, 'x')) })
    }
  }
})
