import type { Metadata } from './metadata.ts';

/** A pod, or what a template says about one. */
export interface PodSpec {
	serviceAccountName: string;
	imagePullSecrets: string[];
	containers: Container[];
	nodeName?: string;
	nodeSelector: Record<string, string>;
}

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

export interface Pod extends Metadata {
	spec: PodSpec;
	phase: string;
	isReady: boolean;
	/** Init containers first, then containers, then ephemeral ones. */
	statuses: ContainerStatus[];
}
