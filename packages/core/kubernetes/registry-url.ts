/** The parts of a key or an image name that a kubelet compares. */
export interface RegistryUrl {
	/** Host with port, as written: nothing is lower-cased. */
	host: string;
	/** With its percent escapes undone. */
	path: string;
}

/**
 * Reads `host[:port]/path` as Go's net/url reads it behind `https://`; undefined where Go reports an error, and where a
 * kubelet therefore drops the key without a word.
 */
export function parseRegistryUrl(schemeless: string): RegistryUrl | undefined {
	const [beforeFragment = '', ...fragment] = schemeless.split('#');
	if (hasControlCharacter(beforeFragment) || hasBrokenEscape(fragment.join('#'))) return undefined;
	const { authority, path } = splitPath(beforeFragment.replace(/\?.*$/s, ''));
	const at = authority.lastIndexOf('@');
	const host = authority.slice(at + 1);
	if (!isUserInfo(authority.slice(0, Math.max(at, 0))) || !isHost(host)) return undefined;
	const decoded = decodePath(path);
	return decoded === undefined ? undefined : { host, path: decoded };
}

function splitPath(text: string): { authority: string; path: string } {
	const slash = text.indexOf('/');
	return slash === -1 ? { authority: text, path: '' } : { authority: text.slice(0, slash), path: text.slice(slash) };
}

// net/url: "invalid control character in URL". A line break after the host in a secret ends here.
function hasControlCharacter(text: string): boolean {
	return Array.from(text).some((character) => character < ' ' || character === '\u007F');
}

function isUserInfo(text: string): boolean {
	return /^[\w.:~!$&'()*+,;=%@-]*$/.test(text);
}

// net/url parseHost and shouldEscape: brackets hold an IPv6 address and nothing else (Go 1.25.2 on); otherwise what RFC 3986
// lets a host hold, the star included, and only digits after the last colon.
function isHost(host: string): boolean {
	if (/[[\]]/.test(host)) return /^\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\](?::[0-9]*)?$/.test(host);
	return /^[\w.~!$&'()*+,;=:<>"\u0080-\u{10FFFF}-]*$/u.test(host) && /^[^:]*$|:[0-9]*$/.test(host);
}

function hasBrokenEscape(text: string): boolean {
	return /%(?![0-9a-fA-F]{2})/.test(text);
}

function decodePath(path: string): string | undefined {
	if (hasBrokenEscape(path)) return undefined;
	return path.replaceAll(/(?:%[0-9a-fA-F]{2})+/g, decodeEscapes);
}

function decodeEscapes(escapes: string): string {
	const bytes = escapes.slice(1).split('%');
	return new TextDecoder().decode(Uint8Array.from(bytes, (hex) => Number.parseInt(hex, 16)));
}
