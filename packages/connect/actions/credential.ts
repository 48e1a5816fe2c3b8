import { Problem } from '@lanyard/core';
import {
	adminPassword,
	applicationPassword,
	type Credential,
	type CredentialSource,
	shortLivedToken,
	tokenPassword,
} from '@lanyard/credentials';
import { parseSecret } from '@lanyard/wire';
import { loginsOf } from '../pull-secret.ts';
import { type Action, type Doing, given, having, markerOf, type Run } from '../run.ts';

/** Comes by a credential, keeps it in memory for the steps that follow, and in the plan only what it is known by. */
function minting(sourceOf: (doing: Doing, run: Run) => CredentialSource): Action {
	return async (doing, run) => {
		const credential = await sourceOf(doing, run).mint(markerOf(run.planId, doing.id));
		return keep(doing, run, credential);
	};
}

function keep(doing: Doing, run: Run, credential: Credential) {
	const { source, registry, application, token } = doing.change;
	const known = { source, registry, application, token, id: credential.id, endsAt: credential.endsAt?.toISOString() };
	const pairs = Object.entries(known).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
	const note = Object.fromEntries(pairs);
	run.minted.set(doing.id, { credential, servers: serversOf(doing), note });
	return { id: credential.id, user: credential.user, ...(known.endsAt && { endsAt: known.endsAt }) };
}

function retiring(sourceOf: (doing: Doing, run: Run) => CredentialSource): Action {
	return async (doing, run) => {
		const id = doing.change['id'];
		// Without an id nothing was made, or what was made is ended by its marker when it is made again.
		if (id) await sourceOf(doing, run).retire(id);
	};
}

const ofApplication = (doing: Doing, { hands }: Run) =>
	applicationPassword({
		graph: hands.graph,
		application: given(doing, 'application'),
		covers: serversOf(doing),
		endsAt: doing.change['endsAt'] ? new Date(doing.change['endsAt']) : hands.clock.now(),
	});

const ofAdmin = (doing: Doing, { hands }: Run) =>
	adminPassword({
		admin: hands.registries,
		registryId: given(doing, 'registry'),
		loginServer: serversOf(doing).join(),
		inUse: doing.change['inUse'],
	});

const ofToken = (doing: Doing, { hands }: Run) =>
	tokenPassword({
		admin: hands.registries,
		registryId: given(doing, 'registry'),
		tokenId: given(doing, 'token'),
		covers: serversOf(doing),
		inUse: doing.change['inUse'],
		endsAt: doing.change['endsAt'] ? new Date(doing.change['endsAt']) : undefined,
	});

function serversOf({ change }: Doing): string[] {
	return change['servers']?.split(',') ?? [];
}

/** A password that somebody typed: taken as it is, for the server it was given for. */
const takeLogin: Action = async (doing, run) => {
	const server = given(doing, 'servers');
	const login = run.hands.logins.get(server);
	if (!login) {
		throw new Problem('missing-flag', {
			sentence: `no password for ${server} was given`,
			fix: 'Give it again: --password-stdin, --password-env or --docker-config. It was not written down.',
		});
	}
	return keep(doing, run, { ...login, covers: [server], id: 'given' });
};

/** The login that a secret has, to be proved. */
const takeFromSecret: Action = async (doing, run) => {
	const kube = await run.hands.kube(given(doing, 'cluster'));
	const path = `/api/v1/namespaces/${given(doing, 'namespace')}/secrets/${given(doing, 'name')}`;
	const secret = await kube.get(path, parseSecret);
	const found = secret && loginsOf(secret).find(({ server }) => server === given(doing, 'servers'));
	if (!found) throw new Problem('secret-not-found', { wanted: path, found: 'gone, or without that login' });
	const { user, password } = found;
	return keep(doing, run, { user, password, covers: serversOf(doing), id: 'given' });
};

/** Undoes a password by its id, else by the marker it was made with. */
const removePassword: Action = async (doing, run) => {
	const { graph } = run.hands;
	const registration = await graph.application(given(doing, 'application'));
	const { id } = doing.change;
	const marker = markerOf(run.planId, doing.id);
	const made = registration?.passwords.filter(({ keyId, displayName }) => keyId === id || displayName === marker) ?? [];
	for (const { keyId } of made) await graph.removePassword(given(doing, 'application'), keyId);
};

const switchAdminUser: Action = async (doing, { hands }) => {
	await hands.registries.switchAdminUser(given(doing, 'registry'), given(doing, 'on') === 'true');
};

/**
 * A scope map and a token that uses it, both under the same name. One of that name that somebody else has made meanwhile is left alone.
 */
const makeToken: Action = async (doing, { hands }) => {
	const [registry, name] = [given(doing, 'registry'), given(doing, 'name')];
	const [token, scopeMap] = [`${registry}/tokens/${name}`, `${registry}/scopeMaps/${name}`];
	if (doing.was === 'planned') {
		if (await hands.registries.token(token)) throw isThere('token', doing);
		if (await hands.registries.scopeMap(scopeMap)) throw isThere('scope map', doing);
	}
	const actions = given(doing, 'repositories')
		.split(',')
		.flatMap((one) => [`repositories/${one}/content/read`, `repositories/${one}/metadata/read`]);
	await hands.registries.putScopeMap(scopeMap, { actions, description: 'made by lanyard' });
	await having(`the scope map ${name} is made, its token is not`, () => hands.registries.putToken(token, scopeMap));
};

function isThere(what: string, doing: Doing): Problem {
	const registry = given(doing, 'registry').split('/').at(-1);
	return new Problem('already-exists', {
		sentence: `there is a ${what} "${given(doing, 'name')}" in ${registry} already`,
	});
}

const removeToken: Action = async (doing, { hands }) => {
	const [registry, name] = [given(doing, 'registry'), given(doing, 'name')];
	await hands.registries.removeChild(`${registry}/tokens/${name}`);
	await hands.registries.removeChild(`${registry}/scopeMaps/${name}`);
};

/** Coming by credentials and ending them. */
export const credentialActions = {
	'add-password': minting(ofApplication),
	'remove-password': removePassword,
	'take-admin-password': minting(ofAdmin),
	'renew-admin-password': retiring(ofAdmin),
	'switch-admin-user': switchAdminUser,
	'make-token': makeToken,
	'remove-token': removeToken,
	'add-token-password': minting(ofToken),
	'remove-token-password': retiring(ofToken),
	'exchange-token': minting((doing, { hands }) => shortLivedToken(hands.registry(given(doing, 'servers')))),
	'take-login': takeLogin,
	'take-from-secret': takeFromSecret,
};
