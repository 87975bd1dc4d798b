import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Go names each module that it downloads, npm each package: some 100 KB. */
const LARGEST_OUTPUT = 16 * 1024 * 1024

/**
 * Runs a program of the machine to its end. Returns what it has printed; an error says it as well.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, environment?: NodeJS.ProcessEnv, signal?: AbortSignal }} options
 */
export async function execute(command, args, { cwd, environment, signal }) {
  const options = {
    cwd,
    signal,
    env: { ...process.env, ...environment },
    maxBuffer: LARGEST_OUTPUT
  }
  return promisify(execFile)(command, args, options).catch((error) => {
    throw new Error(`${[command, ...args].join(' ')} failed: ${error.stderr || error.message}`)
  })
}
