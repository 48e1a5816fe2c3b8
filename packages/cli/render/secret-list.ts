import type { LoginView, SecretDetails, SecretList, SecretView } from '../commands/secret/list.ts';
import { labelled, table } from './layout.ts';
import { span } from './time.ts';

/** One line per login. */
export function renderSecretList({ cluster, secrets }: SecretList, now: Date): string {
	if (secrets.length === 0) return `No pull secret in ${cluster}.`;
	const rows = secrets.flatMap((one) => rowsOf(one, now));
	return table([['NAMESPACE', 'NAME', 'REGISTRY', 'FROM', 'ENDS', 'USED BY'], ...rows], 0);
}

function rowsOf({ namespace, name, state, logins, usedBy }: SecretView, now: Date): string[][] {
	const used = usedBy.length === 0 ? 'nothing' : usedBy.slice(0, 2).join(', ') + (usedBy.length > 2 ? ', …' : '');
	if (state === 'unreadable') return [[namespace, name, '✗ no kubelet can read it', '', '', used]];
	return logins.map((login) => [namespace, name, login.server, login.source, ending(login, now), used]);
}

function ending({ endsAt, source }: LoginView, now: Date): string {
	if (endsAt === undefined) return source === 'unknown' ? '? unknown' : 'never';
	const leftMs = new Date(endsAt).getTime() - now.getTime();
	if (leftMs <= 0) return '✗ has ended';
	const days = Math.floor(leftMs / 86_400_000);
	const words = days > 2 ? `in ${days} days` : `in ${span(leftMs)}`;
	return days < 14 ? `! ${words}` : words;
}

/** Everything about a secret but its values. */
export function renderSecretDetails({ secrets, readers }: SecretDetails, now: Date): string {
	return secrets
		.map((one) => {
			const able = readers.find(({ namespace }) => namespace === one.namespace)?.readers ?? [];
			return [
				`${one.namespace}/${one.name}`,
				...one.logins.map((login) =>
					labelled(login.server, `${login.user}, from ${login.source}, ends ${ending(login, now)}`, {
						indent: 2,
						label: Math.max(12, login.server.length + 2),
					}),
				),
				labelled('used by', one.usedBy.join(', ') || 'nothing', { indent: 2, label: 12 }),
				labelled('read by', readersAsText(able), { indent: 2, label: 12 }),
			].join('\n');
		})
		.join('\n\n');
}

function readersAsText(readers: SecretDetails['readers'][number]['readers']): string {
	if (readers.length === 0) return '? the cluster tells no roles: could not be read';
	return readers.map(({ kind, name, via }) => `${kind} ${name} (${via})`).join(', ');
}
