// Hints of calls: one says little, several files that agree say more.
import { expect, it } from 'vitest'
import { composeWith, npm, usesIn } from '../support/programs.ts'

const files = { 'compose.yaml': composeWith({ app: '.' }), 'package.json': npm('app', 'ioredis'), Dockerfile: 'FROM node:22\nCOPY . .\nCMD ["node", "src/a.js"]\n' }
// A lock by its form alone, with nothing that names it and no time after which it is free again.
const hint = (name: string): string => `import Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL)\nexport const ${name} = id => redis.set('${name}:' + id, '1', 'NX')\n`

it('one file is no proof, two files are', () => {
  expect(usesIn({ ...files, 'src/a.js': hint('claim') })).toEqual([])
  expect(usesIn({ ...files, 'src/a.js': hint('claim'), 'src/b.js': hint('take') })).toEqual(['lock'])
})

it('a method and who calls it are one command', () => {
  const own = "import Redis from 'ioredis'\nexport class Claims {\n  constructor(private readonly redis: Redis) {}\n  claim(accountId) { return this.redis.set('claim:' + accountId, '1', 'NX') }\n}\n"
  const caller = (folder: string): Record<string, string> => ({ [`src/${folder}.js`]: "import { Claims } from './claims.js'\nexport const run = (claims: Claims, accountId) => claims.claim(accountId)\n" })
  expect(usesIn({ ...files, 'src/claims.js': own, ...caller('a') })).toEqual([])
  expect(usesIn({ ...files, 'src/claims.js': own, ...caller('a'), ...caller('b') })).toEqual(['lock'])
})
