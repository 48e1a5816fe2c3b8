import { fingerprintOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import type { Ask } from './ask.ts';
import { systemData } from './body.ts';
import type { Answered, Arm } from './handler.ts';
import { type Json, readBody, recordIn, recordsIn, textIn } from './json-body.ts';
import { openShelf, provisioningState, type Registry, type Resource, type Shelf } from './model.ts';
import { beginOperation } from './begin-operation.ts';
import { asyncHeaders } from './operation-handler.ts';
import { listResponse } from './page.ts';
import { offset } from './registry-body.ts';
import { type Child, childIdOf, childIn, childPaths, nameOf } from './registry-child.ts';
import { newPassword } from './registry-credential.ts';
import { readStatus } from './registry-policy.ts';
import { registryRefusals } from './registry-refusal.ts';
import { allowed, modified, pathsOf, registryKind } from './resource-kind.ts';
import { addScopeMaps, findScopeMap, type ScopeMap, scopeMapShelf } from './scope-map.ts';

/** A user of one registry, limited by a scope map; its name is its user name. */
export interface RegistryToken extends Pick<
	Resource,
	'createdAt' | 'createdBy' | 'modifiedAt' | 'modifiedBy' | 'busy'
> {
	id: string;
	name: string;
	scopeMapId: string;
	status: 'enabled' | 'disabled';
	passwords: TokenPassword[];
}

/** One of a token's two passwords; shown once, of which only the fingerprint stays. */
export interface TokenPassword {
	name: 'password1' | 'password2';
	fingerprint: string;
	/** RFC 3339. */
	createdAt: string;
	endsAt?: string;
}

/** The tokens of all registries. */
function tokenShelf({ store }: State): Shelf<RegistryToken> {
	return openShelf(store, 'arm/registry-tokens');
}

/** The tokens of one registry. */
export function tokensOf(state: State, { id }: Registry): RegistryToken[] {
	return tokenShelf(state).under(`${id}/tokens/`);
}

/** The scope maps that people made in one registry. */
export function scopeMapsOf(state: State, { id }: Registry): ScopeMap[] {
	return scopeMapShelf(state).under(`${id}/scopeMaps/`);
}

/** Forgets what belonged to a registry that is gone. */
export function forgetTokens(state: State, registryId: string): void {
	for (const { id } of tokenShelf(state).under(`${registryId}/tokens/`)) tokenShelf(state).remove(id);
	for (const { id } of scopeMapShelf(state).under(`${registryId}/scopeMaps/`)) scopeMapShelf(state).remove(id);
}

const child: Child<RegistryToken> = { type: 'tokens', find: (state, _registry, id) => tokenShelf(state).get(id) };

/** Repository tokens, their scope maps, their passwords. */
export function addTokens(app: Arm, answered: Answered): void {
	const { all, one } = childPaths('tokens');
	app.get(all, answered(list));
	app.get(one, answered(show));
	app.put(one, answered(write));
	app.patch(one, answered(write));
	app.delete(one, answered(remove));
	app.post(`${pathsOf(registryKind.type).one}/generatecredentials`, answered(generate));
	addScopeMaps(app, answered, isUsed);
}

function isUsed(state: State, { id }: ScopeMap): boolean {
	const registryId = id.replace(/\/scopeMaps\/[^/]+$/i, '');
	const tokens = tokenShelf(state).under(`${registryId}/tokens/`);
	return tokens.some(({ scopeMapId }) => scopeMapId.toLowerCase() === id.toLowerCase());
}

function list(ask: Ask): Response {
	const found = childIn(ask, child, 'read');
	if (found instanceof Response) return found;
	return listResponse(ask, tokensOf(ask.state, found.registry), (token) => tokenBody(ask.state, token));
}

function show(ask: Ask): Response {
	const found = childIn(ask, child, 'read');
	if (found instanceof Response) return found;
	return found.child ? Response.json(tokenBody(ask.state, found.child)) : registryRefusals.notFound(nameOf(ask));
}

async function write(ask: Ask): Promise<Response> {
	const found = childIn(ask, child, 'write');
	if (found instanceof Response) return found;
	const { registry, child: before } = found;
	if (!before && ask.request.method === 'PATCH') return registryRefusals.notFound(nameOf(ask));
	const body = (await readBody(ask.request)) ?? {};
	const properties = recordIn(body, 'properties');
	const wanted = textIn(properties, 'scopeMapId') ?? before?.scopeMapId ?? '';
	const map = findScopeMap(ask.state, registry, wanted);
	if (!map) return registryRefusals.badScopeMap(wanted);
	const status = readStatus(properties) ?? before?.status ?? 'enabled';
	const known = before ?? newToken(ask, registry);
	const token: RegistryToken = { ...known, scopeMapId: wanted, status, passwords: keptPasswords(known, properties) };
	return before ? keep(ask, { ...token, ...modified(ask) }) : begin(ask, token);
}

/** Whoever writes a token may leave out passwords, and so end them (`az acr token credential delete`); none can be added so. */
function keptPasswords({ passwords }: RegistryToken, properties: Json): TokenPassword[] {
	const credentials = recordIn(properties, 'credentials');
	if (!('passwords' in credentials)) return passwords;
	const names = recordsIn(credentials, 'passwords').map((one) => textIn(one, 'name'));
	return passwords.filter(({ name }) => names.includes(name));
}

function newToken(ask: Ask, registry: Registry): RegistryToken {
	return {
		id: childIdOf(ask, registry, 'tokens'),
		name: nameOf(ask),
		scopeMapId: '',
		status: 'enabled',
		passwords: [],
		createdAt: ask.state.clock.now().toISOString(),
		createdBy: ask.caller.name,
	};
}

function keep({ state }: Ask, token: RegistryToken): Response {
	tokenShelf(state).put(token);
	return Response.json(tokenBody(state, token));
}

/** A new token takes a moment (recorded: 201, then an operation). */
function begin(ask: Ask, token: RegistryToken): Response {
	const { state, caller } = ask;
	const operation = beginOperation(state, {
		kind: 'write-token',
		target: token.id,
		startedBy: caller.objectId,
		meanwhile: 'Creating',
	});
	const fails = operation.failure !== undefined;
	const busy: RegistryToken = {
		...token,
		busy: { state: 'Creating', until: operation.endsAt, ...(fails && { fails }) },
	};
	tokenShelf(state).put(busy);
	const headers = asyncHeaders(ask, operation, { path: `${token.id}/operationStatuses/token-${operation.id}` });
	return Response.json(tokenBody(state, busy), { status: 201, headers });
}

function remove(ask: Ask): Response {
	const found = childIn(ask, child, 'delete');
	if (found instanceof Response) return found;
	if (!found.child) return new Response(null, { status: 204 });
	tokenShelf(ask.state).remove(found.child.id);
	return new Response(null, { status: 200 });
}

/** New passwords for a token, both or the one named; only this answer shows them. */
async function generate(ask: Ask): Promise<Response> {
	const registry = allowed(ask, registryKind, 'generateCredentials/action');
	if (registry instanceof Response) return registry;
	const body = (await readBody(ask.request)) ?? {};
	const tokenId = textIn(body, 'tokenId') ?? '';
	const token = tokensOf(ask.state, registry).find(({ id }) => id.toLowerCase() === tokenId.toLowerCase());
	if (!token) return registryRefusals.badToken(tokenId);
	const named = textIn(body, 'name');
	if (named !== undefined && named !== 'password1' && named !== 'password2')
		return registryRefusals.badPasswordName(named);
	const endsAt = readExpiry(textIn(body, 'expiry'));
	if (endsAt === null) return registryRefusals.invalid('The expiry is no moment.');
	return renew(ask.state, token, { names: named === undefined ? ['password1', 'password2'] : [named], endsAt });
}

/** Null for what is no moment. */
function readExpiry(told: string | undefined): string | null | undefined {
	if (told === undefined) return undefined;
	return Number.isNaN(Date.parse(told)) ? null : new Date(told).toISOString();
}

function renew(
	state: State,
	token: RegistryToken,
	{ names, endsAt }: { names: TokenPassword['name'][]; endsAt: string | undefined },
): Response {
	const createdAt = state.clock.now().toISOString();
	const made = names.map((name) => ({ name, value: newPassword() }));
	const renewed = made.map(({ name, value }): TokenPassword => {
		return { name, fingerprint: fingerprintOf(value), createdAt, ...(endsAt !== undefined && { endsAt }) };
	});
	const others = token.passwords.filter(({ name }) => !names.includes(name));
	const passwords = [...others, ...renewed].toSorted((one, other) => one.name.localeCompare(other.name));
	tokenShelf(state).put({ ...token, passwords });
	const valueOf = new Map(made.map(({ name, value }) => [name, value]));
	const tell = (one: TokenPassword) => ({
		...passwordBody(one),
		...(valueOf.has(one.name) && { value: valueOf.get(one.name) }),
	});
	return Response.json({ username: token.name, passwords: passwords.map(tell) });
}

function tokenBody({ clock }: State, token: RegistryToken): Json {
	const { id, name, scopeMapId, status, createdAt, passwords } = token;
	return {
		type: 'Microsoft.ContainerRegistry/registries/tokens',
		id,
		name,
		systemData: systemData(token, offset),
		properties: {
			creationDate: offset(createdAt),
			provisioningState: provisioningState(token, clock.now()),
			scopeMapId,
			credentials: { passwords: passwords.map(passwordBody) },
			status,
		},
	};
}

function passwordBody({ name, createdAt, endsAt }: TokenPassword): Json {
	return { creationTime: offset(createdAt), ...(endsAt !== undefined && { expiry: offset(endsAt) }), name };
}
