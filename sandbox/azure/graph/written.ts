import type { DirectoryObject } from '../entra/model.ts';
import { type Body, collections, isRecord } from './body.ts';
import {
	applicationDefaults,
	groupDefaults,
	hiddenUserDefaults,
	servicePrincipalDefaults,
	userDefaults,
} from './object-defaults.data.ts';
import { type GraphRefusal, graphRefusals } from './refusal.ts';

interface Rules {
	/** Properties and what they are while nobody has written them: a value is written only in the same shape. */
	defaults: Body;
	/** What a new object cannot be without. */
	required: string[];
}

const rules: Record<DirectoryObject['kind'], Rules> = {
	User: {
		defaults: { ...userDefaults, ...hiddenUserDefaults, passwordProfile: {}, userPrincipalName: '' },
		required: ['accountEnabled', 'displayName', 'mailNickname', 'passwordProfile', 'userPrincipalName'],
	},
	Group: {
		defaults: { ...groupDefaults, 'members@odata.bind': [], 'owners@odata.bind': [] },
		required: ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'],
	},
	Application: { defaults: applicationDefaults, required: ['displayName'] },
	ServicePrincipal: { defaults: servicePrincipalDefaults, required: ['appId'] },
};

const readOnly = new Set([
	'id',
	'createdDateTime',
	'deletedDateTime',
	'publisherDomain',
	'passwordCredentials',
	'securityIdentifier',
]);

/** What a request writes: the object's name apart from the rest, every property known and of the right shape. */
export interface Written {
	displayName?: string;
	details: Body;
}

/** Reads the properties of a new object; whatever it cannot be without has to be there. */
export function parseNew(kind: DirectoryObject['kind'], body: Body): Written | GraphRefusal {
	const missing = rules[kind].required.find(
		(name) => body[name] === undefined || body[name] === null || body[name] === '',
	);
	return missing === undefined ? parseChange(kind, body) : graphRefusals.missing(missing, collections[kind].resource);
}

/** Reads the properties that a change writes. */
export function parseChange(kind: DirectoryObject['kind'], body: Body): Written | GraphRefusal {
	const { defaults } = rules[kind];
	for (const [name, value] of Object.entries(body)) {
		if (name === 'displayName' || name === 'appId') {
			if (!isName(value)) return graphRefusals.badValue(name);
		} else if (readOnly.has(name)) return graphRefusals.readOnly(name);
		else if (!Object.hasOwn(defaults, name)) return graphRefusals.badProperty(name);
		else if (!isLike(value, defaults[name])) return graphRefusals.badValue(name);
	}
	const { displayName, appId: _appId, ...details } = body;
	return { details, ...(typeof displayName === 'string' && { displayName }) };
}

function isName(value: unknown): boolean {
	return typeof value === 'string' && value.trim() !== '' && value.length <= 256;
}

/** Whether a value has the shape of another one; a property that is `null` at first takes any text, number or truth. */
function isLike(value: unknown, model: unknown): boolean {
	if (Array.isArray(model)) return Array.isArray(value);
	if (isRecord(model)) return isRecord(value);
	return value === null || model === null || typeof value === typeof model;
}
