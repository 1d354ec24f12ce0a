// What the authors say of a stack: at the top of its files, in the title and first lines of the README above it.
import { folderOf, nameOf } from '../../model/files.ts'
import type { EnvironmentClass, Stack } from '../../model/stack.ts'
import type { Known } from '../../model/value.ts'
import type { Hint } from './words.ts'

type Saying = readonly [RegExp, EnvironmentClass, number]

// Patterns with letters beyond ASCII are texts: the build escapes those, and leaves regular expressions as they are.
const neverAbroad = '请勿用于生产|不要用于生产|не для прод|nicht für (?:die )?Produktion|no (?:usar|apto) (?:en|para) producción|não (?:use|usar) em produção|pas (?:pour|destiné à) la production|本番(?:環境)?では使|không (?:dùng|tuyên bố|dành)[^.]{0,20}production'
const never: readonly Saying[] = [
  // "Never use these passwords in production" speaks of passwords.
  [new RegExp(`\\b(?:not|never|nothing|isn't|n't)\\b(?! (?:use|commit|keep|leave) (?:these|those|them|default|weak|such|any)\\b)[^.]{0,40}\\b(?:for|in|to)\\b[^.]{0,20}\\bproductions?\\b|\\bdo not use\\b[^.]{0,30}\\bproduction\\b|\\bnot (?:(?:yet|an?|meant|intended|claimed|as|for) ){0,3}production\\b|${neverAbroad}`, 'i'), 'development', 4],
]

// Of a file, in the languages that people write its first lines in.
const developmentAbroad = '开发环境|本地开发|開發環境|開発環境|ローカル開発|개발 ?환경|로컬 개발|для (?:локальной )?разработки|(?:среда|окружение) разработки|Entwicklungsumgebung|environnement de développement|entorno de desarrollo|ambiente de desenvolvimento|môi trường phát triển'
const testAbroad = '测试环境|測試環境|テスト環境|테스트 ?환경|тестов(?:ая|ой|ое) (?:среда|среды|окружение)|Testumgebung|environnement de test|entorno de pruebas|ambiente de testes?'

// A file says it of itself: "not for production", "this example", "the demo".
const ofFile: readonly Saying[] = [
  ...never,
  // "For production, replace it with a managed service": what this is not.
  [/\b(?:for|in) production[,:]? (?:environments?,? |deployments?,? |use,? |clusters?,? )?(?:you should |please |consider |always )?(?:replace|switch to|migrate to|use (?:an? )?(?:managed|hosted|external|dedicated|operator))\b/i, 'development', 1.5],
  [/\bfor\s+(?:a\s+)?local\s+(?:[\w/-]+\s+){0,3}(?:use|dev\w*|testing|tests|runs?|clusters?|machines?|setup|experiments?|debugging|trials?|demos?)\b/i, 'development', 2.5],
  [new RegExp(`(?:${developmentAbroad})`, 'i'), 'development', 2.5],
  [new RegExp(`(?:${testAbroad})`, 'i'), 'test', 2.5],
  // Not in "for dev-portal", which is a name.
  [/\b(for|during|in) (local |your )?(development|dev|hacking)\b(?!-(?!env|setup|stack|time|test|mode|only|use|purpose))|\b(local|development|dev) (environment|setup|stack|compose|use|dependencies|infrastructure)\b/i, 'development', 2.5],
  [/\b(for|during|in|run|running) (the )?(unit |integration |e2e |end-to-end )?(tests|testing|ci)\b|\b(integration|e2e|end-to-end) tests?\b/i, 'test', 2.5],
  [/\b(this|the|an?|simple|minimal|core|full|sample|our)\b[^.,:;]{0,25}\b(demo|example|sample|tutorial|quickstart|playground|workshop)\b|^(demo|example|sample|quickstart)\b/i, 'example', 3.5],
  [/\bfor (?:[\w-]{1,20} ){0,4}experiments?\b/i, 'example', 2.5],
  [/^production\b|\bself[- ]host(?:ing|ed)?\b/im, 'production', 1.5],
  // Of itself, not "In production, manage this with a vault".
  [/\b(for|in) production\b(?! use is not|[,:]| (?:use|replace|set|change|manage|prefer|override|consider|you|please|this|it|these) )|\bproduction[- ](ready|grade|deployment|setup|environment|stack)\b/i, 'production', 1],
]

const shown = 'demo|demonstration|sample|example|tutorial|playground|workshop|showcase|proof[- ]of[- ]concept|poc|quickstart|hands[- ]on|homework|coding (?:challenge|exercise)|pet[- ]project|toy project|semester[- ]?project|student project|final project|capstone|bachelor.?s? thesis|master thesis|coursework'
const thing = 'applications?|apps?|projects?|repo(?:sitory|s)?|systems?|implementations?|solutions?|code|microservices?|services?|stacks?|setups?|environments?|sites?|shop|store|pipelines?|platforms?|architectures?|use[- ]cases?'
// What somebody is given to show what they can.
const task = '\\btake[- ]home\\b|\\b(?:full[- ]?stack|back[- ]?end|front[- ]?end|devops|sre|developer|engineer(?:ing)?) (?:assessment|assignment|challenge|exercise)\\b|\\b(?:technical|coding|programming|hiring|recruitment|interview)[- ](?:test|task|assessment|assignment|challenge|exercise)\\b(?! (?:platform|system|tool|service|portal|simulator|trainer|app|site))'
const taskAbroad = 'prueba técnica|desafío técnico|teste técnico|desafio técnico|test technique|тестовое задание|Probeaufgabe|面试题|笔试题|과제 전형|コーディングテスト|techniczne zadanie|zadanie rekrutacyjne'
const courseAbroad = 'trabajo (?:de )?fin de (?:grado|m[áa]ster)|포트폴리오 ?프로젝트|토이 ?프로젝트|дипломн|курсовая|курсовой|毕业设计|课程设计|課程設計|졸업작품|부트캠프|trabalho de conclusão|projeto (?:acadêmico|universitário)|projet (?:étudiant|universitaire)|proyecto (?:académico|universitario)|Projektarbeit|Studienarbeit'
const otherLanguages = '示例项目|演示项目|样例项目|教程|学习项目|练手|サンプル|デモ|チュートリアル|学習用|예제|실습|учебный|демонстрац|đồ án|khóa luận|hệ thống nghiên cứu|mục đích học tập|пример (?:проекта|приложения|использования)|Beispiel(?:projekt|anwendung)|Demoanwendung|projet (?:d\'exemple|de démonstration|scolaire)|application (?:d\'exemple|de démonstration)|proyecto de (?:ejemplo|prueba|estudio)|(?:aplicación|proyecto) de (?:ejemplo|demostración)|projeto de (?:exemplo|estudos?|demonstração)|aplicação de (?:exemplo|demonstração)'

// A README introduces the whole repository: its title names what it is, its first sentences say it.
const ofTitle: readonly Saying[] = [
  [new RegExp(`${task}|${taskAbroad}|${courseAbroad}`, 'i'), 'example', 4],
  [new RegExp(`\\b(?:${shown}|samples|examples|demos|tutorials|workshops|playgrounds|pocs|exercises|bootcamp|kata|tech challenge|diploma(?: project)?|thesis)\\b|${otherLanguages}`, 'i'), 'example', 3.5],
  // "CS7NS6 Exercise 2".
  [/\b(?:exercise|assignment|homework|lab|practical|coursework|lecture|praktikum) ?(?:#|no\.? ?)?\d{1,2}\b/i, 'example', 3.5],
  // TFG, TFM: Trabajo Fin de Grado, de Máster.
  [/(?:\bexperiment|^Experiment)(?:s|ing)? (?:with|on|in|around)\b|\bTF[GM]\b/, 'example', 3.5],
  [/\b(?:local|development|dev)[- ](?:environment|setup|stack)\b|\bdev(?:elopment)?[- ]?containers?\b/i, 'development', 3],
  [/\b(?:test(?:ing)?[- ]?(?:harness|bed|environment|stack|setup|suite)|integration tests?|e2e tests?|load[- ]tests?|benchmarks?)\b/i, 'test', 3],
]
const ofIntroduction: readonly Saying[] = [
  ...never,
  [new RegExp(`${task}|${taskAbroad}|${courseAbroad}`, 'i'), 'example', 4],
  [new RegExp(`\\b(?:${shown}) (?:[\\w.-]+ ){0,3}(?:${thing})\\b|\\b(?:${thing}) (?:that |which |is |for |used |meant |intended )*(?:demonstrat|showcas|illustrat|to show\\b|to explore\\b|to learn\\b)|\\bfor (?:learning|educational|demo|demonstration|teaching|study|training|experimental) purposes?\\b|\\b(?:goal|purpose|aim|idea) of (?:this|the) (?:project|repo|repository|app|application|demo)[^.]{0,30}\\bto (?:explore|learn|demonstrate|show|illustrate|study|practi[cs]e)\\b|\\b(?:reference|sample|toy) (?:application|implementation|architecture) (?:solution )?(?:illustrat|demonstrat|powered|that show|for|of)|\\blocal labs?\\b|${otherLanguages}`, 'i'), 'example', 3],
  [new RegExp(`\\b(?:this|it)(?: (?:${thing}))? is (?:just |only |merely |simply )?(?:an? |the )(?:[\\w-]+ ){0,2}(?:${shown})\\b`, 'i'), 'example', 3],
  [/\b(?:diploma|thesis|graduation|university|college|school|semester|capstone|hackathon|bootcamp|coursework|learning|practice|training|portfolio) (?:project|assignment|submission|entry)\b|\b(?:made|built|created|developed|written|done) (?:for|during|as (?:a )?part of|in) (?:an?|the|our|my) (?:[\w-]+ ){0,4}(?:course|class|bootcamp|hackathon|university|challenge|lecture)\b|\bproject for the [^.]{3,60} course\b|\btech challenge\b/i, 'example', 3],
  [new RegExp(`\\b(?:is|are|contains?|collection of|set of) (?:an? |the |some |several |few |various |simple |small |minimal |complete |docker[- ]compose )*(?:${shown}|samples|examples|demos|tutorials|playgrounds)\\b`, 'i'), 'example', 1.5],
  // What belongs to a paper is run for its figures.
  [/\b(?:of|in|for|from|with|accompan\w+) (?:the|our|this|my) (?:[\w-]+ ){0,2}(?:paper|dissertation)\b|\bpara (?:la |su )?(?:presentaci|sustentaci).n\b|\bkillercoda\b|\bplay[- ]with[- ](?:docker|k8s)\b/i, 'example', 3],
  [/\b(?:goal|purpose|aim) of (?:this|the) (?:project|repo|repository) is to (?:experiment|evaluate|compare)\b/i, 'example', 3],
  [/\bpart of (?:an?|my|our|his|her|their|the) (?:[\w'-]+ ){0,3}(?:thesis|dissertation|coursework|course|bootcamp|hackathon|internship|degree)\b|\bdemostrat(?:es?|ing|ion)\b|\bthis workshop\b|\bworkshop session\b|\bdemonstrator\b|\b(?:talk|session|presentation|demo) (?:at|for|from) (?:[\w'-]+ ){0,4}(?:conference|summit|conf|meetup|kubecon|devoxx|javaone)\b/i, 'example', 3],
  // A product does something, a demonstration shows how it is done: "It demonstrates how to wire up small services".
  [new RegExp(`\\b(?:it|this|which)(?: (?:${thing}))? (?:demonstrates|illustrates) (?:how|the (?:use|usage|implementation|integration|concepts?|principles?)|(?:several|various|many|common|key|core|modern|an? [\\w-]+) (?:\\w+ ){0,2}(?:patterns?|concepts?|principles?|techniques?|architectures?|practices|implementation|pipeline))\\b`, 'i'), 'example', 3],
  // Nobody pays with it.
  [/\b(?:mock|fake|simulated|dummy)(?:ed)? (?:payments?|checkout|transactions?)\b|\bpayments? (?:are|is) (?:mocked|simulated|faked)\b/i, 'example', 3],
  // Whoever has invented the customer has none: "a fictional bank", "made-up online store".
  [/\b(?:an?|the|our|this) (?:[\w-]+ )?(?:fictional|fictitious|imaginary|imagined|made[- ]up|make[- ]believe|hypothetical)\b|\bimplement an? (?:sample|example)\b/i, 'example', 3],
  [/\b(?:local|development|dev)[- ](?:environment|stack)s? (?:for|of|to|with|using|based)\b|\b(?:in|on) your (?:local|own) machine\b|\b(?:with|on|to|using) minikube\b/i, 'development', 2],
]

const hintsOf = (sayings: readonly Saying[], text: string, where: string): readonly Hint[] => {
  const hints: Hint[] = []
  for (const [said, name, weight] of sayings) {
    const match = said.exec(text)
    if (!match) continue
    hints.push({ class: name, weight, text: `${where} says "${match[0].replace(/\s+/g, ' ').trim().slice(0, 80)}"` })
    // "Not for production" must not count for production too.
    if (never.some(([pattern]) => pattern === said)) break
  }
  return hints
}

// "For development use compose.dev.yml instead" speaks of another file.
const elsewhere = /\binstead\b|\b(?:see|use|in)\b[^.]{0,60}[\w-]\.ya?ml\b/i

export const headHints = (heads: readonly Known[]): readonly Hint[] =>
  hintsOf(ofFile, heads.map(comment => comment.value).filter(line => !elsewhere.test(line)).join('\n').slice(0, 4000), 'the file')

const ofStore = /\bfor [^.]{0,40}\b(?:local development|development|local testing)\b|\bdev(?:elopment)? mode\b|\b(?:local|dev) only\b/i

// "ALLOW_EMPTY_PASSWORD is recommended only for development." stands in every file of one vendor, above the setting.
const ofSetting = /\b[A-Z0-9]+(?:_[A-Z0-9]+)+\b[^.]{0,40}\brecommended\b/

/** What stands at a store of the stack: "for local development", "single-node dev mode". */
export function storeCommentHints(comments: readonly Known[]): readonly Hint[] {
  const match = comments.filter(comment => !ofSetting.test(comment.value)).map(comment => ofStore.exec(comment.value)).find(found => found !== null)
  return match ? [{ class: 'development', weight: 3, text: `a comment says "${match[0].replace(/\s+/g, ' ').slice(0, 80)}"` }] : []
}

const toProduction = /^(?!.*\b(?:not|non|pre|dev|development|test|testing|local|like|similar)\b)(?:[^.,;]{0,60}\W)?production(?:\W[^.,;]{0,24})?$/i

/** A file whose first line is a title that says production: "Shop – Docker Compose (Production)". */
export function titleHints(heads: readonly Known[], own: string): readonly Hint[] {
  const [title] = heads.filter(({ span }) => span.file === own || own === '')
  return title && toProduction.test(title.value) && !/\bfor production\b|\bin production\b/i.test(title.value) ? [{ class: 'production', weight: 5, text: `the file is headed "${title.value.slice(0, 80)}"` }] : []
}

const atHome = /\bhome[- ]?(?:labs?|ops|prod|k8s|k3s)\b|\b(?:my|our|personal|private) (?:[\w-]+,? ){0,2}home (?:[\w-]+ ){0,2}(?:cluster|server|infrastructure|infra|network|repository|kubernetes|setup)\b|(?<!\b(?:your|any|a|for) )\bhome (?:cluster|server|kubernetes)\b/i

/** A home lab: it runs for those who keep it, so that nothing in it tells what others would call production. */
export function homeHint(introductions: readonly Known[]): string | undefined {
  for (const { value, span } of introductions) {
    const said = atHome.exec(value.split('\n', 2).join(' '))
    if (said) return `${span.file} says "${said[0]}"`
  }
  return undefined
}

/** The title of a tutorial; in prose what a link to a product's manual is called. */
const manual = '教程'

/** What READMEs say, each as its title and first lines. The strongest saying counts, as all speak of the same thing. */
export function introductionHints(introductions: readonly Known[]): readonly Hint[] {
  const hints = introductions.flatMap(({ value, span }) => {
    const [title = '', prose = ''] = value.split('\n')
    return [...hintsOf(ofTitle, title, span.file), ...hintsOf(ofIntroduction, prose.replaceAll(manual, ''), span.file)]
  })
  return [...hints, ...courseHints(introductions)].sort((a, b) => b.weight - a.weight).slice(0, 1)
}

const ofCourse = new RegExp('^(?:course|module|kurs|curso|disciplina|corso|cours|предмет|дисциплина|课程)(?: (?:name|code|title))?:', 'i')
const atSchool = new RegExp('^(?:assignment|instructors?|professor|lecturers?|institution|university|college|school|semester|students?(?: (?:id|no|number|names?))?|submitted (?:by|to)|group(?: (?:members|no|number))?|roll (?:no|number)|supervisor|faculty|universidade|universidad|преподаватель|студент|группа)(?: \\w+)?:', 'i')

// What students hand in says for which course, and one more thing of the school, or who they are to it.
function courseHints(introductions: readonly Known[]): readonly Hint[] {
  for (const { value, span } of introductions) {
    const facts = value.split('\n')[4]?.split(' | ') ?? [], course = facts.find(fact => ofCourse.test(fact))
    const told = course !== undefined && facts.some(fact => atSchool.test(fact)) ? course : facts.find(fact => numbered.test(fact))
    if (told !== undefined) return [{ class: 'example', weight: 6, text: `${span.file} says "${told.slice(0, 80)}"` }]
  }
  return []
}
// Whoever made it gives the number under which a school knows them.
const numbered = /^(?:student|matriculation|roll|enrolment|enrollment) (?:id|no|number)s?:/i

const forWork = new RegExp('\\b(?:develop\\w*|dev|local(?:ly|host)?|contribut\\w*|hacking|debug\\w*|(?:running|run)(?: the)? tests?)\\b|本地|локальн|entwickl|développement|desarrollo|desenvolvimento|開発', 'i')
const forUse = /\b(?:deploy\w*|production|install\w*|self[- ]?host\w*|server|upgrad\w*)\b/i

/** Servers alone beside a package that others install: its tests connect to them. `introduction`: the README in the stack's own folder or above. */
export function packageHints(introduction: Known | undefined): readonly Hint[] {
  const registry = introduction?.value.split('\n')[5]?.split(' | ')[0] ?? ''
  return introduction === undefined || registry === '' ? [] : [{ class: 'test', weight: 2.5, text: `only servers run here, and ${introduction.span.file} shows the package at ${registry}` }]
}

/** A compose file that its README starts under "Development" and nowhere else. `introduction`: the README in the stack's own folder. */
export function startHints(introduction: Known | undefined): readonly Hint[] {
  const headings = introduction?.value.split('\n')[2]?.split(' | ').filter(Boolean) ?? []
  const [first] = headings
  if (introduction === undefined || first === undefined || !headings.every(heading => forWork.test(heading) && !forUse.test(heading))) return []
  return [{ class: 'development', weight: 2, text: `${introduction.span.file} starts it under "${first.slice(0, 80)}"` }]
}

// `minikube start`, `kind create cluster`: the cluster is on the machine of whoever reads it.
const localCluster = /\bminikube (?:start|service|tunnel|ssh|dashboard|image|docker-env|addons|ip)\b|\bkind (?:create|load|export|get) |\bk3d (?:cluster|image)\b|\b(?:minikube|kind|k3d) (?:local )?(?:kubernetes )?cluster\b/i
const otherCluster = /\b(?:eks|gke|aks|rke2?|openshift|digitalocean|hetzner|production|prod)\b/i
const stageAfter = /^(?![\w.-])[^,;.(]{0,50}?(?:\((?:for )?(?:the )?(?:local|dev|development|local dev(?:elopment)?|debug(?:ging)?|testing)(?: only)?\)|\bfor (?:your |the )?(?:local |running )?(?:dev(?:elopment)?|debugging|local)\b|\b(?:dev|development|local)(?:\/\w+)? only\b)/i

// What a line says behind a name that stands there as a word of its own.
function saidBehind(line: string, name: string): string | undefined {
  const from = line.toLowerCase().indexOf(name.toLowerCase())
  if (from < 0 || (from > 0 && /[\w.-]/.test(line.charAt(from - 1)))) return undefined
  const found = stageAfter.exec(line.slice(from + name.length, from + name.length + 120))
  return found ? `${line.slice(from, from + name.length)}${found[0]}` : undefined
}

/**
 * What a repository's guides say of a stack's own file, folder or tool: "Docker Compose (dev)", "deploy/k8s for local development", and whether
 * the cluster that its manifests go to is one on a person's machine.
 */
export function mentionHints({ root, files, variant, kind = 'compose', introductions = [] }: Pick<Stack, 'root' | 'files'> & Partial<Pick<Stack, 'variant' | 'kind' | 'introductions'>>): readonly Hint[] {
  const own = variant ?? files[0] ?? '', inCompose = kind === 'compose'
  const hints: Hint[] = []
  for (const { value, span } of introductions) {
    const lines = value.split('\n')[3]?.split(' | ') ?? [], above = folderOf(span.file)
    const inside = (path: string): string => (above === '.' ? path : path.slice(above.length + 1))
    const names = [inside(own), ...own.includes('/') && !common.test(nameOf(own)) ? [nameOf(own)] : [], ...root === above || root === '.' ? [] : [`${inside(root)}/`, inside(root), ...generic.test(nameOf(root)) ? [] : [`${nameOf(root)}/`]], ...inCompose && variant === undefined ? ['docker compose', 'docker-compose', 'compose file'] : []]
    const said = lines.flatMap(line => names.map(name => saidBehind(line, name))).find(found => found !== undefined)
    if (said !== undefined) hints.push({ class: 'development', weight: 2.5, text: `${span.file} says "${said.trim().slice(0, 80)}"` })
    // "You test it locally with docker-compose up".
    const byHand = inCompose && variant === undefined ? lines.map(line => locally.exec(line)?.[0]).find(found => found !== undefined) : undefined
    if (byHand !== undefined) hints.push({ class: 'development', weight: 2, text: `${span.file} says "${byHand.trim()}"` })
    const local = inCompose || lines.some(line => otherCluster.test(line)) ? undefined : lines.map(line => localCluster.exec(line)?.[0]).find(found => found !== undefined)
    if (local !== undefined) hints.push({ class: 'development', weight: 2, text: `${span.file} says "${local.trim()}"` })
  }
  return hints.sort((a, b) => b.weight - a.weight).slice(0, 1)
}
const locally = /\blocal(?:ly)?\b[^.,;:|()]{0,25}\bdocker[- ]compose\b/i
const common = /^(?:docker-)?compose\.ya?ml$|^values\.ya?ml$/
const generic = /^(?:src|app|config|k8s|docker|deploy)$/

const ofSelf = /\b(?:this|our|the|an?) (?:single[- ](?:broker|node|instance|replica) )?(?:dev|development|local|demo|test) (?:setup|cluster|environment|stack|broker|instance)\b/i

/** What a comment anywhere says of the whole it stands in: "for this single-broker dev setup". */
export function remarkHints(comments: readonly Known[]): readonly Hint[] {
  const match = comments.map(comment => ofSelf.exec(comment.value)).find(found => found !== null && /^(?:this|our)\b|single/i.test(found[0]))
  return match ? [{ class: 'development', weight: 2.5, text: `a comment says "${match[0].slice(0, 80)}"` }] : []
}
