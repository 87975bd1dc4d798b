import { INPUT_NAMES, type InputName, specOf } from '../inputs/table/table.ts'
import type { InputNaming } from '../shared/input-name.ts'
import { flagNameOf } from './flags.ts'

/** Names inputs in messages of a command: --if-exists, --if-exists skip, --require-genuine=false, CHART. */
export function inputNamingOf(command: string | undefined): InputNaming {
  return (name, value) => {
    if (name === 'chart') return value ?? 'CHART'
    if (name === 'registry' && command === 'inspect') return 'the reference'
    const known = INPUT_NAMES.find((other) => other === name)
    return known ? flagText(known, value) : `--${name}`
  }
}

function flagText(name: InputName, value: string | undefined): string {
  const isSwitch = specOf(name).flag?.value === undefined
  const flag = flagNameOf(name)
  if (value === undefined || (isSwitch && value === 'true')) return flag
  return `${flag}${isSwitch ? '=' : ' '}${value}`
}
