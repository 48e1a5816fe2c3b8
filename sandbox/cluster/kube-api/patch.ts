import { at, type Fields, isFields, isSame } from '../json.ts';
import { internal } from './api-error.ts';
import { type FieldSchema, pointee, structNamed, type TypeRef } from './schema/go-schema.ts';

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

/** Kubernetes' strategic merge patch of an object of this Go type: `patchStrategy` and `patchMergeKey` say how lists merge. */
export function applyStrategicPatch(type: TypeRef, target: unknown, patch: unknown): unknown {
	if (!isFields(patch)) return patch;
	if (patch['$patch'] === 'replace') return without(patch, ['$patch']);
	if (patch['$patch'] === 'delete') return {};
	const result: Fields = isFields(target) ? { ...target } : {};
	const fields = fieldsOf(type);
	for (const [name, value] of Object.entries(patch)) {
		if (name.startsWith('$')) continue;
		if (value === null) delete result[name];
		else result[name] = mergeField(fields(name), result[name], { value, patch, name });
	}
	for (const [name, value] of Object.entries(patch)) if (name.startsWith('$')) applyDirective(result, name, value);
	return result;
}

interface FieldView {
	type: TypeRef | undefined;
	field?: FieldSchema;
}

/** The type of each field of a struct or map. */
function fieldsOf(type: TypeRef): (name: string) => FieldView {
	const inner = pointee(type);
	if (inner.is === 'map') return () => ({ type: inner.values });
	if (inner.is !== 'struct') return () => ({ type: undefined });
	const { fields } = structNamed(inner.name);
	return (name) => {
		const field = fields.get(name);
		return field ? { type: field.type, field } : { type: undefined };
	};
}

interface Part {
	value: unknown;
	patch: Fields;
	name: string;
}

function mergeField({ type, field }: FieldView, target: unknown, { value, patch, name }: Part): unknown {
	if (!Array.isArray(value))
		return type === undefined ? applyMergePatch(target, value) : applyStrategicPatch(type, target, value);
	if (!field?.patch.includes('merge')) return value;
	const inner = pointee(field.type);
	const before: unknown[] = Array.isArray(target) ? target : [];
	const items = inner.is === 'list' ? inner.items : inner;
	const merged =
		field.mergeKey === undefined
			? [...new Set([...before, ...value])]
			: mergeList(before, value, { items, key: field.mergeKey });
	return inOrder(merged, patch[`$setElementOrder/${name}`], field.mergeKey);
}

function mergeList(target: unknown[], patches: unknown[], { items, key }: { items: TypeRef; key: string }): unknown[] {
	const isReplaced = patches.some((patch) => at(patch, '$patch') === 'replace');
	let result = isReplaced ? [] : [...target];
	for (const patch of patches.filter((item) => !isReplaced || at(item, '$patch') !== 'replace')) {
		if (at(patch, key) === undefined)
			throw internal(`map: ${renderMap(patch)} does not contain declared merge key: ${key}`);
		const place = result.findIndex((item) => isSame(at(item, key), at(patch, key)));
		if (at(patch, '$patch') === 'delete') result = result.filter((_, i) => i !== place);
		else if (place === -1) result.push(applyStrategicPatch(items, {}, patch));
		else result[place] = applyStrategicPatch(items, result[place], patch);
	}
	return result;
}

/** `$setElementOrder`: listed items in the order given, each other item behind what stood before it. */
function inOrder(list: unknown[], order: unknown, key: string | undefined): unknown[] {
	if (!Array.isArray(order)) return list;
	const keyOf = (item: unknown) => JSON.stringify(key === undefined ? item : at(item, key));
	const places = new Map(order.map((item, i): [string, number] => [keyOf(item), i]));
	const listed = list
		.filter((item) => places.has(keyOf(item)))
		.toSorted((a, b) => (places.get(keyOf(a)) ?? 0) - (places.get(keyOf(b)) ?? 0));
	const others = list.filter((item) => !places.has(keyOf(item)));
	const result: unknown[] = [];
	for (const item of others) {
		const before = list.slice(0, list.indexOf(item)).filter((one) => places.has(keyOf(one))).length;
		while (result.filter((one) => places.has(keyOf(one))).length < before && listed.length > 0)
			result.push(listed.shift());
		result.push(item);
	}
	return [...result, ...listed];
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

// Go's way to print a map.
function renderMap(value: unknown): string {
	if (!isFields(value)) return typeof value === 'string' ? value : JSON.stringify(value);
	const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return `map[${entries.map(([name, inner]) => `${name}:${renderMap(inner)}`).join(' ')}]`;
}
