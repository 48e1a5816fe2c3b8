/**
 * Whether `text` is `pattern` with each `*` standing for any text, the empty one included. Takes time in proportion to the text
 * only: patterns come from secrets and role definitions that others wrote, and `*a*a*a…` must not cost more.
 */
export function wildcardMatches(pattern: string, text: string): boolean {
	const [start = '', ...rest] = pattern.split('*');
	const end = rest.pop();
	if (end === undefined) return start === text;
	const until = text.length - end.length;
	if (until < start.length || !text.startsWith(start) || !text.endsWith(end)) return false;
	let from = start.length;
	for (const part of rest) {
		const at = text.indexOf(part, from);
		if (at === -1 || at + part.length > until) return false;
		from = at + part.length;
	}
	return true;
}
