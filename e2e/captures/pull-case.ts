import type { Fault } from '../registry/fault.ts';

/** One pull to be observed on a real kubelet: what is given, in words that a virtual one can set up too. */
export interface PullCase {
	/** Also the pod's namespace, and the repository `cases/NAME` where the image says nothing else. */
	name: string;
	/** One sentence: what this pull is about. */
	about: string;
	/** Default: `registry.example.com/cases/NAME:1`. */
	image?: string;
	pod?: PodSpec;
	secrets?: SecretSpec[];
	/** Beside the one called `default`, which every namespace has; one of that name replaces it. */
	serviceAccounts?: ServiceAccountSpec[];
	registry?: {
		/** What the repository holds under the tag `1`; an image for linux/amd64 where nothing is said. */
		holds?: 'a chart' | 'an image for arm64' | 'an image' | 'nothing';
		fault?: Fault;
	};
	/** A pod that runs before, so that the node has the image already. */
	before?: PodSpec;
	/** The runtime tries again by chance (timeouts, cut connections): how often is not kept. */
	repeatsByChance?: boolean;
	/** How many attempts to wait for; the requests of the first alone are kept. */
	attempts?: number;
}

export interface PodSpec {
	imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
	imagePullSecrets?: string[];
	serviceAccountName?: string;
	command?: string[];
	/** Default: `Always`, as in a Deployment. */
	restartPolicy?: 'Always' | 'Never';
}

export interface SecretSpec {
	name: string;
	/** Default: `kubernetes.io/dockerconfigjson`. */
	type?: string;
	/** The value of its one key, `.dockerconfigjson` or `.dockercfg`. */
	content: unknown;
}

export interface ServiceAccountSpec {
	name: string;
	imagePullSecrets?: string[];
	annotations?: Record<string, string>;
}

/** The cases of one vector file. */
export interface CaseFile {
	/** The file's name, less `.json`. */
	name: string;
	about: string;
	cases: PullCase[];
}

/** The image that the case's pod names. */
export function imageOf({ name, image }: PullCase): string {
	return image ?? `registry.example.com/cases/${name}:1`;
}

/** The repository that the case's image is in. */
export function repositoryOf({ name }: PullCase): string {
	return `cases/${name}`;
}
