/** What a machine's resolver makes of a name: there is none, no answer comes, or the answer is a failure. */
export type Lookup = 'absent' | 'silent' | 'failing';

/** What becomes of a connection: refused, dropped without a word, cut before the first answer, or there is no way at all. */
export type Route = 'refuses' | 'silent' | 'cut' | 'unreachable';

/** What answers where TLS was expected; `none` speaks plain HTTP. */
export type ShownCertificate = 'unknown-authority' | 'expired' | 'other-name' | 'none';

/**
 * What is wrong with a machine, or with its way into the world: what no public API of Azure or Kubernetes reaches. Nothing is wrong
 * where nothing is said. Maps are by host name; `*` stands for every host that is not named.
 */
export interface MachineSettings {
	resolver?: Record<string, Lookup>;
	routes?: Record<string, Route>;
	certificates?: Record<string, ShownCertificate>;
	/** The address that a host name has here; else one that is made of the name. */
	addresses?: Record<string, string>;
	/** A proxy that stands between the machine and everything else, and cannot be reached: `10.0.0.9:3128`. */
	deadProxy?: string;
	/** How far the machine's own clock is ahead of the world's; negative: behind. */
	clockAheadMs?: number;
	/** Bytes that image content may still take on the machine's disk. */
	diskFreeBytes?: number;
	/** The kubelet's `registryPullQPS` and `registryBurst`; 0 pulls a second stand for no limit. */
	pullLimit?: { perSecond: number; burst: number };
	/** What the node's credential provider plugins end with instead of answering. */
	pluginFailure?: string;
	/** The text of the node's own docker config, `/var/lib/kubelet/config.json`. */
	dockerConfig?: string;
	/** Client ids of the identities that the metadata service knows of this machine, where they are not its own. */
	identities?: string[];
	/** A mirror on the node that the runtime asks first, and that answers 503: `localhost:8578`. */
	deadMirror?: string;
	/** How the runtime fails on what it has fetched: the words of its error. */
	unpackFailure?: string;
}

/** The entry for a host in one of the maps of a machine's settings. */
export function forHost<T>(map: Record<string, T> | undefined, host: string): T | undefined {
	if (map === undefined) return undefined;
	return Object.hasOwn(map, host) ? map[host] : map['*'];
}
