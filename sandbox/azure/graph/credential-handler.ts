import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { type Application, ownerOf, type Password, type ServicePrincipal } from '../entra/model.ts';
import { fingerprintOf } from '../identifiers.ts';
import { json, noContent, root } from './answer.ts';
import { type Ask, find, refuse, type Reply } from './ask.ts';
import { type Body, collections, isRecord, passwordBody } from './body.ts';
import { type GraphRefusal, graphRefusals, isRefusal } from './refusal.ts';

type Kind = 'Application' | 'ServicePrincipal';

const year = 365.25 * 24 * 3_600_000;

/** `POST …/addPassword`: the secret is made here and told once; without an end it lasts two years (Graph, "addPassword"). */
export function addPassword(ask: Ask, kind: Kind): Reply {
	const holder = holderToChange(ask, kind);
	if (isRefusal(holder)) return holder;
	if (holder.kind === 'ServicePrincipal' && holder.managedBy !== undefined) return graphRefusals.managedPassword();
	const wanted = parseWanted(ask);
	if (isRefusal(wanted)) return wanted;
	const secret = makeSecret();
	const password: Password = {
		keyId: randomUUID(),
		fingerprint: fingerprintOf(secret),
		// Graph shows a hint of an application's secrets only (recorded).
		...(kind === 'Application' && { hint: secret.slice(0, 3) }),
		...wanted,
	};
	ask.state.directory.addPassword(ownerOf(holder), password);
	const body = {
		'@odata.context': `${root}/$metadata#microsoft.graph.passwordCredential`,
		...passwordBody(password, secret),
	};
	return json(body, { headers: { location: 'https://graph.microsoft.com' } });
}

/** `POST …/removePassword` */
export function removePassword(ask: Ask, kind: Kind): Reply {
	const holder = holderToChange(ask, kind);
	if (isRefusal(holder)) return holder;
	const { keyId } = ask.body;
	if (typeof keyId !== 'string') return graphRefusals.missing('keyId', 'PasswordCredential');
	const wasThere = ask.state.directory.removePassword(ownerOf(holder), keyId.toLowerCase());
	return wasThere ? noContent() : graphRefusals.noPassword(keyId);
}

function holderToChange(ask: Ask, kind: Kind): Application | ServicePrincipal | GraphRefusal {
	const holder = find(ask, kind, ask.segments[1] ?? '');
	if (isRefusal(holder)) return holder;
	const { path } = collections[kind];
	const want = { action: `${path}/credentials/update`, scope: `/${path}/${holder.objectId}`, object: holder };
	return refuse(ask, want) ?? holder;
}

function parseWanted({ state, body }: Ask): Pick<Password, 'displayName' | 'startsAt' | 'endsAt'> | GraphRefusal {
	const asked: Body = isRecord(body['passwordCredential']) ? body['passwordCredential'] : {};
	const now = state.clock.now();
	const startsAt = timeOf(asked['startDateTime'], now);
	const endsAt = startsAt && timeOf(asked['endDateTime'], new Date(startsAt.getTime() + 2 * year));
	if (!startsAt) return graphRefusals.badValue('startDateTime');
	if (!endsAt || endsAt <= startsAt) return graphRefusals.badValue('endDateTime');
	const { displayName } = asked;
	return {
		...(typeof displayName === 'string' && { displayName }),
		startsAt: startsAt.toISOString(),
		endsAt: endsAt.toISOString(),
	};
}

function timeOf(written: unknown, otherwise: Date): Date | undefined {
	if (written === undefined || written === null) return otherwise;
	const moment = typeof written === 'string' ? new Date(written) : new Date(Number.NaN);
	return Number.isNaN(moment.getTime()) || moment.getUTCFullYear() > 9999 ? undefined : moment;
}

/** 40 signs of which the fifth and sixth are `Q~`, as real ones: secret scanners know them by that. */
function makeSecret(): string {
	const text = randomBytes(30).toString('base64url').replaceAll('-', '.');
	// A first sign that a command line would take for a flag helps nobody.
	const first = String.fromCodePoint(97 + randomInt(26));
	return `${first}${text.slice(0, 2)}8Q~${text.slice(2, 36)}`;
}
