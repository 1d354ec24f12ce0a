// Servers set up for a developer's machine in a stack that keeps data; knows the switches and images that say so.
import { defineRule } from '../../src/model/rule.ts'
import type { Workload } from '../../src/model/stack.ts'
import { isUnread, readable, type Note } from '../../src/model/value.ts'
import { forOneMachine, stated } from './facts.ts'
import { serious } from '../stage.ts'
import { oneBroker } from './example-stacks.ts'

const images = /(^|\/)(confluentinc\/confluent-local|(lensesio|landoop)\/fast-data-dev|lensesio\/box|spotify\/kafka|johnnypark\/kafka-zookeeper|obsidiandynamics\/kafka)([:@]|$)/

interface Sign extends Note {
  /** Its image runs everything in one process, and says nothing about what is on disk when. */
  readonly image?: true
}

/** The word, flag or image that makes a member a development server. */
function sign(member: Workload): Sign | undefined {
  const words = [...(member.entrypoint ?? []), ...(member.command ?? [])]
  for (const [at, word] of words.entries()) {
    const text = readable(word)
    if (/--mode[= ]dev-container\b/.test(text) || (text === 'dev-container' && readable(words[at - 1]) === '--mode')) return { span: word.span, text: '--mode dev-container' }
    if (/--unsafe-bypass-fsync(?!(=| )false)/.test(text)) return { span: word.span, text: '--unsafe-bypass-fsync' }
    if (/developer_mode[=: ]+true/.test(text)) return { span: word.span, text: 'developer_mode=true' }
  }
  const { image } = member
  return image && images.test(readable(image)) ? { span: image.span, text: `the image ${readable(image)}`, image: true } : undefined
}

const fsync = 'acknowledges before data is on disk: a crash of the host loses events that producers were told are safe.'
const single = 'is one process with defaults for one developer: whoever restarts it stops every program that works with it, and what its one copy held is gone with its disk.'

const redpanda = (command: string): string => `services:
  redpanda:
    image: docker.redpanda.com/redpandadata/redpanda:v24.2.4
    command:
      - redpanda
      - start
${command}    volumes:
      - redpanda-data:/var/lib/redpanda/data
volumes:
  redpanda-data:
`

export default defineRule({
  id: 'kafka/dev-mode-in-production',
  technology: 'kafka',
  rows: ['durability'],
  concern: 'durability',
  severity: 'error',
  severityNote: 'A warning for an image, and where nothing says that the stack is production, advice where it also keeps no data or answers on localhost.',
  summary: 'A server runs in a mode or image made for development: it acknowledges events before they are on disk, or is one process with one copy.',
  messages: {
    dev: '{component} runs in development mode ({sign}), so acknowledged events may never reach the disk.',
    image: '{component} runs {sign}, which is made for trying things out: one process is broker and controller, and its topics have one copy.',
  },
  failure: 'With {sign}, {component} {harm}',
  fix: 'Run {component} in production mode or from a production image, without {sign}.',
  diff: {
    compose: ` services:
   redpanda:
     command:
       - redpanda
       - start
-      - --mode dev-container`,
    helm: [
      ' redpanda:',
      '   config:',
      '     node:',
      '-      developer_mode: true',
      '+      developer_mode: false',
    ].join('\n'),
  },
  hazards: ['Production mode checks the machine at start and asks for more memory and disk; try it on a copy first.'],
  sources: ['https://docs.redpanda.com/current/reference/rpk/rpk-redpanda/rpk-redpanda-start/', 'https://github.com/confluentinc/kafka-images'],
  explains: ['kafka/ephemeral-storage', 'kafka/auto-create-topics', 'kafka/internal-topics-replication'],
  words: { sign: 'a development mode', harm: fsync },
  bad: [
    { title: 'dev-container mode with a volume, in production', files: { 'compose.prod.yaml': redpanda('      - --mode dev-container\n') }, line: 7 },
    { title: 'fsync bypassed, with a volume', files: { 'compose.yaml': redpanda('      - --unsafe-bypass-fsync\n') }, line: 7 },
  ],
  good: [
    { title: 'production mode', files: { 'compose.prod.yaml': redpanda('') } },
    { title: 'dev-container mode on a developer machine', files: { 'compose.dev.yaml': redpanda('      - --mode dev-container\n') } },
    { title: 'a plain broker', files: { 'compose.prod.yaml': oneBroker() } },
  ],
  *check(component, stack) {
    if (!serious(stack) || component.external) return
    const setting = stated(component, 'developer_mode')
    const found: Sign | undefined = component.members.map(sign).find(note => note !== undefined)
      ?? (setting?.value.toLowerCase() === 'true' ? { span: setting.span, text: 'developer_mode=true', ...(setting.notes ? { image: true as const } : {}) } : undefined)
    if (found === undefined) return
    const kept = !isUnread(component.storage) && (component.storage.kind === 'named-volume' || component.storage.kind === 'bind' || component.storage.kind === 'claim')
    const production = stack.environment.class === 'production'
    yield {
      message: found.image ? 'image' : 'dev',
      data: { sign: found.text, harm: found.image ? single : fsync },
      span: found.span,
      severity: production ? kept && !found.image ? 'error' : 'warning' : kept && !forOneMachine(component) ? 'warning' : 'info',
      confidence: production ? 'certain' : 'possible',
      because: kept ? [{ span: component.storage.span, text: `${component.name} keeps its data on a lasting volume` }] : [{ span: component.span, text: `${component.name} is a broker of this stack` }],
    }
  },
})
