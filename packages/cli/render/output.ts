/** How a result is printed. */
export const outputFormats = ['text', 'json', 'yaml', 'markdown'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** A result in all its forms: the document, and what a person reads. */
export interface Printable {
	document: unknown;
	text(): string;
	/** Left out: the text in a code block. */
	markdown?(): string;
}

/** The text of a result in the format that was asked for, without a final line break. */
export async function renderAs(format: OutputFormat, printable: Printable): Promise<string> {
	if (format === 'json') return JSON.stringify(printable.document, null, 2);
	if (format === 'text') return printable.text();
	if (format === 'markdown') return printable.markdown?.() ?? `\`\`\`\n${printable.text()}\n\`\`\``;
	const { stringify } = await import('../yaml.ts');
	// Through JSON first: `Secret` and `Problem` say there how they may be shown.
	return stringify(JSON.parse(JSON.stringify(printable.document))).trimEnd();
}
