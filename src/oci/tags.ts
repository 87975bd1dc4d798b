import type { HttpResponse } from '../http/message.ts'
import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { isObject, parseJson } from '../shared/json.ts'
import { codesIn } from './errors/registry-error.ts'
import { readPages } from './pages.ts'
import type { RequestContext } from './request-context.ts'
import { type Repository, repositoryText } from './spec/reference.ts'

/** Of a repository that is not there, or has no tag yet (distribution). */
const NONE_CODES = ['NAME_UNKNOWN', 'NOT_FOUND']

/**
 * All tags of a repository in the order of the registry (distribution-spec v1.1, "Listing tags"), none twice; none at all
 * where it is not there. No page size is asked for: crane cuts the list by it without a Link, olareg drops the connection at 0, and ECR
 * refuses more than 1000.
 * @throws Failure
 */
export async function listTags(
  context: RequestContext,
  repository: Repository
): Promise<readonly string[]> {
  return (await readTags(context, repository, saysNone)) ?? []
}

/** As `listTags`, of a repository that has to be there. @throws Failure auth, in the words of the registry, where it is not */
export async function listExistingTags(
  context: RequestContext,
  repository: Repository
): Promise<readonly string[]> {
  return (await readTags(context, repository, () => false)) ?? []
}

async function readTags(
  context: RequestContext,
  repository: Repository,
  isNone: (page: HttpResponse) => boolean
): Promise<readonly string[] | undefined> {
  const tags = await readPages(context, repository, {
    request: { method: 'GET', url: context.url(repository, 'tags/list'), headers: {} },
    what: `to list the tags of ${repositoryText(repository)}`,
    isNone,
    read: tagsIn
  })
  return tags && [...new Set(tags)]
}

function saysNone({ status, body }: HttpResponse): boolean {
  return status === 404 && codesIn(body).some((code) => NONE_CODES.includes(code))
}

/** `null` for none comes from registries in Go. */
function tagsIn({ url, body }: HttpResponse): readonly string[] {
  const parsed = parseJson(body)
  const tags = isObject(parsed) ? (parsed['tags'] ?? []) : undefined
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags
  const message = `${url.host} did not answer with a list of tags.`
  throw new Failure('registry', {
    message,
    fix: `Check that ${input('registry')} names an OCI registry.`
  })
}
