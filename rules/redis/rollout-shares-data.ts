// Reports one data folder that two servers write to while a Deployment rolls. Knows how pods are replaced, and storage; no file format.
import { defineRule } from '../../src/model/rule.ts'
import { persistence, persistenceNotes } from './needs.ts'
import { source } from './sources.ts'

const manifest = (strategy: string, volume: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: redis
spec:
  replicas: 1
${strategy}  selector:
    matchLabels: {app: redis}
  template:
    metadata:
      labels: {app: redis}
    spec:
      containers:
        - name: redis
          image: redis:7.4
          args: [redis-server, --appendonly, "yes"]
          volumeMounts:
            - {name: data, mountPath: /data}
      volumes:
        - name: data
          ${volume}
`
const folder = 'hostPath: {path: /srv/redis}', claim = 'persistentVolumeClaim: {claimName: redis-data}'

export default defineRule({
  id: 'redis/rollout-shares-data',
  technology: 'redis',
  rows: ['durability', 'failure-mode'],
  concern: 'durability',
  severity: 'info',
  severityNote: 'A warning for a folder of the node, which two pods can mount at once; a claim that one node at a time may mount keeps the new pod waiting on another node.',
  summary: 'A Deployment starts the new server before the old one has ended, and both append to the same file.',
  messages: {
    shares: 'Whenever {component} is rolled out, the new pod starts on {dir} while the old one still appends to the files there, so what the old one writes last is lost or breaks the log.',
  },
  failure: 'The new pod of {component} loads the files as they are and appends to them, and so does the old one until it is told to end: writes that were acknowledged are missing afterwards, or a server refuses to start on a broken log.',
  fix: 'Set `strategy: {type: Recreate}` on the Deployment of {component}, or make it a StatefulSet: the old pod ends before the new one starts.',
  diff: {
    manifests: ` kind: Deployment
 metadata:
   name: redis
 spec:
+  strategy:
+    type: Recreate`,
  },
  hazards: ['With Recreate the server is away for the seconds that the new pod needs: clients must try again.'],
  sources: ['https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy', source.persistence],
  bad: [
    { title: 'a folder of the node', files: { 'redis.yaml': manifest('', folder) }, line: 2 },
    { title: 'a claim', files: { 'redis.yaml': manifest('  strategy:\n    type: RollingUpdate\n', claim) }, line: 8 },
  ],
  good: [
    { title: 'the old pod ends first', files: { 'redis.yaml': manifest('  strategy:\n    type: Recreate\n', folder) } },
    { title: 'no pod above the one', files: { 'redis.yaml': manifest('  strategy:\n    rollingUpdate: {maxSurge: 0, maxUnavailable: 1}\n', claim) } },
    { title: 'a folder of its own for each pod', files: { 'redis.yaml': manifest('', 'emptyDir: {}') } },
  ],
  *check(component) {
    const [member] = component.members, { storage } = component
    if (component.external || component.members.length !== 1 || member?.overlaps === undefined || component.product === 'kvrocks') return
    if (persistence(component) !== 'log' || (storage.kind !== 'claim' && storage.kind !== 'bind')) return
    yield {
      message: 'shares', severity: storage.kind === 'bind' ? 'warning' : 'info', confidence: 'certain', data: { dir: storage.dataDir }, span: member.overlaps,
      because: [{ span: storage.span, text: storage.kind === 'bind' ? 'both pods mount this folder' : 'both pods mount this claim' }, ...persistenceNotes(component)],
    }
  },
})
