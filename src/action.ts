import { runAction } from './action/run.ts'
import { endProcess } from './shared/end-process.ts'

void runAction().then(endProcess)
