// Design specs for tests: a small sound one, and ones with a single mistake each.

/** The first lines of every design. */
export const head = 'apiVersion: misfit/v1\nkind: DesignSpec\n'
const use = (fields: string): string => `${head}components:\n  - id: redis\n    technology: redis\n    uses:\n      - {id: pages, use: cache, ${fields}}\n`

export const minimal = `${head}components:\n  - id: redis\n    technology: redis\n    uses: [{id: cache, role: cache}, {id: celery, role: job-queue}]\n`

export interface Broken {
  readonly title: string
  readonly text: string
  readonly line: number
  /** Part of the one message. */
  readonly message: string
  /** Well-formed, but it does not add up: a schema cannot see it. */
  readonly meaning?: boolean
}

export const broken: readonly Broken[] = [
  { title: 'an unknown field', text: use('retenton: {time: 7d}'), line: 7, message: 'components[redis].uses[pages] has no field "retenton" (did you mean retention?)' },
  { title: 'an unknown field at the top', text: `${minimal}componets: []\n`, line: 7, message: 'the design spec has no field "componets" (did you mean components?)' },
  { title: 'a use that does not exist', text: use('').replace('use: cache, ', 'use: cahce'), line: 7, message: '(did you mean cache?)' },
  { title: 'a duration without a unit', text: use('ttl: 600'), line: 7, message: 'ttl must be a duration such as 5ms, 30s, 12h or 7d, or none, or forever, not "600"' },
  { title: 'a size in words', text: use('size: {avg_value_bytes: large}'), line: 7, message: 'size.avg_value_bytes must be a size such as 900, 60KB or 2GiB, not "large"' },
  { title: 'a negative number', text: use('load: {reads_per_second: -4}'), line: 7, message: 'reads_per_second must be a number, 0 or more, not "-4"' },
  { title: 'a share above one', text: use('hot_key: {share: 40}'), line: 7, message: 'hot_key.share must be a number from 0 to 1, not "40"' },
  { title: 'half a partition', text: use('topic: {name: a, partitions: 1.5}'), line: 7, message: 'topic.partitions must be a whole number, 1 or more, not "1.5"' },
  { title: 'a flag in words', text: use('source_of_truth: yes'), line: 7, message: 'source_of_truth must be true or false, not "yes"' },
  { title: 'an unknown durability', text: use('durability: survive_nodeloss'), line: 7, message: 'not "survive_nodeloss" (did you mean survive_node_loss?)' },
  { title: 'an unknown environment', text: `${minimal}environment: prod\n`, line: 7, message: 'environment must be one of production, staging, dev, test, ci, not "prod"' },
  { title: 'a day that does not exist', text: use('accepted_risk: {reason: known, until: 2027-13-30}'), line: 7, message: 'until must be a day such as 2027-06-30, not "2027-13-30"' },
  { title: 'another version', text: minimal.replace('misfit/v1', 'misfit/v2'), line: 1, message: 'apiVersion must be misfit/v1, not "misfit/v2" (did you mean misfit/v1?)' },
  { title: 'no version', text: minimal.replace('apiVersion: misfit/v1\n', ''), line: 1, message: 'the design spec needs an apiVersion' },
  { title: 'a component without an id', text: minimal.replace('  - id: redis\n    technology', '  - technology'), line: 4, message: 'components[0] needs an id' },
  { title: 'components as a map', text: `${head}components:\n  redis: {technology: redis}\n`, line: 4, message: 'components must be a list, but it is a map' },
  { title: 'a use as a text', text: minimal.replace('[{id: cache, role: cache}, {id: celery, role: job-queue}]', '[cache]'), line: 6, message: 'uses[0] must be a map of fields, but it is "cache"' },
  { title: 'an empty field', text: use('ttl: '), line: 7, message: 'ttl must be a duration' },
  { title: 'a technology of another kind', text: minimal.replace('technology: redis', 'technology: rabbitmq'), line: 5, message: 'technology must be one of redis, kafka, undecided, not "rabbitmq"' },
  { title: 'use and role at once', text: use('role: cache'), line: 7, message: 'has use and role, which mean the same' },
  { title: 'a waiver without a reason', text: `${minimal}waivers:\n  - {rule: redis/ttl-missing, owner: shop}\n`, line: 8, message: 'waivers[redis/ttl-missing] needs a reason' },
  { title: 'one id for two components', meaning: true, text: `${minimal}  - {id: redis, technology: redis}\n`, line: 7, message: 'the id "redis" stands twice among components' },
  { title: 'a reader that is no service', meaning: true, text: `${use('consumers: [blling]')}services: [{id: billing}]\n`, line: 7, message: 'there is no service "blling" in this spec (did you mean billing?)' },
  { title: 'a source that does not exist', meaning: true, text: use('rebuild_from: events/orders'), line: 7, message: 'there is no use "events/orders" in this spec' },
  { title: 'a view of itself', meaning: true, text: use('rebuild_from: redis/pages'), line: 7, message: 'rebuild_from goes round in a circle: redis/pages → redis/pages' },
  { title: 'one group for two services', meaning: true, text: use('consumers: [{service: a, group: g}, {service: b, group: g}]'), line: 7, message: 'the group "g" belongs to a already' },
  { title: 'a waiver of no component', meaning: true, text: `${minimal}waivers:\n  - {rule: redis/ttl-missing, component: redes, reason: known}\n`, line: 8, message: 'there is no component "redes" in this spec (did you mean redis?)' },
]
