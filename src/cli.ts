import { runCommand } from './cli/run.ts'
import { runToEnd } from './shared/end-process.ts'

void runToEnd((signal) => runCommand(process.argv.slice(2), signal))
