import type { KubeObject } from '../kube-object.ts';

const texts = new WeakMap<KubeObject, string>();

/** The JSON of a stored object, written once however many clients are sent it. */
export function textOf(object: KubeObject): string {
	const known = texts.get(object);
	if (known !== undefined) return known;
	const text = JSON.stringify(object);
	texts.set(object, text);
	return text;
}
