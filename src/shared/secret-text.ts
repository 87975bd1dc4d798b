import { utf16FileText } from './utf16.ts'

/** What is to be said about a secret that was given, without any part of it. */
export interface SecretRemark {
  /** A notice of what was changed, or a warning of what may be wrong. */
  readonly level: 'notice' | 'warning'
  readonly text: string
}

interface CleanSecret {
  readonly value: string
  readonly remarks: readonly SecretRemark[]
}

const BYTE_ORDER_MARK = '\ufeff'

/** Nobody sees these, and no keyboard writes them; line breaks and tabs stand in keys that are JSON. */
const INVISIBLE = /[[\p{Cc}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}\ufffd]--[ \t\r\n]]/v

/** `text` without the line ends that files, heredocs and YAML's blocks leave after a secret. */
export function withoutLineEnd(text: string): string {
  return text.replace(/[\r\n]+$/, '')
}

/**
 * A secret as it is sent: without the line end of its file, and without the byte order mark that PowerShell puts
 * before it. What else is probably there by accident stays, with a warning; `name` is that of the input.
 */
export function cleanSecret(text: string, name: string): CleanSecret {
  const value = withoutLineEnd(text)
  const bare = value.replace(/^\ufeff+/, '')
  const notice: SecretRemark = {
    level: 'notice',
    text: `${name} begins with a byte order mark (U+FEFF), which PowerShell writes to files. It was removed.`
  }
  const warning = oddity(bare)
  return {
    value: bare,
    remarks: [
      ...(bare === value ? [] : [notice]),
      ...(warning === undefined ? [] : [{ level: 'warning' as const, text: `${name} ${warning}` }])
    ]
  }
}

function oddity(value: string): string | undefined {
  const [invisible] = INVISIBLE.exec(value) ?? []
  if (invisible !== undefined) {
    const code = (invisible.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return `has an invisible character (U+${code}). If the login is refused, type the secret again.`
  }
  if (value.trim() === value) return undefined
  return 'begins or ends with a space. If the login is refused, remove the space.'
}

/**
 * The text of a file or a pipe: UTF-8, or the UTF-16 that PowerShell and Windows editors write, which has a byte order
 * mark. The mark stays; `bytes` are overwritten.
 */
export function textOf(bytes: Buffer): string {
  const text = utf16FileText(bytes) ?? bytes.toString('utf8')
  bytes.fill(0)
  return text
}

/** `text` without a byte order mark at its beginning. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text
}
