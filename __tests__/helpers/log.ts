import type { Logger } from '../../src/shared/logger.ts'

/** A logger that keeps its lines as `level: text`. */
export class RecordingLogger implements Logger {
  readonly lines: string[] = []

  debug(text: string): void {
    this.lines.push(`debug: ${text}`)
  }

  info(text: string): void {
    this.lines.push(`info: ${text}`)
  }

  notice(text: string): void {
    this.lines.push(`notice: ${text}`)
  }

  warning(text: string): void {
    this.lines.push(`warning: ${text}`)
  }

  error(text: string): void {
    this.lines.push(`error: ${text}`)
  }

  group<T>(title: string, body: () => Promise<T>): Promise<T> {
    this.lines.push(`group: ${title}`)
    return body()
  }
}
