import { parse as parseYaml } from 'yaml';
import { type Fields, isFields } from '../json.ts';
import { badRequest, unsupportedMediaType } from './api-error.ts';

const objectTypes = ['application/json', 'application/yaml'];

/** The media type of a request's body, without parameters; JSON where nothing is said. */
export function mediaTypeOf(request: Request): string {
	return (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() || 'application/json';
}

/** Reads the object in a request's body. */
export async function readObject(request: Request): Promise<Fields> {
	const type = mediaTypeOf(request);
	if (!objectTypes.includes(type)) throw unsupportedMediaType(objectTypes);
	const body = readText(await request.text(), type);
	if (!isFields(body))
		throw badRequest("the object provided is unrecognized (must be of type Object): couldn't get version/kind");
	return body;
}

/** Reads a patch, which may also be a list. */
export async function readPatch(request: Request): Promise<unknown> {
	return readText(await request.text(), 'application/json');
}

/** Reads the options that may come with a DELETE. */
export async function readOptions(request: Request): Promise<Fields> {
	const text = await request.text();
	const body = text.trim() === '' ? {} : readText(text, mediaTypeOf(request));
	return isFields(body) ? body : {};
}

function readText(text: string, type: string): unknown {
	try {
		const value: unknown = type === 'application/yaml' ? parseYaml(text) : JSON.parse(text);
		return value;
	} catch (error) {
		throw badRequest(
			`error decoding the body of the request: ${error instanceof Error ? error.name : 'it cannot be read'}`,
		);
	}
}
