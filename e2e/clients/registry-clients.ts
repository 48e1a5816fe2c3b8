import { join } from 'node:path';

import { startEngine } from './docker-engine.ts';
import type { ClientVisit, RegistryClient, Step } from './registry-client.ts';

/** Where the clients' programs are. */
export interface ClientPrograms {
	crane: string;
	regctl: string;
	helm: string;
	skopeo: string;
	podman: string;
	docker: string;
	dockerd: string;
}

/** Every client of the suite, each with the commands that its own documentation has. */
export function registryClients(programs: ClientPrograms): RegistryClient[] {
	return [
		crane(programs.crane),
		regctl(programs.regctl),
		helm(programs.helm),
		skopeo(programs.skopeo),
		podman(programs.podman),
		docker(programs),
	];
}

function crane(program: string): RegistryClient {
	return {
		name: 'crane',
		version: { command: [program, 'version'] },
		handles: 'images',
		wayIn: 'registry client',
		deeds: {
			'sign in': ({ host, user, password }) => [
				{ command: [program, 'auth', 'login', host, '-u', user, '--password-stdin'], input: password },
			],
			push: ({ image, wares }) => [{ command: [program, 'push', wares?.layout ?? '', image] }],
			pull: ({ folder, image }) => [{ command: [program, 'pull', image, join(folder, 'image.tar')] }],
			'list tags': ({ image }) => [{ command: [program, 'ls', repositoryOf(image)] }],
			'list repositories': ({ host }) => [{ command: [program, 'catalog', host] }],
			tag: ({ image }) => [{ command: [program, 'tag', image, 'tagged'] }],
			copy: ({ image }) => [{ command: [program, 'copy', image, copyOf(image)] }],
			delete: ({ image }) => [{ command: [program, 'delete', copyOf(image)] }],
		},
	};
}

function regctl(program: string): RegistryClient {
	return {
		name: 'regctl',
		version: { command: [program, 'version', '--format', '{{.VCSTag}}'] },
		handles: 'images',
		wayIn: 'registry client',
		deeds: {
			'sign in': ({ host, user, password }) => [
				{ command: [program, 'registry', 'login', host, '-u', user, '--pass-stdin'], input: password },
			],
			push: ({ image, wares }) => [{ command: [program, 'image', 'import', image, wares?.archive ?? ''] }],
			pull: ({ folder, image }) => [{ command: [program, 'image', 'export', image, join(folder, 'image.tar')] }],
			'list tags': ({ image }) => [{ command: [program, 'tag', 'ls', repositoryOf(image)] }],
			'list repositories': ({ host }) => [{ command: [program, 'repo', 'ls', host] }],
			copy: ({ image }) => [{ command: [program, 'image', 'copy', image, copyOf(image)] }],
			attach: ({ image }) => [
				{ command: [program, 'artifact', 'put', '--artifact-type', note, '--subject', image], input: 'a note' },
				// It ends well without any, too: what it prints must be the type.
				{ command: ['sh', '-c', `"$0" artifact list "$1" | grep -F ${note}`, program, image] },
			],
			delete: ({ image }) => [{ command: [program, 'tag', 'delete', copyOf(image)] }],
		},
	};
}

function helm(program: string): RegistryClient {
	const chart = (image: string) => `oci://${repositoryOf(image)}/chart`;
	return {
		name: 'helm',
		version: { command: [program, 'version', '--short'] },
		handles: 'charts',
		wayIn: 'registry client',
		deeds: {
			'sign in': ({ host, user, password }) => [
				{ command: [program, 'registry', 'login', host, '-u', user, '--password-stdin'], input: password },
			],
			push: ({ folder, image, wares }) => [
				{ command: [program, 'package', wares?.chart ?? '', '--destination', folder] },
				{ command: [program, 'push', join(folder, 'chart-0.1.0.tgz'), `oci://${repositoryOf(image)}`] },
			],
			pull: ({ folder, image }) => [
				{ command: [program, 'pull', chart(image), '--version', '0.1.0', '--destination', folder] },
			],
			render: ({ image }) => [{ command: [program, 'template', 'release', chart(image), '--version', '0.1.0'] }],
			install: ({ image }) => [
				{ command: [program, 'install', 'release', chart(image), '--version', '0.1.0', '--wait', '--timeout', '240s'] },
			],
		},
	};
}

function skopeo(program: string): RegistryClient {
	return {
		name: 'skopeo',
		version: { command: [program, '--version'] },
		handles: 'images',
		wayIn: 'registry client',
		deeds: {
			'sign in': ({ host, user, password }) => [
				{ command: [program, 'login', host, '-u', user, '--password-stdin'], input: password },
			],
			push: ({ folder, image, wares }) => [
				{
					command: [
						...[program, '--insecure-policy', 'copy', '--tmpdir', folder],
						...[`oci-archive:${wares?.archive ?? ''}`, `docker://${image}`],
					],
				},
			],
			pull: ({ folder, image }) => [
				{ command: [program, '--insecure-policy', 'copy', `docker://${image}`, `dir:${folder}/image`] },
			],
			'list tags': ({ image }) => [{ command: [program, 'list-tags', `docker://${repositoryOf(image)}`] }],
			copy: ({ folder, image }) => [
				{
					command: [
						...[program, '--insecure-policy', 'copy', '--tmpdir', folder],
						...[`docker://${image}`, `docker://${copyOf(image)}`],
					],
				},
			],
			delete: ({ image }) => [{ command: [program, 'delete', `docker://${copyOf(image)}`] }],
		},
	};
}

function podman(program: string): RegistryClient {
	const trusting = '{"default":[{"type":"insecureAcceptAnything"}]}';
	// The policy that a distribution would have in /etc/containers.
	const policy = (folder: string) => ['--signature-policy', join(folder, 'policy.json')];
	const writePolicy = (folder: string): Step => ({ command: ['tee', join(folder, 'policy.json')], input: trusting });
	return {
		name: 'podman',
		version: { command: [program, '--version'] },
		handles: 'images',
		wayIn: 'registry client',
		deeds: {
			'sign in': ({ folder, host, user, password }) => [
				{ command: [program, ...storage(folder), 'login', host, '-u', user, '--password-stdin'], input: password },
			],
			push: ({ folder, image, wares }) => [
				writePolicy(folder),
				{ command: [program, ...storage(folder), 'import', wares?.tree ?? '', image] },
				{ command: [program, ...storage(folder), 'push', ...policy(folder), image] },
			],
			pull: ({ folder, image }) => [
				writePolicy(folder),
				{ command: [program, ...storage(folder), 'pull', ...policy(folder), image] },
			],
			'list tags': ({ folder, image }) => [
				{ command: [program, ...storage(folder), 'search', '--list-tags', repositoryOf(image)] },
			],
			'list repositories': ({ folder, host }) => [{ command: [program, ...storage(folder), 'search', `${host}/`] }],
			tag: ({ folder, image }) => [
				writePolicy(folder),
				{ command: [program, ...storage(folder), 'pull', ...policy(folder), image] },
				{ command: [program, ...storage(folder), 'tag', image, tagOf(image)] },
				{ command: [program, ...storage(folder), 'push', ...policy(folder), tagOf(image)] },
			],
		},
	};
}

function docker({ docker: client, dockerd }: ClientPrograms): RegistryClient {
	const socket = '/run/lanyard-rig-docker.sock';
	const env = { DOCKER_HOST: `unix://${socket}` };
	return {
		name: 'docker',
		version: { command: [client, 'version', '--format', '{{.Client.Version}}, engine {{.Server.Version}}'], env },
		handles: 'images',
		wayIn: 'registry client',
		daemon: (visit) => startEngine(visit.enclosed, { ...visit, client, dockerd, socket }),
		deeds: {
			'sign in': ({ host, user, password }: ClientVisit) => [
				{ command: [client, 'login', host, '-u', user, '--password-stdin'], input: password, env },
			],
			push: ({ image, wares }) => [
				{ command: [client, 'import', wares?.tree ?? '', image], env },
				{ command: [client, 'push', image], env },
			],
			pull: ({ image }) => [{ command: [client, 'pull', image], env }],
			tag: ({ image }) => [
				{ command: [client, 'tag', image, tagOf(image)], env },
				{ command: [client, 'push', tagOf(image)], env },
			],
		},
	};
}

/** The options that keep all of podman's state in one folder. */
function storage(folder: string): string[] {
	const places = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')];
	return [...places, '--storage-driver', 'vfs'];
}

function repositoryOf(image: string): string {
	return image.replace(/:[^:/]+$/, '');
}

/** Another tag beside an image's own. */
function copyOf(image: string): string {
	return `${repositoryOf(image)}:copied`;
}

/** A further tag of the same manifest, without a copy. */
function tagOf(image: string): string {
	return `${repositoryOf(image)}:tagged`;
}

/** The type of what is attached to an image. */
const note = 'application/vnd.example.note';

/** The roots that every client in the enclosure trusts, whatever its variable for them is. */
export const roots = '/run/lanyard-rig/roots.pem';
