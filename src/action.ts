import { runAction } from './action/run.ts'
import { runToEnd } from './shared/end-process.ts'

void runToEnd(runAction)
