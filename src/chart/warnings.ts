import { type ChartFile, listNames } from './chart-files.ts'
import { type ChartProblem, chartWarning } from './problem.ts'

/** Helm 3.17.3 to 3.22 and 4.0 to 4.2 refuse larger files (helm, MaxDecompressedFileSize); 4.3 does not. */
const FORMER_FILE_LIMIT_BYTES = 5 * 1024 * 1024
const SENSITIVE_PATHS = [
  /(?:^|\/)gha-creds-[^/]*\.json$/i,
  /(?:^|\/)[._]netrc$/i,
  /(?:^|\/)\.git-credentials$/i,
  /(?:^|\/)\.docker\/config\.json$/i,
  /\.pem$/i
]
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/
const PRIVATE_KEY_HINT = Buffer.from('PRIVATE KEY')
/** A key stands at the beginning of its file, or in a short one such as a Secret. */
const SEARCHED_BYTES = 64 * 1024

/** What is worth a word though it keeps nothing from being published. */
export function warningsOn(files: readonly ChartFile[]): readonly ChartProblem[] {
  return [...largeFiles(files), ...sensitiveFiles(files)]
}

function largeFiles(files: readonly ChartFile[]): readonly ChartProblem[] {
  const large = files.filter(({ bytes }) => bytes.length > FORMER_FILE_LIMIT_BYTES)
  if (large.length === 0) return []
  const message = `Helm 3.17.3 to 3.22 and 4.0 to 4.2 cannot load this chart, for files over 5 MiB: ${listNames(large.map(({ path }) => path))}.`
  const fix = 'Leave the file out with .helmignore, or tell users to take Helm 4.3 or newer.'
  return [chartWarning('file-over-5-mib', message, fix)]
}

function sensitiveFiles(files: readonly ChartFile[]): readonly ChartProblem[] {
  const paths = files.filter(isSensitive).map(({ path }) => path)
  if (paths.length === 0) return []
  const message = `The chart holds files that look like credentials: ${listNames(paths)}.`
  return [chartWarning('sensitive-file', message, 'Name them in .helmignore and package again.')]
}

function isSensitive({ path, bytes }: ChartFile): boolean {
  return SENSITIVE_PATHS.some((pattern) => pattern.test(path)) || holdsPrivateKey(bytes)
}

function holdsPrivateKey(bytes: Buffer): boolean {
  const head = bytes.subarray(0, SEARCHED_BYTES)
  return head.includes(PRIVATE_KEY_HINT) && PRIVATE_KEY.test(head.toString('latin1'))
}
