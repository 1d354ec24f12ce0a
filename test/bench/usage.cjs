// Preloaded into a program that is measured: tells at its end what it cost. The same load is laid on every side.
const { writeFileSync } = require('node:fs')
const process = require('node:process')
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  writeFileSync(process.env.MISFIT_BENCH, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, peak: maxRSS / 1024 }))
})
