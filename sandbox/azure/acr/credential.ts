import type { Registry } from '../arm/model.ts';
import { checkSecret } from '../entra/client-proof.ts';
import type { Caller } from '../entra/token.ts';
import type { State } from '../state.ts';
import { adminHolder } from './admin-user.ts';
import type { Because, Held, Holder } from './holder.ts';
import { coversRepository, whyLeftOut } from './repository-right.ts';
import { holderOfToken } from './repository-token.ts';
import { authorizeExchange, type HeldRights, type Right, type Rights, rightsOf } from './rights.ts';
import { checkAccessToken, checkRefreshToken } from './token.ts';

/** The user name that says: the password is a token of this registry. */
const tokenUser = '00000000-0000-0000-0000-000000000000';

/** Who is behind a user name and a password: a token of this registry, or an application with its secret. */
export async function holderOfPassword(
	state: State,
	registry: Registry,
	{ user, password }: { user: string; password: string },
): Promise<Held> {
	if (user === tokenUser) {
		const held = await holderOfRefreshToken(state, registry, password);
		return held.holder ? held : ((await holderOfAccessToken(state, registry, password)) ?? held);
	}
	if (/^[0-9a-f-]{36}$/i.test(user)) return holderOfSecret(state, registry, { appId: user, secret: password });
	const isAdmin = user.toLowerCase() === registry.name.toLowerCase();
	return isAdmin ? adminHolder(state, registry, password) : holderOfToken(state, registry, { user, password });
}

/** Who a refresh token speaks for, with the rights it carries or, if the world says so, those of this moment. */
export async function holderOfRefreshToken(state: State, registry: Registry, jwt: string): Promise<Held> {
	const { token, refusal } = await checkRefreshToken(state, registry, jwt);
	if (refusal) return { reason: `refresh token refused: ${refusal.reason}` };
	const { subject, caller } = token;
	const live: Rights | undefined = token.held ? undefined : rightsOf(state, caller, registry);
	const why = (right: Right) => live?.decisions.get(right) ?? whyFrozen(state, registry, { caller, right });
	const who = { subject, appId: caller.appId, name: nameOf(state, registry, subject) };
	return { holder: { ...who, ...byRights(token.held ?? live ?? noRights, why) } };
}

/** A right that a refresh token does not carry: what it was made with, and what would be so now. */
function whyFrozen(state: State, registry: Registry, o: { caller: Caller; right: Right }): Because {
	const { directory } = state;
	const { caller, right } = o;
	const carries = `the refresh token carries no "${right}": it was made when the caller had no such right`;
	const principal = directory.servicePrincipal(registry.tenantId, caller.name) ?? directory.user(caller.name);
	if (!principal) return { reason: carries };
	const { objectId, name } = principal;
	const now = rightsOf(state, { ...caller, objectId, name, groups: directory.groupsOf(objectId) }, registry);
	const decision = now.decisions.get(right);
	if (!decision) return { reason: carries };
	if (decision.allowed) return { ...decision, reason: `${carries}; now ${decision.reason}: sign in again` };
	return { ...decision, reason: `${carries}; ${decision.reason}` };
}

const noRights: HeldRights = { granted: [], conditional: [] };

/** What roles give: everywhere, or where their conditions let it through. */
function byRights(held: HeldRights, why: (right: Right) => Because): Pick<Holder, 'has' | 'why'> {
	return {
		has: (right, repository) =>
			repository === undefined ? held.granted.includes(right) : coversRepository(held, right, repository),
		why(right, repository) {
			const leftOut = repository === undefined ? undefined : whyLeftOut(held, right, repository);
			return leftOut === undefined ? why(right) : { reason: leftOut };
		},
	};
}

async function holderOfAccessToken(state: State, registry: Registry, jwt: string): Promise<Held | undefined> {
	const { token } = await checkAccessToken(state, registry, jwt);
	if (!token) return undefined;
	const { subject, access } = token;
	return {
		holder: {
			subject,
			appId: subject,
			name: nameOf(state, registry, subject),
			has: () => false,
			limit: access,
			why: () => ({ reason: 'the access token used as a password does not cover it' }),
		},
	};
}

function holderOfSecret(state: State, registry: Registry, credential: { appId: string; secret: string }): Held {
	const tenant = state.directory.tenant(registry.tenantId);
	if (!tenant) return { reason: 'the registry has no tenant' };
	const checked = checkSecret(state, tenant, credential);
	if ('refusal' in checked) return { reason: `AADSTS${checked.refusal.code}: ${checked.refusal.text}` };
	const { objectId, tenantId, name, appId } = checked.principal;
	const caller: Caller = { objectId, tenantId, name, appId, groups: state.directory.groupsOf(objectId) };
	const exchange = authorizeExchange(state, caller, registry);
	if (!exchange.allowed) return exchange;
	const held = rightsOf(state, caller, registry);
	const why = (right: Right) => held.decisions.get(right) ?? { reason: `there is no right "${right}"` };
	return { holder: { subject: appId, appId, name, ...byRights(held, why) } };
}

/** Whoever shows nothing: may pull where anonymous pull is on, and nothing else ("Make your registry content publicly available"). */
export function anonymousHolder({ anonymousPull }: Registry): Held {
	if (!anonymousPull) return { reason: 'no credential was shown, and anonymous pull is off' };
	const has = (right: Right, repository?: string) =>
		repository !== undefined && (right === 'read' || right === 'metadata/read');
	const why = () => ({ reason: 'anonymous callers only pull' });
	return { holder: { subject: '', appId: '', name: 'anonymous', has, why } };
}

/** Reads `Authorization: Basic …`; undefined when there is no such header. */
export function readBasic(header: string | null): { user: string; password: string } | undefined {
	const [, encoded] = header?.match(/^Basic +([A-Za-z0-9+/=_-]+)$/i) ?? [];
	if (encoded === undefined) return undefined;
	const [, user = '', password = ''] =
		Buffer.from(encoded, 'base64')
			.toString('utf8')
			.match(/^([^:]*):?(.*)$/s) ?? [];
	return { user, password };
}

function nameOf({ directory }: State, { tenantId }: Registry, subject: string): string {
	return directory.servicePrincipal(tenantId, subject)?.name ?? subject;
}
