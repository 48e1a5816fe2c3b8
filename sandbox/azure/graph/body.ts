import {
	type Application,
	type DirectoryObject,
	type Group,
	ownerOf,
	type Password,
	type ServicePrincipal,
	type User,
} from '../entra/model.ts';
import type { State } from '../state.ts';
import {
	applicationDefaults,
	groupDefaults,
	hiddenUserDefaults,
	servicePrincipalDefaults,
	userDefaults,
} from './object-defaults.data.ts';

export type Body = Record<string, unknown>;

/** The collections that Graph keeps objects in, and what it calls one of them. */
export const collections = {
	User: { path: 'users', odataType: '#microsoft.graph.user', resource: 'User' },
	Group: { path: 'groups', odataType: '#microsoft.graph.group', resource: 'Group' },
	Application: { path: 'applications', odataType: '#microsoft.graph.application', resource: 'Application' },
	ServicePrincipal: {
		path: 'servicePrincipals',
		odataType: '#microsoft.graph.servicePrincipal',
		resource: 'ServicePrincipal',
	},
} as const satisfies Record<DirectoryObject['kind'], { path: string; odataType: string; resource: string }>;

/** An object with every property that it has here, also those which Graph shows only when asked. */
export function bodyOf(state: State, object: DirectoryObject): Body {
	if (object.kind === 'User') return userBody(object);
	if (object.kind === 'Group') return groupBody(object);
	return object.kind === 'Application' ? applicationBody(state, object) : servicePrincipalBody(state, object);
}

/** An object as Graph shows it: the selected properties, or those that are shown unasked. */
export function shown(state: State, object: DirectoryObject, select?: string[]): Body {
	const body = bodyOf(state, object);
	const hidden = object.kind === 'User' ? Object.keys(hiddenUserDefaults) : [];
	const wanted = (name: string) =>
		select ? select.includes(name) : !hidden.includes(name) && name !== 'createdDateTime';
	if (object.kind === 'User' || select) {
		return Object.fromEntries(Object.entries(body).filter(([name]) => wanted(name)));
	}
	return body;
}

/** With its type, as mixed lists need it. */
export function typed(state: State, object: DirectoryObject, select?: string[]): Body {
	return { '@odata.type': collections[object.kind].odataType, ...shown(state, object, select) };
}

/** A time as Graph writes it. */
function graphTime(moment: string): string {
	return moment.replace(/\.\d+Z$/, 'Z');
}

function createdAtOf({ createdAt }: DirectoryObject): string | null {
	return createdAt === undefined ? null : graphTime(createdAt);
}

function userBody(user: User): Body {
	return {
		...userDefaults,
		...hiddenUserDefaults,
		displayName: user.name.split('@')[0],
		mailNickname: user.name.split('@')[0],
		...user.details,
		userPrincipalName: user.name,
		id: user.objectId,
		createdDateTime: createdAtOf(user),
	};
}

function groupBody(group: Group): Body {
	return {
		...groupDefaults,
		...group.details,
		displayName: group.name,
		id: group.objectId,
		deletedDateTime: null,
		createdDateTime: createdAtOf(group),
		renewedDateTime: createdAtOf(group),
		securityIdentifier: securityIdentifierOf(group.objectId),
	};
}

/** A SID of four numbers: the object id's bytes, four by four, smallest first (recorded). */
function securityIdentifierOf(objectId: string): string {
	const hex = objectId.replaceAll('-', '');
	const bytes = [...hex.matchAll(/../g)].map(([byte]) => Number.parseInt(byte, 16));
	// A GUID's first three fields are kept smallest byte first, the rest as written.
	const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
	const kept = order.map((at) => bytes[at] ?? 0);
	const numbers = [0, 4, 8, 12].map((at) => kept.slice(at, at + 4).reduceRight((sum, byte) => sum * 256 + byte, 0));
	return `S-1-12-1-${numbers.join('-')}`;
}

function applicationBody(state: State, application: Application): Body {
	const defaults = defaultsOf(state, application);
	return {
		...defaults,
		...merged(defaults, application.details ?? {}),
		displayName: application.name,
		id: application.objectId,
		deletedDateTime: null,
		appId: application.appId,
		createdDateTime: createdAtOf(application),
		publisherDomain: state.directory.tenant(application.tenantId)?.domain ?? null,
		passwordCredentials: passwordsOf(state, application),
	};
}

/** Whose audience has personal accounts in it must have tokens of version 2 ("apiApplication resource type"). */
function defaultsOf(state: State, application: Application | undefined): Body {
	const unsaid = state.settings.asOf?.signInAudience ?? applicationDefaults['signInAudience'];
	const signInAudience = application?.details?.['signInAudience'] ?? unsaid;
	const { api } = applicationDefaults;
	const isPersonal = signInAudience === 'AzureADandPersonalMicrosoftAccount';
	const tokens = isPersonal && isRecord(api) ? { api: { ...api, requestedAccessTokenVersion: 2 } } : {};
	return { ...applicationDefaults, signInAudience, ...tokens };
}

/** Complex properties that were written in part keep what was not written. */
function merged(defaults: Body, written: Body): Body {
	return Object.fromEntries(
		Object.entries(written).map(([name, value]) => {
			const base = defaults[name];
			return [name, isRecord(base) && isRecord(value) ? { ...base, ...value } : value];
		}),
	);
}

function servicePrincipalBody(state: State, principal: ServicePrincipal): Body {
	const application = state.directory.applicationOf(principal.tenantId, principal.appId);
	const uris = application?.details?.['identifierUris'];
	const own = {
		displayName: principal.name,
		id: principal.objectId,
		deletedDateTime: null,
		appId: principal.appId,
		createdDateTime: createdAtOf(principal),
		passwordCredentials: passwordsOf(state, principal),
	};
	if (principal.managedBy !== undefined) return { ...servicePrincipalDefaults, ...managedParts(principal), ...own };
	return {
		...servicePrincipalDefaults,
		appDisplayName: application?.name ?? principal.name,
		appOwnerOrganizationId: principal.tenantId,
		servicePrincipalNames: [principal.appId, ...(Array.isArray(uris) ? uris : [])],
		servicePrincipalType: 'Application',
		signInAudience: defaultsOf(state, application)['signInAudience'],
		...principal.details,
		...own,
	};
}

/** A managed identity's: no application stands behind it, and its names say which resource does. */
function managedParts({ appId, managedBy = '' }: ServicePrincipal): Body {
	const isExplicit = /\/userAssignedIdentities\//i.test(managedBy);
	return {
		alternativeNames: [`isExplicit=${isExplicit ? 'True' : 'False'}`, managedBy],
		appDisplayName: null,
		appOwnerOrganizationId: null,
		servicePrincipalNames: [appId],
		servicePrincipalType: 'ManagedIdentity',
		signInAudience: null,
	};
}

function passwordsOf({ directory }: State, object: DirectoryObject): Body[] {
	return directory.passwords(ownerOf(object)).map((password) => passwordBody(password));
}

/** A password credential; the secret itself is told once, when it is made. */
export function passwordBody({ displayName, startsAt, endsAt, hint, keyId }: Password, secret?: string): Body {
	return {
		customKeyIdentifier: null,
		displayName: displayName ?? null,
		endDateTime: endsAt === undefined ? null : graphTime(endsAt),
		hint: hint ?? null,
		keyId,
		secretText: secret ?? null,
		startDateTime: startsAt === undefined ? null : graphTime(startsAt),
	};
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Body {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
