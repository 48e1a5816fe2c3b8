import type { Graph } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import type { Application, ServicePrincipal } from '@lanyard/wire';
import { withPatience } from '../patience.ts';
import { type Action, given, having } from '../run.ts';

/** Makes an application with its service principal; its tag says which plan made it, so that it is made once. */
const makePrincipal: Action = async ({ change, was }, { hands, planId }) => {
	const displayName = given({ change }, 'displayName');
	const isFirst = was === 'planned';
	const earlier = isFirst ? undefined : await findMade(hands.graph, displayName, planId);
	const application = earlier ?? (await make(hands.graph, displayName, planId));
	const wait = { what: 'the directory to know the new application', isPassing: isNotReplicated };
	const principal = await having(`the application ${displayName} is made, its service principal is not`, () =>
		withPatience(hands, wait, () => principalOf(hands.graph, application, { isNew: isFirst })),
	);
	return { application: application.objectId, appId: application.appId, principal: principal.objectId };
};

/** Deletes it, and takes it out of the bin where the caller may: Entra ID would keep it for 30 days. */
const removePrincipal: Action = async ({ change }, { hands, planId }) => {
	const { graph } = hands;
	const displayName = given({ change }, 'displayName');
	const known = change['application'] || (await findMade(graph, displayName, planId))?.objectId;
	if (!known) return;
	// A step that was cut short knows nothing of the service principal, which goes to the bin with its application.
	const principal = change['principal'] || (await principalIdOf(graph, known));
	await graph.deleteApplication(known);
	for (const id of [principal, known]) if (id) await purgeIfAllowed(graph, id);
};

async function principalIdOf(graph: Graph, application: string): Promise<string | undefined> {
	const found = await graph.application(application);
	return found && (await graph.servicePrincipalOf(found.appId))?.objectId;
}

const addMember: Action = async ({ change }, { hands }) => {
	const [group, member] = [given({ change }, 'group'), given({ change }, 'member')];
	if ((await hands.graph.members(group)).includes(member)) return;
	// An identity that was just made is not known everywhere yet.
	const wait = { what: 'the directory to know the new identity', isPassing: isNotReplicated };
	await withPatience(hands, wait, () => hands.graph.addMember(group, member));
};

const removeMember: Action = async ({ change }, { hands }) => {
	await hands.graph.removeMember(given({ change }, 'group'), given({ change }, 'member'));
};

async function findMade(graph: Graph, displayName: string, planId: string): Promise<Application | undefined> {
	const all = await graph.applicationsCalled(displayName);
	return all.find(({ tags }) => tags.includes(tagOf(planId)));
}

function make(graph: Graph, displayName: string, planId: string): Promise<Application> {
	return graph.createApplication({ displayName, tags: ['lanyard', tagOf(planId)] });
}

function tagOf(planId: string): string {
	return `lanyard:${planId}`;
}

async function principalOf(
	graph: Graph,
	{ appId }: Application,
	{ isNew }: { isNew: boolean },
): Promise<ServicePrincipal> {
	const known = isNew ? undefined : await graph.servicePrincipalOf(appId);
	return known ?? graph.createServicePrincipal(appId);
}

/** What az waits for as well, by the same words (azure-cli, role/custom.py). */
function isNotReplicated({ code, found = '' }: Problem): boolean {
	return code === 'azure-refused' && /does not reference|does not exist/.test(found);
}

async function purgeIfAllowed(graph: Graph, objectId: string): Promise<void> {
	try {
		await graph.purge(objectId);
	} catch (problem) {
		// It is deleted all the same; the bin is emptied by Entra ID itself.
		if (!(problem instanceof Problem) || problem.code !== 'caller-lacks-right') throw problem;
	}
}

/** Applications, service principals and groups. */
export const principalActions = {
	'make-principal': makePrincipal,
	'remove-principal': removePrincipal,
	'add-member': addMember,
	'remove-member': removeMember,
};
