/* Whether a configuration fits its kind's schema (structured-merge-diff's typed/validate.go and its words). */
import { isFields } from '../../json.ts';
import { pointee, structNamed, type TypeRef } from '../schema/go-schema.ts';

/** What does not fit, a line each: `.spec.foo: field not declared in schema`. */
export function typedFaults(type: TypeRef, value: unknown, path = ''): string[] {
	const inner = pointee(type);
	if (value === null || value === undefined) return [];
	switch (inner.is) {
		case 'struct':
			return isFields(value) ? fieldFaults(inner.name, value, path) : [expected('map', value, path)];
		case 'map':
			if (!isFields(value)) return [expected('map', value, path)];
			return Object.entries(value).flatMap(([name, item]) => typedFaults(inner.values, item, `${path}.${name}`));
		case 'list':
			if (!Array.isArray(value)) return [expected('list', value, path)];
			return value.flatMap((item, i) => typedFaults(inner.items, item, `${path}[${i}]`));
		case 'pointer':
			return typedFaults(inner.to, value, path);
		case 'scalar':
			return scalarFaults(inner, value, path);
	}
}

function fieldFaults(name: string, value: Record<string, unknown>, path: string): string[] {
	const { fields } = structNamed(name);
	return Object.entries(value).flatMap(([key, item]) => {
		const field = fields.get(key);
		return field ? typedFaults(field.type, item, `${path}.${key}`) : [`${path}.${key}: field not declared in schema`];
	});
}

const words: Record<string, { is: string; word: string }> = {
	string: { is: 'string', word: 'string' },
	bytes: { is: 'string', word: 'string' },
	Time: { is: 'string', word: 'string' },
	MicroTime: { is: 'string', word: 'string' },
	bool: { is: 'boolean', word: 'boolean' },
	int32: { is: 'number', word: 'numeric (int or float)' },
	int64: { is: 'number', word: 'numeric (int or float)' },
	float64: { is: 'number', word: 'numeric (int or float)' },
};

function scalarFaults(type: TypeRef, value: unknown, path: string): string[] {
	const wanted = type.is === 'scalar' ? words[type.scalar] : undefined;
	return wanted === undefined || typeof value === wanted.is ? [] : [expected(wanted.word, value, path)];
}

function expected(word: string, value: unknown, path: string): string {
	return `${path}: expected ${word}, got &value.valueUnstructured{Value:${typeof value === 'string' ? JSON.stringify(value) : String(value)}}`;
}
