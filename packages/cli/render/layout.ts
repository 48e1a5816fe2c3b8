/** Widest line we print (UX: at most 100 columns). */
export const columns = 100;

/** A code, right-aligned: behind its line where there is room, else on a line of its own. */
export function withCode(line: string, code: string): string {
	const gap = columns - line.length - code.length;
	return gap >= 2 ? `${line}${' '.repeat(gap)}${code}` : `${line}\n${code.padStart(columns)}`;
}

/** Breaks text at spaces so that no line is wider than `width`; a word that is wider stands alone. Keeps line breaks. */
export function wrap(text: string, width: number): string[] {
	return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width));
}

/** What is there to be copied into a shell: broken anywhere, it would be two commands. */
const command = /^\s*(?:(?:az|kubectl|lanyard)\s|--\S)/;

function wrapParagraph(text: string, width: number): string[] {
	if (command.test(text)) return [text];
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else line = line === '' ? word : `${line} ${word}`;
	}
	return [...lines, line];
}

/** `label  text`, the text wrapped and its further lines indented to where it began. */
export function labelled(label: string, text: string, at: { indent: number; label: number; width?: number }): string {
	const start = at.indent + at.label;
	const [first = '', ...more] = wrap(text, (at.width ?? columns) - start);
	const head = `${' '.repeat(at.indent)}${label.padEnd(at.label)}${first}`;
	return [head, ...more.map((line) => `${' '.repeat(start)}${line}`)].join('\n').trimEnd();
}

/** Rows with aligned columns, two spaces between them. */
export function table(rows: string[][], indent = 2): string {
	const widths: number[] = [];
	for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
	const line = (row: string[]) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ');
	return rows.map((row) => `${' '.repeat(indent)}${line(row)}`.trimEnd()).join('\n');
}

/** Digests cut to twelve digits, as registries' own pages show them; the documents have them whole. */
export function shortDigests(text: string): string {
	return text.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}
