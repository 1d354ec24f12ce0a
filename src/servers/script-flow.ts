// Which parts of a shell script run: what is open (`if`, `case`, loops, groups, functions), and what the condition before came to.
import type { Outcome } from './conditions.ts'
import type { Word } from './script.ts'

const loops = new Set(['for', 'while', 'until', 'select'])
/** Words that open a construct, and words inside one that are no commands. */
export const openers: ReadonlySet<string> = new Set(['if', 'case', ...loops])
export const keywords: ReadonlySet<string> = new Set(['then', 'else', 'elif', 'do', 'in', '(', ')', 'time', 'fi', 'done', 'esac', '{', '}'])

export type Connector = '&&' | '||' | ''

/** A construct that is open. `runs`: whether the part that is read runs; undefined where it is not known. */
export interface Frame {
  readonly kind: 'if' | 'loop' | 'case' | 'group' | 'function'
  runs: boolean | undefined
  /** Whether an earlier branch of an `if` ran. */
  earlier?: boolean | undefined
  readonly defines?: { readonly name: string; readonly start: number }
  /** Number of the commands before it. */
  readonly first?: number
  /** The next thing in a `case` is a pattern. */
  pattern?: boolean
}

const not = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value)
/** Whether two things hold together; undefined where it is not known. */
export const both = (a: boolean | undefined, b: boolean | undefined): boolean | undefined => (a === false || b === false ? false : a === undefined || b === undefined ? undefined : true)
const whether = (outcome: Outcome): boolean | undefined => (outcome === 'assumed' ? undefined : outcome)

/** What is open where the reader stands. */
export class ControlFlow {
  connector: Connector = ''
  outcome: Outcome = 'assumed'
  readonly frames: Frame[] = []

  get innermost(): Frame | undefined { return this.frames.at(-1) }

  /** Whether what is read runs. */
  get runs(): boolean | undefined {
    return this.frames.reduce<boolean | undefined>((runs, frame) => both(runs, frame.runs), true)
  }

  /** Whether what stands behind `&&` or `||` runs. */
  gate(connector: Connector): boolean | undefined {
    if (connector === '' || (connector === '&&' && this.outcome === 'assumed')) return true
    return connector === '&&' ? whether(this.outcome) : not(whether(this.outcome))
  }

  /** Takes a keyword, the words behind it and what it is connected by; `count`: the commands before it. */
  keyword(word: string, rest: readonly Word[], connector: Connector, count: number): void {
    const frame = this.innermost, gate = this.gate(connector)
    const pop = (kind: Frame['kind']): void => { if (frame?.kind === kind) this.frames.pop() }
    this.connector = ''
    if (word === 'if') { this.frames.push({ kind: 'if', runs: gate, earlier: false }); this.outcome = undefined }
    else if (word === 'case') {
      const at = rest.findIndex(each => each.text === 'in')
      this.frames.push({ kind: 'case', runs: undefined, pattern: at < 0 || rest.length === at + 1 })
    } else if (loops.has(word)) this.frames.push({ kind: 'loop', runs: undefined })
    else if (word === '{') this.frames.push({ kind: 'group', runs: gate, first: count })
    else if (word === 'done') pop('loop')
    else if (word === 'esac') pop('case')
    else if (word === 'fi') pop('if')
    else if (frame?.kind === 'if') this.branch(frame, word)
  }

  /** Ends a group or a function; whatever was left open ends with its function. */
  endGroup(): Frame | undefined {
    const at = this.innermost?.kind === 'group' ? this.frames.length - 1 : this.frames.map(({ kind }) => kind).lastIndexOf('function')
    const ended = this.frames[at]
    if (ended) this.frames.length = at
    return ended
  }

  private branch(frame: Frame, word: string): void {
    const before = frame.earlier
    if (word === 'then') {
      const result = whether(this.outcome)
      frame.runs = both(not(before), result)
      frame.earlier = before === true || result === true ? true : before === undefined || result === undefined ? undefined : false
    } else if (word === 'else') frame.runs = not(before)
    // The condition of another branch is only looked at when none before held.
    else if (word === 'elif') { frame.runs = not(before); this.outcome = undefined }
  }
}
