import { qualifiedName, type Resource } from './resource.ts';

/** What the API server refuses with; its words are those of apimachinery's api/errors package. */
export class ApiError extends Error {
	readonly code: number;
	readonly reason: string;
	readonly details: Record<string, unknown> | undefined;
	readonly #continued: string | undefined;

	constructor(
		code: number,
		reason: string,
		{ message, details, continued }: { message: string; details?: Record<string, unknown>; continued?: string },
	) {
		super(message);
		this.name = 'ApiError';
		this.code = code;
		this.reason = reason;
		this.details = details;
		this.#continued = continued;
	}

	/** The `Status` object that a client gets. */
	status(): Record<string, unknown> {
		const { message, reason, details, code } = this;
		return {
			kind: 'Status',
			apiVersion: 'v1',
			metadata: this.#continued === undefined ? {} : { continue: this.#continued },
			status: 'Failure',
			message,
			...(reason !== '' && { reason }),
			...(details && { details }),
			code,
		};
	}
}

function detailsOf(resource: Resource, name: string): Record<string, unknown> {
	return {
		...(name !== '' && { name }),
		...(resource.group !== '' && { group: resource.group }),
		kind: resource.plural,
	};
}

export function notFound(resource: Resource, name: string): ApiError {
	const message = `${qualifiedName(resource)} "${name}" not found`;
	return new ApiError(404, 'NotFound', { message, details: detailsOf(resource, name) });
}

export function alreadyExists(resource: Resource, name: string): ApiError {
	const message = `${qualifiedName(resource)} "${name}" already exists`;
	return new ApiError(409, 'AlreadyExists', { message, details: detailsOf(resource, name) });
}

export function conflict(resource: Resource, name: string, why: string): ApiError {
	const message = `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": ${why}`;
	return new ApiError(409, 'Conflict', { message, details: detailsOf(resource, name) });
}

export function forbidden(resource: Resource, name: string, why: string): ApiError {
	const message = `${qualifiedName(resource)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`;
	return new ApiError(403, 'Forbidden', { message, details: detailsOf(resource, name) });
}

/** What NamespaceLifecycle says about a namespace that is going. */
export function namespaceGoing(resource: Resource, name: string, namespace: string): ApiError {
	const { message } = forbidden(
		resource,
		name,
		`unable to create new content in namespace ${namespace} because it is being terminated`,
	);
	const cause = {
		reason: 'NamespaceTerminating',
		message: `namespace ${namespace} is being terminated`,
		field: 'metadata.namespace',
	};
	return new ApiError(403, 'Forbidden', { message, details: { ...detailsOf(resource, name), causes: [cause] } });
}

/** One wrong field: `spec.containers[0].image: Required value`. */
export interface FieldFault {
	field: string;
	message: string;
	reason: `FieldValue${'Required' | 'Invalid' | 'Forbidden' | 'NotSupported' | 'NotFound' | 'Duplicate'}`;
}

export function invalid(
	{ group, kind }: { group: string; kind: string },
	name: string,
	faults: FieldFault[],
): ApiError {
	// Faults that read alike are told once, and listed each.
	const texts = [...new Set(faults.map((fault) => `${fault.field}: ${fault.message}`))];
	const list = texts.length === 1 ? String(texts[0]) : `[${texts.join(', ')}]`;
	const where = group === '' ? kind : `${kind}.${group}`;
	const message = `${where} "${name}" is invalid: ${list}`;
	const details = {
		...(name !== '' && { name }),
		...(group !== '' && { group }),
		...(kind !== '' && { kind }),
		causes: faults.map(({ field, message: text, reason }) => ({ reason, message: text, field })),
	};
	return new ApiError(422, 'Invalid', { message, details });
}

/** An error that the server has no reason for. */
export function internal(message: string): ApiError {
	return new ApiError(500, '', { message });
}

/** A well-formed request that the server cannot follow, in its unspecific words. */
export function unprocessable(): ApiError {
	const message = 'the server rejected our request due to an error in our request';
	return new ApiError(422, 'Invalid', { message, details: {} });
}

/** Options of a request that are wrong, of the kind that they are read as. */
export function invalidOptions(kind: string, faults: FieldFault[]): ApiError {
	return invalid({ group: 'meta.k8s.io', kind }, '', faults);
}

export function badRequest(message: string): ApiError {
	return new ApiError(400, 'BadRequest', { message });
}

export function unauthorized(): ApiError {
	return new ApiError(401, 'Unauthorized', { message: 'Unauthorized' });
}

export function methodNotAllowed(): ApiError {
	const message = 'the server does not allow this method on the requested resource';
	return new ApiError(405, 'MethodNotAllowed', { message, details: {} });
}

/** The answer of an API server that is going down. */
export function unavailable(): ApiError {
	const message = 'the server is currently unable to handle the request';
	return new ApiError(503, 'ServiceUnavailable', { message });
}

/** A path under which nothing is served at all. */
export function unknownPath(): ApiError {
	return new ApiError(404, 'NotFound', { message: 'the server could not find the requested resource', details: {} });
}

export function unsupportedMediaType(accepted: string[]): ApiError {
	const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
	return new ApiError(415, 'UnsupportedMediaType', { message });
}

/** A patch of no known form. */
export function unsupportedPatch(): ApiError {
	return new ApiError(415, 'UnsupportedMediaType', { message: '415: Unsupported Media Type', details: {} });
}

/** A watch or a continued list that starts from changes that are no longer kept; a list may be continued from another token. */
export function expired(message: string, continued?: string): ApiError {
	return new ApiError(410, 'Expired', { message, ...(continued !== undefined && { continued }) });
}

/** A version that is not there yet (apiserver's storage.NewTooLargeResourceVersionError). */
export function tooLargeVersion(wanted: number, current: number): ApiError {
	const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
	const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
	return new ApiError(504, 'Timeout', { message, details: { causes, retryAfterSeconds: 1 } });
}
