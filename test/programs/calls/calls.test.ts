// What holds for every language: what says nothing, how calls are quoted, and that no text can do harm.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readable } from '../../../src/model/value.ts'
import { callsOf, languageOf, mayShow, together } from '../../../src/programs/calls/index.ts'
import { languages } from '../../../src/programs/calls/languages/index.ts'
import { shows } from './shows.ts'

const queue = "import { Queue } from 'bullmq'\nnew Queue('emails')\n"

describe('what is no program', () => {
  it.each([
    'test/app.ts', 'src/__tests__/app.ts', 'src/app.test.ts', 'src/app.spec.ts', 'spec/app.rb', 'pkg/queue/queue_test.go', 'src/test/java/App.java', 'tests/test_app.py',
    'app/test_app.py', 'src/AppTest.java', 'Shop.Tests/Queue.cs', 'examples/app.ts', 'vendor/lib/app.php', 'node_modules/x/index.js', 'dist/app.js', 'api/orders.pb.go', 'types/index.d.ts', 'public/app.min.js', 'README.md', 'scripts/fill.py',
  ])('says nothing: %s', file => {
    expect(languageOf(file)).toBeUndefined()
  })

  it('is judged below the folder of the program alone', () => {
    expect(languageOf('examples/shop/src/app.ts')).toBeUndefined()
    expect(languageOf('examples/shop/src/app.ts', 'examples/shop')?.id).toBe('typescript')
    expect(languageOf('src/latest.ts')?.id).toBe('typescript')
    expect(languageOf('src/main/java/com/example/demo/App.java')?.id).toBe('java')
    expect(languageOf('src/scripts/fill.py')?.id).toBe('python')
  })

  it('is a comment, a string of prose, or an expression', () => {
    expect(shows('a.ts', "import { Queue } from 'bullmq'\n// new Queue('emails')\n/* new Queue('emails') */\nconst text = \"new Queue('emails')\"\nconst help = `new Queue('emails') ${name} new Queue('b')`\nconst re = /new Queue('x')/")).toEqual([])
    expect(shows('a.ts', `const re = /['"]/\n${queue}`)).toHaveLength(1)
  })
})

describe('a quoted call', () => {
  it('is one line of at most 120 characters with its place', () => {
    const text = queue.replace("'emails'", `\n  'emails', // for mail\n  { defaultJobOptions: { attempts: 3, removeOnComplete: true, backoff: { type: 'exponential', delay: 1000 } } },\n`)
    const shown = callsOf('a.ts', text).shown[0]
    expect(shown?.text).toMatch(/^new Queue\( 'emails', \{ defaultJobOptions: .*…$/)
    expect(shown?.text).toHaveLength(120)
    expect(text.slice(shown?.span.start, shown?.span.end)).toMatch(/^new Queue\([^]*\)$/)
  })

  it('holds no credentials', () => {
    const text = "import { Queue } from 'bullmq'\nnew Queue('a', { connection: { url: 'redis://user:hunter2@db:6379', password: 'hunter2', 'api_key': 'hunter2' } })\nnew Queue('b', 'redis://:hunter2@db')"
    const said = JSON.stringify(callsOf('a.ts', text))
    expect(said).toContain('redis://***@db:6379')
    expect(said).not.toContain('hunter2')
  })
})

describe('several files', () => {
  const consumer = callsOf('in.ts', "import { consumer } from './kafka'\nconsumer.subscribe({ topic: 'orders' })")
  const producer = callsOf('out.ts', "import { producer } from './kafka'\nproducer.send({ topic: 'orders', messages })")

  it('make an event bus where one writes and another reads', () => {
    expect(consumer.shown.map(({ weight }) => weight)).toEqual(['weak'])
    expect(together([consumer, producer]).shown.map(({ use, weight }) => [use, weight])).toEqual([['event-bus', 'strong'], ['event-bus', 'strong']])
    expect(together([producer, producer]).shown.map(({ weight }) => weight)).toEqual(['weak', 'weak'])
    expect(together([consumer, producer]).traffic).toHaveLength(2)
  })

  it('that say the same a hundred times say it a few times', () => {
    expect(together(Array.from({ length: 100 }, (_, i) => callsOf(`${i}.ts`, queue))).shown).toHaveLength(5)
  })
})

describe('any text', () => {
  const pieces = fc.constantFrom(
    'import', 'from', 'require(', 'new ', 'Queue', 'Redis', 'redis', '.set(', '.publish(', '.incr(', '.expire(', 'kafka', '.send(', '{ topic: ', 'groupId', "'", '"', '`', '${', '#{', '}', '{', ')', '(', '[', ']', '<', '>', ',', ';', '\n', ' ', '\\', '/', '/*', '*/', '//', '#', '"""', '<<EOT', '<?php',
    ':', '=', '=>', '->', '::', '@', 'def ', 'func ', 'function ', 'class ', "'bullmq'", "'ioredis'", "'kafkajs'", 'EX', 'constructor', '__proto__', 'toString', '\u2028', '🙂', '\0',
  )
  const texts = fc.array(fc.oneof({ weight: 8, arbitrary: pieces }, { weight: 1, arbitrary: fc.string() }), { maxLength: 80 }).map(parts => parts.join(''))

  it.each(languages.map(language => [language.id, language] as const))('in %s gives an answer whose places lie inside it', (_, language) => {
    const extension = language.extensions[0] ?? ''
    fc.assert(fc.property(texts, body => {
      const text = `redis kafka ${body}`
      const calls = callsOf(`src/a.${extension}`, text)
      for (const { span, text: quoted } of calls.shown) {
        expect(span.start).toBeLessThanOrEqual(span.end)
        expect(span.end).toBeLessThanOrEqual(text.length)
        expect(quoted).not.toMatch(/\n/)
        expect(quoted.length).toBeLessThanOrEqual(120)
      }
      for (const { name } of calls.traffic) expect(text.slice(name.span.start, name.span.end)).toContain(readable(name))
      for (const { host } of calls.addresses) expect(text.slice(host.span.start, host.span.end)).toBe(host.value)
    }), { numRuns: 300, seed: 7 })
  })

  it('of a hundred thousand openings is read in steps that grow with its length alone', () => {
    // Each would take minutes if any opening were answered by a walk to the end of the file.
    for (const part of ['redis.set(', 'new Queue<', 'redis.a(b).', "'\\", '`${', '/*', '"', 'kafka[', '<<EOT\n', 'redis = redis.', '@Queue(', 'x: Redis, ', '{ topic: ']) {
      for (const { extensions: [extension = ''] } of languages) callsOf(`src/a.${extension}`, `import 'bullmq'; import 'redis'; ${part.repeat(30_000)}`)
    }
    expect(true).toBe(true)
  }, 60_000)

  it('without the name of a library costs no more than a search', () => {
    const typescript = languageOf('a.ts')
    expect(typescript && mayShow(typescript, 'import x from "lodash"')).toBe(false)
    expect(typescript && mayShow(typescript, queue)).toBe(true)
  })
})
