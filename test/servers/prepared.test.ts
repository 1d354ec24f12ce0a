// Files that init containers and start scripts put into place, and the arguments that scripts gather in arrays: as rendered charts have them.
import { describe, expect, it } from 'vitest'
import { knowledge } from '../../rules/knowledge/index.ts'
import { manifestStacks } from '../../src/readers/manifests/index.ts'
import type { Component } from '../../src/model/stack.ts'
import { ownComponents } from '../../src/servers/components.ts'
import { commandsOf } from '../../src/servers/script.ts'
import { memoryTree } from '../support/memory-tree.ts'

const indented = (text: string, by: number): string => text.replace(/^/gm, ' '.repeat(by))

/** A pod of a StatefulSet with a map of files, a volume and an emptyDir. */
function componentOf(map: Record<string, string>, init: string, container: string): Component {
  const data = Object.entries(map).map(([name, text]) => `  ${name}: |\n${indented(text, 4)}`).join('\n')
  const manifest = `apiVersion: v1
kind: ConfigMap
metadata: {name: files}
data:
${data}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  template:
    spec:
      initContainers:
${indented(init, 8)}
      containers:
${indented(container, 8)}
      volumes:
        - {name: files, configMap: {name: files}}
        - {name: conf, emptyDir: {}}
  volumeClaimTemplates:
    - metadata: {name: data}
`
  const tree = memoryTree({ 'all.yaml': manifest })
  const [component, ...more] = manifestStacks(tree).stacks.flatMap(stack => ownComponents(stack, tree, knowledge))
  if (!component || more.length > 0) throw new Error(`not one component but ${String(more.length + (component ? 1 : 0))}`)
  return component
}
const said = (component: Component, name: string): string | undefined => {
  const setting = component.settings.get(name)
  return setting?.state === 'unknown' ? 'unknown' : setting && `${setting.state} ${setting.value}`
}

const redis = (command: string): string => `- name: redis\n  image: redis:7.2\n  ${command}\n  volumeMounts:\n    - {name: data, mountPath: /data}\n    - {name: files, mountPath: /readonly}`
const init = `- name: prepare\n  image: redis:7.2\n  command: [sh, /readonly/init.sh]\n  env: [{name: TARGET, value: /mnt/conf/redis.conf}]\n  volumeMounts:\n    - {name: files, mountPath: /readonly}\n    - {name: data, mountPath: /mnt}`

describe('what runs before a server', () => {
  const conf = 'maxmemory 100mb\nmaxmemory-policy allkeys-lru\nrequirepass put-password-here\n'

  it('gives it the file that it copies, seen through the volume that both mount', () => {
    const found = componentOf({ 'redis.conf': conf, 'init.sh': 'copy() {\n  echo copying\n  cp /readonly/redis.conf "$TARGET"\n}\ncopy\nsed -i "s/put-password-here/$(cat /secret)/" "$TARGET"\necho "replicaof $1 6379" >> "$TARGET"\n' }, init, redis('command: [redis-server, /data/conf/redis.conf]'))
    expect([said(found, 'maxmemory'), said(found, 'maxmemory-policy'), found.unloadedConfigs]).toEqual(['stated 100mb', 'stated allkeys-lru', []])
  })

  it('hides the lines that are rewritten on the way', () => {
    const found = componentOf({ 'redis.conf': conf, 'init.sh': 'cp /readonly/redis.conf "$TARGET"\nsed -i "s/allkeys-lru/$POLICY/" "$TARGET"\n' }, init, redis('command: [redis-server, /data/conf/redis.conf]'))
    expect([said(found, 'maxmemory'), said(found, 'maxmemory-policy'), found.unloadedConfigs]).toEqual(['stated 100mb', 'unknown', []])
  })

  it('says nothing of a file that is copied from elsewhere, whatever is added to it', () => {
    const found = componentOf({ 'init.sh': 'cp /elsewhere/redis.conf "$TARGET"\necho "maxmemory-policy allkeys-lru" >> "$TARGET"\n' }, init, redis('command: [redis-server, /data/conf/redis.conf]'))
    expect([said(found, 'maxmemory'), said(found, 'appendonly')]).toEqual(['unknown', 'unknown'])
  })

  it('still tells of a file that nobody reads', () => {
    const found = componentOf({ 'redis.conf': conf, 'init.sh': 'echo ready\n' }, init, redis('command: [redis-server]'))
    expect(found.unloadedConfigs.map(each => each.target)).toEqual(['/readonly/redis.conf'])
  })

  it('fills a volume of which the server mounts one file', () => {
    const found = componentOf({ 'server.properties': 'log.retention.hours=24\nmin.insync.replicas=2\n' },
      '- name: prepare\n  image: bitnami/kafka:3.9\n  command: [/bin/bash]\n  args:\n    - -ec\n    - |\n      cp /maps/server.properties $CONF\n      replace_in_file "$CONF" placeholder "$NAME"\n  env: [{name: CONF, value: /config/server.properties}]\n  volumeMounts: [{name: files, mountPath: /maps}, {name: conf, mountPath: /config}]',
      '- name: kafka\n  image: bitnami/kafka:3.9\n  volumeMounts:\n    - {name: data, mountPath: /bitnami/kafka}\n    - {name: conf, mountPath: /opt/bitnami/kafka/config/server.properties, subPath: server.properties}')
    expect([said(found, 'log.retention.hours'), said(found, 'min.insync.replicas')]).toEqual(['stated 24', 'stated 2'])
  })
})

describe('a start script of a chart', () => {
  it('copies the files of a map and gathers its arguments in an array', () => {
    const script = '#!/bin/bash\nif [[ -f /opt/bitnami/redis/mounted-etc/redis.conf ]]; then\n  cp /opt/bitnami/redis/mounted-etc/redis.conf /opt/bitnami/redis/etc/redis.conf\nfi\nARGS=("--port" "${REDIS_PORT}")\nARGS+=("--include" "/opt/bitnami/redis/etc/redis.conf")\nARGS+=("--maxmemory" "64mb")\nexec redis-server "${ARGS[@]}"\n'
    const found = componentOf({ 'redis.conf': 'appendonly yes\nsave ""\n', 'replica.conf': 'dir /data\n', 'start.sh': script }, '- {name: nothing, image: busybox}',
      '- name: redis\n  image: bitnami/redis:7.2\n  command: [/bin/bash]\n  args: [-c, /scripts/start.sh]\n  env: [{name: REDIS_PORT, value: "6379"}]\n  volumeMounts:\n    - {name: data, mountPath: /data}\n    - {name: files, mountPath: /scripts}\n    - {name: files, mountPath: /opt/bitnami/redis/mounted-etc}')
    expect(['appendonly', 'save', 'maxmemory', 'maxmemory-policy'].map(name => said(found, name))).toEqual(['stated yes', 'stated ', 'stated 64mb', 'defaulted noeviction'])
    expect(found.unloadedConfigs).toEqual([])
  })

  it('adds under a condition what may be there or not', () => {
    const script = { text: 'A=(--a 1)\nif [ -n "$X" ]; then A+=(--b "two words"); fi\nrun "${A[@]}" ${A[*]} "${NONE[@]}"\n', span: (start: number, end: number) => ({ file: 'x', start, end }) }
    const [command] = commandsOf(script, () => undefined).filter(each => each.words[0]?.text === 'run')
    expect(command?.words.slice(1, 5).map(word => [word.text, word.unknown !== undefined])).toEqual([['--a', false], ['1', false], ['--b', false], ['two words', true]])
    expect(command?.words).toHaveLength(10)
  })
})

describe('a shell script', () => {
  const commands = (text: string, known: Readonly<Record<string, string>> = {}, files: readonly string[] = []): readonly string[] =>
    commandsOf({ text, span: (start, end) => ({ file: 'x', start, end }) }, name => (known[name] === undefined ? undefined : { text: known[name] }), [], path => (path.startsWith('/open') ? undefined : files.includes(path)))
      .map(({ words, conditional, into, input }) => `${conditional ? '? ' : ''}${words.map(word => (word.unknown === undefined ? word.text : `<${word.text}>`)).join(' ')}${into ? ` ${into.append ? '>>' : '>'}${into.path.text}` : ''}${input ? ` <<${input.map(line => line.text).join('|')}` : ''}`)
      .filter(line => !/^(?:\? )?\[/.test(line))

  it('takes the branch that what is known decides, and both where nothing does', () => {
    expect(commands('if [ "$A" = yes ]; then one; elif [[ -n $A && "$A" != no ]]; then two; else three; fi\nfour', { A: 'maybe' })).toEqual(['two', 'four'])
    expect(commands('if [ -f /there ]; then one; else two; fi; if [ -f /gone ]; then three; else four; fi', {}, ['/there'])).toEqual(['one', 'four'])
    expect(commands('if [ -f /open ]; then one; else two; fi; three')).toEqual(['? one', '? two', 'three'])
    expect(commands('[ -f /there ] && one; [ -f /there ] || two; [ -f /open ] && three; make && four; make || five', {}, ['/there'])).toEqual(['one', '? three', 'make', 'four', 'make', '? five'])
  })

  it('runs functions where they are called, and nothing behind exec', () => {
    expect(commands('say() {\n  echo "$1" >> /x.conf\n}\nfunction never { lost; }\nsay "a b"\n[ -f /open ] && say c\nexec run --port 1\nafter')).toEqual(['echo a b >>/x.conf', '? echo c >>/x.conf', 'exec run --port 1'])
  })

  it('neither runs what a case or a loop is about, nor takes 2> for a word', () => {
    expect(commands('case "$2" in\n  a|b) one ;;\n  *) two ;;\nesac\nfor x in $(list); do three "$x"; done\nfour 2>/dev/null >out.conf')).toEqual(['? one', '? two', '? three <>', 'four >out.conf'])
  })

  it('leads the output of a group into its file', () => {
    expect(commands('{\n  echo a=1\n  echo b=2 > /y\n  echo c=3\n} > /x.conf\nnext')).toEqual(['echo a=1 >/x.conf', 'echo b=2 >/y', 'echo c=3 >>/x.conf', 'next'])
  })

  it('gives a command its document, variables filled in', () => {
    expect(commands('cat > /x.conf <<EOF\nport $PORT\nname ${NAME}\nEOF\ncat <<\'END\' >> /y.conf\nraw $PORT\nEND\nnext', { PORT: '1' })).toEqual(['cat >/x.conf <<port 1|name ${…}', 'cat >>/y.conf <<raw $PORT', 'next'])
  })
})

describe('a file that a script writes', () => {
  const written = (script: string): Component => componentOf({ 'redis.conf': 'maxmemory 100mb\n', 'init.sh': script }, init, redis('command: [redis-server, /data/conf/redis.conf]'))

  it('is read from echo, printf, cat and here-documents', () => {
    const found = written('rm -f "$TARGET"\necho "appendonly yes" >> "$TARGET"\ncat /readonly/redis.conf >> "$TARGET"\nprintf "\\nmaxmemory-policy %s\\n" allkeys-lru >> "$TARGET"\ncat >> "$TARGET" <<EOF\nsave ""\nEOF\n')
    expect(['appendonly', 'maxmemory', 'maxmemory-policy', 'save', 'databases'].map(name => said(found, name))).toEqual(['stated yes', 'stated 100mb', 'stated allkeys-lru', 'stated ', 'defaulted 16'])
  })

  it('leaves open what may not be written, and all that a variable may say', () => {
    const maybe = written('cat /readonly/redis.conf > "$TARGET"\nif [ "$(hostname)" = a ]; then echo "appendonly yes" >> "$TARGET"; fi\n')
    expect(['appendonly', 'maxmemory'].map(name => said(maybe, name))).toEqual(['unknown', 'stated 100mb'])
    expect(said(written('cat /readonly/redis.conf > "$TARGET"\necho "$EXTRA" >> "$TARGET"\n'), 'maxmemory')).toBe('unknown')
  })
})
