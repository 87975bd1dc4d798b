import { HELM } from './helm.ts'
import { LIST } from './list.ts'
import { LOGIN } from './login.ts'
import { NETWORK } from './network.ts'
import { RELEASE } from './release.ts'
import { SIGNING } from './sign.ts'
import type { InputSpec } from './spec.ts'
import { TRUST } from './trust.ts'
import { VERIFY } from './verify.ts'
import { WHAT } from './what.ts'

/** Every input: action.yml, the README, the flags of the commands and their parsing come from this table. */
export const INPUTS = {
  ...WHAT,
  ...LIST,
  ...LOGIN,
  ...RELEASE,
  ...SIGNING,
  ...TRUST,
  ...VERIFY,
  ...HELM,
  ...NETWORK
}

type Table = typeof INPUTS
export type InputName = keyof Table
/** The names of the inputs of some kinds. */
export type NameOf<Kind extends InputSpec['kind']> = {
  [Name in InputName]: Table[Name]['kind'] extends Kind ? Name : never
}[InputName]
export type SecretName = NameOf<'secret' | 'secret-pem' | 'secret-yaml'>
export type TextName = Exclude<InputName, SecretName>

export const INPUT_NAMES: readonly InputName[] = Object.keys(INPUTS).filter(isInput)
/** Those of action.yml and of the README's tables. */
export const ACTION_NAMES: readonly InputName[] = INPUT_NAMES.filter((name) => {
  return specOf(name).knownTo.includes('action')
})
export const SECRET_NAMES: readonly SecretName[] = INPUT_NAMES.filter(isSecret)
/** The inputs that are not secrets. */
export const TEXT_NAMES: readonly TextName[] = INPUT_NAMES.filter(isText)

/** The names of the inputs of one kind. */
export function namesOf<Kind extends InputSpec['kind']>(kind: Kind): readonly NameOf<Kind>[] {
  return INPUT_NAMES.filter((name): name is NameOf<Kind> => INPUTS[name].kind === kind)
}

/** The input as the table has it, whichever it is. */
export function specOf(name: InputName): InputSpec {
  return INPUTS[name]
}

function isInput(name: string): name is InputName {
  return name in INPUTS
}

function isSecret(name: InputName): name is SecretName {
  return INPUTS[name].kind.startsWith('secret')
}

function isText(name: InputName): name is TextName {
  return !isSecret(name)
}

/** `dry-run` as a key of an object: `dryRun`. */
export type CamelCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name

export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
