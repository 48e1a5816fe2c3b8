import {
	flagField,
	optionalArray,
	optionalField,
	optionalNumber,
	optionalString,
	stringField,
	stringMap,
} from '../field.ts';
import { present } from '../present.ts';
import { hasCondition, type Metadata, parseMetadata } from './metadata.ts';

/** What a pod, or a template for pods, asks for. */
export interface PodSpec {
	/** `default` where it names none, as the API server fills in. */
	serviceAccountName: string;
	imagePullSecrets: string[];
	/** Init containers first, then containers, then ephemeral ones. */
	containers: Container[];
	nodeName?: string;
	nodeSelector: Record<string, string>;
}

/** One container that a pod asks for. */
export interface Container {
	name: string;
	image: string;
	/** Absent in a template that leaves it to the API server. */
	imagePullPolicy?: string;
	kind: 'container' | 'init' | 'ephemeral';
}

/** What a container is doing, with Kubernetes' own words. */
export interface ContainerState {
	is: 'waiting' | 'running' | 'terminated' | 'unknown';
	reason?: string;
	message?: string;
	exitCode?: number;
}

/** How one container of a pod is. */
export interface ContainerStatus {
	name: string;
	image: string;
	/** Empty until the image is on the node. */
	imageId: string;
	isReady: boolean;
	restartCount: number;
	state: ContainerState;
	/** The state before this one; `unknown` for none. */
	lastState: ContainerState;
}

/** A pod. */
export interface Pod extends Metadata {
	spec: PodSpec;
	phase: string;
	isReady: boolean;
	/** Init containers first, then containers, then ephemeral ones. */
	statuses: ContainerStatus[];
}

/** Reads a pod. */
export function parsePod(json: unknown): Pod {
	const statuses = (field: string) => optionalArray(json, `status.${field}`, parseContainerStatus);
	return {
		...parseMetadata(json),
		spec: parsePodSpec(json),
		phase: optionalString(json, 'status.phase') ?? 'Unknown',
		isReady: hasCondition(json, 'Ready'),
		statuses: [
			...statuses('initContainerStatuses'),
			...statuses('containerStatuses'),
			...statuses('ephemeralContainerStatuses'),
		],
	};
}

/** Reads the `spec` of a pod or of a template. */
export function parsePodSpec(json: unknown): PodSpec {
	const containers = (field: string, kind: Container['kind']) =>
		optionalArray(json, `spec.${field}`, (container) => parseContainer(container, kind));
	return present({
		serviceAccountName: optionalString(json, 'spec.serviceAccountName') || 'default',
		imagePullSecrets: parseSecretNames(json, 'spec.imagePullSecrets'),
		containers: [
			...containers('initContainers', 'init'),
			...containers('containers', 'container'),
			...containers('ephemeralContainers', 'ephemeral'),
		],
		nodeName: optionalString(json, 'spec.nodeName'),
		nodeSelector: stringMap(json, 'spec.nodeSelector'),
	});
}

/** Reads `imagePullSecrets`; an entry without a name is allowed by the API and names nothing. */
export function parseSecretNames(json: unknown, path: string): string[] {
	return optionalArray(json, path, (entry) => optionalString(entry, 'name') ?? '').filter((name) => name !== '');
}

function parseContainer(json: unknown, kind: Container['kind']): Container {
	return present({
		name: stringField(json, 'name'),
		image: optionalString(json, 'image') ?? '',
		imagePullPolicy: optionalString(json, 'imagePullPolicy'),
		kind,
	});
}

function parseContainerStatus(json: unknown): ContainerStatus {
	return {
		name: stringField(json, 'name'),
		image: optionalString(json, 'image') ?? '',
		imageId: optionalString(json, 'imageID') ?? '',
		isReady: flagField(json, 'ready'),
		restartCount: optionalNumber(json, 'restartCount') ?? 0,
		state: parseState(json, 'state'),
		lastState: parseState(json, 'lastState'),
	};
}

function parseState(json: unknown, path: string): ContainerState {
	for (const is of ['waiting', 'running', 'terminated'] as const) {
		const state = optionalField(json, `${path}.${is}`);
		if (!state) continue;
		return present({
			is,
			reason: optionalString(state, 'reason'),
			message: optionalString(state, 'message'),
			exitCode: optionalNumber(state, 'exitCode'),
		});
	}
	return { is: 'unknown' };
}
