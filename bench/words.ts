import { availableParallelism } from 'node:os';
import { explainWords } from '@lanyard/doctor/words';

const count = 10_000;
const budgetMs = 1_000;
/** A machine under load measures anything; red only where no load explains it. */
const redMs = 3 * budgetMs;

const messages = [
	'failed to resolve reference "IMAGE": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
	'failed to resolve reference "IMAGE": failed to do request: Head "https://HOST/v2/": dial tcp 10.0.0.4:443: i/o timeout',
	'rpc error: code = NotFound desc = failed to pull and unpack image "IMAGE": failed to resolve reference "IMAGE": IMAGE: not found',
	"Error response from daemon: pull access denied for IMAGE, repository does not exist or may require 'docker login'",
	'initializing source docker://IMAGE: reading manifest 1 in HOST/app: unauthorized: authentication required',
];
const contexts = [
	'it worked until yesterday, the secret NAME is in the namespace of the pod and named in its imagePullSecrets',
	'cluster NAME and registry are in different tenants; the identity was given AcrPull an hour ago',
	'only on the new nodes of the pool NAME behind a proxy, the others pull the same image',
	'the token in secret NAME was made by a pipeline twelve hours ago; docker login on my machine works',
	'private endpoint, custom DNS server; nslookup in pod NAME gives the public address',
];

/** How long ten thousand different reports take, alone and each with something else said about it, in processor time. */
export function measureWords(): boolean {
	console.log(
		`words: Node ${process.versions.node}, ${availableParallelism()} cores, ${count} reports, processor time\n`,
	);
	const plain = measure('messages alone', (at) => ({ message: messageOf(at) }));
	const told = measure('with a context each', (at) => ({ message: messageOf(at), context: contextOf(at) }));
	console.log(`\n  budget ${budgetMs} ms, red above ${redMs} ms`);
	return Math.max(plain, told) <= redMs;
}

function messageOf(at: number): string {
	const host = `registry${at}.azurecr.io`;
	return pick(messages, at).replaceAll('IMAGE', `${host}/app:${at}`).replaceAll('HOST', host);
}

function contextOf(at: number): string {
	return pick(contexts, Math.floor(at / messages.length)).replaceAll('NAME', `name${at}`);
}

function pick(from: string[], at: number): string {
	return from[at % from.length] ?? '';
}

function measure(name: string, report: (at: number) => Parameters<typeof explainWords>[0]): number {
	const reports = Array.from({ length: count }, (_none, at) => report(at));
	const before = process.cpuUsage();
	for (const one of reports) explainWords(one);
	const { user, system } = process.cpuUsage(before);
	const ms = (user + system) / 1_000;
	const verdict = ms <= budgetMs ? 'ok' : ms <= redMs ? 'over budget' : 'red';
	console.log(`  ${name.padEnd(24)}${ms.toFixed(0).padStart(6)} ms  ${verdict}`);
	return ms;
}
