import type { Sandbox } from '@lanyard/sandbox-world';

import {
	federationAudience,
	type NodeIdentity,
	type CredentialProviders,
	writeAcrCredentialProvider,
} from '../captures/credential-providers.ts';
import { addresses } from '../captures/hosts.ts';
import { nodeRightsObjects } from '../captures/objects.ts';
import { type Watcher, watchPods } from '../captures/observation.ts';
import type { Enclosed } from '../enclosure/furnish.ts';
import type { ControlPlane } from '../kubernetes/control-plane.ts';
import { startNode } from '../kubernetes/node.ts';
import type { RigPrograms } from '../set-up/rig-programs.ts';
import { waysIn } from '../way-in.ts';

export interface Joining {
	rig: RigPrograms;
	sandbox: Sandbox;
	controlPlane: ControlPlane;
	/** A file with the sandbox's CA. */
	roots: string;
	pause: Buffer;
	identity: NodeIdentity;
}

/** A real node in front of a sandbox. */
export interface JoinedNode {
	watcher: Watcher;
	/** What the sandbox's log calls it. */
	machine: string;
	pluginCalls: CredentialProviders['calls'];
}

/** Starts a real node in the place of the one that the sandbox has for its cluster: same machine, same identity. */
export async function joinNode(enclosed: Enclosed, joining: Joining): Promise<JoinedNode> {
	const { rig, sandbox, controlPlane, roots, pause, identity } = joining;
	const machine = sandbox.machines().find(({ name }) => name.startsWith('aks-'));
	if (!machine) throw new Error('the sandbox has no cluster with a node');
	const { proxyUrl, name } = machine;
	const credentialProviders = await writeAcrCredentialProvider(enclosed.folder, rig.acrCredentialProvider, identity);
	for (const { path, object } of nodeRightsObjects(federationAudience)) await controlPlane.api.create(path, object);
	const watcher = await watchPods(controlPlane.api);
	const env = waysIn.node({ proxyUrl, caFile: roots });
	const spec = { name, address: addresses.node, env, credentialProviders, pause };
	await startNode(enclosed, { programs: rig, controlPlane, spec });
	return { watcher, machine: name, pluginCalls: credentialProviders.calls };
}
