import { type Attempt, type AttemptCredential, type Chain, type Link, links as linkNames } from '@lanyard/core';
import type { Explanation } from '@lanyard/doctor';

import type { Style } from '../terminal.ts';
import { columns, labelled, shortDigests, wrap } from './layout.ts';
import { mark, verdictWords } from './verdict.ts';

/** All chains of a target, link by link, as the kubelet walks them. */
export function renderChains(
	{ cluster, namespace, target, chains, findings }: Explanation,
	{ title, style, explain }: { title: string; style: Style; explain: string },
): string {
	const head = style.bold(`${title} · cluster ${cluster} · namespace ${namespace}`);
	if (chains.length === 0) return `${head}\n\n${mark('skipped', style)} no pod here, so nothing to pull`;
	// One chain of a workload needs no name of its own: it is what was asked for.
	const hasNames = chains.length > 1 || target.kind === 'namespace';
	const named = (chain: Chain) => (hasNames ? `${style.bold(nameOf(chain))}\n` : '') + renderChain(chain, style);
	const next = findings.length > 0 ? [labelled('next', explain, { indent: 2, label: 6 })] : [];
	return [head, ...chains.map(named), ...next].join('\n\n');
}

function nameOf({ pull }: Chain): string {
	return [pull.pod && `pod/${pull.pod}`, pull.image].filter(Boolean).join(' · ');
}

/** One chain: links up to the keyring, then each attempt, its hosts' links in their place. */
function renderChain(chain: Chain, style: Style): string {
	return [
		...chain.links.map((link) => renderLink(link, { style, indent: 2 })),
		...chain.attempts.flatMap((attempt, at) => renderAttempt(chain, attempt, { number: at + 1, style })),
	].join('\n');
}

function renderAttempt(chain: Chain, attempt: Attempt, o: { number: number; style: Style }): string[] {
	const links = inOrder(chain, attempt).map((link) => renderLink(link, { style: o.style, indent: 4 }));
	return [`  attempt ${o.number}: ${credentialWords(attempt.credential)}`, ...links];
}

function credentialWords({ source, name = '' }: AttemptCredential): string {
	const words: Record<AttemptCredential['source'], string> = {
		'pull-secret': `pull secret ${name}`,
		'node-config': "the node's own configuration",
		provider: `the nodes' identity, by ${name}`,
		none: 'without credentials',
	};
	return words[source];
}

/** DNS and network are walked once per host; they are shown where the attempt meets them, before the challenge. */
function inOrder(chain: Chain, { links }: Attempt): Link[] {
	const own = new Set(links.map(({ link }) => link));
	const [registryHost] = chain.hosts;
	const shared = (registryHost?.links ?? []).filter(({ link }) => !own.has(link));
	const at = links.findIndex(({ link }) => link === 'challenge');
	return at < 0 ? [...links, ...shared] : [...links.slice(0, at), ...shared, ...links.slice(at)];
}

/** The marks of all links stand below each other, those of an attempt too. */
const marksAt = 4 + Math.max(...linkNames.map((name) => name.length)) + 2;

function renderLink({ link, verdict, evidence }: Link, o: { style: Style; indent: number }): string {
	const says = evidence.map((one) => one.says).join('; ') || verdictWords[verdict];
	const [first = '', ...more] = wrap(shortDigests(says), columns - marksAt - 2);
	const head = `${' '.repeat(o.indent)}${link}`.padEnd(marksAt);
	const further = more.map((line) => `${' '.repeat(marksAt + 2)}${line}`);
	return [`${head}${mark(verdict, o.style)} ${first}`, ...further].join('\n');
}

/** The chains as a Markdown table each, to paste into an issue. */
export function renderChainsMarkdown({ chains }: Explanation): string {
	return chains.map(chainTable).join('\n\n');
}

function chainTable(chain: Chain): string {
	const links = [...chain.links, ...chain.attempts.flatMap((attempt) => inOrder(chain, attempt))];
	const rows = links.map(({ link, verdict, evidence }) => {
		const says = evidence
			.map((one) => one.says)
			.join('; ')
			.replaceAll('|', '\\|')
			.replaceAll('\n', ' ');
		return `| ${link} | ${verdictWords[verdict]} | ${says} |`;
	});
	return [`### ${chain.pull.image}`, '', '| link | verdict | what was read |', '| --- | --- | --- |', ...rows].join(
		'\n',
	);
}
