import type { Fields } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { stamp } from '../kube-object.ts';
import { isReset, type ManagerName, readManagers, writeManagers } from './apply/managers.ts';
import { type Shape, shapeOf } from './apply/shape.ts';
import { type Tracking, trackUpdate } from './apply/track.ts';
import type { Ask } from './request-target.ts';
import { apiVersionOf, hasSubresource, type Resource } from './resource.ts';
import { decodeAs } from './schema/decode.ts';
import { refTo } from './schema/go-schema.ts';

interface Seen {
	before?: KubeObject;
	/** What the client sent, where it may say who manages. */
	sent?: KubeObject;
	now: Date;
}

/** Notes in `managedFields` who changed which fields by a create, an update or a patch. */
export function noteManager(ask: Ask, object: KubeObject, { before, sent, now }: Seen): KubeObject {
	// What comes by way of a subresource says nothing of managers (fieldmanager.go, decodeLiveOrNew).
	const told = ask.target.subresource === undefined ? sent : undefined;
	if (isReset(told)) return writeManagers(object, new Map());
	const given = readManagers(told);
	const managers = given.size > 0 ? given : readManagers(before);
	const tracking: Tracking = {
		...trackingOf(ask, before),
		managers,
		name: managerName(ask, 'Update'),
		now: stamp(now),
	};
	return writeManagers(object, trackUpdate(tracking, writeManagers(object, new Map())));
}

/** What managers see of a write, beside who writes. */
export function trackingOf(
	ask: Ask,
	before: KubeObject | undefined,
): Pick<Tracking, 'shape' | 'live' | 'isNew' | 'ignored'> {
	const { resource, subresource } = ask.target;
	const live = before ? writeManagers(before, new Map()) : emptyObject(resource);
	const ignored = ignoredPart(resource, subresource);
	return { shape: objectShape(resource), live, isNew: before === undefined, ...(ignored !== undefined && { ignored }) };
}

// The strategies' reset fields: status is written by its own path only, and nothing but status there.
function ignoredPart(resource: Resource, subresource: string | undefined): string | undefined {
	if (subresource === 'status') return 'f:spec';
	return hasSubresource(resource, 'status') && resource.kind !== 'Node' ? 'f:status' : undefined;
}

/** An object of a kind before anything was said about it: Go's zero value. */
function emptyObject(resource: Resource): Fields {
	return { kind: resource.kind, apiVersion: apiVersionOf(resource), ...decodeAs(resource.type, {}) };
}

/** How the objects of a kind merge. */
function objectShape({ type }: Pick<Resource, 'type'>): Shape {
	return shapeOf(refTo(type));
}

/** Who writes, as `managedFields` names them. */
export function managerName({ target, query, request }: Ask, operation: 'Apply' | 'Update'): ManagerName {
	const { resource, subresource } = target;
	// The server takes the program's name from the user agent where the client names no manager.
	const manager = query.get('fieldManager') || (request.headers.get('user-agent')?.split('/', 1)[0] ?? '') || 'unknown';
	return { manager, operation, apiVersion: apiVersionOf(resource), ...(subresource !== undefined && { subresource }) };
}
