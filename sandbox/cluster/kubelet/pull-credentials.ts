import { createHash } from 'node:crypto';
import { buildKeyring, decodePullSecret, lookup, type RegistryCredential } from '@lanyard/core';
import { textAt, textsAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import type { PluginRunner, PullingPod } from './provider/plugin-runner.ts';

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

/** Where a node looks for credentials. */
export interface CredentialSources {
	pod: PullingPod;
	/** The pod's pull secrets that exist. */
	secrets: KubeObject[];
	/** The text of the node's own docker config (`/var/lib/kubelet/config.json`), if there is one. */
	dockerConfig: string | undefined;
	plugins: PluginRunner[];
}

/**
 * Every credential for an image (`host/repository`), in the order in which a kubelet tries them: pull secrets as one keyring, the
 * node's own docker config as another, and then what the plugins give, which are always asked.
 */
export async function lookUpCredentials(image: string, sources: CredentialSources): Promise<PullCredential[]> {
	const keyring = buildKeyring(sources.secrets.flatMap(readSecret));
	const ofSecrets = lookup(keyring, image).map(({ credential }) => credential);
	const provided = await Promise.all(sources.plugins.map((plugin) => plugin.authFor(image, sources.pod)));
	return [...ofSecrets, ...ofNode(image, readDockerConfig(sources.dockerConfig)), ...ofNode(image, provided.flat())];
}

interface NodeEntry {
	key: string;
	credential: RegistryCredential;
}

function ofNode(image: string, entries: NodeEntry[]): PullCredential[] {
	const keyring = buildKeyring(entries.map((entry) => ({ ...entry, source: 'node' })));
	return lookup(keyring, image).map(({ credential }) => ({ credential, hash: hashOf(credential) }));
}

// A file that cannot be read is passed over with a line in the log (credentialprovider/config.go, provider.go).
function readDockerConfig(text: string | undefined): NodeEntry[] {
	if (text === undefined) return [];
	const data = { '.dockerconfigjson': Buffer.from(text).toString('base64') };
	const reading = decodePullSecret({ type: 'kubernetes.io/dockerconfigjson', data });
	return 'entries' in reading ? reading.entries : [];
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
