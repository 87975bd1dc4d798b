/** A text that would do something where it is printed as it is. */
export interface HostileText {
  /** Stands in the text, to find it again, and to know what acted. */
  readonly marker: string
  readonly text: string
}

const FORMS: readonly ((marker: string) => string)[] = [
  (m) => `::error::${m}`,
  (m) => `::error file=a.ts,line=1,title=${m}::${m}`,
  (m) => `  \t::warning::${m}`,
  (m) => `\u00a0::notice::${m}`,
  (m) => `\u3000\u2003::ERROR::${m}`,
  (m) => `\ufeff::error::${m}`,
  (m) => `\u200b::error::${m}`,
  (m) => `:\u00ad:error::${m}`,
  (m) => `::error:\u200b:${m}`,
  (m) => `x\n::error::${m}`,
  (m) => `x\r::error::${m}`,
  (m) => `x\r\n::error::${m}`,
  (m) => `x\u2028::error::${m}`,
  (m) => `x\u2029::error::${m}`,
  (m) => `x\u0085::error::${m}`,
  (m) => `\u000b::error::${m}`,
  (m) => `\f::error::${m}`,
  (m) => `\0::error::${m}`,
  (m) => `x\n::add-mask::${m}`,
  (m) => `x\n::stop-commands::${m}`,
  (m) => `x\n::set-output name=digest::${m}`,
  (m) => `x\n::save-state name=folder::../${m}`,
  (m) => `x\n::group::${m}`,
  (m) => `x\n::endgroup::${m}`,
  (m) => `x\n::echo::on ${m}`,
  (m) => `x\n::debug::${m}`,
  (m) => `##[group]${m}`,
  (m) => `x ##[endgroup]${m}`,
  (m) => `x ##[error]${m}`,
  (m) => `###[warning]${m}`,
  (m) => `##[add-mask]${m}`,
  (m) => `##[stop-commands]${m}`,
  (m) => `##[set-output name=digest]${m}`,
  (m) => `##[Save-State name=folder]../${m}`,
  (m) => `#\u200b#[error]${m}`,
  (m) => `x%0A::error::${m}%0D%0A##[error]y`,
  (m) => `x%250A::error::${m}`,
  (m) => `EOF\ndigest<<EOF\n${m}\nEOF\ndigest=${m}`,
  (m) => `##vso[task.setvariable variable=digest]${m}`,
  (m) => `##teamcity[message text='${m}' status='ERROR']`,
  (m) => `\u001b[0Ksection_start:1700000000:${m}[collapsed=true]\r\u001b[0KFake`,
  (m) => `\u001b[0Ksection_end:1700000000:${m}\r\u001b[0K`,
  (m) => `\u001b[31m${m}\u001b[0m`,
  (m) => `\u001b]8;;https://evil.example/${m}\u0007click\u001b]8;;\u0007`,
  (m) => `\u001b]0;${m}\u0007`,
  (m) => `\u001b[8mha:////${m}\u001b[0m`,
  (m) => `\u009b2J${m}`,
  (m) => `${m}\b\b\b\b\b\b\b\bpushed`,
  (m) => `\u202e${m}\u2066\u061c`,
  (m) => `${m}\u{e0065}\u{e0076}`,
  (m) => `\ud83d${m}\udc00`,
  (m) => `${m}${' A'.repeat(2500)}\n::error::${m}`
]

/** Every way that we know to be more than text in a log of a CI or in a terminal. */
export const HOSTILE_TEXTS: readonly HostileText[] = FORMS.map((form, index) => {
  const marker = `acted${String(index).padStart(2, '0')}`
  return { marker, text: form(marker) }
})

/** The text as a double-quoted scalar of YAML, its characters as escapes where they are not ASCII. */
export function asYaml(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[^ -~]/gu, (char) => {
    return `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`
  })
}

/** As much of the text as may be the name of a file. */
export function asFileName(text: string): string {
  return text.replaceAll('\0', '').replaceAll('/', '∕').slice(0, 60)
}

/** As much of the text as may be the value of a header, a byte to a character. */
export function asHeader(text: string): string {
  const value = text.replace(/[\0\r\n]/g, '').slice(0, 200)
  return Buffer.from(value).toString('latin1')
}
