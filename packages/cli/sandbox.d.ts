/**
 * `lanyard/sandbox`: Entra ID, Microsoft Graph, Resource Manager, container registries, the metadata service and AKS clusters in your own
 * process, for your own tests. Whatever obeys a proxy can use it; nothing is passed on to the network.
 */

/** Starts a world. Resolves once declared images are pushed and clusters answer. */
export declare function startSandbox(options?: SandboxOptions): Promise<Sandbox>;

/** Reads a `world.yaml`; throws with every mistake in it. */
export declare function parseWorldFile(text: string, where: string): WorldDeclaration;

export interface SandboxOptions {
	/** What is there at the start; left out: one tenant, one registry, one cluster. */
	world?: WorldDeclaration;
	/** Divides every lifetime, delay and cache. */
	timeScale?: number;
	/** The workstation's proxy port; left out: a free one. */
	port?: number;
	/** A folder in which the world outlives its process; left out: it is gone with the process. */
	stateFolder?: string;
	/** Hears of the sandbox's own failures. */
	onBug?: (problem: unknown) => void;
}

/** A running world. */
export interface Sandbox {
	/** What `HTTPS_PROXY` holds on the user's machine. */
	readonly proxyUrl: string;
	/** The certificate that clients must trust. */
	readonly caPem: string;
	/** All clusters in one kubeconfig; the first declared one is the current context. */
	readonly kubeconfig: string;
	/** The world's first user, signed in. */
	readonly signIn: SignIn;
	/** Signs in another user that the world declares, as `az login` would. */
	signInAs(user: string): SignIn;
	readonly clock: Clock;
	readonly startedAt: Date;
	/** The workstation and every node, each with a proxy of its own. */
	machines(): { name: string; proxyUrl: string }[];
	/** A way into the world from one of them; left out: the workstation. */
	machine(name?: string): MachineClient;
	/** Writes trust and kubeconfig into a folder, and gives the environment that points programs there. */
	openFolder(folder: string): Promise<Record<string, string>>;
	/** Who asked what, what was decided, and why; only what came after a number. */
	log(after?: number): LogLine[];
	/** Resolves at the next request, or when the signal aborts. */
	nextRequest(signal: AbortSignal): Promise<void>;
	/** Explains a request: by its number, by an id that a client showed, or the last one that was refused. */
	why(which?: string): Explanation | undefined;
	/** Causes of failing pulls on a switch. */
	readonly faults: Faults;
	/** Clusters that are not AKS, made while the world runs. */
	readonly plainClusters: {
		create(wish: { name: string; nodes: number }): Promise<{
			name: string;
			nodes: string[];
			server: string;
			context: string;
			kubeconfig: string;
		}>;
		delete(name: string): Promise<void>;
	};
	/** The world as it is now, its keys included. */
	snapshot(): Promise<Uint8Array<ArrayBuffer>>;
	/** Makes this world what a snapshot holds, its time included. */
	restore(snapshot: Uint8Array<ArrayBuffer>): Promise<void>;
	close(): Promise<void>;
}

/** What `az login` leaves behind: enough to ask Entra ID for tokens. */
export interface SignIn {
	user: string;
	tenantId: string;
	clientId: string;
	refreshToken: string;
}

/** The world's time. */
export interface Clock {
	now(): Date;
	/** Moves "now" ahead: tokens end, roles are replicated, back-off is due. */
	jump(aheadMs: number): void;
	/** How many times faster than life lifetimes, delays and caches pass. */
	readonly scale: number;
}

/** Requests from one machine: the metadata service knows who asks, a firewall sees the machine's address. */
export interface MachineClient {
	readonly name: string;
	readonly proxyUrl: string;
	/** Sends a request as the machine would; redirects are answers. */
	fetch(request: Request | string): Promise<Response>;
}

/** One request and what became of it. It holds no credential. */
export interface LogLine {
	number: number;
	at: string;
	machine: string;
	address: string;
	principal?: string;
	host: string;
	method: string;
	path: string;
	status: number;
	decision?: Decision;
	requestIds?: string[];
}

export interface Decision {
	allowed: boolean;
	action: string;
	scope: string;
	reason: string;
	by?: string;
	/** The role assignments that were looked at, the nearest first. */
	considered?: { by: string; title: string; gives: boolean; because: string }[];
	remedy?: { says: string; command?: string };
}

export interface Explanation {
	request: LogLine;
	/** The requests that it rests on, the latest first. */
	before: { request: LogLine; as: string }[];
	/** Names of the groups that its token was issued with. */
	groups: string[];
	notes: string[];
	/** The one thing to change. */
	remedy?: { says: string; command?: string };
}

/** `break` makes a cause true by its problem code, `mend` undoes it. */
export interface Faults {
	break(code: string, at: { target?: string | undefined; namespace?: string | undefined }): Promise<unknown>;
	mend(code?: string): Promise<unknown>;
}

/** A world as `world.yaml` declares it; what may be left out has a default. */
export interface WorldDeclaration {
	/** Ids follow from it, so that runs repeat. */
	seed?: string | undefined;
	settings?:
		| {
				timeScale?: number | undefined;
				/** How long a new role assignment takes to count: `30s`, `10m`. */
				replicationDelay?: string | undefined;
				permissionsInRefreshToken?: boolean | undefined;
				directoryDelay?: string | undefined;
				/** How many requests of a kind a registry takes before it answers 429, and how long until as many are let through again. */
				registryThrottle?: { requests: number; refill?: string | undefined } | undefined;
		  }
		| undefined;
	tenants: {
		domain: string;
		users?: Account[] | undefined;
		groups?: { name: string; members?: string[] | undefined }[] | undefined;
		applications?: Account[] | undefined;
	}[];
	subscriptions: { name: string; tenant: string }[];
	registries?:
		| {
				name: string;
				group: string;
				/** Left out: the first one that is declared. */
				subscription?: string | undefined;
				sku?: 'Basic' | 'Standard' | 'Premium' | undefined;
				roleMode?: 'RBAC' | 'ABAC' | undefined;
				images?: (string | { reference: string; platforms: string[] })[] | undefined;
		  }[]
		| undefined;
	clusters?:
		| {
				name: string;
				group: string;
				subscription?: string | undefined;
				nodes?: number | undefined;
				identity?: 'managed' | 'service-principal' | undefined;
				plain?: boolean | undefined;
		  }[]
		| undefined;
	assignments?: { principal: string; role: string; scope: string; condition?: string | undefined }[] | undefined;
	/** Who can sign in to Docker Hub. */
	dockerHub?: { name: string; password: string }[] | undefined;
	machines?:
		| { workstation?: { address?: string | undefined; identities?: string[] | undefined } | undefined }
		| undefined;
}

/** Somebody who can sign in. */
export interface Account {
	name: string;
	password?: string | undefined;
	/** Directory roles by name. */
	roles?: string[] | undefined;
}
