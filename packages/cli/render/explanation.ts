import type { Finding } from '@lanyard/core';
import type { Explanation, Failing } from '@lanyard/doctor';

import type { Style } from '../terminal.ts';
import { labelled, withCode } from './layout.ts';
import { span } from './time.ts';

/** The cause first, then where it showed, what was read, and the one fix. */
export function renderExplanation(explanation: Explanation, o: { style: Style; now: Date }): string {
	const { world, cluster, namespace, target, failing, findings, read } = explanation;
	const head = o.style.bold(`${world} · cluster ${cluster} · namespace ${namespace}`);
	if (failing.length === 0 && findings.length === 0) {
		return `${head}\n\n${o.style.green('✓')} every image of ${target.kind}/${target.name} can be pulled`;
	}
	const rows = read.map(({ what, says, source }) => [what, says, source]);
	return [
		head,
		'',
		...failing.map((one) => `${o.style.red('✗')} ${failingLine(target.name, one, o.now)}`),
		'',
		...findings.map((finding) => renderFinding(finding)),
		...(rows.length > 0 ? ['', o.style.dim('  what was read'), readTable(rows)] : []),
		'',
		...findings.map(({ fix }) => labelled('fix', fix.command ?? fix.sentence, { indent: 2, label: 8 })),
	].join('\n');
}

/** One finding: the cause with its code, where it showed, what else it may be. */
export function renderFinding(finding: Finding): string {
	const cause = withCode(`  ${'cause'.padEnd(8)}${finding.link}: ${finding.sentence}`, finding.fine ?? finding.code);
	const shown = finding.evidence.filter(({ says }) => says !== finding.sentence);
	const others = finding.candidates.filter(({ code }) => code !== finding.code).map(({ code }) => code);
	return [
		cause,
		...shown
			.slice(0, 2)
			.map(({ says }, at) =>
				labelled(at === 0 ? 'shown' : '', at === 0 ? `${finding.shownAt}: ${says}` : says, { indent: 2, label: 8 }),
			),
		...(others.length > 0 ? [labelled('or', others.join(', '), { indent: 2, label: 8 })] : []),
		...(finding.decides ? [labelled('decides', finding.decides, { indent: 2, label: 8 })] : []),
	].join('\n');
}

function failingLine(name: string, { pods, of, since, image }: Failing, now: Date): string {
	const age = since ? `, since ${span(Math.max(0, now.getTime() - new Date(since).getTime()))}` : '';
	return `${name} cannot pull ${image}        ${pods} of ${of} pods${age}`;
}

function readTable(rows: string[][]): string {
	const width = Math.max(...rows.map(([what = '']) => what.length)) + 2;
	return rows
		.map(([what = '', says = '', source = '']) => labelled(what, `${says}  (${source})`, { indent: 4, label: width }))
		.join('\n');
}

/** The same to paste into an issue. */
export function renderExplanationMarkdown({ target, failing, findings, read }: Explanation): string {
	if (findings.length === 0) return `**${target.kind}/${target.name}**: every image can be pulled.`;
	return [
		`**${target.kind}/${target.name}** cannot pull ${failing.map(({ image }) => `\`${image}\``).join(', ')}`,
		...findings.flatMap((finding) => [
			'',
			`- **cause** (${finding.link}, \`${finding.fine ?? finding.code}\`): ${finding.sentence}`,
			...finding.evidence.map(({ says, source }) => `- ${says} _(${source})_`),
			`- **fix**: ${finding.fix.command ? `\`${finding.fix.command}\`` : finding.fix.sentence}`,
		]),
		...(read.length > 0
			? [
					'',
					'| read | says | from |',
					'| --- | --- | --- |',
					...read.map((row) => `| ${row.what} | ${row.says} | ${row.source} |`),
				]
			: []),
	].join('\n');
}
