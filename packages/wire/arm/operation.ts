import { Problem } from '@lanyard/core';
import { readJsonIfAny } from '../body.ts';
import { optionalField, optionalString } from '../field.ts';
import { armProblem } from './problem.ts';

/** Where to look how something that takes a while is going, and when; undefined where it is over. */
export interface Pending {
	url: string;
	waitMs: number;
}

/** Azure's documented wait where an answer names none is 30 s; ACR and AKS are usually much faster than that. */
const usualWaitMs = 2000;

/**
 * Reads the address of a long-running operation: `Azure-AsyncOperation`, else `Location` of a 202
 * (learn.microsoft.com/azure/azure-resource-manager/management/async-operations). Throws the problem of a refusal.
 */
export async function parseStarted(response: Response, path: string): Promise<Pending | undefined> {
	if (!response.ok) throw await armProblem(response, path);
	const url = response.headers.get('azure-asyncoperation') ?? (response.status === 202 ? locationOf(response) : null);
	return url === null ? undefined : { url, waitMs: waitOf(response) };
}

/** Reads what the address says: still under way, or over. Throws where it failed. */
export async function parseProgress(response: Response, { url }: Pending): Promise<Pending | undefined> {
	if (!response.ok) throw await armProblem(response, new URL(url).pathname);
	const body = await readJsonIfAny(response);
	const status = typeof body === 'object' && body !== null ? optionalString(body, 'status') : undefined;
	if (status === 'Failed' || status === 'Canceled') throw failed(body, status);
	const isOver = status === undefined ? response.status !== 202 : status === 'Succeeded';
	return isOver ? undefined : { url: locationOf(response) ?? url, waitMs: waitOf(response) };
}

function locationOf(response: Response): string | null {
	return response.headers.get('location');
}

function waitOf(response: Response): number {
	const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
	return Number.isNaN(seconds) ? usualWaitMs : Math.min(seconds, 60) * 1000;
}

function failed(body: unknown, status: string): Problem {
	const error = optionalField(body, 'error');
	const words = error && [optionalString(error, 'code'), optionalString(error, 'message')].filter(Boolean).join(', ');
	return new Problem('azure-refused', { found: words || `the operation ended as ${status}` });
}
