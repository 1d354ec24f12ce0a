// The shape of a design spec as a JSON Schema (draft 2020-12) for editors; made from the same data that the validator uses.
import { designSpec, type MapShape, type Shape } from './shapes.ts'
import { datePattern, durationPattern, sizePattern } from './units.ts'

type Schema = Readonly<Record<string, unknown>>

/** The schema that is shipped as rules/schema/misfit.schema.json. */
export const jsonSchema = (id: string | undefined): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...(id === undefined ? {} : { $id: id }),
  title: 'misfit design spec',
  description: 'What each Redis and Kafka of a system is for, so that misfit can judge the design and compare the deployment with it.',
  ...schemaOf(designSpec),
})

function schemaOf(shape: Shape): Schema {
  switch (shape.is) {
    case 'text': return { type: ['string', 'number', 'boolean'] }
    // A name may look like a number.
    case 'id': return { type: ['string', 'number'], minimum: 0, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$' }
    case 'reference': return { type: ['string', 'number'], minimum: 0, pattern: '^[A-Za-z0-9][\\w.-]{0,200}(/[A-Za-z0-9][\\w.-]{0,200})?$' }
    case 'flag': return { type: 'boolean' }
    case 'day': return { type: 'string', pattern: datePattern }
    case 'size': return { anyOf: [{ type: 'string', pattern: sizePattern }, { type: 'number', minimum: 0 }] }
    case 'number': return { type: shape.whole ? 'integer' : 'number', minimum: shape.least, ...(shape.most === undefined ? {} : { maximum: shape.most }) }
    case 'duration': return shape.words.length === 0 ? { type: 'string', pattern: durationPattern } : { anyOf: [{ type: 'string', pattern: durationPattern }, { enum: shape.words }] }
    case 'word': return { enum: [...shape.words, ...(shape.aliases ?? [])].flatMap(word => (/^-?\d+$/.test(word) ? [word, Number(word)] : [word])) }
    case 'list': {
      const list = { type: 'array', items: schemaOf(shape.of) }
      return shape.single ? { anyOf: [list, schemaOf(shape.of)] } : list
    }
    case 'map': return mapSchema(shape)
    case 'short': return { anyOf: [schemaOf(shape.scalar), mapSchema(shape.map)] }
  }
}

const mapSchema = (shape: MapShape): Schema => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(shape.fields).map(([name, { shape: field, description }]) => [name, { description, ...schemaOf(field) }])),
  patternProperties: { '^x-': {} },
  additionalProperties: false,
  ...(shape.required.length > 0 ? { required: shape.required } : {}),
  ...(shape.same === undefined || shape.same.length === 0 ? {} : { not: { anyOf: shape.same.map(pair => ({ required: pair })) } }),
})
