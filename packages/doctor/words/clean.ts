/**
 * Makes plain text of whatever a person pasted. In this order: the parts around known words where it is long, no colours, no
 * escapes of JSON in JSON, one kind of quotes, one kind of space. What comes in is data; nothing of it is ever run.
 */

/** Longer than any message: more is read around known words only. */
const longestWhole = 24_000;
const around = 1_200;
const longestRead = 48_000;

// Words that stand near everything worth reading. Literals only.
const landmarks =
	/pull|image|manifest|registry|unauthorized|denied|x509|dial tcp|no such host|timeout|rpc error|credential|secret|aadsts|http|toomanyrequests|no space|kubelet|containerd|docker|crio/gi;

/** One line of clean text in lower case, or several where the text is a log. */
export function cleanText(raw: string): string {
	const text = decoded(withoutColours(windowsOf(raw)));
	return text
		.replace(/[“”„«»]/g, '"')
		.replace(/[‘’]/g, "'")
		.replace(/\r\n?/g, '\n')
		.replace(/[^\S\n]+/g, ' ')
		.replace(/(?:\n ?){2,}/g, '\n')
		.trim()
		.toLowerCase();
}

/** Long text cut down to what stands around known words, in order. */
function windowsOf(raw: string): string {
	if (raw.length <= longestWhole) return raw;
	const parts: string[] = [];
	let end = 0;
	let read = 0;
	landmarks.lastIndex = 0;
	for (let match = landmarks.exec(raw); match !== null && read < longestRead; match = landmarks.exec(raw)) {
		const from = Math.max(end, match.index - around);
		end = Math.min(raw.length, match.index + around);
		parts.push(raw.slice(from, end));
		read += end - from;
		landmarks.lastIndex = end;
	}
	return parts.join('\n');
}

// Colours as a terminal gets them, and as JSON, shells and editors write them.
const escape = String.fromCodePoint(27);
const colours = new RegExp(
	String.raw`(?:${escape}|\u009B|\\u001b|\\x1b|\\033|\\e|\^\[)[[(]?[0-9;?]{0,20}[a-zA-Z]|${escape}\][^\p{Cc}]{0,200}(?:\p{Cc}\\?)`,
	'giu',
);
// Tabs and line ends stay.
const invisible = /[[\p{Cc}\p{Cf}\uFFFD]--[\t\n\r]]/gv;

// Whatever the two below take out has one of these.
const unplain = /[^\t\n\r -~]|\\|\^\[/;

function withoutColours(text: string): string {
	if (!unplain.test(text)) return text;
	return text.replace(colours, '').replace(invisible, '');
}

const entities: Record<string, string> = { quot: '"', '#34': '"', '#39': "'", apos: "'", lt: '<', gt: '>', amp: '&' };

function decoded(text: string): string {
	if (!/[\\&]/.test(text)) return text;
	return text
		.replace(/\\{1,16}u00([2-7][0-9a-f])/gi, (_all, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
		.replace(/\\{1,16}(["'/])/g, '$1')
		.replace(/\\{1,16}[nr](?![a-z]{2})/g, '\n')
		.replace(/\\{1,16}n(?=[a-z])/g, '\n')
		.replace(/\\{1,16}t(?=[ \t"A-Z])/g, ' ')
		.replace(/&(quot|#34|#39|apos|lt|gt|amp);/g, (all, name: string) => entities[name] ?? all);
}

// What may be a credential: tokens by their look, values behind their names, and the user part of an address.
const credentials: [RegExp, string][] = [
	[/\beyj[\w-]{6,}(?:\.[\w-]{1,4000}){0,2}/gi, '[secret]'],
	[/\b(?:gh[pousr]_|github_pat_|glpat-|dckr_pat_|xox[bp]-|akia|asia)[\w-]{8,300}/gi, '[secret]'],
	[/(\/\/)[^\s/@"']{1,300}@/g, '$1[secret]@'],
	// The same where somebody wrote it into an image name; `tag@sha256:` is none.
	[/\b[\w.%+-]{1,100}:[^\s"'/@]{1,300}@(?=[a-z0-9-]{1,63}[.:]\S)(?!sha(?:256|512):)/gi, '[secret]@'],
	[/\b(bearer|basic) [\w+/=.~-]{8,4000}/gi, '$1 [secret]'],
	[
		/\b(password|passwd|pwd|client[_-]?secret|api[_-]?key)(["']?\s{0,3}[=:]\s{0,3}["']?)(?!\[)[^\s"'&,;)]{3,4000}/gi,
		'$1$2[secret]',
	],
	[
		/\b((?:refresh_|access_|id_)?token|auth|sig|signature|secret|x-amz-[a-z-]{3,30})(=["']?|["']\s{0,3}:\s{0,3}["'])(?!\[)[^\s"'&,;)]{3,4000}/gi,
		'$1$2[secret]',
	],
	[/(?<!sha(?:256|512):)\b[\w+/]{40,4000}={0,2}(?![\w:])/g, '[long]'],
];

/** The same text with nothing in it that could be a credential: what is shown of a person's text goes through here. */
export function withoutSecrets(text: string): string {
	return credentials.reduce((clean, [seen, instead]) => clean.replace(seen, instead), text);
}
