import { decodePullSecret } from '@lanyard/core';
import type { DockerLogin, KubeSecret } from '@lanyard/wire';

/** The logins in a pull secret, as a kubelet reads them; none in a secret that it would not read. */
export function loginsOf({ type, data }: Pick<KubeSecret, 'type' | 'data'>): DockerLogin[] {
	const plain = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value.reveal()]));
	const reading = decodePullSecret({ type, data: plain });
	if (!('entries' in reading)) return [];
	return reading.entries.map(({ key, credential }) => ({
		server: key,
		user: credential.username,
		password: credential.password,
	}));
}

/** The key that docker, kubelets and their libraries look for Docker Hub's login under. */
const dockerHubKey = 'https://index.docker.io/v1/';

/** The key under which a docker config must have the login for a registry that people name so. */
export function serverKeyOf(registry: string): string {
	const host = registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
	return /^((index|registry-1|registry|www|hub|auth)\.)?docker\.(io|com)$/i.test(host)
		? dockerHubKey
		: host.toLowerCase();
}

/** The host that is asked for tokens and images. */
export function hostOfServerKey(server: string): string {
	return server === dockerHubKey ? 'registry-1.docker.io' : server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
