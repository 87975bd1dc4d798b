import type { Subject } from './artifacts.ts'
import { Masks } from './masks.ts'

export interface JobOutputs {
  readonly outputs: Readonly<Record<string, string>>
  /** One warning for each that was dropped. */
  readonly warnings: readonly string[]
}

/** What the steps of a job share. */
export class Job {
  readonly masks: Masks
  /** What has been declared in `$GITHUB_ARTIFACTS`, by name. */
  readonly subjects = new Map<string, Subject>()

  /** @param secrets of the job, which are masked from the beginning */
  constructor(secrets: readonly string[] = []) {
    this.masks = new Masks(secrets)
  }

  /** What is left of outputs of steps that become outputs of the job (actions/runner, JobExtension). */
  outputsOf(outputs: Readonly<Record<string, string>>): JobOutputs {
    const given = Object.entries(outputs).filter(([, value]) => value !== '')
    const isClean = ([, value]: readonly [string, string]) => this.masks.hide(value) === value
    const dropped = given.filter((output) => !isClean(output))
    return {
      outputs: Object.fromEntries(given.filter(isClean)),
      warnings: dropped.map(([name]) => `Skip output '${name}' since it may contain secret.`)
    }
  }
}
