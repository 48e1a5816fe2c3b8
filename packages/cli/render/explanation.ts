import type { Finding } from '@lanyard/core';
import type { Explanation, Failing } from '@lanyard/doctor';

import type { Style } from '../terminal.ts';
import { labelled, shortDigests, withCode } from './layout.ts';
import { span } from './time.ts';

/** The cause first, then where it showed, what was read, and the one fix. */
export function renderExplanation(explanation: Explanation, o: { title: string; style: Style; now: Date }): string {
	const { cluster, namespace, target, failing, findings, read } = explanation;
	const head = o.style.bold(`${o.title} · cluster ${cluster} · namespace ${namespace}`);
	if (failing.length === 0 && findings.length === 0) {
		return `${head}\n\n${o.style.green('✓')} every image of ${target.kind}/${target.name} can be pulled`;
	}
	const rows = read.map(({ what, says, source }) => [what, says, source]);
	// Several causes are several things to do: each fix stands below its own.
	const isOne = findings.length === 1;
	const fixes = findings.map(({ fix }) => labelled('fix', fix.command ?? fix.sentence, { indent: 2, label: 9 }));
	const causes = findings.flatMap((finding, at) => {
		const shown = failing.length === 1 && at === 0 ? failing[0]?.says : undefined;
		const cause = renderFinding(finding, { shown, images: imagesOf(explanation, finding) });
		return isOne ? [cause] : [...(at === 0 ? [] : ['']), cause, fixes[at] ?? ''];
	});
	return [
		head,
		'',
		...failing.map((one) => `${o.style.red('✗')} ${failingLine(whose(target, one), one, o.now)}`),
		'',
		...causes,
		...(rows.length > 0 ? ['', o.style.dim('  what was read'), readTable(rows)] : []),
		...(isOne ? ['', ...fixes] : []),
	].join('\n');
}

/** Which of the failing images a finding is about; told only where there are several. */
function imagesOf({ chains, failing }: Explanation, { code, fine, sentence }: Finding): string[] {
	if (failing.length < 2) return [];
	const isSame = (one: Finding) => one.code === code && one.fine === fine && one.sentence === sentence;
	return [...new Set(chains.filter(({ findings }) => findings.some(isSame)).map(({ pull }) => pull.image))];
}

/** One finding: the cause with its code, what it rests on, what else it may be. */
function renderFinding(finding: Finding, { shown, images }: { shown: string | undefined; images: string[] }): string {
	const others = finding.candidates.filter(({ code }) => code !== finding.code).map(({ code }) => code);
	const rows: [string, string | undefined][] = [
		['of', images.join(', ') || undefined],
		['shown', shown && `${finding.shownAt}: ${shown}`],
		...finding.evidence.slice(0, 3).map(({ says }, at): [string, string] => [at === 0 ? 'because' : '', says]),
		['or', others.join(', ') || undefined],
		['decides', finding.decides ?? undefined],
	];
	const sentence = labelled('cause', `${finding.link}: ${finding.sentence}`, { indent: 2, label: 9 }).split('\n');
	const cause = [...sentence.slice(0, -1), withCode(sentence.at(-1) ?? '', finding.fine ?? finding.code)].join('\n');
	return [
		cause,
		...rows.flatMap(([label, text]) => (text ? [labelled(label, text, { indent: 2, label: 9 })] : [])),
	].join('\n');
}

/** In a namespace it is pods that cannot pull, not the namespace. */
function whose({ kind, name }: Explanation['target'], { pod, pods }: Failing): string {
	if (kind !== 'namespace') return name;
	return pods > 1 ? `pod/${pod} and ${pods - 1} more` : `pod/${pod}`;
}

function failingLine(name: string, { pods, of, since, image }: Failing, now: Date): string {
	const age = since ? `, since ${span(Math.max(0, now.getTime() - new Date(since).getTime()))}` : '';
	return `${name} cannot pull ${image}        ${of === 1 ? '1 pod' : `${pods} of ${of} pods`}${age}`;
}

function readTable(rows: string[][]): string {
	const width = Math.max(...rows.map(([what = '']) => what.length)) + 2;
	return rows
		.map(([what = '', says = '', source = '']) =>
			labelled(what, `${shortDigests(says)}  ${source}`, { indent: 4, label: width }),
		)
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
