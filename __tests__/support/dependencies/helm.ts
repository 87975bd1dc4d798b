import { run } from '../program.ts'

/** A private home of helm, with its logins and repositories. */
export interface HelmHome {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

/** Runs a helm in its home. @throws when it fails */
export async function helm(
  program: string,
  args: readonly string[],
  { environment, folder }: HelmHome,
  stdin = ''
): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, {
    environment,
    directory: folder,
    stdin
  })
  if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}
