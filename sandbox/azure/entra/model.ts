import type { Store } from '@lanyard/sandbox-ground';
import { type Credentials, openCredentials } from './credentials.ts';
import { openRelations, type Relations } from './relations.ts';
import { openSignIns, type SignIns } from './sign-ins.ts';

export type { FederatedCredential, Password } from './credentials.ts';

export interface Tenant {
	id: string;
	domain: string;
}

/** What every object of a directory has. */
interface Named {
	objectId: string;
	tenantId: string;
	/** What a person calls it: a user principal name, a display name. */
	name: string;
	/** RFC 3339. */
	createdAt?: string;
	/** When it has been replicated: until then listings leave it out; RFC 3339. */
	appearsAt?: string;
	/** Properties that were written through Graph and that nothing but Graph reads. */
	details?: Record<string, unknown>;
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

/** Who can be given a role. */
export type Principal = User | Group | ServicePrincipal;

/** The registration that a service principal stands for in a tenant. */
export interface Application extends Named {
	kind: 'Application';
	appId: string;
}

export type DirectoryObject = Principal | Application;

/** What was deleted and may come back within 30 days. */
export interface Deleted {
	object: DirectoryObject;
	/** RFC 3339. */
	deletedAt: string;
}

/** The directories of all tenants. */
export interface Directory extends Relations, Credentials, SignIns {
	tenants(): Tenant[];
	/** By id or by domain, in any case. */
	tenant(idOrDomain: string): Tenant | undefined;
	addTenant(tenant: Tenant): void;
	/** Adds a principal, or changes one. */
	add(principal: Principal): void;
	principal(objectId: string): Principal | undefined;
	principals(): Principal[];
	servicePrincipal(tenantId: string, appId: string): ServicePrincipal | undefined;
	user(userPrincipalName: string): User | undefined;
	addApplication(application: Application): void;
	application(objectId: string): Application | undefined;
	applications(): Application[];
	applicationOf(tenantId: string, appId: string): Application | undefined;
	/** Takes an object out, with its memberships; its credentials stay until it is purged. */
	remove(object: DirectoryObject): void;
	keepDeleted(deleted: Deleted): void;
	deleted(): Deleted[];
	/** Forgets a deleted object and its credentials. */
	purge(deleted: Deleted): void;
	/** Takes a deleted object back. */
	restore(deleted: Deleted): void;
}

/** The directories that a store holds. */
export function openDirectory(store: Store): Directory {
	const tenants = store.table<Tenant>('entra/tenants');
	const known = () => tenants.entries().map(([, tenant]) => tenant);
	const relations = openRelations(store);
	const credentials = openCredentials(store);
	const principals = openPrincipals(store);
	const applications = openApplications(store);
	const put = (object: DirectoryObject) =>
		object.kind === 'Application' ? applications.addApplication(object) : principals.add(object);
	return {
		tenants: known,
		tenant: (name) => known().find(({ id, domain }) => [id, domain].includes(name.toLowerCase())),
		addTenant: (tenant) => tenants.set(tenant.id, tenant),
		...principals,
		...applications,
		...relations,
		...credentials,
		...openSignIns(store),
		...openBin(store, { put, forget: (object) => credentials.forgetCredentials(ownerOf(object)) }),
		remove(object) {
			relations.cut(object.objectId);
			if (object.kind === 'Application') applications.dropApplication(object);
			else principals.dropPrincipal(object);
		},
	};
}

/** An application's credentials hang on its `appId`, which its service principals share; all others' on the object. */
export function ownerOf(object: DirectoryObject): string {
	return object.kind === 'Application' ? object.appId : object.objectId;
}

/** Whether listings know it by now. */
export function hasAppeared({ appearsAt }: { appearsAt?: string }, now: Date): boolean {
	return appearsAt === undefined || new Date(appearsAt) <= now;
}

function openPrincipals(store: Store) {
	const principals = store.table<Principal>('entra/principals');
	const byName = store.table<string>('entra/principals-by-name');
	const found = (name: string) => {
		const objectId = byName.get(name.toLowerCase());
		return objectId === undefined ? undefined : principals.get(objectId);
	};
	const dropPrincipal = (principal: Principal) => {
		principals.delete(principal.objectId);
		byName.delete(nameKey(principal));
	};
	return {
		dropPrincipal,
		add(principal: Principal) {
			const before = principals.get(principal.objectId);
			if (before) dropPrincipal(before);
			principals.set(principal.objectId, principal);
			if (principal.kind !== 'Group') byName.set(nameKey(principal), principal.objectId);
		},
		principal: (objectId: string) => principals.get(objectId.toLowerCase()),
		principals: () => principals.entries().map(([, principal]) => principal),
		servicePrincipal(tenantId: string, appId: string) {
			const principal = found(appKey({ tenantId, appId }));
			return principal?.kind === 'ServicePrincipal' ? principal : undefined;
		},
		user(name: string) {
			const principal = found(name);
			return principal?.kind === 'User' ? principal : undefined;
		},
	};
}

function openApplications(store: Store) {
	const table = store.table<Application>('entra/applications');
	const byAppId = store.table<string>('entra/applications-by-app-id');
	return {
		addApplication(application: Application) {
			table.set(application.objectId, application);
			byAppId.set(appKey(application), application.objectId);
		},
		dropApplication(application: Application) {
			table.delete(application.objectId);
			byAppId.delete(appKey(application));
		},
		application: (objectId: string) => table.get(objectId.toLowerCase()),
		applications: () => table.entries().map(([, application]) => application),
		applicationOf: (tenantId: string, appId: string) => table.get(byAppId.get(appKey({ tenantId, appId })) ?? ''),
	};
}

function openBin(
	store: Store,
	{ put, forget }: { put: (object: DirectoryObject) => void; forget: (object: DirectoryObject) => void },
) {
	const bin = store.table<Deleted>('entra/deleted');
	return {
		keepDeleted: (deleted: Deleted) => bin.set(deleted.object.objectId, deleted),
		deleted: () => bin.entries().map(([, deleted]) => deleted),
		purge({ object }: Deleted) {
			bin.delete(object.objectId);
			forget(object);
		},
		restore({ object }: Deleted) {
			bin.delete(object.objectId);
			put(object);
		},
	};
}

function appKey({ tenantId, appId }: { tenantId: string; appId: string }): string {
	return `${tenantId}|${appId}`.toLowerCase();
}

function nameKey(principal: Principal): string {
	return principal.kind === 'ServicePrincipal' ? appKey(principal) : principal.name.toLowerCase();
}
