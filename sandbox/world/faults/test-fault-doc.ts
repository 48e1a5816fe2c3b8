import { broaderOf, isProblemCode, isPullCode } from '@lanyard/core';
import type { FaultKind, Healing } from './fault.ts';
import { faultKinds, notExpressible, sameAs } from './kinds.ts';

const introduction = `# Faults

Every known cause of a failing pull, on a switch. \`lanyard sandbox break CODE [TARGET]\` makes it true for a workload, \`lanyard sandbox mend\`
takes it back, \`lanyard sandbox faults\` lists them. The page is made from \`sandbox/world/faults\`; a test breaks each, waits for what the
node says, asks \`lanyard explain\`, which must name the code, mends it, and waits until the workload runs.

A fault is data: requests that go through the front door as the world's first user, and, for what no public API reaches, settings of a
machine, a registry or the world. Where an image could be had without a pull, nodes are made as new and pods are made anew.
\`…\` stands for anything.
`;

const healing: Record<Healing, string> = {
	'new-pods': 'by new pods, which come with the mended template',
	'next-try': 'by itself at the next try, within 5 minutes',
	'next-token': "by itself when the nodes ask for another token of the registry's, within an hour",
};

/** The page \`docs/faults.md\`. */
export function renderFaultDoc(): string {
	const kinds: [string, FaultKind][] = Object.entries(faultKinds);
	return [
		introduction,
		'## Can be broken\n',
		table(['code', 'how it is made true', 'what the node says', 'how it heals'], kinds.map(rowOf)),
		'## The same as another\n',
		'These are made true as the code beside them.\n',
		table(
			['code', 'as'],
			Object.entries(sameAs).map(([code, as]) => [mark(code), mark(as)]),
		),
		'## Cannot be broken\n',
		table(
			['code', 'why'],
			Object.entries(notExpressible).map(([code, why]) => [mark(code), why]),
		),
	].join('\n');
}

function rowOf([code, { does, shows, heals }]: [string, FaultKind]): string[] {
	const broader = isProblemCode(code) && isPullCode(code) ? broaderOf(code) : code;
	const of = broader === code ? '' : `, of ${mark(broader)}`;
	return [`${mark(code)}${of}`, does, mark(shows.replaceAll('\n', String.raw`\n`)), healing[heals]];
}

function mark(code: string): string {
	return `\`${code}\``;
}

function table(head: string[], rows: string[][]): string {
	const lines = [head, head.map(() => '---'), ...rows.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))];
	return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
