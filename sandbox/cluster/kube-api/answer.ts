import { stringify } from 'yaml';
import type { Fields } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { acceptedForm, type Form } from './accept.ts';
import { itemTextOf, partialTextOf, textOf } from './json-text.ts';
import type { Ask } from './request-target.ts';
import { apiVersionOf, type Resource } from './resource.ts';
import { tableText } from './table/table.ts';

interface Shaping {
	resource: Resource;
	form: Form;
	include: string;
	now: Date;
}

/** How this client wants objects to look. */
export function shapingOf({ target, request, query }: Ask, now: Date): Shaping {
	return {
		resource: target.resource,
		form: acceptedForm(request),
		include: query.get('includeObject') || 'Metadata',
		now,
	};
}

/** One object in the form that was asked for. */
export function respondWith(
	ask: Ask,
	object: KubeObject,
	{ now, status = 200 }: { now: Date; status?: number },
): Response {
	const shaping = shapingOf(ask, now);
	return respond(ask, shaping.form, { text: objectText(object, shaping), status });
}

/** A list in the form that was asked for. */
export function respondWithList(
	ask: Ask,
	objects: KubeObject[],
	{ metadata, now }: { metadata: Fields; now: Date },
): Response {
	const shaping = shapingOf(ask, now);
	return respond(ask, shaping.form, { text: listText(objects, metadata, shaping), status: 200 });
}

/** Anything that is no object of a resource: a Status, a review's answer. */
export function respondPlainly(ask: Ask, value: unknown, status = 200): Response {
	return respond(ask, acceptedForm(ask.request), { text: JSON.stringify(value), status });
}

function respond({ warnings }: Ask, form: Form, { text, status }: { text: string; status: number }): Response {
	const headers = new Headers({ 'content-type': form.type });
	for (const warning of new Set(warnings)) headers.append('warning', `299 - ${JSON.stringify(warning)}`);
	return new Response(form.type === 'application/yaml' ? stringify(JSON.parse(text)) : text, { status, headers });
}

/** The text of one object, also inside an event of a watch; `isBare` leaves a table's columns out. */
export function objectText(object: KubeObject, { form, resource, include, now }: Shaping, isBare = false): string {
	if (form.as === 'Table') {
		const metadata = { resourceVersion: object.metadata.resourceVersion };
		return tableText([object], metadata, { resource, now, include, isBare });
	}
	return form.as === 'object' ? textOf(object) : partialTextOf(object);
}

function listText(objects: KubeObject[], metadata: Fields, { form, resource, include, now }: Shaping): string {
	if (form.as === 'Table') return tableText(objects, metadata, { resource, now, include });
	if (form.as !== 'object') {
		const start = JSON.stringify({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata });
		return `${start.slice(0, -1)},"items":[${objects.map(partialTextOf).join(',')}]}`;
	}
	// Kinds and versions of the items go without saying in a list.
	const items = objects.map(itemTextOf).join(',');
	const head = JSON.stringify({ kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata });
	return `${head.slice(0, -1)},"items":[${items}]}`;
}
