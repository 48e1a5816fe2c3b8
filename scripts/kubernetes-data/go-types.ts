import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A field of a Go struct as its tags describe it. */
export interface GoField {
	type: string;
	number: number;
	/** `o` omitempty, `z` omitzero, `i` inline. */
	flags: string;
	patch?: string;
	key?: string;
}

/** What a Go type is: a struct's fields by their JSON names, or the type that it is another name of. */
export type GoType = Map<string, GoField> | string;

/** Types that are not looked into: their JSON is not what their fields say. */
const opaque: Record<string, string> = {
	'meta.v1.Time': 'Time',
	'meta.v1.MicroTime': 'MicroTime',
	'meta.v1.Duration': 'Duration',
	'meta.v1.FieldsV1': 'FieldsV1',
	'resource.Quantity': 'Quantity',
	'intstr.IntOrString': 'IntOrString',
	'runtime.RawExtension': 'RawExtension',
	'types.UID': 'string',
	'types.NodeName': 'string',
};

/** Reads every type of these packages; the key is how our data names the package: `core.v1`. */
export function readGoTypes(folders: Record<string, string>): Map<string, GoType> {
	const types = new Map<string, GoType>();
	for (const [name, folder] of Object.entries(folders)) {
		for (const file of readdirSync(folder).filter((one) => /^(types|.*_types)\.go$/.test(one))) {
			readFile(readFileSync(join(folder, file), 'utf8'), name, types);
		}
	}
	return types;
}

function readFile(text: string, name: string, types: Map<string, GoType>): void {
	const imports = readImports(text);
	for (const [, type = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
		types.set(
			`${name}.${type}`,
			readFields(body, (one) => resolve(one, name, imports)),
		);
	}
	for (const [, type = '', other = ''] of text.matchAll(/^type (\w+) ((?:\[\]|map\[|\*|[a-z])[\w.[\]*]*)$/gm)) {
		if (!['struct', 'interface', 'func'].includes(other)) types.set(`${name}.${type}`, resolve(other, name, imports));
	}
}

/** Import names and the packages they stand for, as our data names them. */
function readImports(text: string): Map<string, string> {
	const block = /^import \(([\s\S]*?)^\)/m.exec(text)?.[1] ?? '';
	const lines = [...block.matchAll(/^\s*(\w+)?\s*"([^"]+)"/gm)];
	return new Map(lines.map(([, alias, path = '']) => [alias ?? path.split('/').at(-1) ?? '', packageName(path)]));
}

function packageName(path: string): string {
	const api = /^k8s\.io\/(?:api|apimachinery\/pkg\/apis)\/(\w+)\/(\w+)$/.exec(path);
	return api ? `${api[1]}.${api[2]}` : (path.split('/').at(-1) ?? path);
}

function readFields(body: string, resolveType: (type: string) => string): Map<string, GoField> {
	const fields = body.split('\n').flatMap((line): [string, GoField][] => {
		const found = /^\s*(?:(\w+)\s+)?([\w.*[\]]+)\s+`(.*)`/.exec(line);
		const field = found && readField({ goName: found[1] ?? '', type: found[2] ?? '', tags: found[3] ?? '' });
		return field ? [[field.key, { ...field.field, type: resolveType(field.field.type) }]] : [];
	});
	return new Map(fields);
}

function readField({ goName, type, tags }: Record<'goName' | 'type' | 'tags', string>) {
	const [json = '', ...options] = tagOf(tags, 'json').split(',');
	if (json === '-') return undefined;
	const [, number = '0', , name = ''] = tagOf(tags, 'protobuf').split(',');
	const isInline = options.includes('inline') || json === '';
	const key = isInline ? `>${name.replace('name=', '') || goName || type}` : json;
	const letters = { o: options.includes('omitempty'), z: options.includes('omitzero'), i: isInline };
	const flags = Object.entries(letters)
		.map(([letter, isSet]) => (isSet ? letter : ''))
		.join('');
	const [patch, mergeKey] = [tagOf(tags, 'patchStrategy'), tagOf(tags, 'patchMergeKey')];
	const more = { ...(patch !== '' && { patch }), ...(mergeKey !== '' && { key: mergeKey }) };
	const field: GoField = { type, number: Number(number), flags, ...more };
	return { key, field };
}

function tagOf(tags: string, name: string): string {
	return new RegExp(`\\b${name}:"([^"]*)"`).exec(tags)?.[1] ?? '';
}

function resolve(type: string, name: string, imports: Map<string, string>): string {
	return type.replaceAll(/[A-Za-z_][\w.]*/g, (word) => {
		if (/^(map|string|bool|byte|u?int\d*|float\d+|interface)$/.test(word)) return word;
		const [first = '', second] = word.split('.');
		const full = second === undefined ? `${name}.${first}` : `${imports.get(first) ?? first}.${second}`;
		return opaque[full] ?? full;
	});
}

/** Names of the types that a type's text mentions. */
export function namesIn(type: string): string[] {
	return type.match(/[a-z]\w*\.(?:v\w+\.)?[A-Z]\w*/g) ?? [];
}
