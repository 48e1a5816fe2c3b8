import type { Registry } from '../arm/model.ts';
import { checkSecret } from '../entra/client-proof.ts';
import type { Caller } from '../entra/token.ts';
import type { State } from '../state.ts';
import { authorizeExchange, type HeldRights, type Right, type Rights, rightsOf } from './rights.ts';
import type { Access } from './scope.ts';
import { checkAccessToken, checkRefreshToken } from './token.ts';

/** The user name that says: the password is a token of this registry. */
const tokenUser = '00000000-0000-0000-0000-000000000000';

/** Someone whose credential the registry has taken. */
export interface Holder extends HeldRights {
	/** The `sub` of the tokens made for it. */
	subject: string;
	appId: string;
	/** What a person calls it. */
	name: string;
	/** An access token used as a password gives no more than it holds. */
	limit?: Access[];
	/** Why a right is missing. */
	why(right: Right): string;
}

/** `reason` goes to the request log only. */
export type Held = { holder: Holder; reason?: undefined } | { holder?: undefined; reason: string };

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
	return { reason: isAdmin ? 'the admin user is disabled' : `there is no user "${user}"` };
}

/** Who a refresh token speaks for, with the rights it carries or, if the world says so, those of this moment. */
export async function holderOfRefreshToken(state: State, registry: Registry, jwt: string): Promise<Held> {
	const { token, refusal } = await checkRefreshToken(state, registry, jwt);
	if (refusal) return { reason: `refresh token refused: ${refusal.reason}` };
	const { subject, caller } = token;
	const live: Rights | undefined = token.held ? undefined : rightsOf(state, caller, registry);
	const { granted, conditional } = token.held ?? live ?? noRights;
	return {
		holder: {
			subject,
			appId: caller.appId,
			name: nameOf(state, registry, subject),
			granted,
			conditional,
			why: (right) =>
				live?.decisions.get(right)?.reason ??
				`the refresh token carries no "${right}": it was made when the caller had no such right`,
		},
	};
}

const noRights: HeldRights = { granted: [], conditional: [] };
const notCovered = () => 'the access token used as a password does not cover it';

async function holderOfAccessToken(state: State, registry: Registry, jwt: string): Promise<Held | undefined> {
	const { token } = await checkAccessToken(state, registry, jwt);
	if (!token) return undefined;
	const { subject, access } = token;
	return {
		holder: {
			subject,
			appId: subject,
			name: nameOf(state, registry, subject),
			...noRights,
			limit: access,
			why: notCovered,
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
	if (!exchange.allowed) return { reason: exchange.reason };
	const { granted, conditional, decisions } = rightsOf(state, caller, registry);
	const why = (right: Right) => decisions.get(right)?.reason ?? '';
	return { holder: { subject: appId, appId, name, granted, conditional, why } };
}

/** Whoever shows nothing: may pull where anonymous pull is on, and nothing else ("Make your registry content publicly available"). */
export function anonymousHolder({ anonymousPull }: Registry): Held {
	if (!anonymousPull) return { reason: 'no credential was shown, and anonymous pull is off' };
	const granted: Right[] = ['read', 'metadata/read'];
	const why = () => 'anonymous callers only pull';
	return { holder: { subject: '', appId: '', name: 'anonymous', granted, conditional: [], why } };
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
