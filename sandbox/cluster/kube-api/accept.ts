import { ApiError } from './api-error.ts';

/** The form that a client wants its answer in. */
export interface Form {
	type: 'application/json' | 'application/yaml';
	as: 'object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
}

const json: Form = { type: 'application/json', as: 'object' };
const shapes = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'] as const;

/** Reads `Accept`: the first form in it that the server can give. */
export function acceptedForm(request: Request): Form {
	const accept = request.headers.get('accept') ?? '';
	if (accept.trim() === '') return json;
	for (const clause of accept.split(',')) {
		const form = formOf(clause);
		if (form) return form;
	}
	const forms = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
	const streams = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';
	const message = `406: Not Acceptable\n\nAvailable representations: ${forms}, ${streams}`;
	throw new ApiError(406, 'NotAcceptable', { message, details: {} });
}

function formOf(clause: string): Form | undefined {
	const [media = '', ...rest] = clause.split(';').map((part) => part.trim());
	const parameters = Object.fromEntries(rest.map((part) => part.split('=', 2)));
	const type = typeOf(media);
	if (!type) return undefined;
	const as: string = parameters['as'] ?? '';
	if (as === '') return { type, as: 'object' };
	const shape = shapes.find((one) => one === as);
	const isKnown = parameters['g'] === 'meta.k8s.io' && parameters['v'] === 'v1';
	return shape && isKnown ? { type, as: shape } : undefined;
}

function typeOf(media: string): Form['type'] | undefined {
	if (['application/json', '*/*', 'application/*'].includes(media)) return 'application/json';
	return media === 'application/yaml' ? 'application/yaml' : undefined;
}
