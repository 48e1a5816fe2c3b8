import type { State } from '../state.ts';
import { issuerOf, issuerV2Of } from './token.ts';

const host = 'https://login.microsoftonline.com';

/**
 * The OpenID configuration under a name: the id of a tenant, `organizations` or `common`. Clients take the tenant from the token
 * endpoint's first segment, so that is an id wherever there is one.
 */
export function openIdConfiguration(name: string, version: 'v1' | 'v2'): Record<string, unknown> {
	const path = version === 'v2' ? '/v2.0' : '';
	// The tenant is not known here yet: real answers have this placeholder.
	const tenantId = ['organizations', 'common'].includes(name) ? '{tenantid}' : name;
	return {
		token_endpoint: `${host}/${name}/oauth2${path}/token`,
		token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
		jwks_uri: `${host}/${name}/discovery${path}/keys`,
		response_modes_supported: ['query', 'fragment', 'form_post'],
		subject_types_supported: ['pairwise'],
		id_token_signing_alg_values_supported: ['RS256'],
		response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
		scopes_supported: version === 'v2' ? ['openid', 'profile', 'email', 'offline_access'] : ['openid'],
		issuer: version === 'v2' ? issuerV2Of(tenantId) : issuerOf(tenantId),
		request_uri_parameter_supported: false,
		userinfo_endpoint:
			version === 'v2' ? 'https://graph.microsoft.com/oidc/userinfo' : `${host}/${name}/openid/userinfo`,
		authorization_endpoint: `${host}/${name}/oauth2${path}/authorize`,
		device_authorization_endpoint: `${host}/${name}/oauth2${path}/devicecode`,
		http_logout_supported: true,
		frontchannel_logout_supported: true,
		end_session_endpoint: `${host}/${name}/oauth2${path}/logout`,
		claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'preferred_username', 'name', 'tid', 'ver', 'email'],
		tenant_region_scope: tenantId === name ? 'EU' : null,
		cloud_instance_name: 'microsoftonline.com',
		cloud_graph_host_name: 'graph.windows.net',
		msgraph_host: 'graph.microsoft.com',
		rbac_url: 'https://pas.windows.net',
	};
}

/** The keys that tokens of every tenant verify with. */
export async function publishedKeys({ keys }: State) {
	const { publicJwk, kid } = await keys.of('entra', 'x5t');
	return { keys: [{ ...publicJwk, x5t: kid }] };
}

const aliases = ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'];

/** What MSAL asks before it says that a secret is wrong (AZURE_CLIENTS, "Login modes"). */
export const instanceDiscovery = {
	tenant_discovery_endpoint: `${host}/common/v2.0/.well-known/openid-configuration`,
	'api-version': '1.1',
	metadata: [{ preferred_network: 'login.microsoftonline.com', preferred_cache: 'login.windows.net', aliases }],
};

/** A managed domain: passwords are checked by the token endpoint itself. */
export function userRealm({ directory }: State, user: string) {
	const domain = user.split('@')[1] ?? '';
	const isKnown = directory.tenant(domain) !== undefined;
	return {
		ver: '1.0',
		account_type: isKnown ? 'Managed' : 'Unknown',
		domain_name: domain,
		cloud_instance_name: 'microsoftonline.com',
		cloud_audience_urn: 'urn:federation:MicrosoftOnline',
	};
}
