/** What tests hold documents against: the JSON Schemas of docs/schema, by kind. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';

const folder = resolve(import.meta.dirname, '../../docs/schema');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

/** Every schema by its file's name: `chain.v1.json`. */
export const schemas: ReadonlyMap<string, AnySchemaObject> = new Map(
	files.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]),
);

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
// RFC 3339 in UTC, which is all that we print.
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
for (const [name, schema] of schemas) ajv.addSchema(schema, name);

/** Why the document is none of this kind: one line per place, none where it is one. */
export function refusals(kind: string, document: unknown): string[] {
	const validate = ajv.getSchema(`${kind}.v1.json`);
	if (!validate) return [`docs/schema has no ${kind}.v1.json`];
	if (validate(document) === true) return [];
	return (validate.errors ?? []).map(
		({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
	);
}
