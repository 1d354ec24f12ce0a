// What the reader of each format does with a report first, and what no output may contain; for tests. Throws where something is wrong.
import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import type { FormatName } from '../../src/reporters/index.ts'
import { decode, readXml } from './xml.ts'

const schema = (file: string): ValidateFunction => {
  const all = JSON.parse(readFileSync(`fixtures/schemas/${file}`, 'utf8')) as Record<string, unknown>
  // Ajv knows the words of draft 4 that these schemas use, but not its name.
  const rest = Object.fromEntries(Object.entries(all).filter(([key]) => key !== '$schema' && key !== 'id'))
  const ajv = new Ajv({ allErrors: true, strict: false, formats: { uri: /^[a-z]+:\S+$/, 'uri-reference': /^[\w./%~!$&'()*+,;=:@?#-]*$/, 'date-time': true } })
  return ajv.compile(rest)
}

/** The schemas of the formats that have one. */
export const schemas = { sarif: schema('sarif-2.1.0.json'), gitlab: schema('gitlab-code-quality.json'), rdjson: schema('rdjson.json'), junit: schema('junit.json') }

function valid(validate: ValidateFunction, value: unknown): void {
  if (!validate(value)) throw new Error(`the schema says: ${JSON.stringify(validate.errors)}`)
}

/** All text that a person sees of an output, as one string. */
export function read(format: FormatName, output: string): string {
  switch (format) {
    case 'json': return strings(JSON.parse(output))
    case 'sarif': case 'gitlab': case 'rdjson': {
      const value: unknown = JSON.parse(output)
      valid(schemas[format], value)
      return strings(value)
    }
    case 'junit': case 'checkstyle': {
      const value = readXml(output)
      if (format === 'junit') valid(schemas.junit, value)
      return strings(value)
    }
    case 'github': return output.replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%0A/g, '\n').replace(/%25/g, '%')
    case 'markdown': return decode(output.replace(/<[^>]*>/g, '')).replaceAll('\u200b', '')
    case 'text': case 'concise': return output
    // What a browser makes of it is tested in one.
    case 'html': return decode(output.replace(/<(?:style|script)>[^]*?<\/(?:style|script)>/g, '').replace(/<[^>]*>/g, ' '))
  }
}

const strings = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'object' && value !== null ? Object.values(value).map(strings).join('\n') : ''

/** What steers a terminal or hides text in it. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
export const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\u200e\u200f]/
