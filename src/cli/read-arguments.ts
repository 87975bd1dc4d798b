import { registerInputLogins } from '../inputs/input-logins.ts'
import { readPemFiles } from '../inputs/pem-files.ts'
import type { InputTexts } from '../inputs/values.ts'
import { nameInputsBy } from '../shared/input-name.ts'
import { type Command, flagsOf, inputNamingOf, otherSources } from './flags.ts'
import { givenTexts } from './given-texts.ts'
import { parseFlags } from './parse-flags.ts'
import { type ReadSecrets, readSecrets } from './secrets.ts'
import type { Means } from './terminal.ts'

/** What a command was given, its files read. */
interface Arguments {
  readonly positionals: readonly string[]
  readonly texts: InputTexts
  readonly secrets: ReadSecrets
}

/** Reads arguments, files, standard input and the environment; inputs are named by where they came from. @throws Failure usage */
export async function readArguments(
  command: Command,
  args: readonly string[],
  { secrets, signal }: Means
): Promise<Arguments> {
  const { positionals, values } = parseFlags(args, flagsOf(command), command)
  nameInputsBy(inputNamingOf(command, otherSources(values, process.env)))
  const texts = givenTexts(values)
  registerInputLogins({ ...texts, chart: positionals.join('\n') }, secrets)
  const pemTexts = await readPemFiles(texts, signal)
  return { positionals, texts: pemTexts, secrets: await readSecrets(values, secrets, signal) }
}
