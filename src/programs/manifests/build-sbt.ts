// build.sbt: library dependencies outside the test configurations. https://www.scala-sbt.org/1.x/docs/Library-Dependencies.html
import { blanked, dependencyAt, first, named, without, type Format } from './manifest.ts'

export const buildSbt: Format = {
  fits: named('build.sbt'),
  name: first(/\bname\s*:=\s*"([^"\n]{1,100})"/),
  read: content => ({
    dependencies: [...without(blanked(content.text, '/*', '*/'), /(?<!:)\/\/[^\n]*/g).matchAll(/"([\w.-]+)"\s*%{1,3}\s*"([\w.-]+)"\s*%[^,\n)]*/g)]
      .filter(match => !/%\s*(?:Test|IntegrationTest|"(?:test|it|provided)[^"]*"|Provided)/.test(match[0]))
      // `%%` adds the Scala version, which is no part of the name.
      .map(match => dependencyAt(content, 'maven', `${match[1] ?? ''}:${match[2] ?? ''}`.toLowerCase(), match)),
  }),
}
