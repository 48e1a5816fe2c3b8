import { type ApiClient, isRefusal, pathTo } from '../api-client.ts';
import { type Fields, isSame } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow } from './controller.ts';

/** Gives each namespace its `default` service account. */
export function runServiceAccounts(context: ControllerContext): Promise<unknown> {
	return keepInNamespaces(context, 'serviceaccounts', (namespace) => ensureServiceAccount(context.api, namespace));
}

/** Gives each namespace the certificate with which its pods know the API server: `kube-root-ca.crt`. */
export function runRootCertificates(context: ControllerContext, caPem: string): Promise<unknown> {
	return keepInNamespaces(context, 'configmaps', (namespace) => ensureRootCertificate(context.api, namespace, caPem));
}

type Ensure = (namespace: string) => Promise<void>;

/** Sees to it that every namespace which stays has something of a kind. */
function keepInNamespaces(context: ControllerContext, plural: string, ensure: Ensure): Promise<unknown> {
	const living = new Set<string>();
	const queue = new WorkQueue({ ...context, work: (name) => (living.has(name) ? ensure(name) : Promise.resolve()) });
	return Promise.all([
		follow(context, pathTo('v1', 'namespaces'), (type, { metadata }) => {
			if (type === 'DELETED' || metadata.deletionTimestamp !== undefined) living.delete(metadata.name);
			else living.add(metadata.name);
			queue.add(metadata.name);
		}),
		follow(context, pathTo('v1', plural), (type, { metadata }) => {
			if (type !== 'ADDED' && isKept(metadata)) queue.add(metadata.namespace ?? '');
		}),
	]).then(() => queue.idle());
}

function isKept({ name }: KubeObject['metadata']): boolean {
	return name === 'default' || name === rootName;
}

/** Makes the `default` service account of a namespace, unless there is one. */
export async function ensureServiceAccount(api: ApiClient, namespace: string): Promise<void> {
	const path = pathTo('v1', 'serviceaccounts', namespace);
	await createUnlessThere(api, path, {
		apiVersion: 'v1',
		kind: 'ServiceAccount',
		metadata: { name: 'default', namespace },
	});
}

const rootName = 'kube-root-ca.crt';
const rootNote = {
	'kubernetes.io/description':
		'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
};

async function ensureRootCertificate(api: ApiClient, namespace: string, caPem: string): Promise<void> {
	const path = pathTo('v1', 'configmaps', namespace);
	const data = { 'ca.crt': caPem };
	const metadata = { name: rootName, namespace, annotations: rootNote };
	const made = await createUnlessThere(api, path, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
	if (!isSame(made['data'], data)) await api.replace(`${path}/${rootName}`, { ...made, data });
}

interface Wanted extends Fields {
	metadata: Fields & { name: string };
}

async function createUnlessThere(api: ApiClient, path: string, body: Wanted): Promise<Fields> {
	const known = await api.get(`${path}/${body.metadata.name}`);
	if (known) return known;
	try {
		return await api.create(path, body);
	} catch (error) {
		// Somebody else was first.
		if (!isRefusal(error, 409)) throw error;
		return body;
	}
}
