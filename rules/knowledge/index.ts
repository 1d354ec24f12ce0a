// The knowledge, as the bundle carries it. The YAML files are checked against rules/schema/knowledge.schema.json by a test.
import type { Knowledge } from '../../src/model/knowledge.ts'
import { remember } from '../../src/model/patterns.ts'
import apps from './apps.yaml'
import charts from './charts.yaml'
import companionsKafka from './companions-kafka.yaml'
import companionsRedis from './companions-redis.yaml'
import librariesCrates from './libraries-crates.yaml'
import librariesGo from './libraries-go.yaml'
import librariesHex from './libraries-hex.yaml'
import librariesMaven from './libraries-maven.yaml'
import librariesNpm from './libraries-npm.yaml'
import librariesNuget from './libraries-nuget.yaml'
import librariesPackagist from './libraries-packagist.yaml'
import librariesPypi from './libraries-pypi.yaml'
import librariesRubygems from './libraries-rubygems.yaml'
import { needles } from './needles.ts'
import otherStores from './other-stores.yaml'
import productsKafka from './products-kafka.yaml'
import productsRedis from './products-redis.yaml'
import providers from './providers.yaml'
import samples from './samples.yaml'
import signalsCommands from './signals-commands.yaml'
import signalsFrameworks from './signals-frameworks.yaml'
import signalsKeys from './signals-keys.yaml'
import signalsNames from './signals-names.yaml'
import signalsSettings from './signals-settings.yaml'
import signalsStack from './signals-stack.yaml'
import signalsTopics from './signals-topics.yaml'
import signalsValues from './signals-values.yaml'
import signalsWords from './signals-words.yaml'
import technologies from './technologies.yaml'

remember(needles)

const all = (...files: readonly unknown[]): readonly never[] => files.flat() as never[]

export const knowledge: Knowledge = {
  signals: all(apps, signalsKeys, signalsFrameworks, signalsCommands, signalsNames, signalsTopics, signalsSettings, signalsStack, signalsValues, signalsWords),
  products: all(productsRedis, productsKafka),
  companions: all(companionsRedis, companionsKafka),
  providers: all(providers),
  otherStores: all(otherStores),
  samples: all(samples),
  technologies: all(technologies),
  charts: all(charts),
  libraries: all(
    librariesCrates, librariesGo, librariesHex, librariesMaven, librariesNpm, librariesNuget, librariesPackagist, librariesPypi, librariesRubygems,
  ),
}
