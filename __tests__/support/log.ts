import { type About, type AboutError, errorLine, type Logger } from '../../src/shared/logger.ts'

/** A logger that keeps its lines as `level: text`. */
export class RecordingLogger implements Logger {
  readonly lines: string[] = []
  /** What notices, warnings and errors were about. */
  readonly abouts: (About | undefined)[] = []

  debug(text: string): void {
    this.lines.push(`debug: ${text}`)
  }

  info(text: string): void {
    this.lines.push(`info: ${text}`)
  }

  detail(text: string): void {
    this.lines.push(`detail: ${text}`)
  }

  notice(text: string, about?: About): void {
    this.abouts.push(about)
    this.lines.push(`notice: ${text}`)
  }

  warning(text: string, about?: About): void {
    this.abouts.push(about)
    this.lines.push(`warning: ${text}`)
  }

  error(text: string, about?: AboutError): void {
    this.abouts.push(about)
    this.lines.push(`error: ${errorLine(text, about)}`)
  }

  group<T>(title: string, body: () => Promise<T>): Promise<T> {
    this.lines.push(`group: ${title}`)
    return body()
  }
}
