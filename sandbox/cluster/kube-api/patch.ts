import { at, type Fields, isFields, isSame } from '../json.ts';
import { badRequest } from './api-error.ts';

/** RFC 7396. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
	if (!isFields(patch)) return patch;
	const result: Fields = isFields(target) ? { ...target } : {};
	for (const [name, value] of Object.entries(patch)) {
		if (value === null) delete result[name];
		else result[name] = applyMergePatch(result[name], value);
	}
	return result;
}

/** Which lists merge by which key: `patchMergeKey` in the Go types of the kinds served. Null: a set of plain values. */
const mergeKeys: Record<string, string | null> = {
	conditions: 'type',
	containers: 'name',
	env: 'name',
	ephemeralContainers: 'name',
	finalizers: null,
	hostAliases: 'ip',
	imagePullSecrets: 'name',
	initContainers: 'name',
	ownerReferences: 'uid',
	podIPs: 'ip',
	ports: 'containerPort',
	secrets: 'name',
	topologySpreadConstraints: 'topologyKey',
	volumeDevices: 'devicePath',
	volumeMounts: 'mountPath',
	volumes: 'name',
};

/** Kubernetes' strategic merge patch, for the kinds served. */
export function applyStrategicPatch(target: unknown, patch: unknown): unknown {
	if (!isFields(patch)) return patch;
	if (patch['$patch'] === 'replace') return without(patch, ['$patch']);
	const result: Fields = isFields(target) ? { ...target } : {};
	for (const [name, value] of Object.entries(patch)) {
		if (name.startsWith('$')) applyDirective(result, name, value);
		else if (value === null) delete result[name];
		else result[name] = mergeField(name, result[name], value);
	}
	return result;
}

function mergeField(name: string, target: unknown, value: unknown): unknown {
	if (!Array.isArray(value)) return applyStrategicPatch(target, value);
	const key = Object.hasOwn(mergeKeys, name) ? mergeKeys[name] : undefined;
	if (key === undefined) return value;
	const before: unknown[] = Array.isArray(target) ? target : [];
	if (key === null) return [...new Set([...before, ...value])];
	return mergeList(before, value, key);
}

function mergeList(target: unknown[], patches: unknown[], key: string): unknown[] {
	const isReplaced = patches.some((patch) => at(patch, '$patch') === 'replace');
	let result = isReplaced ? [] : [...target];
	for (const patch of patches.filter((item) => !isReplaced || at(item, '$patch') !== 'replace')) {
		const place = result.findIndex((item) => isSame(at(item, key), at(patch, key)));
		if (at(patch, '$patch') === 'delete') result = result.filter((_, i) => i !== place);
		else if (place === -1) result.push(applyStrategicPatch({}, patch));
		else result[place] = applyStrategicPatch(result[place], patch);
	}
	return result;
}

function applyDirective(result: Fields, name: string, value: unknown): void {
	const [directive = '', field = ''] = name.split('/');
	const current = result[field];
	if (directive === '$deleteFromPrimitiveList' && Array.isArray(current) && Array.isArray(value)) {
		result[field] = current.filter((item) => !value.includes(item));
	}
	if (directive === '$retainKeys' && Array.isArray(value)) {
		for (const key of Object.keys(result)) if (!value.includes(key)) delete result[key];
	}
}

function without(fields: Fields, names: string[]): Fields {
	return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** RFC 6902. */
export function applyJsonPatch(target: unknown, operations: unknown): unknown {
	if (!Array.isArray(operations))
		throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
	return operations.reduce<unknown>((document, operation) => applyOperation(document, operation), target);
}

function applyOperation(document: unknown, operation: unknown): unknown {
	const path = pointer(at(operation, 'path'));
	const from = pointer(at(operation, 'from') ?? '');
	const value = at(operation, 'value');
	switch (at(operation, 'op')) {
		case 'add':
			return edit(document, path, { put: value });
		case 'replace':
			return edit(edit(document, path, 'remove'), path, { put: value });
		case 'remove':
			return edit(document, path, 'remove');
		case 'move':
			return edit(edit(document, from, 'remove'), path, { put: read(document, from) });
		case 'copy':
			return edit(document, path, { put: read(document, from) });
		case 'test':
			if (isSame(read(document, path), value)) return document;
			throw badRequest(`testing value ${path.join('/')} failed: test failed`);
		default:
			throw badRequest(`Unexpected kind: ${String(at(operation, 'op'))}`);
	}
}

function pointer(text: unknown): string[] {
	if (typeof text !== 'string') throw badRequest('missing path in a JSON patch operation');
	return text
		.split('/')
		.slice(1)
		.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: unknown, path: string[]): unknown {
	return path.reduce<unknown>(
		(value, name) => (Array.isArray(value) ? value[Number(name)] : at(value, name)),
		document,
	);
}

function edit(document: unknown, path: string[], change: 'remove' | { put: unknown }): unknown {
	const [name, ...rest] = path;
	if (name === undefined) return change === 'remove' ? undefined : change.put;
	if (Array.isArray(document)) return editList(document, [name, ...rest], change);
	if (!isFields(document)) throw badRequest(`the path ${path.join('/')} of a JSON patch does not exist`);
	if (rest.length === 0 && change === 'remove') return removeField(document, name);
	return { ...document, [name]: edit(document[name], rest, change) };
}

function removeField(document: Fields, name: string): Fields {
	if (!Object.hasOwn(document, name)) throw badRequest(`Unable to remove nonexistent key: ${name}: missing value`);
	return without(document, [name]);
}

function editList(list: unknown[], [name = '', ...rest]: string[], change: 'remove' | { put: unknown }): unknown[] {
	const place = name === '-' ? list.length : Number(name);
	const isLast = rest.length === 0;
	const isAdding = isLast && change !== 'remove';
	if (!Number.isInteger(place) || place < 0 || place > list.length - (isAdding ? 0 : 1)) {
		throw badRequest(`the index ${name} of a JSON patch is out of bounds`);
	}
	if (!isLast) return list.with(place, edit(list[place], rest, change));
	return change === 'remove' ? list.toSpliced(place, 1) : list.toSpliced(place, 0, change.put);
}
