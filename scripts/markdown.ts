/** A fenced block of a document. `line` is that of its first line of text. */
export interface Fence {
	/** All that stands behind the opening fence: `console`, `console not-run`, `ts`. */
	info: string;
	lines: string[];
	line: number;
}

/** A document, as far as the gates look into it. */
export interface Markdown {
	/** The name that `#…` of a link means, for each heading and each explicit anchor. */
	anchors: Set<string>;
	links: { target: string; line: number }[];
	fences: Fence[];
	headings: { text: string; line: number }[];
}

const fence = /^\s*(`{3,}|~{3,})\s*(.*?)\s*$/;

/** Reads a document; what stands in a fenced block or between backticks is no heading and no link. */
export function parseMarkdown(text: string): Markdown {
	const document: Markdown = { anchors: new Set(), links: [], fences: [], headings: [] };
	let open: { mark: string; fence: Fence } | undefined;
	for (const [index, line] of text.split('\n').entries()) {
		const [, mark = '', info = ''] = fence.exec(line) ?? [];
		if (open && mark.startsWith(open.mark) && info === '') open = undefined;
		else if (open) open.fence.lines.push(line);
		else if (mark) {
			open = { mark, fence: { info, lines: [], line: index + 2 } };
			document.fences.push(open.fence);
		} else readLine(document, line, index + 1);
	}
	return document;
}

function readLine({ anchors, links, headings }: Markdown, text: string, line: number): void {
	const [, heading] = /^#{1,6}\s+(.*?)\s*#*$/.exec(text) ?? [];
	if (heading !== undefined) {
		anchors.add(freeName(anchors, anchorOf(heading)));
		headings.push({ text: plain(heading), line });
	}
	for (const [, name = ''] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(name);
	const prose = text.replaceAll(/`[^`]*`/g, '``');
	for (const [, target = ''] of prose.matchAll(/\]\(\s*<?([^\s)>]+)>?[^)]*\)/g)) links.push({ target, line });
	const [, defined] = /^\s*\[[^\]]+\]:\s+<?([^\s>]+)/.exec(prose) ?? [];
	if (defined) links.push({ target: defined, line });
}

/** A heading without its marks: `[a](b)` and `` `a` `` are both a. */
function plain(heading: string): string {
	return heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, '');
}

/** The anchor that GitHub gives a heading: letters, digits, `-` and `_` stay, spaces become `-`, the rest goes. */
export function anchorOf(heading: string): string {
	return plain(heading)
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
		.replaceAll(/\s/g, '-');
}

/** GitHub numbers equal headings: `undo`, `undo-1`. */
function freeName(taken: Set<string>, name: string): string {
	let free = name;
	for (let count = 1; taken.has(free); count += 1) free = `${name}-${count}`;
	return free;
}
