import {
  type CompletedCommand,
  type CompletedFlag,
  PROGRAM,
  type Taken
} from './completion-table.ts'

/** For zsh, as a file `_publish-helm-chart` of fpath, or sourced after compinit. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef ${PROGRAM}
# zsh completion for ${PROGRAM}: source <(${PROGRAM} completion zsh)
_publish_helm_chart() {
  local -a commands
  commands=(
${commands.map(({ name, help }) => `    ${quoted(`${name}:${help}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${commands.map(commandCase).join('\n')}
  esac
}

if [[ $funcstack[1] == _publish-helm-chart ]]; then
  _publish_helm_chart "$@"
else
  compdef _publish_helm_chart ${PROGRAM}
fi
`
}

function commandCase({ name, flags, takes }: CompletedCommand): string {
  const specs = [...flags.map(flagSpec), '--help[print help]', `*:argument:${actionFor(takes)}`]
  const lines = specs.map((spec) => `        ${quoted(spec)}`)
  return `    ${name})\n      _arguments \\\n${lines.join(' \\\n')} ;;`
}

function flagSpec({ name, help, isSwitch, isRepeated, takes }: CompletedFlag): string {
  const many = isRepeated ? '*' : ''
  const about = `[${help.replace(/[[\]\\]/g, '\\$&')}]`
  if (takes === 'nothing') return `${many}--${name}${about}`
  // A value of a switch is optional, and joined to it.
  if (isSwitch) return `${many}--${name}=-${about}::value:${actionFor(takes)}`
  return `${many}--${name}=${about}:value:${actionFor(takes)}`
}

function actionFor(takes: Taken): string {
  if (takes === 'files') return '_files'
  if (takes === 'folders') return '_files -/'
  return typeof takes === 'string' || takes.length === 0 ? ' ' : `(${takes.join(' ')})`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
