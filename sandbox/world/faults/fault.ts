import type { PullCode } from '@lanyard/core';
import type { Setting } from '../settings.ts';

/** A raw request through the front door, as a named principal. In its texts, `{name}` stands for what an earlier answer had. */
export interface RequestEdit {
	request: {
		/** Signed in as this user of the world. */
		as: string;
		host: string;
		method: string;
		path: string;
		body?: unknown;
		/** Default: JSON; for an object of Kubernetes, the kind of patch. */
		contentType?: string;
	};
	/** Keeps values of the answer for later edits: from a name to the path of its field. */
	keep?: Record<string, string>;
}

/** One thing that is done to the world. */
export type Edit = RequestEdit | { setting: Setting };

/** A cause made true, as data: what was done, and what takes it back. */
export interface Fault {
	code: PullCode;
	/** What it was done to: `deployment/web`. */
	target: string;
	edits: Edit[];
	undo: Edit[];
}

/** What a fault is made from: the workload, and everything on its way to its image. All of it was read through the front door. */
export interface Scene {
	/** The world's first user, who does everything. */
	user: string;
	workload: Workload;
	cluster: ClusterScene;
	registry: RegistryScene;
}

export interface Workload {
	/** `deployment/web`. */
	target: string;
	namespace: string;
	/** `/apis/apps/v1/namespaces/default/deployments/web`. */
	path: string;
	/** The pod template's spec as it is. */
	spec: PodSpec;
	/** Label selector of its pods: `app=web`. */
	selector: string;
	/** Of its first container. */
	image: string;
}

export type PodSpec = Record<string, unknown> & {
	containers: (Record<string, unknown> & { name: string; image: string })[];
};

export interface ClusterScene {
	host: string;
	nodes: string[];
	/** Not an AKS cluster: its nodes have no credential provider. */
	isPlain: boolean;
	kubeletObjectId?: string;
	controlPlaneObjectId?: string;
}

export interface RegistryScene {
	id: string;
	name: string;
	loginServer: string;
	repository: string;
	tag: string;
	/** Where its layers come from. */
	storageHost: string;
	/** What the tag points to, as the registry has it. */
	manifest: Manifest;
	/** The manifests below it, where it is an index. */
	below: Manifest[];
	/** Assignments that let the nodes pull, at the registry and above. */
	assignments: { id: string; properties: Record<string, unknown> }[];
	/** Another registry that the user sees, if there is one. */
	otherId?: string;
}

/** A manifest as the registry has it. */
export interface Manifest {
	digest: string;
	mediaType: string;
	body: string;
}

/**
 * How pods recover once it is mended: by new ones that come with the mended template, by themselves at the kubelet's next try, or when
 * the nodes ask for another token of the registry's, which they keep for an hour.
 */
export type Healing = 'new-pods' | 'next-try' | 'next-token';

/** How one cause is made true, and what comes of it. */
export interface FaultKind {
	/** How it is made true, for the list and the docs: a sentence without a full stop. */
	does: string;
	/** The words of the node's event that tell it; `…` stands for anything. */
	shows: string;
	heals: Healing;
	/** Why it cannot be made true here, if it cannot. */
	unless?(scene: Scene): string | undefined;
	make(scene: Scene): { edits: Edit[]; undo: Edit[] };
}
