import { Problem, type ProblemCode } from '@lanyard/core';
import { readJsonIfAny } from '../body.ts';
import { optionalArray, optionalString } from '../field.ts';

/** The registry's own words for a refusal (OCI distribution spec 1.1, section "Error Codes"). */
export interface RegistryError {
	code: string;
	message: string;
}

/** Reads the first entry of `{errors: [{code, message}]}`, if the body is one. */
async function parseRegistryError(response: Response): Promise<RegistryError | undefined> {
	const body = await readJsonIfAny(response);
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
	const [first] = optionalArray(body, 'errors', (error) => ({
		code: optionalString(error, 'code') ?? 'UNKNOWN',
		message: optionalString(error, 'message') ?? '',
	}));
	return first;
}

/**
 * The problem that a refusal means. 403 is the registry's firewall (`client with IP … is not allowed access`), 401 is
 * about the credential and means `refused`; the codes of other answers are the same wherever they come.
 */
export async function registryProblem(response: Response, refused: ProblemCode): Promise<Problem> {
	const error = await parseRegistryError(response);
	const found = [`status ${response.status}`, error?.code, error?.message].filter(Boolean).join(', ');
	return new Problem(codeOf(response.status, error?.code) ?? refused, { found });
}

function codeOf(status: number, code: string | undefined): ProblemCode | undefined {
	if (code === 'NAME_UNKNOWN') return 'repository-not-found-or-typo';
	if (code === 'MANIFEST_UNKNOWN') return 'image-tag-not-found';
	if (status === 401) return undefined;
	if (status === 403) return 'registry-firewall-denied';
	if (status === 429) return 'rate-limited';
	return status >= 500 ? 'registry-unavailable' : 'registry-refused';
}
