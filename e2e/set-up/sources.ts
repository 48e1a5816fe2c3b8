import type { SystemProgram } from './debian.ts';
import { versions } from './versions.ts';

// Where what is not ours comes from. The set-up takes it from here, and so does the table in docs/interop.md.

/** What is installed from PyPI, each in an environment of its own: the client first, then what it needs beside it. */
export const pythonPackages = {
	'azure-cli': { 'azure-cli': versions['azure-cli'] },
	'kubernetes-python': { kubernetes: versions['kubernetes-python'] },
	'azure-containerregistry': {
		'azure-containerregistry': versions['azure-containerregistry'],
		'azure-identity': versions['azure-identity'],
	},
};

/** As pip is asked for them. */
export function requirementsOf(packages: Record<string, string>): string[] {
	return Object.entries(packages).map(([name, version]) => `${name}==${version}`);
}

/** A Go module of somebody else's, and the folder of `e2e/go` whose `go.mod` pins it: a test holds that to the version. */
export interface GoModule {
	folder: string;
	module: string;
	version: string;
	/** Where it is another file than `go.mod`. */
	modFile?: string;
}

export const goModules: GoModule[] = [
	{ folder: 'kubernetes', module: 'k8s.io/kubernetes', version: versions.kubernetes },
	{ folder: 'kubernetes', module: 'go.etcd.io/etcd/server/v3', version: versions.etcd },
	{ folder: 'kubernetes', module: 'k8s.io/kubernetes', version: versions.older.kubelet, modFile: 'older.mod' },
	{ folder: 'client-go', module: 'k8s.io/client-go', version: versions.kubernetes.replace('1.', '0.') },
	{ folder: 'containerd', module: 'github.com/containerd/containerd/v2', version: versions.containerd },
	{
		folder: 'acr-credential-provider',
		module: 'sigs.k8s.io/cloud-provider-azure',
		version: versions['acr-credential-provider'],
	},
	{ folder: 'crane', module: 'github.com/google/go-containerregistry', version: versions.crane },
	{ folder: 'clauses', module: 'github.com/google/go-containerregistry', version: versions.crane },
	{ folder: 'clauses', module: 'github.com/regclient/regclient', version: versions.regctl },
	{ folder: 'regctl', module: 'github.com/regclient/regclient', version: versions.regctl },
	{ folder: 'kubelogin', module: 'github.com/Azure/kubelogin', version: versions.kubelogin },
];

/** Clients that the system has, and the Debian package that brings each. */
export const debianClients = {
	skopeo: { program: 'skopeo', package: 'skopeo', isPinned: true },
	podman: { program: 'podman', package: 'podman', isPinned: true },
	docker: { program: 'docker', package: 'docker.io', isPinned: true },
	dockerd: { program: 'dockerd', package: 'docker.io', isPinned: true },
} satisfies Record<string, SystemProgram>;

/** What an enclosure is made with. */
export const enclosurePrograms: SystemProgram[] = [
	{ program: 'ip', package: 'iproute2' },
	{ program: 'unshare', package: 'util-linux' },
	{ program: 'setpriv', package: 'util-linux' },
	{ program: 'mount', package: 'mount' },
];

/** Libraries that `npm ci` brings; a test holds what is installed to the version. */
export const npmLibraries = {
	'@kubernetes/client-node': versions['@kubernetes/client-node'],
	'@azure/container-registry': versions['@azure/container-registry'],
};
