/** A pull of the vectors, done again at a registry of the sandbox. */
export interface DoorPull {
	/** The vector that says what must be seen. */
	vector: { file: 'credentials' | 'node'; name: string };
	/** The registry that stands where the vector has its own; each pull has one to itself. */
	registry: string;
	/** Which login the pod's pull secret holds. */
	secret?: 'good' | 'wrong';
	/** Where the vector's node has no plugin and this one has: requests and calls of the plugin are not compared. */
	withoutPlugin?: true;
}

/** The pulls that a node of AKS can show at registries of Azure; what each registry is like, `azure-story.ts` sees to. */
export const doorPulls: DoorPull[] = [
	{ vector: { file: 'node', name: 'aks-granted' }, registry: 'granted' },
	{ vector: { file: 'node', name: 'aks-refused' }, registry: 'refused' },
	{ vector: { file: 'node', name: 'aks-refused-secret-good' }, registry: 'refusedsecretgood', secret: 'good' },
	{ vector: { file: 'node', name: 'aks-granted-secret-wrong' }, registry: 'grantedsecretwrong', secret: 'wrong' },
	{ vector: { file: 'node', name: 'aks-granted-repository-not-covered' }, registry: 'notcovered' },
	{ vector: { file: 'node', name: 'aks-refused-guests-welcome' }, registry: 'guestswelcome' },
	{
		vector: { file: 'credentials', name: 'wrong-password' },
		registry: 'wrongpassword',
		secret: 'wrong',
		withoutPlugin: true,
	},
];

/** The registry that `az` makes in the story; all others are there when the world begins. */
export const madeRegistry = 'granted';

/** The registry whose role comes late, and its image. */
export const roleStoryRegistry = 'rolecomeslate';
export const roleStoryImage = `${roleStoryRegistry}.azurecr.io/web:1`;

export function imageOfPull({ vector, registry }: DoorPull): string {
	return `${registry}.azurecr.io/cases/${vector.name}:1`;
}
