/** The links of a pull, in the order in which a kubelet meets them; `grant` is never met, it only explains. */
export const links = [
	'image',
	'admission',
	'presence',
	'keyring',
	'identity',
	'exchange',
	'dns',
	'network',
	'challenge',
	'token',
	'manifest',
	'layers',
	'grant',
] as const;
export type LinkName = (typeof links)[number];

/** Who walks a link. `cause` is the actor of `grant`: nobody walks it. */
export type Actor = 'api-server' | 'kubelet' | 'provider' | 'runtime' | 'cause';

/** The actor of every link (DESIGN: the pull chain). */
export const actorOf: Record<LinkName, Actor> = {
	image: 'api-server',
	admission: 'api-server',
	presence: 'kubelet',
	keyring: 'kubelet',
	identity: 'provider',
	exchange: 'provider',
	dns: 'runtime',
	network: 'runtime',
	challenge: 'runtime',
	token: 'runtime',
	manifest: 'runtime',
	layers: 'runtime',
	grant: 'cause',
};

/** How a link came out, from best to worst; `could-not-check` says nothing about the link itself. */
export const verdicts = ['ok', 'skipped', 'warning', 'could-not-check', 'problem'] as const;
export type Verdict = (typeof verdicts)[number];

/** One thing that was read, in words, and where it was read. */
export interface Evidence {
	says: string;
	/** Who said it: `Azure`, `Kubernetes`, `registry`, with the moment where that matters. */
	source: string;
}

/** One link as it was found. */
export interface Link {
	link: LinkName;
	actor: Actor;
	verdict: Verdict;
	evidence: Evidence[];
}

/** Which credential an attempt is made with; never its value. */
export interface AttemptCredential {
	source: 'pull-secret' | 'node-config' | 'provider' | 'none';
	/** The pull secret's or the provider's name. */
	name?: string;
	/** The keys or patterns that matched the image. */
	covers: string[];
	/** RFC 3339; absent when the credential does not tell. */
	endsAt?: string;
}

/** What happens with one credential. */
export interface Attempt {
	credential: AttemptCredential;
	links: Link[];
}

/** The pull that a chain is about. */
export interface Pull {
	cluster: string;
	node?: string;
	namespace: string;
	pod?: string;
	serviceAccount: string;
	image: string;
}

/** The worst of the given verdicts; `ok` for none. */
export function worstVerdict(found: Iterable<Verdict>): Verdict {
	let worst = 0;
	for (const verdict of found) worst = Math.max(worst, verdicts.indexOf(verdict));
	return verdicts[worst] ?? 'ok';
}
