import { optionalString, stringField } from '../field.ts';
import { type GraphCall, odataText } from './call.ts';

/** An application, or a managed identity, as a principal of one tenant. */
export interface ServicePrincipal {
	objectId: string;
	appId: string;
	displayName: string;
	/** `Application`, `ManagedIdentity`, … */
	kind: string;
}

/** Makes the principal of an application in this tenant. */
export function createServicePrincipalCall(appId: string): GraphCall {
	return { method: 'POST', path: '/servicePrincipals', body: { appId, accountEnabled: true } };
}

/** Asks for the principal with this client id; one or none. */
export function servicePrincipalOfCall(appId: string): GraphCall {
	return { path: `/servicePrincipals?$filter=${encodeURIComponent('appId eq ')}${odataText(appId)}` };
}

/** Asks for the principals of exactly this name. */
export function servicePrincipalsCalledCall(displayName: string): GraphCall {
	return { path: `/servicePrincipals?$filter=${encodeURIComponent('displayName eq ')}${odataText(displayName)}` };
}

/** Asks for one principal by its object id. */
export function servicePrincipalCall(objectId: string): GraphCall {
	return { path: `/servicePrincipals/${encodeURIComponent(objectId)}` };
}

/** Reads a service principal. */
export function parseServicePrincipal(json: unknown): ServicePrincipal {
	return {
		objectId: stringField(json, 'id'),
		appId: stringField(json, 'appId'),
		displayName: optionalString(json, 'displayName') ?? '',
		kind: optionalString(json, 'servicePrincipalType') ?? 'Application',
	};
}
