import { runCommand } from './cli/run.ts'
import { endProcess } from './shared/end-process.ts'

void runCommand(process.argv.slice(2)).then(endProcess)
