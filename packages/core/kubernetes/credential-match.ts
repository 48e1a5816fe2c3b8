import { wildcardMatches } from '../wildcard.ts';
import { parseRegistryUrl } from './registry-url.ts';

/*
 * How a kubelet decides whether a credential is for an image: pkg/credentialprovider/keyring.go, Kubernetes 1.35. An image is
 * given as `host/repository` without tag or digest (`parseImageReference(text).name`): that is what a kubelet looks up.
 */

const hubIndexHost = 'index.docker.io';

/**
 * Whether a docker config key, as written in a pull secret, covers this image: `*` stands within one DNS label, the port must be
 * equal, the path is a prefix, letter case counts, and `https://index.docker.io/v1/` covers Docker Hub.
 */
export function matchesImage(key: string, image: string): boolean {
	const indexKey = indexKeyOf(key);
	if (indexKey === undefined) return false;
	return matchesPattern(indexKey, image) || (indexKey === hubIndexHost && isOnDockerHub(image));
}

/** The rule itself, for a pattern without scheme: what a credential provider's `matchImages` are held against. */
export function matchesPattern(pattern: string, image: string): boolean {
	const wanted = parseRegistryUrl(pattern);
	const found = parseRegistryUrl(image);
	if (!wanted || !found || !found.path.startsWith(wanted.path)) return false;
	return hostMatches(splitPort(wanted.host), splitPort(found.host));
}

/** Under which name a kubelet files a docker config key: without scheme and without `/v1/` or `/v2/`; undefined if it drops it. */
export function indexKeyOf(key: string): string | undefined {
	const url = parseRegistryUrl(key.replace(/^https?:\/\//, ''));
	if (!url) return undefined;
	const path = url.path.replace(/^\/v[12]\//, '/');
	return path === '/' ? url.host : url.host + path;
}

/** Whether a kubelet takes this image for one of Docker Hub's, whose credentials are kept under `index.docker.io`. */
export function isOnDockerHub(image: string): boolean {
	const [first = '', ...rest] = image.split('/');
	if (first === '' || rest.length === 0) return first !== '';
	return first === 'docker.io' || first === hubIndexHost || !/[.:]/.test(first);
}

interface HostAndPort {
	host: string;
	port: string;
}

function hostMatches(wanted: HostAndPort, found: HostAndPort): boolean {
	if (wanted.port !== found.port) return false;
	const labels = wanted.host.split('.');
	const foundLabels = found.host.split('.');
	return labels.length === foundLabels.length && labels.every((label, at) => globMatches(label, foundLabels[at] ?? ''));
}

// Go's net.SplitHostPort: brackets go away only where a port follows; several colons without brackets are no port.
function splitPort(authority: string): HostAndPort {
	const parts = /^(?:\[(?<bracketed>[^\]]*)\]|(?<plain>[^:[\]]*)):(?<port>[0-9]*)$/.exec(authority)?.groups;
	if (!parts) return { host: authority, port: '' };
	return { host: parts['bracketed'] ?? parts['plain'] ?? '', port: parts['port'] ?? '' };
}

// Go's filepath.Match. Of its signs only the star can reach this place: a URL ends at `?`, a host cannot hold `\`, and a bracketed
// address without a port is a character class to it, which never equals the address.
function globMatches(glob: string, text: string): boolean {
	return !glob.includes('[') && wildcardMatches(glob, text);
}
