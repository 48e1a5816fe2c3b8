import type { KubeObject } from '../kube-object.ts';
import { badRequest, expired, notFound } from './api-error.ts';
import { apiVersionOf, type Resource, storagePrefix } from './resource.ts';
import type { Ask, Target } from './request-target.ts';
import { parseFieldSelector, parseLabelSelector } from './selector.ts';
import type { Storage } from './storage.ts';

/** The object at a target, or 404. */
export function getObject(storage: Storage, { resource, namespace, name = '' }: Target): KubeObject {
	const found = storage.get(storagePrefix(resource, namespace) + name);
	if (!found) throw notFound(resource, name);
	return found;
}

/** What a request's selectors let through. */
export function selectorOf(query: URLSearchParams): (object: KubeObject) => boolean {
	const labels = parseLabelSelector(query.get('labelSelector') ?? '');
	const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
	const name = query.get('name');
	return (object) =>
		labels(object.metadata.labels ?? {}) && fields(object) && (name === null || object.metadata.name === name);
}

/** A list as the API answers it, in pages when `limit` asks for them. */
export function listObjects(storage: Storage, { target, query }: Ask): Record<string, unknown> {
	const { resource, namespace } = target;
	const { after, version } = readContinue(query.get('continue'), storage.version);
	const isSelected = selectorOf(query);
	const rows = storage
		.list(storagePrefix(resource, namespace))
		.filter(([key, object]) => key > after && isSelected(object));
	const limit = Number(query.get('limit') ?? 0) || rows.length;
	const page = rows.slice(0, limit);
	const remainingItemCount = rows.length - page.length;
	const next =
		remainingItemCount > 0 ? { continue: buildContinue(page.at(-1)?.[0] ?? '', version), remainingItemCount } : {};
	return {
		kind: listKind(resource),
		apiVersion: apiVersionOf(resource),
		metadata: { resourceVersion: String(version), ...next },
		items: page.map(([, object]) => object),
	};
}

export function listKind(resource: Resource): string {
	return `${resource.kind}List`;
}

function buildContinue(after: string, version: number): string {
	return Buffer.from(JSON.stringify([after, version])).toString('base64url');
}

function readContinue(token: string | null, version: number): { after: string; version: number } {
	if (token === null || token === '') return { after: '', version };
	try {
		const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
		if (Array.isArray(value)) return { after: String(value[0]), version: Number(value[1]) };
	} catch (error) {
		throw badRequest(`continue key is not valid: ${error instanceof Error ? error.name : ''}`);
	}
	throw expired('The provided continue parameter is too old');
}
