import { builtInRoles } from '@lanyard/core';
import type { Edit, FaultKind, Scene } from './fault.ts';
import {
	dockerConfig,
	inOrder,
	namingSecret,
	newServicePrincipal,
	nodesAsNew,
	registryAction,
	registryChild,
	toCluster,
	tryAgain,
	withoutPassword,
	withoutRole,
	withRegistry,
	withRole,
	withSecret,
} from './steps.ts';

const name = 'acr-pull';
const anonymous401 = 'failed to authorize: failed to fetch anonymous token: … 401 Unauthorized';
const oauth401 = 'failed to authorize: failed to fetch oauth token: … 401 Unauthorized';

/** The pods depend on their pull secret, for the nodes' identity has no role. */
function relying(scene: Scene, ...changes: ReturnType<typeof namingSecret>[]) {
	return inOrder(withoutRole(scene), nodesAsNew(scene), ...changes);
}

/** The admin user is on, and its password kept. */
function adminUser(scene: Scene) {
	const on = withRegistry(scene, { adminUserEnabled: true }, { adminUserEnabled: false });
	const read = registryAction(scene, 'listCredentials', {
		keep: { user: 'username', password: 'passwords.0.value' },
	});
	return { edits: [...on.edits, read], undo: on.undo };
}

/** A secret of the admin user's, which is good. */
function goodSecret(scene: Scene) {
	return withSecret(scene, { name, text: dockerConfig(scene.registry.loginServer, '{user}', '{password}') });
}

function serviceAccountNames(scene: Scene, secret: string): { edits: Edit[]; undo: Edit[] } {
	const path = `/api/v1/namespaces/${scene.workload.namespace}/serviceaccounts/default`;
	const patch = (imagePullSecrets: { name: string }[]): Edit =>
		toCluster(scene, ['PATCH', path], { contentType: 'application/merge-patch+json', body: { imagePullSecrets } });
	return { edits: [patch([{ name: secret }])], undo: [patch([])] };
}

// A refresh token as ACR makes them, whose time has been over since 2024; nobody signed it.
function tokenOfThePast({ registry }: Scene): string {
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const claims = {
		iss: 'Azure Container Registry',
		aud: registry.loginServer,
		grant_type: 'refresh_token',
		exp: 1_735_689_600,
	};
	return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${part({ not: 'signed' })}`;
}

const guest = '00000000-0000-0000-0000-000000000000';

function withText(scene: Scene, text: string, type?: string) {
	return relying(
		scene,
		withSecret(scene, { name, text, ...(type !== undefined && { type }) }),
		namingSecret(scene, name),
	);
}

/** Causes that lie in pull secrets, or in their absence; each takes the role of the nodes' identity away, which would help out. */
export const secretFaults = {
	'secret-missing-in-namespace': {
		does: 'the workload names a pull secret that is not in its namespace',
		shows: 'Unable to retrieve some image pull secrets (acr-pull); attempting to pull the image may not succeed.',
		heals: 'new-pods',
		make: (scene) => relying(scene, namingSecret(scene, name)),
	},
	'secret-not-referenced': {
		does: 'a pull secret that would serve is there, and the workload does not name it',
		shows: anonymous401,
		heals: 'next-try',
		make: (scene) => inOrder(relying(scene, adminUser(scene), goodSecret(scene)), tryAgain(scene)),
	},
	'pod-secrets-hide-service-account': {
		does: 'the service account names a good pull secret, and the pods one of their own that does not serve, which hides it',
		shows: anonymous401,
		heals: 'new-pods',
		make: (scene) =>
			relying(
				scene,
				adminUser(scene),
				goodSecret(scene),
				serviceAccountNames(scene, name),
				withSecret(scene, { name: 'another', text: dockerConfig('other.azurecr.io', 'someone', 'something') }),
				namingSecret(scene, 'another'),
			),
	},
	'service-account-changed-after-admission': {
		does: 'the service account got its good pull secret after the pods were made',
		shows: anonymous401,
		heals: 'next-try',
		make: (scene) =>
			inOrder(relying(scene, adminUser(scene), goodSecret(scene)), tryAgain(scene), serviceAccountNames(scene, name)),
	},
	'secret-malformed': {
		does: 'the pull secret holds an auth field that is not base64',
		shows: 'Error: illegal base64 data at input byte 0',
		heals: 'new-pods',
		make: (scene) => withText(scene, JSON.stringify({ auths: { [scene.registry.loginServer]: { auth: '%%%' } } })),
	},
	'secret-wrong-type-or-key': {
		does: 'the pull secret has the type Opaque',
		shows: anonymous401,
		heals: 'new-pods',
		make: (scene) => withText(scene, dockerConfig(scene.registry.loginServer, 'someone', 'something'), 'Opaque'),
	},
	'secret-breaks-whole-keyring': {
		does: 'a malformed pull secret stands beside a good one',
		shows: 'Error: illegal base64 data at input byte 0',
		heals: 'new-pods',
		make: (scene) =>
			relying(
				scene,
				adminUser(scene),
				goodSecret(scene),
				withSecret(scene, {
					name: 'malformed',
					text: JSON.stringify({ auths: { [scene.registry.loginServer]: { auth: '%%%' } } }),
				}),
				namingSecret(scene, name, 'malformed'),
			),
	},
	'secret-wrong-server-host': {
		does: 'the pull secret is for a host with another ending',
		shows: anonymous401,
		heals: 'new-pods',
		make: (scene) =>
			withText(scene, dockerConfig(scene.registry.loginServer.replace(/\.io$/, '.com'), 'someone', 'something')),
	},
	'secret-wrong-credentials': {
		does: 'the pull secret has a wrong password',
		shows: oauth401,
		heals: 'new-pods',
		make: (scene) => withText(scene, dockerConfig(scene.registry.loginServer, 'someone', 'wrong')),
	},
	'token-expired': {
		does: 'the pull secret holds a refresh token of the registry whose time is over',
		shows: oauth401,
		heals: 'new-pods',
		make: (scene) => withText(scene, dockerConfig(scene.registry.loginServer, guest, tokenOfThePast(scene))),
	},
	'admin-user-disabled': {
		does: 'the pull secret is of the admin user, which is switched off again',
		shows: oauth401,
		heals: 'new-pods',
		make: (scene) =>
			relying(
				scene,
				adminUser(scene),
				goodSecret(scene),
				withRegistry(scene, { adminUserEnabled: false }, { adminUserEnabled: true }),
				namingSecret(scene, name),
			),
	},
	'sp-secret-expired': {
		does: 'the pull secret is of a service principal, whose password was taken away since',
		shows: oauth401,
		heals: 'new-pods',
		make: (scene) =>
			relying(
				scene,
				newServicePrincipal(scene),
				withRole(scene, { roleId: builtInRoles.acrPull.id, principalId: '{principal}', scope: scene.registry.id }),
				withSecret(scene, { name, text: dockerConfig(scene.registry.loginServer, '{client}', '{password}') }),
				withoutPassword(scene),
				namingSecret(scene, name),
			),
	},
	'scope-map-excludes-repository': {
		does: 'the pull secret is a repository token for another repository',
		shows:
			'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
		heals: 'new-pods',
		make: (scene) => {
			const scopeMap = `${scene.registry.id}/scopeMaps/elsewhere`;
			const token = `${scene.registry.id}/tokens/elsewhere`;
			const read = registryAction(scene, 'generateCredentials', {
				body: { tokenId: token },
				keep: { user: 'username', password: 'passwords.0.value' },
			});
			return relying(
				scene,
				registryChild(scene, 'scopeMaps/elsewhere', { actions: ['repositories/another/content/read'] }),
				registryChild(scene, 'tokens/elsewhere', { scopeMapId: scopeMap, status: 'enabled' }),
				{ edits: [read], undo: [] },
				goodSecret(scene),
				namingSecret(scene, name),
			);
		},
	},
} as const satisfies Record<string, FaultKind>;
