import { Problem, type ProblemCode } from '@lanyard/core';
import { readJsonIfAny } from '../body.ts';
import { optionalField, optionalString } from '../field.ts';
import { present } from '../present.ts';

/** Resource Manager's own words for a refusal. */
export interface ArmError {
	status: number;
	code?: string;
	message?: string;
}

/** Reads an error body: `{error: {code, message}}`, or, from AKS itself, the inside alone. */
async function parseArmError(response: Response): Promise<ArmError> {
	const body = await readJsonIfAny(response);
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return { status: response.status };
	const error = optionalField(body, 'error') ?? body;
	return present({
		status: response.status,
		code: optionalString(error, 'code'),
		message: optionalString(error, 'message'),
	});
}

/** The problem that a refusal means; `path` is what was asked for. */
export async function armProblem(response: Response, path: string): Promise<Problem> {
	const error = await parseArmError(response);
	if (error.status === 429) return throttled(response);
	const found = error.message ?? [`status ${error.status}`, error.code].filter(Boolean).join(', ');
	if (error.status === 403 && /Authorization/.test(error.code ?? '')) return lacksRight(found);
	return new Problem(codeOf(error, path), { found });
}

/**
 * "The client 'X' with object id 'O' does not have authorization to perform action 'A' over scope 'S' or the scope is
 * invalid. …": the action and the scope are what is wanted.
 */
function lacksRight(message: string): Problem {
	const [, action, scope] = /perform action '([^']+)' over scope '([^']+)'/.exec(message) ?? [];
	const wanted = action && scope ? { wanted: `the right to ${action} on ${withoutAssignment(scope)}` } : {};
	return new Problem('caller-lacks-right', { ...wanted, found: message });
}

/** Azure names the assignment that was to be made; the right is needed on what it was to be made on. */
function withoutAssignment(scope: string): string {
	return scope.replace(/\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i, '');
}

/** RFC 9110, section 10.2.3: seconds, as Azure writes it; some services send a date. */
function throttled(response: Response): Problem {
	const wait = response.headers.get('retry-after');
	return new Problem('azure-throttled', { found: wait === null ? 'status 429' : `status 429, retry after ${wait} s` });
}

function codeOf({ status, code = '', message = '' }: ArmError, path: string): ProblemCode {
	// Azure says so where it saw no token at all; one that it saw has ended, or is for another tenant.
	if (status === 401) return code === 'AuthenticationFailed' ? 'not-signed-in' : 'sign-in-expired';
	if (status === 404) return code === 'SubscriptionNotFound' ? 'subscription-not-found' : missingKind(message, path);
	if (code === 'PrincipalNotFound') return 'principal-not-found';
	if (code === 'RoleAssignmentExists' || code === 'AlreadyInUse') return 'already-exists';
	return status >= 500 ? 'azure-unavailable' : 'azure-refused';
}

/** "The Resource 'Microsoft.ContainerRegistry/registries/X' under resource group 'G' was not found.": the words go first. */
function missingKind(message: string, path: string): ProblemCode {
	for (const text of [message, path]) {
		if (/roleDefinitions\//i.test(text)) return 'role-not-found';
		if (/managedClusters\/|managed cluster/i.test(text)) return 'cluster-not-found';
		if (/ContainerRegistry\/registries\//i.test(text)) return 'registry-not-found';
	}
	return 'azure-refused';
}
