// The picture in the languages that other tools draw: complete, and nothing in a name is syntax there.
import { execFileSync, spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import type { Report, ReportedStack } from '../../src/model/report.ts'
import { dot } from '../../src/reporters/dot.ts'
import { graphsOf } from '../../src/reporters/graph.ts'
import { mermaid } from '../../src/reporters/mermaid.ts'
import { lint } from '../../src/index.ts'
import { memoryTree } from '../support/memory-tree.ts'
import { misuse } from '../support/program.ts'

const place = { file: 'compose.yaml', line: 1, column: 1 }
const stackWith = (name: string): ReportedStack => ({
  name, root: '.', environment: 'unspecified', files: ['compose.yaml'], components: [{
    ...place, name, technology: 'redis', product: 'redis', external: false, uses: [], clients: [name], links: [{ ...place, program: name, uses: ['cache', 'lock'] }], settings: {}, verdict: 'undecided',
  }],
})
const graphs = (...names: readonly string[]) => graphsOf({ stacks: names.map(stackWith), findings: [] } as unknown as Report)

it('shows programs, components with their verdict, and what flows', () => {
  const drawn = mermaid(graphsOf(lint(memoryTree({ 'compose.yaml': misuse }))))
  expect(drawn).toBe([
    'flowchart LR', '  s0p0["web"]', '  s0c0[("✖ redis (redis)")]:::misfit', '  s0p0 -->|"job-queue"| s0c0',
    '  classDef fits stroke:#1a7f37,stroke-width:2px', '  classDef misfit stroke:#cf222e,stroke-width:4px', '  classDef undecided stroke:#6e7781,stroke-dasharray:4 3', '',
  ].join('\n'))
})

it('draws more than four programs that use the same for the same as one', () => {
  const services = (number: number): string => `services:\n  redis: {image: "redis:7.4"}\n${Array.from({ length: number }, (_, i) => `  web${i}: {image: a/b, environment: {CELERY_BROKER_URL: "redis://redis:6379"}}\n`).join('')}  other: {image: a/c, environment: {CACHE_URL: "redis://redis:6379"}}\n`
  const drawn = (number: number): readonly string[] => mermaid(graphsOf(lint(memoryTree({ 'compose.yaml': services(number) })))).split('\n').filter(line => /s0p/.test(line))
  expect(drawn(6)).toEqual(['  s0p0["web0 and 5 more"]', '  s0p6["other"]', '  s0p0 -->|"job-queue"| s0c0', '  s0p6 -->|"cache"| s0c0'])
  expect(drawn(4)).toHaveLength(10)
  expect(dot(graphsOf(lint(memoryTree({ 'compose.yaml': services(6) }))))).toContain('label="web0 and 5 more"')
})

it('frames several stacks', () => {
  expect(mermaid(graphs('a', 'b')).match(/subgraph s\d\["\w"\]/g)).toEqual(['subgraph s0["a"]', 'subgraph s1["b"]'])
})

const hostile = ['"]; x --> y', '`md`', '<img src=x onerror=alert(1)>', 'a"\\"; b', '%%{init: {}}%%', 'click a "https://evil.example"', '#quot;', '\u001b[31m', 'end', '```', '订单']

it.each(hostile)('keeps %j text in Mermaid', name => {
  const lines = mermaid(graphs(name)).split('\n')
  expect(lines).toHaveLength(mermaid(graphs('a')).split('\n').length)
  for (const line of lines.slice(1, 4)) expect(line).toMatch(/^ {2}s0[pc]0(?:\[\(?"(?:[\p{L}\p{N} _.,:()✔✖?-]|#\d+;)*"\)?\](?::::undecided)?| -->\|"cache, lock"\| s0c0)$/u)
})

it.skipIf(spawnSync('dot', ['-V']).status !== 0 && process.env['CI'] !== 'true').each(hostile)('keeps %j text in Graphviz', name => {
  const drawn = JSON.parse(execFileSync('dot', ['-Tjson'], { input: dot(graphs(name)), encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] })) as { objects: { name: string; label?: string }[]; edges: unknown[] }
  expect([drawn.objects.filter(({ name: id }) => /^s0[pc]0$/.test(id)).length, drawn.objects.length, drawn.edges.length]).toEqual([2, 3, 1])
})
