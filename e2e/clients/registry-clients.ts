import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { waitFor } from '../kubernetes/wait.ts';
import { tryProgram } from '../set-up/run-program.ts';
import type { ClientVisit, RegistryClient } from './registry-client.ts';

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
	const { crane, regctl, helm, skopeo } = programs;
	return [
		{
			name: 'crane',
			version: { command: [crane, 'version'] },
			pull: (visit) => [
				{ command: [crane, 'auth', 'login', visit.host, '-u', visit.user, '--password-stdin'], input: visit.password },
				{ command: [crane, 'pull', visit.image, join(visit.folder, 'image.tar')] },
			],
		},
		{
			name: 'regctl',
			version: { command: [regctl, 'version', '--format', '{{.VCSTag}}'] },
			pull: (visit) => [
				{ command: [regctl, 'registry', 'login', visit.host, '-u', visit.user, '--pass-stdin'], input: visit.password },
				{ command: [regctl, 'image', 'export', visit.image, join(visit.folder, 'image.tar')] },
			],
		},
		{
			name: 'helm',
			version: { command: [helm, 'version', '--short'] },
			pull: ({ host, user, password }) => [
				{ command: [helm, 'registry', 'login', host, '-u', user, '--password-stdin'], input: password },
			],
		},
		{
			name: 'skopeo',
			version: { command: [skopeo, '--version'] },
			pull: (visit) => [
				{ command: [skopeo, 'login', visit.host, '-u', visit.user, '--password-stdin'], input: visit.password },
				{ command: [skopeo, '--insecure-policy', 'copy', `docker://${visit.image}`, `dir:${visit.folder}/image`] },
			],
		},
		podman(programs.podman),
		docker(programs),
	];
}

function podman(program: string): RegistryClient {
	const trusting = '{"default":[{"type":"insecureAcceptAnything"}]}';
	return {
		name: 'podman',
		version: { command: [program, '--version'] },
		pull: ({ folder, host, image, user, password }) => [
			{ command: [program, ...storage(folder), 'login', host, '-u', user, '--password-stdin'], input: password },
			// The policy that a distribution would have in /etc/containers.
			{ command: ['tee', join(folder, 'policy.json')], input: trusting },
			{ command: [program, ...storage(folder), 'pull', '--signature-policy', join(folder, 'policy.json'), image] },
		],
	};
}

function docker({ docker: client, dockerd }: ClientPrograms): RegistryClient {
	const socket = '/run/lanyard-rig-docker.sock';
	const env = { DOCKER_HOST: `unix://${socket}` };
	return {
		name: 'docker',
		version: { command: [client, 'version', '--format', '{{.Client.Version}}, engine {{.Server.Version}}'], env },
		daemon: async ({ folder, enclosed }) => {
			await mkdir(folder, { recursive: true });
			const network = ['--bridge=none', '--iptables=false', '--ip6tables=false'];
			const places = [`--data-root=${folder}/data`, `--exec-root=${folder}/exec`, `--pidfile=${folder}/pid`];
			const command = [dockerd, `--host=unix://${socket}`, ...network, ...places, '--storage-driver=vfs'];
			await enclosed.start('dockerd', [...command, `--cgroup-parent=${enclosed.cgroup}`], { SSL_CERT_FILE: roots });
			await waitFor('the Docker engine', async () => {
				const { status } = await tryProgram(client, ['info'], { env });
				return status === 0 ? true : undefined;
			});
		},
		pull: ({ host, image, user, password }: ClientVisit) => [
			{ command: [client, 'login', host, '-u', user, '--password-stdin'], input: password, env },
			{ command: [client, 'pull', image], env },
		],
	};
}

/** The options that keep all of podman's state in one folder. */
function storage(folder: string): string[] {
	const places = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')];
	return [...places, '--storage-driver', 'vfs'];
}

/** The roots that every client in the enclosure trusts, through `SSL_CERT_FILE`. */
export const roots = '/run/lanyard-rig/roots.pem';
