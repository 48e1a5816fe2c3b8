import { Problem, Secret } from '@lanyard/core';
import { arrayField, optionalArray, optionalDate, optionalString, stringField, stringList } from '../field.ts';
import { present } from '../present.ts';
import type { ArmCall } from './call.ts';

/** A user of one registry, limited by a scope map; its name is its user name. */
export interface RepositoryToken {
	id: string;
	name: string;
	scopeMapId: string;
	isEnabled: boolean;
	passwords: TokenPasswordNote[];
	/** `Succeeded` once it can be used. */
	state: string;
}

/** One of a token's two passwords, without its value. */
export interface TokenPasswordNote {
	/** `password1` or `password2`. */
	name: string;
	createdAt?: Date;
	endsAt?: Date;
}

/** What the tokens that use it may do. */
export interface ScopeMap {
	id: string;
	name: string;
	/** `repositories/samples/hello/content/read` */
	actions: string[];
}

const apiVersion = '2025-11-01';

/** Asks for a registry's tokens. */
export function repositoryTokensCall(registryId: string): ArmCall {
	return { path: `${registryId}/tokens`, apiVersion };
}

/** Asks for one token. */
export function repositoryTokenCall(id: string): ArmCall {
	return { path: id, apiVersion };
}

/** Makes a token, or changes what it may do. */
export function putRepositoryTokenCall(id: string, scopeMapId: string): ArmCall {
	return { method: 'PUT', path: id, apiVersion, body: { properties: { scopeMapId, status: 'enabled' } } };
}

/** Takes a token or a scope map away. */
export function deleteRegistryChildCall(id: string): ArmCall {
	return { method: 'DELETE', path: id, apiVersion };
}

/** Makes a scope map, or changes it. */
export function putScopeMapCall(
	id: string,
	{ actions, description }: { actions: string[]; description: string },
): ArmCall {
	return { method: 'PUT', path: id, apiVersion, body: { properties: { actions, description } } };
}

/** Asks for a registry's scope maps, those that every registry has among them. */
export function scopeMapsCall(registryId: string): ArmCall {
	return { path: `${registryId}/scopeMaps`, apiVersion };
}

/** Asks for one scope map. */
export function scopeMapCall(id: string): ArmCall {
	return { path: id, apiVersion };
}

/** Makes one of a token's passwords; the other stays. Its value is told in this answer only. */
export function generateTokenPasswordCall(
	registryId: string,
	{ tokenId, name, endsAt }: { tokenId: string; name: string; endsAt?: Date | undefined },
): ArmCall {
	const body = { tokenId, name, ...(endsAt === undefined ? {} : { expiry: endsAt.toISOString() }) };
	return { method: 'POST', path: `${registryId}/generateCredentials`, apiVersion, body };
}

/** Keeps only the named passwords of a token, as `az acr token credential delete` does. */
export function keepTokenPasswordsCall(id: string, keep: TokenPasswordNote[]): ArmCall {
	const passwords = keep.map(({ name, createdAt, endsAt }) => ({
		name,
		...(createdAt && { creationTime: createdAt.toISOString() }),
		...(endsAt && { expiry: endsAt.toISOString() }),
	}));
	return { method: 'PATCH', path: id, apiVersion, body: { properties: { credentials: { passwords } } } };
}

/** Reads a token. */
export function parseRepositoryToken(json: unknown): RepositoryToken {
	return {
		id: stringField(json, 'id'),
		name: stringField(json, 'name'),
		scopeMapId: stringField(json, 'properties.scopeMapId'),
		isEnabled: optionalString(json, 'properties.status') !== 'disabled',
		passwords: optionalArray(json, 'properties.credentials.passwords', parseNote),
		state: optionalString(json, 'properties.provisioningState') ?? 'Succeeded',
	};
}

/** Reads a scope map. */
export function parseScopeMap(json: unknown): ScopeMap {
	return {
		id: stringField(json, 'id'),
		name: stringField(json, 'name'),
		actions: stringList(json, 'properties.actions'),
	};
}

/** Reads the answer to `generateTokenPasswordCall`: the password of that name. */
export function parseTokenPassword(json: unknown, name: string): TokenPasswordNote & { value: Secret } {
	const all = arrayField(json, 'passwords', (entry) => ({
		...parseNote(entry),
		value: new Secret(optionalString(entry, 'value') ?? ''),
	}));
	const found = all.find((one) => one.name === name);
	if (found) return found;
	throw new Problem('unexpected-answer', { wanted: `the password "${name}"`, found: 'others' });
}

function parseNote(json: unknown): TokenPasswordNote {
	return present({
		name: stringField(json, 'name'),
		createdAt: optionalDate(json, 'creationTime'),
		endsAt: optionalDate(json, 'expiry'),
	});
}
