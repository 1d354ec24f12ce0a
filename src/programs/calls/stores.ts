// Writes to a database beside a message: what the code saves in the function that sends. Knows the words of mappers, no library in particular.
import { known, type Known } from '../../model/value.ts'
import { scopeOf } from './reading.ts'
import type { Reading } from './reading.ts'
import { siteAt } from './source.ts'
import type { Site } from './source.ts'
import { quoted } from './text.ts'

// Spring Data and JPA, Prisma, TypeORM, Mongoose, Entity Framework, SQLAlchemy:
// https://docs.spring.io/spring-data/commons/docs/current/api/org/springframework/data/repository/CrudRepository.html
// https://www.prisma.io/docs/orm/v6/prisma-client/queries/crud, https://typeorm.io/docs/working-with-entity-manager/repository-api,
// https://mongoosejs.com/docs/api/model.html, https://learn.microsoft.com/ef/core/saving/, https://docs.sqlalchemy.org/en/20/orm/session_basics.html
const saves = new Set(['save', 'saveAll', 'saveAndFlush', 'insert', 'insertOne', 'insertMany', 'persist', 'create', 'createMany', 'update', 'updateOne', 'upsert', 'SaveChanges', 'SaveChangesAsync', 'commit'])
const stores = /(?:repository|repo|prisma|entityManager|dbContext|knex|jdbcTemplate|mongoTemplate|collection|queryRunner|dbsession)$/i
const own = new Set(['SaveChanges', 'SaveChangesAsync'])
const mostTokens = 1_500

/** The call that saves something in the same function; none where the function knows of an outbox, which keeps both together. */
export function savedBeside(reading: Reading, site: Site): Known | undefined {
  const { source } = reading
  const scope = scopeOf(reading, site.at)
  if (!scope || /outbox/i.test(source.file)) return undefined
  let found: Site | undefined
  for (let at = scope.from; at < scope.to && at < scope.from + mostTokens; at++) {
    const token = source.tokens[at]
    if (token?.kind !== 'word' && token?.kind !== 'text') continue
    if (/outbox/i.test(token.text)) return undefined
    if (found || token.kind !== 'word' || !saves.has(token.text)) continue
    const other = siteAt(source, at)
    if (other.how === 'call' && (own.has(token.text) || other.chain.some(word => stores.test(word)))) found = other
  }
  if (!found) return undefined
  const range = { from: found.begin, to: found.end }
  return known(quoted(reading, range), source.span(range))
}
