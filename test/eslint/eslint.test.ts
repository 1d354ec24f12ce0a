// The plugin under ESLint's own RuleTester and Linter, in all three ways YAML gets to a rule: same findings, places and suggestions.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Linter, RuleTester, type ESLint } from 'eslint'
import yml from 'eslint-plugin-yml'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import * as yamlParser from 'yaml-eslint-parser'
import { rules } from '../../rules/index.ts'
import misfit from '../../src/eslint.ts'
import { diskTree } from '../../src/host/disk.ts'
import { lint } from '../../src/lint.ts'

RuleTester.describe = describe
RuleTester.it = it
RuleTester.itOnly = it.only

const top = realpathSync(mkdtempSync(join(tmpdir(), 'misfit-eslint-')))
afterAll(() => { rmSync(top, { recursive: true, force: true }) })
afterEach(() => { vi.useRealTimers() })

let folders = 0
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(top, String(folders++))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const files = ['**/*.{yml,yaml}']
const plugins = { misfit, yml: yml as unknown as ESLint.Plugin }
const setUps = {
  'misfit/yaml': { files, plugins, language: 'misfit/yaml' },
  'yml/yaml': { files, plugins, language: 'yml/yaml' },
  'js/js with yaml-eslint-parser': { files, plugins, languageOptions: { parser: yamlParser } },
} satisfies Record<string, Linter.Config>

const every = misfit.configs.strict.rules ?? {}

function verify(folder: string, file: string, text: string, config: Linter.Config = setUps['misfit/yaml'], active: NonNullable<Linter.Config['rules']> = every): Linter.LintMessage[] {
  const linter = new Linter({ configType: 'flat', cwd: folder })
  return linter.verify(text, [{ ...config, rules: active, settings: { misfit: { root: folder } } }], { filename: join(folder, file) })
}

const queue = 'misfit/redis/queue-on-evicting-instance'
const base = `services:
  redis:
    image: redis:7.4
    volumes: ["redis-data:/data"]
  worker:
    image: registry.example.com/shop:1.4
    command: celery -A shop worker
    environment:
      CELERY_BROKER_URL: redis://redis:6379/0
volumes:
  redis-data:
`
const override = `services:
  redis:
    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru --appendonly yes
`
const told = (messages: readonly Linter.LintMessage[]) => messages.map(({ ruleId, line, column }) => `${String(ruleId)} ${line}:${column}`)

describe('every rule', () => {
  for (const rule of rules) {
    it(`${rule.id} reports its bad examples in the open file as misfit does, in all three set-ups`, () => {
      for (const example of rule.bad) {
        const folder = folderWith(example.files)
        const active = { [`misfit/${rule.id}`]: 'error' } as const
        const expected = lint(diskTree(folder), { rules: [rule], eslintComments: false }).findings
        expect(expected, example.title).not.toEqual([])
        for (const [file, text] of Object.entries(example.files)) {
          if (!/\.ya?ml$/.test(file)) continue
          const messages = Object.values(setUps).map(config => verify(folder, file, text, config, active))
          expect(messages[1], example.title).toEqual(messages[0])
          expect(messages[2], example.title).toEqual(messages[0])
          const own = (messages[0] ?? []).filter(message => message.messageId === 'finding' || message.messageId === 'softened').map(({ line, column }) => `${line}:${column}`)
          const places = expected.filter(finding => finding.file === file).map(({ line, column }) => `${line}:${column}`)
          expect(new Set(own), `${example.title}: ${file}`).toEqual(new Set(places))
        }
      }
    })
  }

})

const whole = folderWith({ 'compose.yaml': base.replace('    volumes: ["', '    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru --appendonly yes\n    volumes: ["') })
const bad = base.replace('    volumes: ["', '    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru --appendonly yes\n    volumes: ["')
for (const [name, config] of Object.entries(setUps)) {
  describe(name, () => {
    const tester = new RuleTester({ ...config, settings: { misfit: { root: whole } } })
    const filename = join(whole, 'compose.yaml')
    const errors = (...outputs: string[]) => [{ messageId: 'finding', line: 4, column: 64, endLine: 4, endColumn: 75, suggestions: [
      { messageId: 'hazard', output: outputs[0] }, { messageId: 'allow', output: outputs[1] },
    ] }]
    const allowed = (text: string, eol = '\n'): string => text.replace('    command: redis-server', `    # eslint-disable-next-line ${queue} -- say why${eol}    command: redis-server`)
    tester.run('redis/queue-on-evicting-instance', misfit.rules?.['redis/queue-on-evicting-instance'] as never, {
      valid: [
        { name: 'an empty file', code: '', filename },
        { name: 'a queue that refuses writes', code: bad.replace('allkeys-lru', 'noeviction'), filename },
        { name: 'the comment of misfit', code: bad.replace('    command: redis-server', '    # misfit-ignore redis/queue-on-evicting-instance -- thumbnails\n    command: redis-server'), filename },
        { name: 'another language', code: 'services: 1', filename: join(whole, 'compose.js.yaml') },
        { name: 'less than asked for', code: bad.replace('celery -A shop worker', 'node index.js').replace('CELERY_BROKER_URL', 'CACHE_URL'), filename, options: [{ minSeverity: 'error' }] },
      ],
      invalid: [
        { name: 'a queue that may be evicted', code: bad, filename, errors: errors(bad.replace('allkeys-lru', 'noeviction'), allowed(bad)) },
        { name: 'CRLF', code: bad.replaceAll('\n', '\r\n'), filename, errors: errors(bad.replace('allkeys-lru', 'noeviction').replaceAll('\n', '\r\n'), allowed(bad.replaceAll('\n', '\r\n'), '\r\n')) },
        { name: 'BOM', code: `\uFEFF${bad}`, filename, errors: errors(`\uFEFF${bad.replace('allkeys-lru', 'noeviction')}`, `\uFEFF${allowed(bad)}`) },
      ],
    } as never)
  })
}

describe('the whole stack', () => {
  const at = (folder: string, file: string, text: string): string[] => told(verify(folder, file, text, undefined, { [queue]: 'error' }))

  it('reports where the change belongs, and as a related place where the cause lies', () => {
    const folder = folderWith({ 'compose.yaml': base, 'compose.override.yaml': override })
    expect(at(folder, 'compose.override.yaml', override)).toEqual([`${queue} 3:64`])
    const [related] = verify(folder, 'compose.yaml', base, undefined, { [queue]: 'error' })
    expect(related).toMatchObject({ messageId: 'related', line: 9, column: 26 })
    expect(related?.message).toContain('This line is part of the cause; the place to change is compose.override.yaml:3.')
  })

  it('lays the unsaved text over the disk', () => {
    const folder = folderWith({ 'compose.yaml': base, 'compose.override.yaml': override })
    expect(at(folder, 'compose.override.yaml', override.replace('allkeys-lru', 'noeviction'))).toEqual([])
    expect(at(folder, 'compose.yaml', base.replace('CELERY_BROKER_URL', 'CACHE_URL').replace('celery -A shop worker', 'node server.js'))).toEqual([])
  })

  it('remembers the unsaved text of a neighbour until that is saved', () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const folder = folderWith({ 'compose.yaml': base, 'compose.override.yaml': override })
    expect(at(folder, 'compose.yaml', base)).toHaveLength(1)
    at(folder, 'compose.override.yaml', override.replace('allkeys-lru', 'noeviction'))
    expect(at(folder, 'compose.yaml', base)).toEqual([])
    writeFileSync(join(folder, 'compose.override.yaml'), `${override}# saved\n`)
    vi.setSystemTime(Date.now() + 1000)
    expect(at(folder, 'compose.yaml', base)).toHaveLength(1)
    at(folder, 'compose.override.yaml', override.replace('allkeys-lru', 'noeviction'))
    vi.setSystemTime(Date.now() + 3_600_000)
    expect(at(folder, 'compose.yaml', base)).toHaveLength(1)
  })

  it('notices neighbours that come, go, move and change', () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const folder = folderWith({ 'compose.yaml': base })
    const later = (): string[] => {
      vi.setSystemTime(Date.now() + 1000)
      return at(folder, 'compose.yaml', base)
    }
    expect(at(folder, 'compose.yaml', base)).toEqual([])
    writeFileSync(join(folder, 'compose.override.yaml'), override)
    expect(later()).toHaveLength(1)
    renameSync(join(folder, 'compose.override.yaml'), join(folder, 'moved.txt'))
    expect(later()).toEqual([])
    renameSync(join(folder, 'moved.txt'), join(folder, 'compose.override.yaml'))
    expect(later()).toHaveLength(1)
    writeFileSync(join(folder, 'compose.override.yaml'), override.replace('allkeys-lru', 'noeviction'))
    expect(later()).toEqual([])
    writeFileSync(join(folder, 'compose.override.yaml'), override.replace('allkeys-lru', '${POLICY}'))
    expect(later()).toEqual([])
    // The absence of this file was remembered.
    writeFileSync(join(folder, '.env'), 'POLICY=allkeys-lru\n')
    expect(later()).toHaveLength(1)
    rmSync(join(folder, '.env'))
    rmSync(join(folder, 'compose.override.yaml'))
    expect(later()).toEqual([])
  })

  it('says nothing of rules that are off', () => {
    const folder = folderWith({ 'compose.yaml': bad })
    const without = Object.fromEntries(Object.entries(every).filter(([id]) => id !== queue))
    expect(told(verify(folder, 'compose.yaml', bad)).some(line => line.startsWith(queue))).toBe(true)
    expect(told(verify(folder, 'compose.yaml', bad, undefined, without)).some(line => line.startsWith(queue))).toBe(false)
  })

  it('heeds the configuration of the team', () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const folder = folderWith({ 'compose.yaml': bad })
    expect(at(folder, 'compose.yaml', bad)).toHaveLength(1)
    const later = (path: string, text: string): string[] => {
      writeFileSync(join(folder, path), text)
      vi.setSystemTime(Date.now() + 1000)
      return at(folder, 'compose.yaml', bad)
    }
    expect(later('misfit.config.yaml', 'rules:\n  redis/queue-on-evicting-instance: off\n')).toEqual([])
    expect(later('misfit.config.yaml', 'overrides:\n  - {files: "*.yaml", rules: {redis/queue-on-evicting-instance: off}}\n')).toEqual([])
    expect(later('misfit.config.yaml', 'rules: {}\n')).toHaveLength(1)
    expect(() => later('misfit.config.yaml', 'rules:\n  redis/nope: off\n')).toThrow(/misfit\.config\.yaml:2:3: there is no rule "redis\/nope"/)
  })

  it('heeds the knowledge of the team, and notices when that changes', () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const mine = bad.replace('celery -A shop worker', 'shop-run').replace('CELERY_BROKER_URL', 'SHOP_STORE').replaceAll('worker', 'shop')
    const folder = folderWith({ 'compose.yaml': mine, 'misfit.config.yaml': 'knowledge: [shop.knowledge]\n', 'shop.knowledge': '[]\n' })
    expect(at(folder, 'compose.yaml', mine)).toEqual([])
    writeFileSync(join(folder, 'shop.knowledge'), '- {id: shop-run, where: command, technology: redis, command: ^shop-run, means: [{use: job-queue, weight: decisive}], source: https://example.com}\n')
    vi.setSystemTime(Date.now() + 1000)
    expect(at(folder, 'compose.yaml', mine)).toHaveLength(1)
  })

  it('asks nobody about the stack of a file that no stack rests on', () => {
    const folder = folderWith({ 'compose.yaml': base, 'compose.override.yaml': override, 'notes.yaml': 'a: 1\n' })
    expect(at(folder, 'notes.yaml', 'a: 2\n')).toEqual([])
    // A neighbour that is not saved yet becomes one by what it says.
    expect(at(folder, 'compose.yaml', base)).toHaveLength(1)
    expect(at(folder, 'compose.override.yml', 'services: {redis: {command: redis-server --maxmemory-policy noeviction}}\n')).toEqual([])
  })
})

const design = `apiVersion: misfit/v1
kind: DesignSpec
components:
  - id: jobs
    technology: redis
    match: {compose: [redis]}
    uses: [{id: mails, role: job-queue, durability: survive_restart}]
`
const designed = bad.replace('celery -A shop worker', 'node web.js').replace('CELERY_BROKER_URL', 'REDIS_URL')

describe('a design spec', () => {
  it('is part of the stack, also while it is typed', () => {
    const folder = folderWith({ 'compose.yaml': designed, 'misfit.yaml': design })
    const at = (file: string, text: string): string[] => told(verify(folder, file, text, undefined, { [queue]: 'error' }))
    expect(at('compose.yaml', designed)).toEqual([`${queue} 4:64`])
    expect(at('misfit.yaml', design)).toEqual([`${queue} 7:30`])
    expect(at('misfit.yaml', design.replace('job-queue', 'cache'))).toEqual([])
    expect(at('compose.yaml', designed)).toEqual([])
    expect(at('misfit.yaml', design)).toEqual([`${queue} 7:30`])
    expect(at('compose.yaml', designed)).toEqual([`${queue} 4:64`])
  })

  it('has its mistakes shown in all three set-ups, and nowhere else', () => {
    const folder = folderWith({ 'compose.yaml': designed, 'misfit.yaml': design })
    const mistaken = `${design.replace('technology', 'technolgy')}waivers: [{rule: redis/nope, reason: x, owner: y, until: 2999-01-01}]\n`
    for (const config of Object.values(setUps)) {
      const messages = verify(folder, 'misfit.yaml', mistaken, config).filter(({ ruleId }) => ruleId === 'misfit/problem')
      expect(messages.map(({ line, column, endColumn }) => [line, column, endColumn])).toContainEqual([5, 5, 15])
      expect(messages.map(({ message }) => message).join()).toContain('(did you mean technology?)')
      expect(verify(folder, 'compose.yaml', designed, config).map(({ ruleId }) => ruleId)).not.toContain('misfit/problem')
    }
  })
})

it('does not take the whole disk for a project', () => {
  const folder = folderWith({ 'compose.yaml': bad })
  expect(() => new Linter({ configType: 'flat', cwd: folder }).verify(bad, [{ ...setUps['yml/yaml'], plugins, rules: { [queue]: 2 }, settings: { misfit: { root: '/' } } }], { filename: join(folder, 'compose.yaml') })).toThrow(/settings\.misfit\.root is \/, the whole disk/)
})

describe('what ESLint shows as an error', () => {
  const milder = bad.replace('    volumes:', '    labels: {misfit.env: development}\n    volumes:')
  const severitiesOf = (text: string, config: Linter.Config): unknown[] => {
    const folder = folderWith({ 'compose.yaml': text })
    const linter = new Linter({ configType: 'flat', cwd: folder })
    return linter.verify(text, [{ ...config, settings: { misfit: { root: folder } } }], { filename: join(folder, 'compose.yaml') }).filter(({ ruleId }) => ruleId === queue).map(({ severity }) => severity)
  }

  it.each([['recommended', []], ['strict', [1]], ['rules-only', []]] as const)('is what misfit calls one, under %s, and information shows under strict alone', (name, shown) => {
    const config = { ...setUps['yml/yaml'], ...misfit.configs[name], plugins }
    expect(severitiesOf(bad, config)).toEqual([2])
    expect(severitiesOf(milder, config)).toEqual(shown)
    expect(severitiesOf(bad, { ...config, rules: { [queue]: 'warn' } })).toEqual([1])
  })
})

describe('the suggestion to allow a finding', () => {
  const allow = (compose: string): string => {
    const folder = folderWith({ 'compose.yaml': compose })
    const reported = (text: string): Linter.LintMessage[] => verify(folder, 'compose.yaml', text, undefined, { [queue]: 'error' }).filter(each => each.ruleId === queue)
    const [message] = reported(compose)
    const fix = message?.suggestions?.at(-1)?.fix
    expect(fix, 'a finding').toBeDefined()
    const text = fix ? compose.slice(0, fix.range[0]) + fix.text + compose.slice(fix.range[1]) : compose
    expect(reported(text)).toEqual([])
    // misfit's own command heeds the comment as well.
    writeFileSync(join(folder, 'compose.yaml'), text)
    expect(lint(diskTree(folder)).findings.map(finding => finding.rule)).not.toContain('redis/queue-on-evicting-instance')
    return text
  }
  const flags = '--maxmemory 512mb --maxmemory-policy allkeys-lru --appendonly yes'

  it('goes around a text of several lines', () => {
    expect(allow(bad.replace(`redis-server ${flags}`, '>-\n      redis-server\n      --maxmemory 512mb\n      --maxmemory-policy allkeys-lru --appendonly yes'))).toContain(
      `    # eslint-disable ${queue} -- say why\n    command: >-\n      redis-server\n      --maxmemory 512mb\n      --maxmemory-policy allkeys-lru --appendonly yes\n    # eslint-enable ${queue}\n    volumes:`,
    )
    expect(allow(bad.replace(`redis-server ${flags}`, 'redis-server\n      --maxmemory 512mb\n      --maxmemory-policy allkeys-lru --appendonly yes'))).toContain('    # eslint-enable')
  })

  it('stands between the items of a list', () => {
    const list = ['redis-server', ...flags.split(' ')].map(word => `      - "${word}"`).join('\n')
    expect(allow(bad.replace(`redis-server ${flags}`, `\n${list}`))).toContain(`      # eslint-disable-next-line ${queue} -- say why\n      - "allkeys-lru"`)
  })

  it('joins a comment that is there', () => {
    const text = allow(bad.replace('    command: redis-server', '    # eslint-disable-next-line other/rule -- because\n    command: redis-server'))
    expect(text).toContain(`    # eslint-disable-next-line ${queue}, other/rule -- because\n    command`)
  })
})

describe('never in the way', () => {
  it('takes no quoted text for a comment', () => {
    const folder = folderWith({ 'compose.yaml': bad })
    const text = `x-note: "# eslint-disable ${queue}"\n${bad}`
    expect(verify(folder, 'compose.yaml', text, undefined, { [queue]: 'error' })).toHaveLength(1)
  })

  it('reports a comment that suppresses nothing, of either kind', () => {
    const good = bad.replace('allkeys-lru', 'noeviction')
    const text = good.replace('    command:', `    # eslint-disable-next-line ${queue} -- x\n    # misfit-ignore redis/queue-on-evicting-instance -- x\n    command:`)
    const folder = folderWith({ 'compose.yaml': text })
    const messages = verify(folder, 'compose.yaml', text)
    expect(messages.map(message => message.ruleId ?? message.message)).toEqual(expect.arrayContaining(['misfit/unused-suppression', expect.stringContaining('Unused eslint-disable directive')]))
  })
})

// Only to see that the repository's own example needs nothing else.
it('works in a folder outside any git work tree', () => {
  expect(() => execFileSync('git', ['rev-parse'], { cwd: resolve(top), stdio: 'ignore' })).toThrow()
  const folder = folderWith({ 'compose.yaml': bad })
  const linter = new Linter({ configType: 'flat', cwd: folder })
  expect(linter.verify(bad, [misfit.configs.recommended], { filename: join(folder, 'compose.yaml') })).toHaveLength(1)
})
