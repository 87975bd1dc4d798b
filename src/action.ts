import { runAction } from './action/run.ts'
import { runToEnd } from './shared/run-to-end.ts'

void runToEnd(runAction)
