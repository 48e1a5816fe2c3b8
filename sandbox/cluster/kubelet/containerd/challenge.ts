/** One `WWW-Authenticate` challenge: scheme and parameter names in lower case. */
export interface Challenge {
	scheme: string;
	parameters: Record<string, string>;
}

const parameter = /(?<name>[\w-]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s,]+))/g;

/** Reads the challenges of a 401, bearer before basic, as containerd sorts them. */
export function parseChallenges(headers: Headers): Challenge[] {
	const header = headers.get('www-authenticate') ?? '';
	const parts = header.split(/(?:^|,\s*)(?=(?:bearer|basic|digest)\s)/i).filter((part) => part.trim() !== '');
	const challenges = parts.map(parseChallenge).filter(({ scheme }) => order.includes(scheme));
	return challenges.toSorted((a, b) => order.indexOf(a.scheme) - order.indexOf(b.scheme));
}

const order = ['bearer', 'basic'];

function parseChallenge(text: string): Challenge {
	const [scheme = ''] = text.trim().split(/\s/, 1);
	const parameters = [...text.matchAll(parameter)].map(({ groups }): [string, string] => {
		const value = groups?.['quoted']?.replaceAll(/\\(.)/g, '$1') ?? groups?.['bare'] ?? '';
		return [(groups?.['name'] ?? '').toLowerCase(), value];
	});
	return { scheme: scheme.toLowerCase(), parameters: Object.fromEntries(parameters) };
}
