import type { Attempt, Chain, Link } from '@lanyard/core';
import type { Explanation } from '@lanyard/doctor';

import type { Style } from '../terminal.ts';
import { columns, wrap } from './layout.ts';
import { mark, verdictWords } from './verdict.ts';

/** All chains of a target, link by link, as the kubelet walks them. */
export function renderChains({ world, cluster, namespace, chains }: Explanation, style: Style): string {
	const head = style.bold(`${world} · cluster ${cluster} · namespace ${namespace}`);
	return [head, ...chains.map((chain) => renderChain(chain, style))].join('\n\n');
}

/** One chain: links up to the keyring, then each attempt, its hosts' links in their place. */
export function renderChain(chain: Chain, style: Style): string {
	const width = Math.max(...['admission', ...chain.links.map(({ link }) => link)].map((name) => name.length));
	return [
		...chain.links.map((link) => renderLink(link, { style, indent: 2, width })),
		...chain.attempts.flatMap((attempt, at) => renderAttempt(chain, attempt, { number: at + 1, style, width })),
	].join('\n');
}

function renderAttempt(chain: Chain, attempt: Attempt, o: { number: number; style: Style; width: number }): string[] {
	const { source, name } = attempt.credential;
	const who = {
		'pull-secret': `pull secret ${name ?? ''}`,
		'node-config': "the node's own configuration",
		provider: name ?? "the nodes' identity",
		none: 'without credentials',
	}[source];
	return [
		`  attempt ${o.number}: ${who}`.trimEnd(),
		...inOrder(chain, attempt).map((link) => renderLink(link, { style: o.style, indent: 4, width: o.width - 2 })),
	];
}

/** DNS and network are walked once per host; they are shown where the attempt meets them, before the challenge. */
function inOrder(chain: Chain, { links }: Attempt): Link[] {
	const own = new Set(links.map(({ link }) => link));
	const [registryHost] = chain.hosts;
	const shared = (registryHost?.links ?? []).filter(({ link }) => !own.has(link));
	const at = links.findIndex(({ link }) => link === 'challenge');
	return at < 0 ? [...links, ...shared] : [...links.slice(0, at), ...shared, ...links.slice(at)];
}

function renderLink({ link, verdict, evidence }: Link, o: { style: Style; indent: number; width: number }): string {
	const start = o.indent + o.width + 4;
	const says = evidence.map((one) => one.says).join('; ') || verdictWords[verdict];
	const [first = '', ...more] = wrap(says, columns - start);
	const head = `${' '.repeat(o.indent)}${link.padEnd(o.width)}  ${mark(verdict, o.style)} ${first}`;
	return [head, ...more.map((line) => `${' '.repeat(start)}${line}`)].join('\n');
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
