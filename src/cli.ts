import { runCommand } from './cli/run.ts'
import { runToEnd } from './shared/run-to-end.ts'

void runToEnd((signal) => runCommand(process.argv.slice(2), signal))
