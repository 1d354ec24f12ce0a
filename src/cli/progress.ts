// A line of progress on a terminal, for runs that take long; silent everywhere else.
import { isTerminal } from './print.ts'

const patience = 1000

/** `step` shows how far the run is, `end` removes the line. */
export function progress(): { readonly step: (done: number, all: number) => void; readonly end: () => void } {
  const started = Date.now()
  let shown = 0
  if (!isTerminal('stderr')) return { step: () => undefined, end: () => undefined }
  return {
    step(done, all) {
      const now = Date.now()
      if (now - started < patience || now - shown < 100) return
      shown = now
      process.stderr.write(`\r\u001b[Klinting stack ${done + 1} of ${all}`)
    },
    end() {
      if (shown > 0) process.stderr.write('\r\u001b[K')
    },
  }
}
