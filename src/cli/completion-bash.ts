import { type CompletedCommand, PROGRAM, type Taken } from './completion-table.ts'

/** For bash 3.2 (macOS) and newer, without the package bash-completion. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  return `# bash completion for ${PROGRAM}: eval "$(${PROGRAM} completion bash)"
_publish_helm_chart_words() {
  local IFS=$' \\t\\n'
  COMPREPLY=($(compgen -W "$1" -- "$2"))
}

_publish_helm_chart_paths() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen "$1" -- "$2"))
  compopt -o filenames 2>/dev/null
}

_publish_helm_chart() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" flag="" command="\${COMP_WORDS[1]}" flags=""
  local prev="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _publish_helm_chart_words "${names} --help --version" "$cur"
    return
  fi
  # bash takes the equals sign for one more word.
  if [ "$cur" = "=" ]; then
    flag="$prev=" cur=""
  elif [ "$prev" = "=" ]; then
    flag="\${COMP_WORDS[COMP_CWORD-2]}="
  else
    flag="$prev"
  fi
  case "$command $flag" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$command" in
${commands.map(commandCase).join('\n')}
  esac
}

complete -o default -F _publish_helm_chart ${PROGRAM}
`
}

/** What follows a flag, behind `=` or as a word of its own. */
function valueCases({ name: command, flags }: CompletedCommand): readonly string[] {
  return flags.flatMap(({ name, takes, isSwitch }) => {
    if (takes === 'nothing') return []
    const apart = isSwitch ? [] : [`"${command} --${name}"`]
    const patterns = [...apart, `"${command} --${name}="`].join(' | ')
    return [`    ${patterns}) ${action(takes)}; return ;;`]
  })
}

function action(takes: Taken): string {
  if (takes === 'files') return '_publish_helm_chart_paths -f "$cur"'
  if (takes === 'folders') return '_publish_helm_chart_paths -d "$cur"'
  return typeof takes === 'string' ? ':' : `_publish_helm_chart_words "${takes.join(' ')}" "$cur"`
}

function commandCase({ name, flags, takes }: CompletedCommand): string {
  const words = [...flags.map((flag) => `--${flag.name}`), '--help']
  const others = takes === 'files' ? '_publish_helm_chart_paths -f "$cur"' : action(takes)
  return `    ${name})
      case "$cur" in
        -*) _publish_helm_chart_words "${words.join(' ')}" "$cur" ;;
        *) ${others} ;;
      esac ;;`
}
