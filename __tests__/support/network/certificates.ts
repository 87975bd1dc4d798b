// Without Jest, so that scripts can use it too.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Workspace } from '../workspace.ts'

/** Where files are written. */
type Folder = Pick<Workspace, 'path'>

/** A key with its certificate: the PEM texts, and the files that hold them. */
export interface Identity {
  readonly key: string
  readonly cert: string
  readonly keyFile: string
  readonly certFile: string
}

export interface IssueOptions {
  /** As openssl takes them: `IP:127.0.0.1,DNS:localhost`. */
  readonly names?: string
  /** Negative: it has expired already. */
  readonly days?: number
}

/** A certificate authority for tests, made with openssl in a folder. */
export class Authority {
  readonly #folder: Folder
  readonly #name: string
  readonly root: Identity

  constructor(folder: Folder, name = 'test authority') {
    this.#folder = folder
    this.#name = name
    const root = this.#files('root')
    const subject = ['-subj', `/CN=${name}`, '-days', '2']
    openssl([
      'req',
      '-x509',
      ...NEW_KEY,
      ...subject,
      '-keyout',
      root.keyFile,
      '-out',
      root.certFile
    ])
    this.root = read(root)
  }

  /** A certificate for `subject` that this authority has signed. */
  issue(subject: string, { names, days = 2 }: IssueOptions = {}): Identity {
    const files = this.#files(subject)
    const request = `${files.certFile}.csr`
    const extensions = `${files.certFile}.ext`
    openssl([
      'req',
      ...NEW_KEY,
      '-subj',
      `/CN=${subject}`,
      '-keyout',
      files.keyFile,
      '-out',
      request
    ])
    writeFileSync(
      extensions,
      names === undefined ? 'basicConstraints=CA:FALSE\n' : `subjectAltName=${names}\n`
    )
    const signer = ['-CA', this.root.certFile, '-CAkey', this.root.keyFile, '-CAcreateserial']
    const term = ['-days', String(days), '-extfile', extensions]
    openssl(['x509', '-req', '-in', request, ...signer, ...term, '-out', files.certFile])
    return read(files)
  }

  #files(subject: string): Pick<Identity, 'keyFile' | 'certFile'> {
    const base = this.#folder.path(`${this.#name}-${subject}`.replaceAll(' ', '-'))
    return { keyFile: `${base}.key`, certFile: `${base}.crt` }
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** The key of `identity`, encrypted with `passphrase`, in PEM. */
export function encryptedKey({ keyFile }: Identity, passphrase: string): string {
  return openssl(['pkcs8', '-topk8', '-in', keyFile, '-passout', `pass:${passphrase}`])
}

function read(files: Pick<Identity, 'keyFile' | 'certFile'>): Identity {
  return {
    ...files,
    key: readFileSync(files.keyFile, 'utf8'),
    cert: readFileSync(files.certFile, 'utf8')
  }
}

function openssl(args: readonly string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}
