/* Acting as somebody else: `kubectl --as` (apiserver's endpoints/filters/impersonation.go). */
import { unescape } from 'node:querystring';
import { ApiError, badRequest } from '../api-error.ts';
import type { User } from './attributes.ts';
import type { Authorizer } from './authorizer.ts';
import { serviceAccountUser } from './service-account-tokens.ts';

/** The user whom a request wants to be, when its sender may; its sender otherwise. */
export async function impersonate(authorizer: Authorizer, sender: User, { headers }: Request): Promise<User> {
	const wanted = readWanted(headers);
	if (!wanted) return sender;
	const account = /^system:serviceaccount:(?<namespace>[^:]+):(?<name>[^:]+)$/.exec(wanted.name)?.groups;
	const { namespace = '', name = '' } = account ?? {};
	const subject = account
		? { group: '', resource: 'serviceaccounts', namespace, name }
		: { group: '', resource: 'users', name: wanted.name };
	const asked = { verb: 'impersonate', version: 'v1' };
	await authorizer.demand(sender, { ...asked, ...subject });
	for (const group of wanted.groups)
		await authorizer.demand(sender, { ...asked, group: '', resource: 'groups', name: group });
	for (const [key, values] of Object.entries(wanted.extra ?? {})) {
		for (const value of values) {
			const extra = { group: 'authentication.k8s.io', resource: 'userextras', subresource: key, name: value };
			await authorizer.demand(sender, { ...asked, ...extra });
		}
	}
	return complete(wanted, account ? serviceAccountUser(namespace, name).groups : []);
}

function complete(wanted: User, ownGroups: string[]): User {
	const given = wanted.groups.length > 0 ? wanted.groups : ownGroups;
	const isSomebody = wanted.name !== 'system:anonymous' && !given.includes('system:unauthenticated');
	const groups = isSomebody && !given.includes('system:authenticated') ? [...given, 'system:authenticated'] : given;
	return { ...wanted, groups };
}

function readWanted(headers: Headers): User | undefined {
	const name = headers.get('impersonate-user');
	const groups = (headers.get('impersonate-group') ?? '').split(/,\s*/).filter(Boolean);
	const uid = headers.get('impersonate-uid') ?? '';
	const extra = readExtra(headers);
	if (name === null) {
		if (groups.length === 0 && uid === '' && Object.keys(extra).length === 0) return undefined;
		throw new ApiError(500, 'InternalError', {
			message: 'Internal error occurred: requested [] without impersonating a user name',
			details: { causes: [{ message: 'requested [] without impersonating a user name' }] },
		});
	}
	if (name === '') throw badRequest('an empty name cannot be impersonated');
	return { name, groups, ...(uid !== '' && { uid }), ...(Object.keys(extra).length > 0 && { extra }) };
}

function readExtra(headers: Headers): Record<string, string[]> {
	const prefix = 'impersonate-extra-';
	const entries = [...headers].filter(([name]) => name.startsWith(prefix));
	return Object.fromEntries(entries.map(([name, value]) => [unescape(name.slice(prefix.length)), value.split(/,\s*/)]));
}
