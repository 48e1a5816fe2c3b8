import { checkBoundaries } from './check-boundaries.ts';
import { checkConsole } from './check-console.ts';
import { checkDocs } from './check-docs.ts';
import { checkMarks } from './check-marks.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkSizes } from './check-sizes.ts';
import type { Findings, Gate } from './gate.ts';
import { runTool } from './run-tool.ts';

/** Every gate, in the order in which `npm run check` asks them: quick ones first, tests last. */
export const gates: Gate[] = [
	toolGate('format', ['oxfmt', '--check', '.']),
	toolGate('lint', ['oxlint', '--type-aware', '--deny-warnings', '--format=unix']),
	toolGate('types', ['tsc', '-p', '.', '--pretty', 'false']),
	toolGate('unused', ['knip', '--no-progress', '--no-config-hints']),
	{ name: 'boundaries', look: checkBoundaries },
	{ name: 'docs', look: checkDocs },
	{ name: 'sizes', look: checkSizes },
	{ name: 'marks', look: checkMarks },
	{ name: 'secrets', look: checkSecrets },
	{ name: 'console', look: checkConsole },
	{ name: 'tests', look: runTests },
];

/** A gate that is somebody else's program: green when it ends with 0. */
function toolGate(name: string, command: string[]): Gate {
	const look = async (root: string): Promise<Findings> => {
		const { code, output } = await runTool(root, command);
		if (code === 0) return { saw: 1, wrong: [] };
		const lines = output.split('\n').filter((line) => line.trim() !== '');
		return { saw: 1, wrong: lines.length > 0 ? lines : [`${command.join(' ')} ended with ${code}`] };
	};
	return { name, look };
}

async function runTests(root: string): Promise<Findings> {
	const { code, output } = await runTool(root, ['node', 'scripts/test.ts']);
	const lines = output.trimEnd().split('\n');
	const notes = new Set(lines.filter((line) => /^(not run: |\d+ passed)/.test(line)));
	// What failed stands at the end, under a heading of its own; before it come the tables that some tests print.
	const heading = lines.findIndex((line) => /Failed (Tests|Suites) \d|Unhandled (Errors|Rejection)/.test(line));
	const told = lines.slice(Math.max(heading, 0)).filter((line) => line.trim() !== '' && !/^\s*✓/.test(line));
	const wrong = code === 0 ? [] : told;
	return { saw: 1, wrong, note: [...notes].join('\n') };
}
