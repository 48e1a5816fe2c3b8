import { Problem, type ProblemCode } from '@lanyard/core';
import { readJsonIfAny } from '../body.ts';
import { optionalNumber, optionalString } from '../field.ts';

/** The API server's own words for a refusal (Kubernetes API conventions, "Response Status Kind"). */
export interface KubeStatus {
	code: number;
	/** `NotFound`, `AlreadyExists`, `Forbidden`, … */
	reason: string;
	message: string;
}

/** Reads a Status object, as a response body or as the object of a watch's ERROR. */
export function parseStatus(json: unknown, code: number): KubeStatus {
	if (typeof json !== 'object' || json === null || Array.isArray(json)) return { code, reason: '', message: '' };
	return {
		code: optionalNumber(json, 'code') ?? code,
		reason: optionalString(json, 'reason') ?? '',
		message: optionalString(json, 'message') ?? '',
	};
}

/** The problem that a refusal means; `wanted` says what was asked for. */
export async function kubeProblem(response: Response, wanted: string): Promise<Problem> {
	return problemOfStatus(parseStatus(await readJsonIfAny(response), response.status), wanted);
}

/**
 * The problem that a Status means. The message of an invalid object may repeat its values, which for a Secret are
 * credentials: only its reason is kept.
 */
export function problemOfStatus({ code, reason, message }: KubeStatus, wanted: string): Problem {
	const words = reason === 'Invalid' || reason === 'BadRequest' ? '' : message;
	const found = [`status ${code}`, reason, words].filter(Boolean).join(', ');
	return new Problem(codeOf(code), { wanted, found });
}

function codeOf(code: number): ProblemCode {
	if (code === 401) return 'no-cluster-access';
	if (code === 403) return 'caller-lacks-right';
	return code === 429 || code >= 500 ? 'kubernetes-unavailable' : 'kubernetes-refused';
}
