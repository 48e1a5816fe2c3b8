import type { Store } from '@lanyard/sandbox-ground';

export interface Tenant {
	id: string;
	domain: string;
}

interface Named {
	objectId: string;
	tenantId: string;
	/** What a person calls it: a user principal name, a display name. */
	name: string;
}

export interface User extends Named {
	kind: 'User';
}

export interface Group extends Named {
	kind: 'Group';
}

export interface ServicePrincipal extends Named {
	kind: 'ServicePrincipal';
	appId: string;
	/** A managed identity belongs to an Azure resource and has no password. */
	managedBy?: string;
}

export type Principal = User | Group | ServicePrincipal;

/** One secret of a user or an application; only its fingerprint is kept. */
export interface Password {
	keyId: string;
	fingerprint: string;
	/** RFC 3339. */
	endsAt?: string;
}

/** What a user's refresh token stands for; kept under the token's fingerprint. */
export interface SignedIn {
	objectId: string;
	clientId: string;
	/** RFC 3339. */
	endsAt: string;
}

/** The directories of all tenants. */
export interface Directory {
	tenants(): Tenant[];
	/** By id or by domain, in any case. */
	tenant(idOrDomain: string): Tenant | undefined;
	addTenant(tenant: Tenant): void;
	add(principal: Principal): void;
	/** Takes a principal away, out of its groups too. */
	remove(objectId: string): void;
	principal(objectId: string): Principal | undefined;
	principals(): Principal[];
	servicePrincipal(tenantId: string, appId: string): ServicePrincipal | undefined;
	user(userPrincipalName: string): User | undefined;
	addMember(groupId: string, memberId: string): void;
	/** The groups an object is in, through other groups too. */
	groupsOf(objectId: string): string[];
	addPassword(ownerId: string, password: Password): void;
	passwords(ownerId: string): Password[];
	keepSignIn(tokenFingerprint: string, signedIn: SignedIn): void;
	signIn(tokenFingerprint: string): SignedIn | undefined;
}

/** The directories that a store holds. */
export function openDirectory(store: Store): Directory {
	const tenants = store.table<Tenant>('entra/tenants');
	const principals = store.table<Principal>('entra/principals');
	const byName = store.table<string>('entra/principals-by-name');
	const passwords = store.table<Password>('entra/passwords');
	const signIns = store.table<SignedIn>('entra/sign-ins');
	const known = () => tenants.entries().map(([, tenant]) => tenant);
	const found = (name: string) => {
		const objectId = byName.get(name.toLowerCase());
		return objectId === undefined ? undefined : principals.get(objectId);
	};

	return {
		tenants: known,
		tenant: (name) => known().find(({ id, domain }) => [id, domain].includes(name.toLowerCase())),
		addTenant: (tenant) => tenants.set(tenant.id, tenant),
		add(principal) {
			principals.set(principal.objectId, principal);
			if (principal.kind === 'User') byName.set(principal.name.toLowerCase(), principal.objectId);
			if (principal.kind === 'ServicePrincipal') byName.set(appKey(principal), principal.objectId);
		},
		remove(objectId) {
			const principal = principals.get(objectId.toLowerCase());
			principals.delete(objectId.toLowerCase());
			if (principal?.kind === 'User') byName.delete(principal.name.toLowerCase());
			if (principal?.kind === 'ServicePrincipal') byName.delete(appKey(principal));
			const members = store.table<string>('entra/members');
			for (const [key] of members.entries(`${objectId}|`)) members.delete(key);
		},
		principal: (objectId) => principals.get(objectId.toLowerCase()),
		principals: () => principals.entries().map(([, principal]) => principal),
		servicePrincipal(tenantId, appId) {
			const principal = found(appKey({ tenantId, appId }));
			return principal?.kind === 'ServicePrincipal' ? principal : undefined;
		},
		user(name) {
			const principal = found(name);
			return principal?.kind === 'User' ? principal : undefined;
		},
		...memberships(store),
		addPassword: (ownerId, password) => passwords.set(`${ownerId}|${password.keyId}`, password),
		passwords: (ownerId) => passwords.entries(`${ownerId}|`).map(([, password]) => password),
		keepSignIn: (fingerprint, signedIn) => signIns.set(fingerprint, signedIn),
		signIn: (fingerprint) => signIns.get(fingerprint),
	};
}

function appKey({ tenantId, appId }: { tenantId: string; appId: string }): string {
	return `${tenantId}|${appId}`.toLowerCase();
}

function memberships(store: Store): Pick<Directory, 'addMember' | 'groupsOf'> {
	const members = store.table<string>('entra/members');
	return {
		addMember: (groupId, memberId) => members.set(`${memberId}|${groupId}`, groupId),
		groupsOf(objectId) {
			const groups = new Set<string>();
			const open = [objectId];
			for (let next = open.pop(); next !== undefined; next = open.pop()) {
				for (const [, groupId] of members.entries(`${next}|`)) {
					if (!groups.has(groupId)) open.push(groupId);
					groups.add(groupId);
				}
			}
			return [...groups];
		},
	};
}
