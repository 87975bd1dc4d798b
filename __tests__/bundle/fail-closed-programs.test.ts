import { chmod } from 'node:fs/promises'
import { test } from '@jest/globals'
import { FACES } from '../support/both-faces.ts'
import { expectAll, type Hazard, hasNoted } from '../support/faults/hazards.ts'
import { helmPath } from '../support/program.ts'

/** What a program does in place of its work, as a script of bash. */
const MISCHIEF = {
  'is killed': 'kill -9 $$',
  'ends without output': 'exit 0',
  'ends with an error': 'exit 1',
  'prints garbage': 'head -c 1000000 /dev/urandom',
  'becomes a daemon': 'setsid sleep 60 & echo $! >> "$HOME/daemons"',
  'sends its parent a signal': 'kill -TERM $PPID; sleep 60'
}

/** As `MISCHIEF`, but only a signal ends the run, or a time limit that is longer than a test. */
const STANDSTILL = {
  hangs: 'exec sleep 60',
  'ignores SIGTERM': 'trap "" TERM; while :; do sleep 1; done',
  'stops itself': 'kill -STOP $$',
  'stops its group': 'kill -STOP 0',
  'has closed its output': 'exec >&- 2>&-; sleep 60',
  'prints without end': 'exec yes',
  'waits for a daemon that holds its output': 'setsid sleep 60 & echo $! >> "$HOME/daemons"; wait'
}

const PROGRAMS = ['helm version', 'helm package', 'credential helper'] as const
type Program = (typeof PROGRAMS)[number]

/** A program that is there only to do this. */
function program(name: Program, mischief: string): Hazard {
  const [file = ''] = name === 'credential helper' ? ['docker-credential-test'] : name.split(' ')
  const script = `#!/bin/bash\nexport HOME\n${guard(name)}touch "$HOME/is-there"\n${mischief}\n`
  return {
    codes: [],
    prepare: async (workspace) => {
      await workspace.write('bin', { [file]: script })
      await chmod(workspace.path('bin', file), 0o755)
      await workspace.write('logins', { 'config.json': '{"credsStore":"test"}' })
    },
    environment: (workspace) => ({
      PATH: `${workspace.path('bin')}:${helmPath().replace(/\/helm$/, '')}:/usr/bin:/bin`,
      ...(name === 'credential helper' && { DOCKER_CONFIG: workspace.path('logins') })
    })
  }
}

/** What it does for calls that are not meant. */
function guard(name: Program): string {
  if (name === 'helm version') return `[ "$1" = version ] || exec "${helmPath()}" "$@"\n`
  return name === 'helm package' ? '[ "$1" = version ] && echo v4.3.0 && exit\n' : ''
}

const CODES: Readonly<Record<Program, readonly number[]>> = {
  'helm version': [3],
  'helm package': [3],
  'credential helper': [5]
}

test('every program: whatever it does, the run ends as the program deserves', async () => {
  const hazards: Record<string, Hazard> = {}
  for (const [row, [what, script]] of Object.entries(MISCHIEF).entries()) {
    for (const [column, name] of PROGRAMS.entries()) {
      const isSignal = what === 'sends its parent a signal'
      const codes = isSignal ? [143, 130] : CODES[name]
      const faces = [FACES[(row + column) % 2] ?? 'command']
      hazards[`${name} ${what}`] = { ...program(name, script), codes, faces }
    }
  }
  await expectAll(hazards)
}, 120_000)

test('every program that does not end: a signal ends the run, and the program', async () => {
  const hazards: Record<string, Hazard> = {}
  const signals = [
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129]
  ] as const
  for (const [row, [what, script]] of Object.entries(STANDSTILL).entries()) {
    for (const [column, name] of PROGRAMS.entries()) {
      const [signal, code] = signals[(row + column) % signals.length] ?? signals[0]
      const when = { name: signal, when: hasNoted('is-there') }
      const faces = [FACES[(row + column) % 2] ?? 'command']
      // One that prints too much is killed before the signal comes.
      const codes = what === 'prints without end' ? [code, ...CODES[name]] : [code]
      hazards[`${name} ${what}`] = { ...program(name, script), codes, faces, signal: when }
    }
  }
  await expectAll(hazards)
}, 120_000)
