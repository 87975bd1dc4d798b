/** `text` without the line ends that files, heredocs and YAML's blocks leave after a secret. */
export function withoutLineEnd(text: string): string {
  return text.replace(/[\r\n]+$/, '')
}
