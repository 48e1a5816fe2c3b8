import { parseJson } from '../parse-json.ts';

/** A JSON object from outside; its fields are read one by one. */
export type Json = Record<string, unknown>;

/** A request's body as an object; undefined when it is none. */
export async function readBody(request: Request): Promise<Json | undefined> {
	const body = parseJson(await request.text());
	return isRecord(body) && hasGoodTags(body['tags']) ? body : undefined;
}

/** Tags are texts by name; what can be read as a text will do, lists and objects cannot. */
function hasGoodTags(tags: unknown): boolean {
	if (tags === undefined || tags === null) return true;
	return isRecord(tags) && Object.values(tags).every((value) => typeof value !== 'object' || value === null);
}

/** Whether a value is an object with fields. */
export function isRecord(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object in a field; an empty one where there is none. */
export function recordIn(json: Json, name: string): Json {
	const value = json[name];
	return isRecord(value) ? value : {};
}

/** The text in a field; undefined where there is none, or an empty one. */
export function textIn(json: Json, name: string): string | undefined {
	const value = json[name];
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The boolean in a field. */
export function flagIn(json: Json, name: string): boolean | undefined {
	const value = json[name];
	return typeof value === 'boolean' ? value : undefined;
}

/** The whole number in a field. */
export function countIn(json: Json, name: string): number | undefined {
	const value = json[name];
	return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

/** The objects of a list in a field. */
export function recordsIn(json: Json, name: string): Json[] {
	const value = json[name];
	return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The texts of a list in a field. */
export function textsIn(json: Json, name: string): string[] {
	const value = json[name];
	return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The tags of a resource; undefined where the body says nothing about them. */
export function tagsIn(json: Json): Record<string, string> | undefined {
	const tags = json['tags'];
	if (!isRecord(tags)) return undefined;
	return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, String(value)]));
}
