import { at, type Fields, isFields, isSame } from '../json.ts';
import { unprocessable } from './api-error.ts';

/** RFC 6902 as json-patch.v4 reads it: a field that is to be replaced need not be there. */
export function applyJsonPatch(target: unknown, operations: unknown): unknown {
	if (!Array.isArray(operations)) throw unprocessable();
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
			return edit(document, path, { put: value, isInPlace: true });
		case 'remove':
			return edit(document, path, 'remove');
		case 'move':
			return edit(edit(document, from, 'remove'), path, { put: read(document, from) });
		case 'copy':
			return edit(document, path, { put: read(document, from) });
		case 'test':
			if (isSame(read(document, path), value)) return document;
			throw unprocessable();
		default:
			throw unprocessable();
	}
}

function pointer(text: unknown): string[] {
	if (typeof text !== 'string') throw unprocessable();
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

type Change = 'remove' | { put: unknown; isInPlace?: true };

function edit(document: unknown, path: string[], change: Change): unknown {
	const [name, ...rest] = path;
	if (name === undefined) return change === 'remove' ? undefined : change.put;
	if (Array.isArray(document)) return editList(document, [name, ...rest], change);
	if (!isFields(document)) throw unprocessable();
	if (rest.length === 0 && change === 'remove') return removeField(document, name);
	return { ...document, [name]: edit(document[name], rest, change) };
}

function removeField(document: Fields, name: string): Fields {
	if (!Object.hasOwn(document, name)) throw unprocessable();
	const { [name]: _removed, ...rest } = document;
	return rest;
}

function editList(list: unknown[], [name = '', ...rest]: string[], change: Change): unknown[] {
	const place = name === '-' ? list.length : Number(name);
	const isLast = rest.length === 0;
	const isAdding = isLast && change !== 'remove' && change.isInPlace !== true;
	if (!Number.isInteger(place) || place < 0 || place > list.length - (isAdding ? 0 : 1)) {
		throw unprocessable();
	}
	if (!isLast) return list.with(place, edit(list[place], rest, change));
	if (change === 'remove') return list.toSpliced(place, 1);
	return isAdding ? list.toSpliced(place, 0, change.put) : list.with(place, change.put);
}
