import type { Storage } from '../storage.ts';
import { ApiError } from '../api-error.ts';
import { type Attributes, isPath, type ResourceAttributes, type User, type Verdict } from './attributes.ts';
import { authorizeNode } from './node-authorizer.ts';
import { NodeGraph } from './node-graph.ts';
import { authorizeByRoles } from './rbac.ts';

/** Somebody else who may let a request through: Azure, for a cluster that asks it. */
export type OtherAuthorizer = (user: User, attributes: Attributes) => Promise<Verdict | undefined>;

/** Who may do what in one cluster: masters everything, a node what its pods need, everybody what roles say. */
export class Authorizer {
	readonly #storage: Storage;
	readonly #graph: NodeGraph;
	readonly #others: OtherAuthorizer[];

	constructor(storage: Storage, others: OtherAuthorizer[] = []) {
		this.#storage = storage;
		this.#graph = new NodeGraph(storage);
		this.#others = others;
	}

	async decide(user: User, attributes: Attributes): Promise<Verdict> {
		if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
		const byNode = authorizeNode({ storage: this.#storage, graph: this.#graph }, user, attributes);
		if (byNode?.allowed) return byNode;
		const byRoles = authorizeByRoles(this.#storage, user, attributes);
		if (byRoles.allowed) return byRoles;
		const reasons = [byNode?.reason ?? '', byRoles.reason];
		let decision: Verdict['decision'];
		for (const other of this.#others) {
			const verdict = await other(user, attributes);
			if (verdict?.allowed) return verdict;
			reasons.push(verdict?.reason ?? '');
			decision = verdict?.decision ?? decision;
		}
		const reason = reasons.filter(Boolean).join('\n');
		return { allowed: false, reason, ...(decision && { decision }) };
	}

	/** Refuses what a user may not do, in the server's words; gives the verdict otherwise. */
	async demand(user: User, attributes: Attributes): Promise<Verdict> {
		const verdict = await this.decide(user, attributes);
		if (verdict.allowed) return verdict;
		throw forbidden(user, attributes, verdict.reason);
	}
}

/** The server's words for what a user may not do (apiserver's endpoints/handlers/responsewriters/errors.go). */
export function forbidden(user: User, attributes: Attributes, why: string): ApiError {
	const tail = why === '' ? '' : `: ${why}`;
	if (isPath(attributes)) {
		const message = `forbidden: User ${JSON.stringify(user.name)} cannot ${attributes.verb} path ${JSON.stringify(attributes.path)}${tail}`;
		return new ApiError(403, 'Forbidden', { message, details: {} });
	}
	const { group, resource, name } = attributes;
	const subject = group === '' ? resource : `${resource}.${group}`;
	const message = `${subject}${name === undefined ? '' : ` "${name}"`} is forbidden: ${renderAttempt(user, attributes)}${tail}`;
	const details = { ...(name !== undefined && { name }), ...(group !== '' && { group }), kind: resource };
	return new ApiError(403, 'Forbidden', { message, details });
}

function renderAttempt(user: User, { verb, group, resource, subresource, namespace }: ResourceAttributes): string {
	const plural = subresource === undefined ? resource : `${resource}/${subresource}`;
	const isWide = namespace === undefined || resource === 'namespaces';
	const where = isWide ? 'at the cluster scope' : `in the namespace "${namespace}"`;
	return `User "${user.name}" cannot ${verb} resource "${plural}" in API group "${group}" ${where}`;
}
