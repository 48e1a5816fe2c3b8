import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Enclosed } from '../enclosure/furnish.ts';
import { buildImage, buildImageArchive } from '../registry/image.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import { runProgram, tryProgram } from '../set-up/run-program.ts';
import { containerd1Config, containerdConfig } from './containerd-config.ts';
import type { ControlPlane } from './control-plane.ts';
import { kubeletConfig } from './kubelet-config.ts';
import { waitFor } from './wait.ts';

export interface NodeSpec {
	name: string;
	/** Must not be a loopback address: the kubelet refuses those. */
	address: string;
	/** Environment of containerd and the kubelet, and so of its plugins: proxy, trusted roots. */
	env: Record<string, string>;
	/** A `CredentialProviderConfig` and the folder with the plugins that it names. */
	credentialProviders?: { config: unknown; folder: string };
	/** The program of the pod sandbox, as an image. */
	pause: Buffer;
}

const sandboxImage = 'localhost/pause:1';

/** Starts containerd and a kubelet that joins the control plane, and waits until the node is ready. */
export async function startNode(
	enclosed: Enclosed,
	{ programs, controlPlane, spec }: { programs: RigPrograms; controlPlane: ControlPlane; spec: NodeSpec },
): Promise<void> {
	const folder = join(enclosed.folder, spec.name);
	await mkdir(folder);
	await enclosed.addAddress(spec.address);
	const socket = await startContainerd(enclosed, { folder, programs, spec });
	await startKubelet(enclosed, { folder, socket, programs, controlPlane, spec });
	await waitFor(`node ${spec.name}`, async () => {
		const node = await controlPlane.api.get(`/api/v1/nodes/${spec.name}`).catch(() => undefined);
		return isReady(node) ? true : undefined;
	});
}

async function startContainerd(
	enclosed: Enclosed,
	{ folder, programs, spec }: { folder: string; programs: RigPrograms; spec: NodeSpec },
): Promise<string> {
	const socket = join(folder, 'containerd.sock');
	const config = join(folder, 'containerd.toml');
	await writeNetworkConfig(join(folder, 'cni'));
	const configOf = programs.containerdVersion.startsWith('1.') ? containerd1Config : containerdConfig;
	await writeFile(config, configOf({ folder, socket, sandboxImage }));
	const binary = join(programs.containerdFolder, 'containerd');
	await enclosed.start('containerd', [binary, '--config', config], spec.env);
	const ctr = join(programs.containerdFolder, 'ctr');
	await waitFor('containerd', async () => {
		const { status } = await tryProgram(ctr, ['--address', socket, 'version']);
		return status === 0 ? true : undefined;
	});
	const archive = join(folder, 'pause.tar');
	const image = buildImage({ mark: 'pause', program: spec.pause });
	await writeFile(archive, buildImageArchive(image, sandboxImage));
	await runProgram(ctr, ['--address', socket, '--namespace', 'k8s.io', 'images', 'import', archive]);
	return socket;
}

/** A pod network is never made, as all pods use the node's; but without a configuration no node gets ready. */
async function writeNetworkConfig(folder: string): Promise<void> {
	await mkdir(folder);
	const network = { cniVersion: '1.0.0', name: 'rig', plugins: [{ type: 'loopback' }] };
	await writeFile(join(folder, 'rig.conflist'), JSON.stringify(network));
}

async function startKubelet(
	enclosed: Enclosed,
	{
		folder,
		socket,
		programs,
		controlPlane,
		spec,
	}: {
		folder: string;
		socket: string;
		programs: RigPrograms;
		controlPlane: ControlPlane;
		spec: NodeSpec;
	},
): Promise<void> {
	const { name, address, env, credentialProviders } = spec;
	const serving = await controlPlane.authority.issue({ subject: `CN=${name}`, hosts: [name], addresses: [address] });
	const file = async (fileName: string, text: string) => {
		await writeFile(join(folder, fileName), text, { mode: 0o600 });
		return join(folder, fileName);
	};
	const files = {
		clientAuthority: await file('client-ca.pem', controlPlane.authority.certificate),
		certificate: await file('kubelet.pem', serving.certificate),
		key: await file('kubelet-key.pem', serving.key),
	};
	const config = kubeletConfig({ folder, socket, cgroup: enclosed.cgroup, files });
	const flags = [
		`--config=${await file('kubelet.json', JSON.stringify(config))}`,
		`--kubeconfig=${await controlPlane.kubeconfig(name, `O=system:nodes,CN=system:node:${name}`)}`,
		`--hostname-override=${name}`,
		`--node-ip=${address}`,
		`--root-dir=${join(folder, 'kubelet')}`,
		'--v=2',
	];
	if (credentialProviders) {
		const providers = await file('credential-providers.json', JSON.stringify(credentialProviders.config));
		flags.push(`--image-credential-provider-config=${providers}`);
		flags.push(`--image-credential-provider-bin-dir=${credentialProviders.folder}`);
	}
	await enclosed.start(`kubelet-${name}`, [...programs.kubelet, ...flags], env);
}

function isReady(node: unknown): boolean {
	return /"type":"Ready"[^}]*"status":"True"|"status":"True"[^}]*"type":"Ready"/.test(JSON.stringify(node) ?? '');
}
