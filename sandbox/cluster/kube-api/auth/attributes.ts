import type { Decision } from '@lanyard/sandbox-ground';
import type { Target } from '../request-target.ts';

/** Who asks. */
export interface User {
	name: string;
	groups: string[];
	uid?: string;
	extra?: Record<string, string[]>;
}

/** What is asked for, as an authorizer sees it: something about a kind of object, or a path that is none. */
export type Attributes = ResourceAttributes | PathAttributes;

export interface ResourceAttributes {
	verb: string;
	group: string;
	version: string;
	/** Plural, without the subresource. */
	resource: string;
	subresource?: string;
	namespace?: string;
	name?: string;
}

export interface PathAttributes {
	verb: string;
	path: string;
}

export function isPath(attributes: Attributes): attributes is PathAttributes {
	return 'path' in attributes;
}

/** The attributes of a request for something served. */
export function attributesOf(verb: string, { resource, namespace, name, subresource }: Target): ResourceAttributes {
	// A namespace lies in itself, so that a right in it may be about it.
	const where = resource.kind === 'Namespace' && name !== undefined ? name : namespace;
	return {
		verb,
		group: resource.group,
		version: resource.version,
		resource: resource.plural,
		...(subresource !== undefined && { subresource }),
		...(where !== undefined && { namespace: where }),
		...(name !== undefined && { name }),
	};
}

/** An authorizer's word. It has an opinion when it allows or denies; `reason` is what a review shows. */
export interface Verdict {
	allowed: boolean;
	reason: string;
	/** What somebody outside looked at for it; for the request log. */
	decision?: Decision;
}
