// Preloaded into the bundle by canary tests: when the process exits, it writes down when that was, what was still
// open, a snapshot of the heap, and the environment, which last, since it would be found in the heap otherwise. On
// SIGUSR2 a snapshot of the heap as it is.
const { execFileSync } = require('node:child_process')
const { writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { writeHeapSnapshot } = require('node:v8')

const folder = process.env['HEAP_WITNESS'] ?? ''
delete process.env['HEAP_WITNESS']

process.on('SIGUSR2', () => writeHeapSnapshot(join(folder, 'during.heapsnapshot')))

process.once('exit', () => {
  const report = { at: Date.now(), open: process.getActiveResourcesInfo() }
  // A run with little room for files: a snapshot needs more.
  if (process.env['HEAP_WITNESS_UNLIMITS']) {
    execFileSync('prlimit', [`--pid=${process.pid}`, '--fsize=unlimited'])
  }
  writeFileSync(join(folder, 'exit.json'), JSON.stringify(report))
  global.gc?.()
  writeHeapSnapshot(join(folder, 'exit.heapsnapshot'))
  writeFileSync(join(folder, 'environment.json'), JSON.stringify(process.env))
})
