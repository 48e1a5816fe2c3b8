import { fieldDifferences, showValue } from '../field-differences.ts';
import type { Answered } from './request.ts';

/** What differs between two answers, a line each: where, there, here. */
export function differencesOf(real: Answered, ours: Answered): string[] {
	return fieldDifferences(normalise(real), normalise(ours)).map(
		({ path, before, after }) => `${path}: there ${showValue(before)}, here ${showValue(after)}`,
	);
}

/** What no two runs share is put into braces. */
function normalise(answer: Answered): unknown {
	return walk({ ...answer, type: answer.type.replace(/; ?charset=.*/, '') }, '');
}

/**
 * A real server gathers rules in no order of its own, and lists managers by the second in which they wrote (apimachinery:
 * managedfields/internal/managers.go, sortEncodedManagedFields): two runs need not cross a second at the same request.
 */
const isUnordered = /^((nonR|r)esourceRules|managedFields)$/;

function walk(value: unknown, name: string): unknown {
	if (Array.isArray(value)) {
		const items = value.map((item) => walk(item, name));
		return isUnordered.test(name) ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
	}
	if (typeof value === 'object' && value !== null) {
		const fields = withoutControllers(value);
		return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [withoutId(key), walk(inner, key)]));
	}
	if (name === 'resourceVersion' || name === 'continue') return value === '' ? '' : `{${name}}`;
	if (name === 'nodePort') return '{port}';
	// The sandbox describes no columns; docs/fidelity.md says so once for all of them.
	if (name === 'description') return '{description}';
	return typeof value === 'string' ? words(value) : value;
}

/** What a controller writes it writes in its own time: a deployment's status, and who wrote it, may be there already or not yet. */
function withoutControllers(value: object): object {
	if (!('kind' in value) || value.kind !== 'Deployment') return value;
	const { status: _status, ...fields } = { status: undefined, ...value };
	const metadata = 'metadata' in value && isMap(value.metadata) ? value.metadata : {};
	const entries: unknown[] = Array.isArray(metadata['managedFields']) ? metadata['managedFields'] : [];
	const managedFields = entries.filter((entry) => !isMap(entry) || entry['manager'] !== 'kube-controller-manager');
	return { ...fields, metadata: { ...metadata, managedFields } };
}

/** Managed fields name an owner by its id. */
function withoutId(key: string): string {
	return key.replace(/^k:\{"uid":"[^"]*"\}$/, 'k:{uid}');
}

function words(text: string): string {
	return text
		.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '{uid}')
		.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '{time}')
		.replaceAll(/kube-api-access-\w{5}/g, 'kube-api-access-{suffix}')
		.replaceAll(/\b(gen|web-[a-z0-9]+)-\w{5}\b/g, '$1-{suffix}')
		.replaceAll(/web-[a-z0-9]{8,10}\b/g, 'web-{hash}')
		.replaceAll(/\b10\.0\.\d+\.\d+\b/g, '{ip}')
		.replaceAll(/:3\d{4}\//g, ':{port}/')
		.replaceAll(/resource version: \d+/g, 'resource version: {rv}')
		.replaceAll(/\(\d+\)$|current: \d+|in record \(\d+\)/g, '{rv}')
		.replaceAll(/^(\d+[smhd])+$|^<invalid>$/g, '{age}');
}

function isMap(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
