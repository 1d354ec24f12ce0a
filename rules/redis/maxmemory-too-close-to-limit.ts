// Reports a maxmemory that leaves no room below the container's limit. Knows settings and sizes; no file format.
import { defineRule, replacement } from '../../src/model/rule.ts'
import { bytes, persistence, sizeInWords, stated } from './needs.ts'
import { source } from './sources.ts'

export default defineRule({
  id: 'redis/maxmemory-too-close-to-limit',
  technology: 'redis',
  rows: ['scale-pattern'],
  concern: 'sizing',
  severity: 'warning',
  severityNote: 'An error when maxmemory exceeds the limit, information above 75 % where Redis also saves to disk.',
  summary: 'Redis may use so much of its container\'s memory that it is killed before it evicts, or while it saves.',
  messages: {
    above: '{component} may use {maxmemory} but its container is killed at {memory}, so it never evicts or refuses a write.',
    close: '{component} may use {maxmemory} of the {memory} of its container ({percent} %), which leaves no room for buffers and fragmentation.',
    saving: '{component} may use {maxmemory} of the {memory} of its container ({percent} %), and saving to disk needs room for copied pages.',
  },
  failure: 'maxmemory counts keys and values only. Client and replication buffers, fragmentation and the pages copied during a background save come on top, and the kernel kills Redis during the very operation that should protect the data.',
  fix: 'Lower maxmemory of {component} to 60 to 75 % of its container\'s memory, or raise the container\'s limit.',
  diff: {
    compose: [
      ' services:',
      '   redis:',
      '     mem_limit: 512m',
      '-    command: redis-server --maxmemory 512mb',
      '+    command: redis-server --maxmemory 352mb',
    ].join('\n'),
    helm: [
      ' redis:',
      '   master:',
      '-    resources: {limits: {memory: 512Mi}}',
      '+    resources: {limits: {memory: 768Mi}}',
    ].join('\n'),
  },
  hazards: ['Lowering maxmemory below the present size evicts or refuses writes at once; raising the container\'s limit does not.'],
  sources: [source.eviction, source.persistence, source.latency, source.awsMemory],
  // Amazon reserves 25 % of a node for what maxmemory does not count; below that share nobody should be bothered.
  options: {
    largestShare: { unit: 'share', default: 0.9, least: 0.1, most: 1, description: 'How much of the container\'s memory maxmemory may take.' },
    largestShareWhenSaving: { unit: 'share', default: 0.75, least: 0.1, most: 1, description: 'The same where Redis also saves to disk.' },
  },
  bad: [
    {
      title: 'more than the container has',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    mem_limit: 256m
    command: redis-server --maxmemory 1gb --maxmemory-policy allkeys-lru
`,
      },
      line: 5,
    },
    {
      title: 'all of it',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    mem_limit: 512m
    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru --save ""
`,
      },
      line: 5,
    },
  ],
  good: [
    {
      title: 'two thirds',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    mem_limit: 768m
    command: redis-server --maxmemory 512mb --appendonly yes
`,
      },
    },
    {
      title: 'a cache that saves nothing may use more',
      files: {
        'compose.yaml': `services:
  redis:
    image: redis:7.4
    mem_limit: 600m
    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru --save "" --appendonly no
`,
      },
    },
  ],
  *check(component, _, { largestShare, largestShareWhenSaving }) {
    const limit = component.memoryLimit
    const setting = stated(component, 'maxmemory')
    const size = bytes(setting?.value)
    if (!limit?.known || limit.value <= 0 || setting === undefined || size === undefined || component.external) return
    const share = size / limit.value
    const saves = persistence(component) === 'log' || persistence(component) === 'snapshots'
    if (share <= (saves ? largestShareWhenSaving : largestShare)) return
    yield {
      message: share > 1 ? 'above' : share > largestShare ? 'close' : 'saving',
      severity: share > 1 ? 'error' : share > largestShare ? 'warning' : 'info',
      data: { maxmemory: setting.value, memory: sizeInWords(limit.value), percent: Math.round(share * 100) },
      span: setting.span,
      confidence: 'certain',
      because: [{ span: limit.span, text: `the container's memory limit: ${sizeInWords(limit.value)}` }],
      ...replacement(
        setting, `${Math.floor((limit.value * 2) / 3 / 1024 ** 2)}mb`, 'Limit Redis to two thirds of its container\'s memory',
        'A server that holds more than that evicts or refuses writes at once: compare used_memory in INFO memory first.',
      ),
    }
  },
})
