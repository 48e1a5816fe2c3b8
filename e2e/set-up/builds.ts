import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { GoBuild } from './go.ts';
import { versions } from './versions.ts';

/** Where our Go modules are. */
export const goRoot = fileURLToPath(new URL('../go/', import.meta.url));

const componentVersion = 'k8s.io/component-base/version';
const containerdModule = 'github.com/containerd/containerd/v2';

/** Every part of Kubernetes and etcd in one program, and Kubernetes' credential rules in another. */
export const kubernetesBuild: GoBuild = {
	module: join(goRoot, 'kubernetes'),
	programs: { kubeall: './kubeall', 'credential-rules': './credential-rules' },
	sources: ['kubeall/main.go', 'credential-rules/main.go'],
	says: { program: 'kubeall', args: ['kubelet', '--version'], version: versions.kubernetes },
	link: kubernetesVersion(versions.kubernetes),
};

/** The kubelet of an older Kubernetes: a control plane works with kubelets up to three minor versions older. */
export const olderKubeletBuild: GoBuild = {
	module: join(goRoot, 'kubernetes'),
	modFile: 'older.mod',
	programs: { kubelet: 'k8s.io/kubernetes/cmd/kubelet' },
	says: { program: 'kubelet', args: ['--version'], version: versions.older.kubelet },
	link: kubernetesVersion(versions.older.kubelet),
};

function kubernetesVersion(version: string): Record<string, string> {
	const [major = '', minor = ''] = version.split('.');
	return {
		[`${componentVersion}.gitVersion`]: `v${version}`,
		[`${componentVersion}.gitMajor`]: major,
		[`${componentVersion}.gitMinor`]: minor,
		[`${componentVersion}.gitTreeState`]: 'clean',
		// The parts refuse a build without a date; a fixed one keeps the build the same byte for byte.
		[`${componentVersion}.buildDate`]: '2026-01-01T00:00:00Z',
	};
}

export const containerdBuild: GoBuild = {
	module: join(goRoot, 'containerd'),
	programs: {
		containerd: `${containerdModule}/cmd/containerd`,
		'containerd-shim-runc-v2': `${containerdModule}/cmd/containerd-shim-runc-v2`,
		ctr: `${containerdModule}/cmd/ctr`,
	},
	says: { program: 'containerd', args: ['--version'], version: versions.containerd },
	tags: ['no_btrfs', 'no_devmapper', 'no_zfs', 'urfave_cli_no_docs'],
	link: {
		[`${containerdModule}/version.Version`]: `v${versions.containerd}`,
		[`${containerdModule}/version.Package`]: containerdModule,
	},
};

export const pauseBuild: GoBuild = {
	module: join(goRoot, 'pause'),
	programs: { pause: '.' },
	sources: ['main.go'],
};

/** Our program that stands on nothing but client-go. */
export const clientGoBuild: GoBuild = {
	module: join(goRoot, 'client-go'),
	programs: { 'client-go': '.' },
	sources: ['main.go', 'reading.go', 'writing.go'],
};

/** AKS's own kubelet plugin. */
export const acrCredentialProviderBuild: GoBuild = {
	module: join(goRoot, 'acr-credential-provider'),
	programs: { 'acr-credential-provider': 'sigs.k8s.io/cloud-provider-azure/cmd/acr-credential-provider' },
	// It is built without a version; that it starts is what it shows.
	says: { program: 'acr-credential-provider', args: ['--version'], version: '' },
};

export const craneBuild: GoBuild = {
	module: join(goRoot, 'crane'),
	programs: { crane: 'github.com/google/go-containerregistry/cmd/crane' },
	says: { program: 'crane', args: ['version'], version: versions.crane },
	link: { 'github.com/google/go-containerregistry/cmd/crane/cmd.Version': versions.crane },
};

export const regctlBuild: GoBuild = {
	module: join(goRoot, 'regctl'),
	programs: { regctl: 'github.com/regclient/regclient/cmd/regctl' },
	says: { program: 'regctl', args: ['version', '--format', '{{.VCSTag}}'], version: versions.regctl },
};

/** What kubectl asks for tokens of Entra. */
export const kubeloginBuild: GoBuild = {
	module: join(goRoot, 'kubelogin'),
	programs: { kubelogin: 'github.com/Azure/kubelogin' },
	// Its first line has no version; that it starts is what it shows.
	says: { program: 'kubelogin', args: ['--version'], version: '' },
};

/** Two libraries for registries, asked for the requirements of OCI distribution. */
export const clausesBuild: GoBuild = {
	module: join(goRoot, 'clauses'),
	programs: { clauses: '.' },
	sources: ['main.go', 'world.go', 'library.go', 'recorder.go', 'gcr.go', 'regclient.go', 'clauses.go'],
};
