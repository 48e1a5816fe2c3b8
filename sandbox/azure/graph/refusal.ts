import { randomUUID } from 'node:crypto';

/** Why Graph does not do what was asked; the answer is made where the request is at hand. */
export interface GraphRefusal {
	status: number;
	code: string;
	message: string;
}

/** Not recorded; people quote it so. */
const challenge =
	'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

/** Graph's error body (recorded): the ids are the client's own where it sent one. */
export function refusalResponse({ status, code, message }: GraphRefusal, request: Request, now: Date): Response {
	const requestId = randomUUID();
	const innerError = {
		date: now.toISOString().replace(/\.\d+Z$/, ''),
		'request-id': requestId,
		'client-request-id': request.headers.get('client-request-id') ?? requestId,
	};
	const headers = status === 401 ? { 'www-authenticate': challenge } : {};
	const response = Response.json({ error: { code, message, innerError } }, { status, headers });
	response.headers.set('content-type', 'application/json');
	return response;
}

/** Whether an answer is a refusal. */
export function isRefusal(answer: object): answer is GraphRefusal {
	return 'code' in answer && 'message' in answer && 'status' in answer;
}

const badRequest = (message: string) => ({ status: 400, code: 'Request_BadRequest', message });

/** Every refusal of this Graph, in Graph's words (recorded, or its reference's error pages). */
export const graphRefusals = {
	badToken: (message: string) => ({ status: 401, code: 'InvalidAuthenticationToken', message }),
	denied: () => ({
		status: 403,
		code: 'Authorization_RequestDenied',
		message: 'Insufficient privileges to complete the operation.',
	}),
	notFound: (id: string) => ({
		status: 404,
		code: 'Request_ResourceNotFound',
		message: `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
	}),
	unknownSegment: (segment: string) => ({
		status: 400,
		code: 'BadRequest',
		message: `Resource not found for the segment '${segment}'.`,
	}),
	badVersion: () => ({ status: 400, code: 'BadRequest', message: 'Invalid version.' }),
	badMethod: () => ({
		status: 405,
		code: 'Request_BadRequest',
		message: 'Specified HTTP method is not allowed for the request target.',
	}),
	badJson: () => ({
		status: 400,
		code: 'BadRequest',
		message:
			'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
	}),
	badFilter: () => ({
		status: 400,
		code: 'Request_UnsupportedQuery',
		message: 'Unsupported or invalid query filter clause specified.',
	}),
	badPage: () => ({
		status: 400,
		code: 'Directory_ExpiredPageToken',
		message: 'The specified page token value has expired and can no longer be included in your request.',
	}),
	badTop: () => badRequest('Invalid page size specified. Must be between 1 and 999 inclusive.'),
	badProperty: (name: string) => badRequest(`Invalid property '${name}'.`),
	badValue: (name: string) => badRequest(`Invalid value specified for property '${name}'.`),
	missing: (property: string, resource: string) =>
		badRequest(`A value is required for property '${property}' of resource '${resource}'.`),
	readOnly: (name: string) => badRequest(`Property '${name}' is read-only and cannot be set.`),
	alreadyExists: (property: string) =>
		badRequest(`Another object with the same value for property ${property} already exists.`),
	badDomain: () =>
		badRequest(
			'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
		),
	referenceExists: (relation: string) =>
		badRequest(
			`One or more added object references already exist for the following modified properties: '${relation}'.`,
		),
	badReference: () => badRequest("Invalid URL specified for property '@odata.id'."),
	lastOwner: () => badRequest('The group must have at least one owner, hence this owner cannot be removed.'),
	noApplication: (appId: string) => ({
		status: 400,
		code: 'NoBackingApplicationObject',
		message: `The appId '${appId}' of the service principal does not reference a valid application object.`,
	}),
	principalExists: (appId: string) => ({
		status: 409,
		code: 'Request_MultipleObjectsWithSameKeyValue',
		message: `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
	}),
	noPassword: (keyId: string) => badRequest(`No password credential found with keyId '${keyId}'.`),
	managedPrincipal: () =>
		badRequest('The service principal of a managed identity cannot be deleted; delete the identity.'),
	weakPassword: () =>
		badRequest(
			'The specified password does not comply with password complexity requirements. Please provide a different password.',
		),
	managedPassword: () => badRequest('Password credentials cannot be added to a managed identity.'),
	federatedExists: (name: string) => ({
		status: 409,
		code: 'Request_MultipleObjectsWithSameKeyValue',
		message: `FederatedIdentityCredential with name ${name} already exists.`,
	}),
	federatedTwin: () => badRequest('The combination of issuer and subject must be unique for this object.'),
	federatedFull: () => badRequest('At most 20 federated identity credentials may be configured on an application.'),
	onlyDelegated: () => badRequest('/me request is only valid with delegated authentication flow.'),
} satisfies Record<string, (...words: string[]) => GraphRefusal>;
