/**
 * What a request shows of who sent it, as far as it can be told without giving it away: the claims of a token, never the token. Nothing
 * is verified here; whoever decides does that.
 */

/** A credential, without what makes it one. */
export interface Shown {
	kind:
		| 'nothing'
		| 'Entra token'
		| 'ACR refresh token'
		| 'ACR access token'
		| 'Entra refresh token'
		| 'client secret'
		| 'federated token'
		| 'user name and password'
		| 'kubeconfig token'
		| 'code'
		| 'token';
	/** `jti` or `uti`: by it the request is found that issued the token. */
	id?: string;
	/** Who it says it is for: a name, an application's id. */
	subject?: string;
	/** RFC 3339. */
	issuedAt?: string;
	endsAt?: string;
	audience?: string;
	tenant?: string;
	/** Object ids of the groups it was issued with. */
	groups?: string[];
	/** What it holds: `repository:nginx:pull`, `read`. */
	holds?: string[];
}

/** Tokens are a few kilobytes; more is read by nobody but who answers. */
const longestForm = 64 * 1024;

/** What a request shows in its header, or in the form that asks for a token. */
export async function shownBy(request: Request): Promise<Shown> {
	const header = request.headers.get('authorization') ?? '';
	const [, bearer] = header.match(/^Bearer +(\S+)$/i) ?? [];
	if (bearer !== undefined) return shownToken(bearer) ?? { kind: 'kubeconfig token' };
	const [, basic] = header.match(/^Basic +(\S+)$/i) ?? [];
	if (basic !== undefined) return shownPassword(Buffer.from(basic, 'base64').toString('utf8'));
	const isForm = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
	const length = Number(request.headers.get('content-length') ?? Number.NaN);
	if (request.method !== 'POST' || !isForm || !(length <= longestForm)) return { kind: 'nothing' };
	// A client that breaks off in the middle shows nothing; its handler meets the same.
	const text = await request
		.clone()
		.text()
		.catch(() => '');
	return shownForm(new URLSearchParams(text));
}

/** The id of a token that an answer hands out. */
export async function issuedBy(response: Response): Promise<string | undefined> {
	if (!response.ok || !response.headers.get('content-type')?.startsWith('application/json')) return undefined;
	const body: unknown = await response.clone().json();
	const token = at(body, 'access_token') ?? at(body, 'refresh_token');
	return typeof token === 'string' ? shownToken(token)?.id : undefined;
}

function shownForm(form: URLSearchParams): Shown {
	const subject = form.get('client_id') ?? form.get('username') ?? '';
	const who = subject === '' ? {} : { subject };
	// A registry's exchange: the Entra token goes in the form.
	const inside = [form.get('access_token'), form.get('refresh_token')].map((token) => shownToken(token ?? ''));
	const token = inside.find((shown) => shown !== undefined);
	if (token) return token;
	if (form.get('client_assertion'))
		return { ...shownToken(form.get('client_assertion') ?? ''), ...who, kind: 'federated token' };
	if (form.get('client_secret')) return { kind: 'client secret', ...who };
	if (form.get('username')) return shownPassword(`${form.get('username') ?? ''}:${form.get('password') ?? ''}`);
	if (form.get('refresh_token')) return { kind: 'Entra refresh token' };
	return form.get('code') || form.get('device_code') ? { kind: 'code' } : { kind: 'nothing' };
}

function shownPassword(pair: string): Shown {
	const end = pair.indexOf(':');
	const [user, password] = [pair.slice(0, Math.max(end, 0)), pair.slice(end + 1)];
	return shownToken(password) ?? { kind: 'user name and password', subject: user };
}

function shownToken(jwt: string): Shown | undefined {
	const claims = claimsOf(jwt);
	if (!claims) return undefined;
	const text = (...names: string[]) =>
		names.map((name) => at(claims, name)).find((value): value is string => typeof value === 'string' && value !== '');
	const moment = (name: string) => {
		const seconds = Number(at(claims, name));
		return seconds > 0 && seconds < 1e11 ? new Date(seconds * 1000).toISOString() : undefined;
	};
	const facts = {
		id: text('jti', 'uti'),
		subject: text('upn', 'app_displayname', 'sub', 'oid'),
		issuedAt: moment('iat'),
		endsAt: moment('exp'),
		audience: text('aud'),
		tenant: text('tid', 'tenant'),
		groups: texts(at(claims, 'groups')),
		holds: heldBy(claims),
	};
	return { kind: kindOf(text('grant_type'), text('tid')), ...defined(facts) };
}

function kindOf(grantType: string | undefined, tenant: string | undefined): Shown['kind'] {
	if (grantType === 'refresh_token') return 'ACR refresh token';
	if (grantType === 'access_token') return 'ACR access token';
	return tenant === undefined ? 'token' : 'Entra token';
}

/** `access` of a registry's access token, `permissions.actions` of its refresh token. */
function heldBy(claims: unknown): string[] | undefined {
	const access = at(claims, 'access');
	if (Array.isArray(access)) {
		return access.map((one: unknown) => {
			return `${String(at(one, 'type'))}:${String(at(one, 'name'))}:${(texts(at(one, 'actions')) ?? []).join(',')}`;
		});
	}
	return texts(at(at(claims, 'permissions'), 'actions'));
}

function claimsOf(jwt: string): unknown {
	const [, payload, ...rest] = jwt.split('.');
	if (payload === undefined || rest.length !== 1) return undefined;
	try {
		const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
		return typeof claims === 'object' && claims !== null ? claims : undefined;
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

function texts(value: unknown): string[] | undefined {
	return Array.isArray(value) ? value.filter((one) => typeof one === 'string').slice(0, 200) : undefined;
}

function at(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
		? Reflect.get(value, name)
		: undefined;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(facts: T): Defined<T> {
	const kept: Defined<T> = {};
	return Object.assign(kept, Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)));
}
