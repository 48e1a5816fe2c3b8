/*
 * One pod in Azure Container Instances, as virtual-kubelet/azure-aci v1.6.4 asks for it (pkg/provider/aci.go): the credentials of a
 * container group are those of the pod's own pull secrets. Neither the nodes' identity nor the connector's pulls.
 */
import { createHash } from 'node:crypto';
import { decodePullSecret, parseImageReference, type RegistryCredential } from '@lanyard/core';
import { type ApiClient, pathTo } from '../api-client.ts';
import { listAt, textAt, textsAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { pullImage, type PullOptions } from '../kubelet/containerd/pull.ts';
import { PullFailure } from '../kubelet/containerd/pull-failure.ts';

/** Why there is no container group for a pod: what the provider gives back to the virtual kubelet. */
export class ProviderFailure extends Error {}

/** Where container groups are made. */
export interface ContainerInstances {
	api: ApiClient;
	pulls: PullOptions;
	/** Resource id of the group in which they are. */
	resourceGroup: string;
}

/** Makes the container group of a pod; it is there when all its images could be pulled. */
export async function createContainerGroup(instances: ContainerInstances, pod: KubeObject): Promise<void> {
	const credentials = await credentialsOf(instances.api, pod);
	const containers = [...listAt(pod, 'spec', 'initContainers'), ...listAt(pod, 'spec', 'containers')];
	for (const image of containers.map((container) => textAt(container, 'image'))) {
		try {
			await pullImage(instances.pulls, image, credentials.get(parseImageReference(image).host));
		} catch (error) {
			if (!(error instanceof PullFailure)) throw error;
			throw inaccessible(instances, pod, image);
		}
	}
}

/** `namespace-name`, within the group of the nodes. */
export function groupNameOf({ metadata }: KubeObject): string {
	return `${metadata.namespace ?? ''}-${metadata.name}`;
}

/** Resource id of a pod's container group. */
function groupIdOf({ resourceGroup }: ContainerInstances, pod: KubeObject): string {
	return `${resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/${groupNameOf(pod)}`;
}

/** A container's id as the provider makes it up. */
export function containerIdOf(instances: ContainerInstances, pod: KubeObject, container: string): string {
	const id = `${groupIdOf(instances, pod)}-${container}`;
	return `aci://${createHash('sha256').update(id.toUpperCase()).digest('hex')}`;
}

async function credentialsOf(api: ApiClient, pod: KubeObject): Promise<Map<string, RegistryCredential>> {
	const found = new Map<string, RegistryCredential>();
	for (const name of listAt(pod, 'spec', 'imagePullSecrets').map((one) => textAt(one, 'name'))) {
		const secret = await api.get(pathTo('v1', 'secrets', pod.metadata.namespace, name));
		if (!secret) throw new ProviderFailure(`secret "${name}" not found`);
		for (const [server, credential] of entriesOf(secret)) found.set(server, credential);
	}
	return found;
}

function entriesOf(secret: KubeObject): [server: string, credential: RegistryCredential][] {
	const reading = decodePullSecret({ type: textAt(secret, 'type'), data: textsAt(secret, 'data') });
	if ('malformed' in reading) throw new ProviderFailure(reading.malformed);
	if ('skipped' in reading) {
		throw new ProviderFailure(
			'image pull secret type is not one of kubernetes.io/dockercfg or kubernetes.io/dockerconfigjson',
		);
	}
	// Container groups name servers, without the scheme and the path that docker writes.
	return reading.entries.map(({ key, credential }) => [
		key.replace(/^https?:\/\//, '').replace(/\/.*$/, ''),
		credential,
	]);
}

/** What Resource Manager answers, as Azure's SDK for Go writes an error of a response (azcore, exported/response_error.go). */
function inaccessible(instances: ContainerInstances, pod: KubeObject, image: string): ProviderFailure {
	const line = '-'.repeat(80);
	const message = `The image '${image}' in container group '${groupNameOf(pod)}' is not accessible. Please check the image and registry credential.`;
	const body = JSON.stringify({ error: { code: 'InaccessibleImage', message } }, null, 2);
	const words = [
		`PUT https://management.azure.com${groupIdOf(instances, pod)}`,
		line,
		'RESPONSE 400: 400 Bad Request',
		'ERROR CODE: InaccessibleImage',
		line,
		body,
		line,
	];
	return new ProviderFailure(`${words.join('\n')}\n`);
}
