import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A component schema of the published OpenAPI v3 documents; read loosely, copied whole. */
export interface Schema {
	description?: string;
	type?: string;
	properties?: Record<string, Schema>;
	[more: string]: unknown;
}

/** Every component schema of these group versions, by its full name. */
export function readSchemas(folder: string, groupVersions: string[]): Map<string, Schema> {
	const schemas = new Map<string, Schema>();
	for (const groupVersion of [...groupVersions, 'policy/v1', 'autoscaling/v1']) {
		const path = groupVersion.startsWith('/') ? `api_${groupVersion}` : `apis/${groupVersion}`;
		const file = `${path.replaceAll('/', '__').replace('api___v1', 'api__v1')}_openapi.json`;
		const document: { components: { schemas: Record<string, Schema> } } = JSON.parse(
			readFileSync(join(folder, file), 'utf8'),
		);
		for (const [name, schema] of Object.entries(document.components.schemas)) schemas.set(name, schema);
	}
	return schemas;
}

/** The published name of a type: `core.v1.Pod` is `io.k8s.api.core.v1.Pod`. */
export function schemaName(type: string): string {
	if (type.startsWith('apiextensions.')) return `io.k8s.apiextensions-apiserver.pkg.apis.${type}`;
	return type.startsWith('meta.') ? `io.k8s.apimachinery.pkg.apis.${type}` : `io.k8s.api.${type}`;
}

/** Schemas that these lead to, themselves included. */
export function reachableSchemas(schemas: Map<string, Schema>, names: string[]): string[] {
	const found = new Set<string>();
	const visit = (name: string) => {
		const schema = schemas.get(name);
		if (found.has(name) || !schema) return;
		found.add(name);
		for (const [, next = ''] of JSON.stringify(schema).matchAll(/#\/components\/schemas\/([\w.-]+)/g)) visit(next);
	};
	for (const name of names) visit(name);
	return [...found].toSorted();
}
