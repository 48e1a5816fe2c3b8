import { indexKeyOf, isOnDockerHub, matchesPattern } from './credential-match.ts';

/** One credential and the docker config key it stands under. */
export interface KeyringEntry<C> {
	/** As written: with scheme and path, if they are there. */
	key: string;
	credential: C;
	/** Where it comes from: the name of the pull secret, of the provider, or of the file. */
	source: string;
}

/** Credentials in the order in which a kubelet tries them. */
export interface Keyring<C> {
	rows: { indexKey: string; entries: KeyringEntry<C>[] }[];
	/** Entries whose key a kubelet cannot read and drops without a word. */
	dropped: KeyringEntry<C>[];
}

/**
 * Files credentials as a kubelet does: by key in reverse string order, so that longer paths come first and wildcards last, and in
 * the given order under equal keys. Pull secrets, the node's own configuration and providers are one keyring each.
 */
export function buildKeyring<C>(entries: Iterable<KeyringEntry<C>>): Keyring<C> {
	const byKey = new Map<string, KeyringEntry<C>[]>();
	const dropped: KeyringEntry<C>[] = [];
	for (const entry of entries) {
		const indexKey = indexKeyOf(entry.key);
		if (indexKey === undefined) dropped.push(entry);
		else byKey.set(indexKey, [...(byKey.get(indexKey) ?? []), entry]);
	}
	const rows = Array.from(byKey, ([indexKey, filed]) => ({ indexKey, entries: filed }));
	return { rows: rows.toSorted((a, b) => (a.indexKey < b.indexKey ? 1 : -1)), dropped };
}

/**
 * The credentials for an image (`host/repository`), in the order in which they are tried. Docker Hub's classic key is used only
 * where nothing else matched.
 */
export function lookup<C>(keyring: Keyring<C>, image: string): KeyringEntry<C>[] {
	const found = keyring.rows.filter((row) => matchesPattern(row.indexKey, image)).flatMap((row) => row.entries);
	if (found.length > 0 || !isOnDockerHub(image)) return found;
	return keyring.rows.find((row) => row.indexKey === 'index.docker.io')?.entries ?? [];
}
