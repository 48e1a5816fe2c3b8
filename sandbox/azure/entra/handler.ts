import { randomUUID } from 'node:crypto';
import type { Handler, Visit } from '@lanyard/sandbox-ground';
import { type Context, Hono } from 'hono';
import { rethrow } from '../rethrow.ts';
import type { State } from '../state.ts';
import { answerAuthorizePage, showAuthorizePage } from './authorization-code.ts';
import { startDeviceCode } from './device-code.ts';
import { answerDevicePage, showDevicePage } from './device-page.ts';
import type { Asked } from './asked.ts';
import type { Tenant } from './model.ts';
import { instanceDiscovery, openIdConfiguration, publishedKeys, userRealm } from './openid.ts';
import { entraRefusals } from './refusal.data.ts';
import { refusalResponse } from './refusal.ts';
import { answerToken } from './token-endpoint.ts';

type Env = { Bindings: { visit: Visit } };

/** The first segment of a path: a tenant, or `organizations` and `common`, which leave it to the user. */
interface Where {
	/** As answers write it: the tenant's id. */
	name: string;
	tenant?: Tenant;
}

/** login.microsoftonline.com: OpenID configuration, keys, the token endpoint, sign-in pages, instance discovery. */
export function openEntra(state: State): Handler {
	const app = new Hono<Env>();
	const inTenant = (answer: (where: Where, c: Context<Env>) => Response | Promise<Response>) => (c: Context<Env>) => {
		const name = c.req.param('tenant') ?? '';
		const where = whereOf(state, name);
		return where ? answer(where, c) : refusalResponse(entraRefusals.unknownTenant(name), state.clock.now());
	};

	app.get('/common/discovery/instance', () => Response.json(instanceDiscovery));
	app.get('/common/userrealm/:user', (c) => Response.json(userRealm(state, c.req.param('user'))));
	app.get('/common/oauth2/deviceauth', () => showDevicePage());
	app.post('/common/oauth2/deviceauth', async (c) =>
		answerDevicePage(state, new URLSearchParams(await c.req.text()), c.env.visit),
	);
	for (const version of ['v2', 'v1'] as const) {
		const path = version === 'v2' ? '/v2.0' : '';
		const on = { app, state, inTenant, version, path };
		app.get(
			`/:tenant${path}/.well-known/openid-configuration`,
			inTenant(({ name }) => Response.json(openIdConfiguration(name, version))),
		);
		app.get(
			`/:tenant/discovery${path}/keys`,
			inTenant(async () => Response.json(await publishedKeys(state))),
		);
		addSignIns(on);
	}
	app.onError(rethrow);
	app.notFound(() => new Response(null, { status: 404, headers: { 'x-ms-request-id': randomUUID() } }));
	return async (request, visit) => app.fetch(request, { visit });
}

interface On {
	app: Hono<Env>;
	state: State;
	inTenant: (
		answer: (where: Where, c: Context<Env>) => Response | Promise<Response>,
	) => (c: Context<Env>) => Response | Promise<Response>;
	version: 'v1' | 'v2';
	path: string;
}

function addSignIns({ app, state, inTenant, version, path }: On): void {
	app.post(
		`/:tenant/oauth2${path}/token`,
		inTenant(({ tenant }, c) => answerToken(state, { tenant, version }, c)),
	);
	app.post(
		`/:tenant/oauth2${path}/devicecode`,
		inTenant(async (where, c) =>
			startDeviceCode(state, {
				...where,
				field: fieldsOf(new URLSearchParams(await c.req.text())),
				isV1: version === 'v1',
			}),
		),
	);
	const asked = ({ tenant }: Where, c: Context<Env>): Asked => {
		return { tenant, field: fieldsOf(new URL(c.req.url).searchParams) };
	};
	app.get(
		`/:tenant/oauth2${path}/authorize`,
		inTenant((where, c) => showAuthorizePage(state, asked(where, c))),
	);
	app.post(
		`/:tenant/oauth2${path}/authorize`,
		inTenant(async (where, c) => {
			const form = new URLSearchParams(await c.req.text());
			return answerAuthorizePage(state, asked(where, c), { form, visit: c.env.visit });
		}),
	);
}

function fieldsOf(form: URLSearchParams): (name: string) => string {
	return (name) => form.get(name) ?? '';
}

function whereOf({ directory }: State, written: string): Where | undefined {
	const name = written.toLowerCase();
	if (['organizations', 'common'].includes(name)) return { name };
	const tenant = directory.tenant(name);
	return tenant && { name: tenant.id, tenant };
}
