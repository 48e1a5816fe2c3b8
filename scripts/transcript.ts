/**
 * Compares what a document shows with what a command prints. In a document `…` stands for anything within a line, and
 * alone on a line for any number of lines. What differs from run to run is made equal on both sides: times, durations,
 * ids, ports, digests, and the number of spaces between columns, which those widths change.
 */

const varying: [pattern: RegExp, stand: string][] = [
	[/\b(127\.0\.0\.1|localhost):\d+/g, '<port>'],
	[/\b\d{4}-\d{2}-\d{2}T[\d:.]+Z?/g, '<time>'],
	[/\b\d{1,2}:\d{2}(:\d{2})?\b( UTC)?/g, '<time>'],
	[/\b\d+(\.\d+)? (ms|s|min|h|d)\b( \d+ (s|min|h)\b)*/g, '<duration>'],
	[/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>'],
	[/\bsha256:[0-9a-f]+/g, '<digest>'],
	[/\blanyard-proof-[a-z0-9]{4,8}\b/g, 'lanyard-proof-<id>'],
	[/-[a-z0-9]{8,10}-[a-z0-9]{5}\b/g, '-<pod>'],
	[/\/tmp\/[\w./-]+/g, '<folder>'],
	[/ {2,}/g, '  '],
];

/** The line with all that varies replaced. `…` is left alone. */
export function settle(line: string): string {
	return varying.reduce((text, [pattern, stand]) => text.replaceAll(pattern, stand), line.trimEnd());
}

/** Undefined when the output is what was expected, else the first line that is not, both ways. */
export function differenceOf(expected: string[], printed: string[]): string | undefined {
	const wanted = withoutBlankEnds(expected.map(settle));
	const found = withoutBlankEnds(printed.map(settle));
	const reached = matchLines(wanted, found);
	if (reached.wanted === wanted.length && reached.found === found.length) return undefined;
	return `expected: ${wanted[reached.wanted] ?? '(nothing more)'}\n    printed:  ${found[reached.found] ?? '(nothing more)'}`;
}

/** How far both sides agree. A line of `…` takes as few lines as it can. */
function matchLines(wanted: string[], found: string[]): { wanted: number; found: number } {
	let at = 0;
	for (const [index, line] of wanted.entries()) {
		if (line.trim() === '…') {
			const rest = wanted.slice(index + 1);
			if (rest.length === 0) return { wanted: wanted.length, found: found.length };
			let best = { wanted: index + 1, found: at };
			for (let from = at; from <= found.length; from += 1) {
				const reached = matchLines(rest, found.slice(from));
				const end = { wanted: index + 1 + reached.wanted, found: from + reached.found };
				if (end.wanted === wanted.length && end.found === found.length) return end;
				if (end.wanted > best.wanted) best = end;
			}
			return best;
		}
		if (found[at] === undefined || !matchesLine(line, found[at] ?? '')) return { wanted: index, found: at };
		at += 1;
	}
	return { wanted: wanted.length, found: at };
}

function matchesLine(wanted: string, found: string): boolean {
	const parts = wanted.split('…').map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
	return new RegExp(`^${parts.join('.*')}$`, 'u').test(found);
}

function withoutBlankEnds(lines: string[]): string[] {
	const first = lines.findIndex((line) => line !== '');
	const last = lines.findLastIndex((line) => line !== '');
	return first === -1 ? [] : lines.slice(first, last + 1);
}
