// Redis settings that nothing reads: another chart's values, another image's variables. Knows what the server's side found unread.
import { defineRule } from '../../src/model/rule.ts'
import { unreadReports } from '../unread-settings.ts'

const chart = (version: string, repository: string): string => `apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: valkey, version: ${version}, repository: ${repository}}\n`
const redis17 = chart('17.0.10', 'https://charts.bitnami.com/bitnami').replace('valkey', 'redis')
const bitnami = chart('3.0.12', 'https://charts.bitnami.com/bitnami')

export default defineRule({
  id: 'redis/setting-never-read',
  technology: 'redis',
  rows: ['failure-mode'],
  concern: 'operations',
  severity: 'warning',
  severityNote: 'Information where nothing that decides on data, memory or copies is among them.',
  summary: 'A setting is written in the way of another chart or image, and the one that runs never reads it.',
  messages: {
    unread: '{component} never gets {written}, which {by} does not read{instead}.',
  },
  failure: '{component} runs with the defaults instead of what is written: another eviction policy, no claim where one was meant, another number of copies. Nothing complains, and the file that everybody reads says otherwise.',
  fix: 'Write what is meant under {place}, or delete it; then look at what {component} really runs with.',
  diff: {
    helm: [
      ' valkey:',
      '-  master:',
      '+  primary:',
      '     persistence:',
      '       existingClaim: shop-data',
    ].join('\n'),
  },
  hazards: ['What is read at last changes the running server: look first at what the values do, a claim of another name above all.'],
  sources: ['https://github.com/bitnami/charts/blob/main/bitnami/valkey/values.yaml', 'https://github.com/bitnami/charts/tree/main/bitnami/redis#to-1400', 'https://github.com/CloudPirates-io/helm-charts/blob/main/charts/redis/values.yaml'],
  words: { written: 'the setting', place: 'a key that it reads', by: 'the chart', instead: '' },
  bad: [
    { title: 'the block of the redis chart under the valkey chart', files: { 'values.yaml': 'valkey:\n  architecture: standalone\n  master:\n    persistence: {existingClaim: shop-data, enabled: true}\n', 'Chart.yaml': bitnami }, line: 3 },
    { title: "Bitnami's keys under another project's chart", files: { 'values.yaml': 'valkey:\n  primary:\n    persistence: {enabled: true}\n', 'Chart.yaml': chart('0.7.0', 'https://valkey.io/valkey-helm/') }, line: 3 },
    { title: 'the switch of the chart before version 14: replicas that nobody asked for', files: { 'values.yaml': 'redis:\n  cluster:\n    enabled: false\n', 'Chart.yaml': redis17 }, line: 3 },
  ],
  good: [
    { title: 'the old switch says what the chart does anyway by the new one', files: { 'values.yaml': 'redis:\n  architecture: standalone\n', 'Chart.yaml': redis17 } },
    { title: 'the keys of the chart', files: { 'values.yaml': 'valkey:\n  architecture: standalone\n  primary:\n    persistence: {existingClaim: shop-data, enabled: true}\n', 'Chart.yaml': bitnami } },
    { title: 'the chart is not known', files: { 'values.yaml': 'valkey:\n  master:\n    persistence: {enabled: true}\n', 'Chart.yaml': chart('3.0.12', 'https://charts.example.com') } },
  ],
  check: unreadReports,
})
