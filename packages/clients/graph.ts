import {
	addMemberCall,
	addPasswordCall,
	type Application,
	applicationCall,
	applicationOfCall,
	applicationsCalledCall,
	createApplicationCall,
	createServicePrincipalCall,
	deleteApplicationCall,
	type GraphCall,
	graphNextPageRequest,
	graphRequest,
	type Group,
	groupCall,
	groupsCalledCall,
	membersCall,
	namedObjectsCall,
	type NamedObject,
	namesAtOnce,
	type NewPassword,
	parseApplication,
	parseGraphAnswer,
	parseGraphPage,
	parseGroup,
	parseMember,
	parseNamedObject,
	parseNewPassword,
	parseServicePrincipal,
	purgeCall,
	removeMemberCall,
	removePasswordCall,
	type ServicePrincipal,
	servicePrincipalCall,
	servicePrincipalOfCall,
	servicePrincipalsCalledCall,
} from '@lanyard/wire';
import { ask } from './ask.ts';
import type { Send } from './send.ts';
import type { SignIn } from './sign-in.ts';

/** Microsoft Graph, as far as Lanyard asks it. Throws `Problem` for every refusal; "there is none" is a value. */
export interface Graph {
	applicationsCalled(displayName: string): Promise<Application[]>;
	/** By its client id. */
	applicationOf(appId: string): Promise<Application | undefined>;
	/** By its object id. */
	application(objectId: string): Promise<Application | undefined>;
	createApplication(application: { displayName: string; tags: string[] }): Promise<Application>;
	/** Whether there was one. */
	deleteApplication(objectId: string): Promise<boolean>;
	/** Takes it out of the bin, for good. Whether there was one. */
	purge(objectId: string): Promise<boolean>;
	addPassword(objectId: string, password: { displayName: string; endsAt: Date }): Promise<NewPassword>;
	removePassword(objectId: string, keyId: string): Promise<void>;
	servicePrincipalOf(appId: string): Promise<ServicePrincipal | undefined>;
	servicePrincipal(objectId: string): Promise<ServicePrincipal | undefined>;
	servicePrincipalsCalled(displayName: string): Promise<ServicePrincipal[]>;
	createServicePrincipal(appId: string): Promise<ServicePrincipal>;
	group(objectId: string): Promise<Group | undefined>;
	groupsCalled(displayName: string): Promise<Group[]>;
	/** Object ids of those who are in it directly. */
	members(groupId: string): Promise<string[]>;
	addMember(groupId: string, objectId: string): Promise<void>;
	/** Those of these ids that the directory knows and tells the caller of. */
	namedObjects(objectIds: readonly string[]): Promise<NamedObject[]>;
	/** Whether it was in there. */
	removeMember(groupId: string, objectId: string): Promise<boolean>;
}

/** How to reach Graph, and as whom. */
export interface GraphOptions {
	send: Send;
	/** `https://graph.microsoft.com` */
	endpoint: string;
	signIn: SignIn;
}

/** Opens Graph. */
export function createGraph(options: GraphOptions): Graph {
	const { one, first, find, list, remove } = caller(options);
	return {
		applicationsCalled: (name) => list(applicationsCalledCall(name), parseApplication),
		applicationOf: (appId) => first(applicationOfCall(appId), parseApplication),
		application: (id) => find(applicationCall(id), parseApplication),
		createApplication: (application) => one(createApplicationCall(application), parseApplication),
		deleteApplication: (id) => remove(deleteApplicationCall(id)),
		purge: (id) => remove(purgeCall(id)),
		addPassword: (id, password) => one(addPasswordCall(id, password), parseNewPassword),
		removePassword: (id, keyId) => one(removePasswordCall(id, keyId), () => undefined),
		servicePrincipalOf: (appId) => first(servicePrincipalOfCall(appId), parseServicePrincipal),
		servicePrincipal: (id) => find(servicePrincipalCall(id), parseServicePrincipal),
		servicePrincipalsCalled: (name) => list(servicePrincipalsCalledCall(name), parseServicePrincipal),
		createServicePrincipal: (appId) => one(createServicePrincipalCall(appId), parseServicePrincipal),
		group: (id) => find(groupCall(id), parseGroup),
		groupsCalled: (name) => list(groupsCalledCall(name), parseGroup),
		members: (id) => list(membersCall(id), parseMember),
		addMember: (group, member) => one(addMemberCall(group, member), () => undefined),
		async namedObjects(objectIds) {
			const all: NamedObject[] = [];
			for (let at = 0; at < objectIds.length; at += namesAtOnce) {
				const call = namedObjectsCall(objectIds.slice(at, at + namesAtOnce));
				all.push(...(await list(call, parseNamedObject)).flatMap((named) => named ?? []));
			}
			return all;
		},
		removeMember: (group, member) => remove(removeMemberCall(group, member)),
	};
}

/** A host that names a next page for ever is not followed for ever. */
const pageLimit = 1000;

function caller({ send, endpoint, signIn }: GraphOptions) {
	const door = async () => ({ endpoint, token: (await signIn.token(endpoint)).value });

	const one = async <T>(call: GraphCall, parse: (json: unknown) => T): Promise<T> =>
		ask(send, graphRequest(await door(), call), async (response) => parse(await parseGraphAnswer(response, call)));

	const find = async <T>(call: GraphCall, parse: (json: unknown) => T): Promise<T | undefined> =>
		ask(send, graphRequest(await door(), call), async (response) =>
			response.status === 404 ? undefined : parse(await parseGraphAnswer(response, call)),
		);

	const remove = async (call: GraphCall): Promise<boolean> => (await find(call, () => true)) ?? false;

	const list = async <T>(call: GraphCall, parse: (entry: unknown) => T): Promise<T[]> => {
		const all: T[] = [];
		let request = graphRequest(await door(), call);
		for (let page = 0; page < pageLimit; page++) {
			const read = await ask(send, request, (response) => parseGraphPage(response, call, parse));
			all.push(...read.entries);
			if (read.nextLink === undefined) break;
			request = graphNextPageRequest(await door(), read.nextLink);
		}
		return all;
	};

	const first = async <T>(call: GraphCall, parse: (entry: unknown) => T): Promise<T | undefined> =>
		(await list(call, parse))[0];

	return { one, first, find, list, remove };
}
