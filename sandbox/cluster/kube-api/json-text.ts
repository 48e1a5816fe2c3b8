import type { Fields } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';

const texts = new WeakMap<KubeObject, string>();
const itemTexts = new WeakMap<KubeObject, string>();
const partialTexts = new WeakMap<KubeObject, string>();

/** The JSON of a stored object, written once however many clients are sent it. */
export function textOf(object: KubeObject): string {
	return remembered(texts, object, (one) => JSON.stringify(withoutEmptyVersion(one)));
}

/** The JSON of an object as it stands in a list, whose kind says what its items are. */
export function itemTextOf(object: KubeObject): string {
	return remembered(itemTexts, object, ({ kind: _kind, apiVersion: _version, ...fields }) => JSON.stringify(fields));
}

/** The JSON of an object's metadata alone. */
export function partialTextOf(object: KubeObject): string {
	return remembered(partialTexts, object, (one) => {
		const { metadata } = withoutEmptyVersion(one);
		return JSON.stringify({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata });
	});
}

function remembered(
	known: WeakMap<KubeObject, string>,
	object: KubeObject,
	write: (object: KubeObject) => string,
): string {
	const text = known.get(object) ?? write(object);
	known.set(object, text);
	return text;
}

// What was never stored has no version: a dry run's object.
function withoutEmptyVersion(object: KubeObject): Fields {
	const { resourceVersion, ...metadata } = object.metadata;
	return resourceVersion === '' ? { ...object, metadata } : object;
}
