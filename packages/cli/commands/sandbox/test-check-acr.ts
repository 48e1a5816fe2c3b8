import { isProblemCode, isPullCode, problems } from '@lanyard/core';

/** What became of `az aks check-acr`'s probe on a node. */
export interface Probed {
	/** Undefined where the probe did not run. */
	exitCode?: number;
	/** What it wrote. */
	says: string;
}

/** The pod that `az aks check-acr` makes (azure-cli 2.91, acs/custom.py `aks_check_acr`), as far as a node looks at it. */
export function buildProbe(name: string, registry: string) {
	const container = { name, image: 'mcr.microsoft.com/aks/canipull:v0.1.0', args: ['-v6', registry] };
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name },
		spec: { restartPolicy: 'Never', hostNetwork: true, containers: [container] },
	};
}

const introduction = `# What az aks check-acr says

\`az aks check-acr\` runs a probe on one node (\`mcr.microsoft.com/aks/canipull:v0.1.0\`): it resolves the registry's name, gets a token of the nodes'
identity for Resource Manager, and exchanges it at the registry. Whether a repository may be read, whether the image is there, and whether its
layers arrive, it does not ask; nor does it read the cluster's pull secrets. In the sandbox the real command runs to its end.

Below it is asked under every fault of [faults](faults.md), each of which keeps a workload from pulling its image from that registry. The table is
made by the test that breaks, explains and mends them (\`npm test -- packages/cli/commands/sandbox/faults.test.ts\`); \`lanyard explain\` names the
cause in every row. \`…\` stands for ids, addresses and times.
`;

/** The page \`docs/check-acr.md\`. */
export function renderCheckAcr(all: ReadonlyMap<string, Probed>): string {
	const rows = [...all].toSorted(([a], [b]) => (a < b ? -1 : 1));
	const count = (wanted: string) => rows.filter((row) => verdictOf(row) === wanted).length;
	const summary = [
		`Of ${rows.length} causes it sees ${count(verdicts.no)}. To ${count(verdicts.other)} it says no for another reason: pods bring a pull secret there, and the nodes'`,
		`identity, which is all it looks at, has no role and needs none. To ${count(verdicts.yes)} it says yes, wrongly; and in ${count(verdicts.none)} it does not come to run.`,
	].join('\n');
	return [
		introduction,
		`${summary}\n`,
		'| what is wrong | where | can it pull? | check-acr | its last words |',
		'| --- | --- | --- | --- | --- |',
		...rows.map((row) => `| \`${row[0]}\` | ${linkOf(row[0])} | no | ${verdictOf(row)} | ${lastWords(row[1])} |`),
		'',
	].join('\n');
}

const verdicts = { yes: '**yes**', no: 'no', other: 'no, for another reason', none: '–' };

function verdictOf([code, { exitCode, says }]: [string, Probed]): string {
	if (exitCode === undefined) return verdicts.none;
	if (exitCode === 0) return verdicts.yes;
	return linksSeen(exitCode, says).includes(linkOf(code)) ? verdicts.no : verdicts.other;
}

/** Which links of a pull its words are about (exit codes of Azure/aks-canipull pkg/exitcode). */
function linksSeen(exitCode: number, says: string): string[] {
	if (exitCode === 52) return ['dns'];
	if (exitCode === 10) return ['identity'];
	return says.includes('error status: 401') ? ['grant'] : ['network', 'dns'];
}

function linkOf(code: string): string {
	return isProblemCode(code) && isPullCode(code) ? problems[code].link : '';
}

function lastWords({ exitCode, says }: Probed): string {
	if (exitCode === undefined) return 'its own image cannot be pulled';
	const last =
		says
			.trimEnd()
			.split(/\n(?=\[)/)
			.at(-1) ?? '';
	const plain = last
		.replace(/^\[[^\]]*\]\s*/, '')
		.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…')
		.replaceAll(/\b(?:10\.240\.0\.99|20\.\d+\.\d+\.\d+|10\.224\.0\.\d+)\b/g, '…')
		.replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ/g, '…')
		.replaceAll(/sha256:\w+/g, '…')
		.replaceAll(/"(?:trace_id|correlation_id|timestamp)":"[^"]*"/g, '…')
		.replaceAll(/(Trace ID|Correlation ID|Timestamp): [^"\\]*/g, '$1: …');
	return `\`${plain.replaceAll('\n', ' ').replaceAll('|', String.raw`\|`)}\``;
}
