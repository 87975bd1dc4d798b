// Loaded into our program by --require: writes its largest resident set, in bytes, when it ends.
const { writeFileSync } = require('node:fs')

process.on('exit', () => {
  const file = process.env['BENCH_OWN_PEAK_FILE']
  if (file) writeFileSync(file, String(process.resourceUsage().maxRSS * 1024))
})
