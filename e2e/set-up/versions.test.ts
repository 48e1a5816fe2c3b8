import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { goRoot } from './builds.ts';
import { versions } from './versions.ts';

const pins: [module: string, goModule: string, version: string, modFile?: string][] = [
	['kubernetes', 'k8s.io/kubernetes', versions.kubernetes],
	['kubernetes', 'go.etcd.io/etcd/server/v3', versions.etcd],
	['kubernetes', 'k8s.io/kubernetes', versions.older.kubelet, 'older.mod'],
	['client-go', 'k8s.io/client-go', versions.kubernetes.replace('1.', '0.')],
	['containerd', 'github.com/containerd/containerd/v2', versions.containerd],
	['acr-credential-provider', 'sigs.k8s.io/cloud-provider-azure', versions['acr-credential-provider']],
	['crane', 'github.com/google/go-containerregistry', versions.crane],
	['clauses', 'github.com/google/go-containerregistry', versions.crane],
	['clauses', 'github.com/regclient/regclient', versions.regctl],
	['regctl', 'github.com/regclient/regclient', versions.regctl],
];

it.each(pins)(
	'the module %s requires %s as the versions file says',
	async (module, goModule, version, modFile = 'go.mod') => {
		const text = await readFile(join(goRoot, module, modFile), 'utf8');
		expect(text).toContain(`${goModule} v${version}`);
	},
);
