const DEBUG_COMMAND = /^::debug::/

/**
 * Keeps standard output for the result: what libraries made for GitHub Actions print there goes to
 * standard error, without their debug commands. Returns the way to print the result.
 */
export function reserveStandardOutput(): (text: string) => void {
  const print = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    return DEBUG_COMMAND.test(chunk.toString()) || process.stderr.write(chunk)
  }
  return (text) => {
    print(text)
  }
}
