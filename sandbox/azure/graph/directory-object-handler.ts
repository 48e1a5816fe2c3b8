import { type DirectoryObject, hasAppeared } from '../entra/model.ts';
import { json, mixedList, root } from './answer.ts';
import { type Ask, lookUp, refuseReading, type Reply } from './ask.ts';
import { typed } from './body.ts';
import { graphRefusals } from './refusal.ts';

/** `POST /directoryObjects/getByIds`: those that are known, of the wanted types; the rest is left out in silence. */
export function getByIds(ask: Ask): Reply {
	const refused = refuseReading(ask, 'directoryObjects');
	if (refused) return refused;
	const ids = texts(ask.body['ids']);
	if (!ids) return graphRefusals.badValue('ids');
	if (ids.length > 1000) return graphRefusals.badValue('ids');
	const types = texts(ask.body['types'])?.map((type) => type.toLowerCase()) ?? [];
	const now = ask.state.clock.now();
	const isWanted = ({ kind }: DirectoryObject) =>
		types.length === 0 || types.some((type) => [kind.toLowerCase(), 'directoryobject'].includes(type));
	const found = ids.flatMap((id) => lookUp(ask, id) ?? []).filter((one) => isWanted(one) && hasAppeared(one, now));
	const value = found.map((object) => typed(ask.state, object));
	return json({ '@odata.context': `${root}/$metadata#directoryObjects`, value }, toldOnce);
}

/** `GET /directoryObjects/ID` */
export function showDirectoryObject(ask: Ask): Reply {
	const id = ask.segments[1] ?? '';
	const refused = refuseReading(ask, 'directoryObjects');
	const object = refused ? undefined : lookUp(ask, id);
	if (!object) return refused ?? graphRefusals.notFound(id);
	return json({ '@odata.context': `${root}/$metadata#directoryObjects/$entity`, ...typed(ask.state, object) });
}

/** `POST …/ID/checkMemberGroups`: which of these groups it is in, through others too. */
export function checkMemberGroups(ask: Ask): Reply {
	const wanted = texts(ask.body['groupIds']);
	if (!wanted) return graphRefusals.badValue('groupIds');
	return memberGroups(ask, (groups) => wanted.filter((id) => groups.includes(id.toLowerCase())));
}

/** `POST …/ID/getMemberGroups`: every group it is in, through others too. */
export function getMemberGroups(ask: Ask): Reply {
	return memberGroups(ask, (groups) => groups);
}

/** `GET …/ID/memberOf`: the groups it is in by itself. */
export function listMemberOf(ask: Ask): Reply {
	const id = ask.segments[1] ?? '';
	const refused = refuseReading(ask, 'groups');
	const object = refused ? undefined : lookUp(ask, id);
	if (!object) return refused ?? graphRefusals.notFound(id);
	const groups = ask.state.directory.directGroupsOf(object.objectId);
	return mixedList(
		ask,
		groups.flatMap((groupId) => lookUp(ask, groupId) ?? []),
	);
}

/** Answers to actions are told as if they were at the service's root (recorded). */
const toldOnce = { headers: { location: 'https://graph.microsoft.com' } };

function memberGroups(ask: Ask, choose: (groups: string[]) => string[]): Reply {
	const id = ask.segments[1] ?? '';
	const refused = refuseReading(ask, 'groups');
	const object = refused ? undefined : lookUp(ask, id);
	if (!object) return refused ?? graphRefusals.notFound(id);
	const value = choose(ask.state.directory.groupsOf(object.objectId));
	return json({ '@odata.context': `${root}/$metadata#Collection(Edm.String)`, value }, toldOnce);
}

function texts(value: unknown): string[] | undefined {
	return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}
