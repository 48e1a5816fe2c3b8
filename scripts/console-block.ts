import type { Fence, Markdown } from './markdown.ts';

/** One command of a console block, and what it prints. */
export interface ConsoleStep {
	/** As it is typed, without the prompt. */
	command: string;
	/** What Lanyard's command line is given; undefined for a command that is not Lanyard's. */
	args: string[] | undefined;
	/** `export NAME=VALUE`: what the commands of the document then have in their environment. */
	exported: [name: string, value: string] | undefined;
	expected: string[];
	line: number;
}

/** A fenced `console` block. It is run, unless it is marked: `console not-run: REASON`, or with `# REASON` as its first line. */
export interface ConsoleBlock {
	marked: boolean;
	reason: string;
	steps: ConsoleStep[];
	line: number;
}

/** The console blocks of a document, in its order. */
export function consoleBlocks({ fences }: Markdown): ConsoleBlock[] {
	return fences.filter(({ info }) => /^console\b/.test(info)).map(parseBlock);
}

function parseBlock({ info, lines, line }: Fence): ConsoleBlock {
	const [mark, reason = ''] = /\bnot-run(?::\s*(.+))?/.exec(info) ?? [];
	const block: ConsoleBlock = { marked: mark !== undefined, reason, steps: [], line };
	for (const [index, text] of lines.entries()) {
		const command = text.startsWith('$ ') ? text.slice(2).trim() : undefined;
		if (command !== undefined) {
			const exported = exportOf(command);
			block.steps.push({ command, args: lanyardArgs(command), exported, expected: [], line: line + index });
		} else if (block.steps.length > 0) block.steps.at(-1)?.expected.push(text);
		else if (index === 0 && /^# \S/.test(text)) block.reason = text.slice(2);
	}
	return block;
}

/** `npm run quickstart` is a command of ours with another name; the `npm ci` before it has been done where docs are run. */
function lanyardArgs(command: string): string[] | undefined {
	const typed = command
		.replace(/^npm ci && /, '')
		.replace(/^npm run (-s )?(lanyard( -- )?|(?=quickstart))/, 'lanyard ');
	const [program, ...args] = words(typed) ?? [];
	if (program !== 'lanyard') return undefined;
	return args[0] === 'quickstart' && args[1] === '--' ? ['quickstart', ...args.slice(2)] : args;
}

function exportOf(command: string): [name: string, value: string] | undefined {
	const [, name, value] = /^export (\w+)=([^\s$`]+)$/.exec(command) ?? [];
	return name !== undefined && value !== undefined ? [name, value] : undefined;
}

/** Splits as a shell does; undefined for what needs a shell: pipes, variables, redirections. */
function words(typed: string): string[] | undefined {
	const quoted = /'[^']*'|"[^"$`\\]*"/g;
	if (/[|&;<>$`\\*?(){}]/.test(typed.replaceAll(quoted, ''))) return undefined;
	return (typed.match(/(?:'[^']*'|"[^"$`\\]*"|[^\s'"])+/g) ?? []).map((word) =>
		word.replaceAll(quoted, (part) => part.slice(1, -1)),
	);
}
