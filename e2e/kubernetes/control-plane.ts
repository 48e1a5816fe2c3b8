import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Enclosed } from '../enclosure/furnish.ts';
import { KubeApi } from './kube-api.ts';
import { Authority, type KeyPair, newSigningPair } from './pki.ts';
import { waitFor } from './wait.ts';

const server = 'https://127.0.0.1:6443';

/** A running control plane and what is needed to join it. */
export interface ControlPlane {
	authority: Authority;
	/** With all rights. */
	api: KubeApi;
	/** Writes the kubeconfig of someone whom the API server is to know by this subject. */
	kubeconfig(name: string, subject: string): Promise<string>;
}

/** Starts etcd, API server, controller-manager and scheduler from nothing and waits until the API server is ready. */
export async function startControlPlane(enclosed: Enclosed, kubeall: string): Promise<ControlPlane> {
	const folder = join(enclosed.folder, 'control-plane');
	await mkdir(folder);
	const authority = await Authority.create('lanyard-rig');
	const kubeconfig = async (name: string, subject: string) =>
		writeKubeconfig(join(folder, `${name}.kubeconfig`), authority, await authority.issue({ subject }));

	await startEtcd(enclosed, kubeall, folder);
	await startApiServer(enclosed, kubeall, await apiServerFiles(folder, authority));
	const client = await authority.issue({ subject: 'O=system:masters,CN=admin' });
	const api = new KubeApi({ server, authority: authority.certificate, client });
	await waitFor('the API server', async () => ((await api.text('/readyz').catch(String)) === 'ok' ? true : undefined));
	await startControllers(enclosed, kubeall, {
		folder,
		controllers: await kubeconfig('kube-controller-manager', 'CN=system:kube-controller-manager'),
		scheduler: await kubeconfig('kube-scheduler', 'CN=system:kube-scheduler'),
	});
	return { authority, api, kubeconfig };
}

async function startEtcd(enclosed: Enclosed, kubeall: string, folder: string): Promise<void> {
	const clients = 'http://127.0.0.1:2379';
	const peers = 'http://127.0.0.1:2380';
	const flags = {
		name: 'rig',
		'data-dir': join(folder, 'etcd'),
		'listen-client-urls': clients,
		'advertise-client-urls': clients,
		'listen-peer-urls': peers,
		'initial-advertise-peer-urls': peers,
		'initial-cluster': `rig=${peers}`,
		// All of it is in memory and nothing outlives the run.
		'unsafe-no-fsync': 'true',
	};
	await enclosed.start('etcd', [kubeall, 'etcd', ...asFlags(flags)]);
}

async function startApiServer(enclosed: Enclosed, kubeall: string, files: ApiServerFiles): Promise<void> {
	const flags = {
		'etcd-servers': 'http://127.0.0.1:2379',
		'bind-address': '127.0.0.1',
		'advertise-address': '127.0.0.1',
		'secure-port': '6443',
		'endpoint-reconciler-type': 'none',
		'service-cluster-ip-range': '10.0.0.0/16',
		'authorization-mode': 'Node,RBAC',
		'enable-admission-plugins': 'NodeRestriction',
		'allow-privileged': 'true',
		'service-account-issuer': 'https://kubernetes.default.svc',
		...files,
	};
	await enclosed.start('kube-apiserver', [kubeall, 'kube-apiserver', ...asFlags(flags)]);
}

type ApiServerFiles = Record<string, string>;

/** Writes keys and certificates of the API server and gives the flags that name them. */
async function apiServerFiles(folder: string, authority: Authority): Promise<ApiServerFiles> {
	const hosts = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
	const serving = await authority.issue({ subject: 'CN=kube-apiserver', hosts, addresses: ['127.0.0.1', '10.0.0.1'] });
	const kubeletClient = await authority.issue({ subject: 'O=system:masters,CN=kube-apiserver' });
	const signing = await newSigningPair();
	const texts = {
		'client-ca-file': authority.certificate,
		'tls-cert-file': serving.certificate,
		'tls-private-key-file': serving.key,
		'service-account-key-file': signing.certificate,
		'service-account-signing-key-file': signing.key,
		'kubelet-certificate-authority': authority.certificate,
		'kubelet-client-certificate': kubeletClient.certificate,
		'kubelet-client-key': kubeletClient.key,
	};
	const flags: ApiServerFiles = {};
	for (const [flag, text] of Object.entries(texts)) {
		flags[flag] = join(folder, `${flag}.pem`);
		await writeFile(flags[flag], text, { mode: 0o600 });
	}
	return flags;
}

async function startControllers(
	enclosed: Enclosed,
	kubeall: string,
	{ folder, controllers, scheduler }: { folder: string; controllers: string; scheduler: string },
): Promise<void> {
	const quiet = { 'leader-elect': 'false', 'bind-address': '127.0.0.1' };
	const controllerFlags = {
		...quiet,
		kubeconfig: controllers,
		'service-account-private-key-file': join(folder, 'service-account-signing-key-file.pem'),
		'root-ca-file': join(folder, 'client-ca-file.pem'),
		// Its default of 20 requests a second makes default service accounts slow to appear.
		'kube-api-qps': '500',
		'kube-api-burst': '1000',
		'use-service-account-credentials': 'true',
		// On a machine under load a node may be silent for longer than the default allows.
		'node-monitor-grace-period': '10m',
	};
	await enclosed.start('kube-controller-manager', [kubeall, 'kube-controller-manager', ...asFlags(controllerFlags)]);
	const schedulerFlags = { ...quiet, kubeconfig: scheduler };
	await enclosed.start('kube-scheduler', [kubeall, 'kube-scheduler', ...asFlags(schedulerFlags)]);
}

async function writeKubeconfig(file: string, authority: Authority, { certificate, key }: KeyPair): Promise<string> {
	const kubeconfig = {
		apiVersion: 'v1',
		kind: 'Config',
		clusters: [{ name: 'rig', cluster: { server, 'certificate-authority-data': base64(authority.certificate) } }],
		users: [{ name: 'rig', user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } }],
		contexts: [{ name: 'rig', context: { cluster: 'rig', user: 'rig' } }],
		'current-context': 'rig',
	};
	await writeFile(file, JSON.stringify(kubeconfig), { mode: 0o600 });
	return file;
}

function asFlags(flags: Record<string, string>): string[] {
	return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}

function base64(text: string): string {
	return Buffer.from(text).toString('base64');
}
