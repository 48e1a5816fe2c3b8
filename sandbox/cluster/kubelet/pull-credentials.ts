import { createHash } from 'node:crypto';
import { buildKeyring, decodePullSecret, lookup, type RegistryCredential } from '@lanyard/core';
import { textAt, textsAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import type { CredentialProvider } from './credential-provider.ts';

/** Which secret a credential came from, as pull records keep it. */
export interface SecretSource {
	uid: string;
	namespace: string;
	name: string;
}

/** One credential to be tried. Without a secret it is the node's, so what it pulls is open to every pod of the node. */
export interface PullCredential {
	credential: RegistryCredential;
	secret?: SecretSource;
	/** Tells equal credentials without keeping them. */
	hash: string;
}

/** A look-up that failed as a whole, so that nothing is pulled. */
export class LookupFailure extends Error {}

/**
 * Every credential for an image (`host/repository`), in the order in which a kubelet tries them: pull secrets as one keyring, then the
 * credential provider, which is always asked.
 */
export async function lookUpCredentials(
	image: string,
	{ secrets, provider }: { secrets: KubeObject[]; provider: CredentialProvider | undefined },
): Promise<PullCredential[]> {
	const keyring = buildKeyring(secrets.flatMap(readSecret));
	const ofSecrets = lookup(keyring, image).map(({ credential }) => credential);
	const host = image.split('/', 1)[0] ?? '';
	const provided = buildKeyring((await provider?.entriesFor(host)) ?? []);
	const ofProvider = lookup(provided, image).map(({ credential }) => ({ credential, hash: hashOf(credential) }));
	return [...ofSecrets, ...ofProvider];
}

function readSecret(secret: KubeObject) {
	const reading = decodePullSecret({ type: textAt(secret, 'type'), data: textsAt(secret, 'data') });
	if ('malformed' in reading) throw new LookupFailure(reading.malformed);
	if ('skipped' in reading) return [];
	const { uid, name, namespace = '' } = secret.metadata;
	return reading.entries.map(({ key, credential }) => ({
		key,
		credential: { credential, secret: { uid, name, namespace }, hash: hashOf(credential) },
		source: name,
	}));
}

function hashOf({ username, password }: RegistryCredential): string {
	return createHash('sha256')
		.update(JSON.stringify([username, password.reveal()]))
		.digest('hex');
}
