// Which files are no part of a running program: tests, examples, generated and vendored code. Knows paths only.

const folders = new Set([
  'test', 'tests', '__tests__', '__mocks__', 'spec', 'specs', 'testing', 'testdata', 'testutil', 'testutils', 'test_utils', 'integration-tests', 'integration_tests', 'e2e', 'cypress', 'step_definitions', 'fixtures', 'mocks', 'mock',
  'example', 'examples', 'sample', 'samples', 'demo', 'demos', 'docs', 'doc', 'documentation', 'benchmark', 'benchmarks', 'bench', 'tutorial', 'tutorials', 'snippets', 'stories',
  'node_modules', 'vendor', 'vendors', 'third_party', 'third-party', 'bower_components', 'site-packages', '.venv', 'venv', 'external',
  'dist', 'build', 'out', 'target', 'generated', 'gen', '.next', '.nuxt', 'obj', 'bin', 'coverage', '__generated__', 'migrations', 'migrate',
])
// The same names below `src` are parts of the program: `src/bin/worker.rs`, `src/adapter/out`.
const inside = new Set(['dist', 'build', 'out', 'target', 'external', 'gen', 'generated', 'bin', 'vendor', 'vendors'])
// What people run by hand beside the program.
const asides = new Set(['tools', 'scripts', 'script', 'hack', 'contrib'])

const testNames = /(^|[._-])(test|tests|spec|mock|mocks|stories|e2e|it)\.[a-z]+$|_(test|spec|try)\.[a-z]+$|^(test_|conftest\.)|\.(d|min|pb|generated|g|designer)\.[a-z]+$|_pb2(_grpc)?\.py$|_gen\.go$|\.pb\.((?!pb\.)[a-z.])+$/i
// Settings of Rails for whoever works on the program.
const development = /(^|\/)config\/environments\/development\.rb$/
const camelTests = /(Test|Tests|TestCase|IT|Spec|Mock|Fixture|Stub)\.(java|kt|kts|cs|php|scala|groovy)$/

/** Whether a path is that of a test, an example, generated or vendored code. What lies above the program's own folder says nothing about it. */
export function isNoProgram(file: string, folder = ''): boolean {
  const parts = (folder !== '' && file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file).split('/')
  const name = parts.pop() ?? ''
  // Packages are named freely: `src/main/java/com/example/demo`.
  const main = parts.findIndex((part, i) => part === 'main' && parts[i - 1] === 'src')
  const judged = main < 0 ? parts : parts.slice(0, main), source = parts.indexOf('src')
  const aside = (part: string, at: number): boolean => folders.has(part.toLowerCase()) && !(source >= 0 && at > source && inside.has(part))
  return asides.has(parts[0] ?? '') || testNames.test(name) || development.test(file) || camelTests.test(name) ||
    judged.some((part, at) => aside(part, at) || /([._-]|^)(tests?|unittests?|e2e|specs?)$/i.test(part) || /\.(Tests?|UnitTests|IntegrationTests|FunctionalTests)$/.test(part))
}
