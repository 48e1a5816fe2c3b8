import { randomUUID } from 'node:crypto';
import type { Handler, Visit } from '@lanyard/sandbox-ground';
import { type Context, Hono } from 'hono';
import type { State } from '../state.ts';
import type { Tenant } from './model.ts';
import { entraRefusals, refusalResponse } from './refusal.ts';
import { answerToken } from './token-endpoint.ts';

const host = 'https://login.microsoftonline.com';

type Env = { Bindings: { visit: Visit } };

/** login.microsoftonline.com: OpenID configuration, keys, the token endpoint, instance discovery. */
export function openEntra(state: State): Handler {
	const app = new Hono<Env>();
	const inTenant = (answer: (tenant: Tenant, c: Context<Env>) => Response | Promise<Response>) => (c: Context<Env>) => {
		const name = c.req.param('tenant') ?? '';
		const tenant = tenantNamed(state, name);
		return tenant ? answer(tenant, c) : refusalResponse(entraRefusals.unknownTenant(name), state.clock.now());
	};
	const keys = async () => Response.json({ keys: [await publicKeyOf(state)] });

	app.get('/common/discovery/instance', () => Response.json(instanceDiscovery));
	app.get('/common/userrealm/:user', (c) => Response.json(userRealm(c.req.param('user'))));
	for (const version of ['/v2.0', '']) {
		app.get(
			`/:tenant${version}/.well-known/openid-configuration`,
			inTenant((tenant) => openIdConfiguration(tenant)),
		);
		app.get(`/:tenant/discovery${version}/keys`, inTenant(keys));
		app.post(
			`/:tenant/oauth2${version}/token`,
			inTenant((tenant, c) => answerToken(state, tenant, c)),
		);
	}
	app.notFound(() => new Response(null, { status: 404, headers: { 'x-ms-request-id': randomUUID() } }));
	return async (request, visit) => app.fetch(request, { visit });
}

/** `common` and `organizations` mean whatever tenant the user is from; with one tenant there is no question. */
function tenantNamed({ directory }: State, name: string): Tenant | undefined {
	const isAny = ['common', 'organizations'].includes(name.toLowerCase());
	return isAny ? directory.tenants()[0] : directory.tenant(name);
}

/** The token endpoint's first segment is the tenant's id: clients take the tenant from there. */
function openIdConfiguration({ id }: Tenant): Response {
	return Response.json({
		token_endpoint: `${host}/${id}/oauth2/v2.0/token`,
		token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
		jwks_uri: `${host}/${id}/discovery/v2.0/keys`,
		response_modes_supported: ['query', 'fragment', 'form_post'],
		subject_types_supported: ['pairwise'],
		id_token_signing_alg_values_supported: ['RS256'],
		response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
		scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
		issuer: `${host}/${id}/v2.0`,
		request_uri_parameter_supported: false,
		userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
		authorization_endpoint: `${host}/${id}/oauth2/v2.0/authorize`,
		device_authorization_endpoint: `${host}/${id}/oauth2/v2.0/devicecode`,
		http_logout_supported: true,
		frontchannel_logout_supported: true,
		end_session_endpoint: `${host}/${id}/oauth2/v2.0/logout`,
		claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'preferred_username', 'name', 'tid', 'ver', 'email'],
		tenant_region_scope: 'EU',
		cloud_instance_name: 'microsoftonline.com',
		cloud_graph_host_name: 'graph.windows.net',
		msgraph_host: 'graph.microsoft.com',
		rbac_url: 'https://pas.windows.net',
	});
}

async function publicKeyOf({ keys }: State) {
	const { publicJwk, kid } = await keys.of('entra', 'x5t');
	return { ...publicJwk, x5t: kid };
}

const aliases = ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'];

/** What MSAL asks before it says that a secret is wrong (AZURE_CLIENTS, "Login modes"). */
const instanceDiscovery = {
	tenant_discovery_endpoint: `${host}/common/v2.0/.well-known/openid-configuration`,
	'api-version': '1.1',
	metadata: [{ preferred_network: 'login.microsoftonline.com', preferred_cache: 'login.windows.net', aliases }],
};

/** A managed domain: passwords are checked by the token endpoint itself. */
function userRealm(user: string) {
	return {
		ver: '1.0',
		account_type: 'Managed',
		domain_name: user.split('@')[1] ?? '',
		cloud_instance_name: 'microsoftonline.com',
		cloud_audience_urn: 'urn:federation:MicrosoftOnline',
	};
}
