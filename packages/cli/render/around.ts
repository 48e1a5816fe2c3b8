import type { MethodRow } from '@lanyard/connect';

import type { RegistryView } from '../commands/around/registry.ts';
import type { Whoami } from '../commands/around/whoami.ts';
import type { Style } from '../terminal.ts';
import { labelled, table } from './layout.ts';
import { mark } from './verdict.ts';

/** The ways to give access as a table, and below it what each needs and is for. */
export function renderMethods(methods: readonly MethodRow[]): string {
	const rows = methods.map(({ method, secretInCluster, otherTenant, offAks, rotates }) => [
		method,
		secretInCluster,
		otherTenant,
		offAks,
		rotates,
	]);
	const details = methods.map(({ method, command, use, rights }) =>
		[
			method,
			labelled('use', use, { indent: 2, label: 8 }),
			labelled('needs', rights, { indent: 2, label: 8 }),
			labelled('type', command, { indent: 2, label: 8 }),
		].join('\n'),
	);
	const head = ['METHOD', 'SECRET?', 'OTHER TENANT?', 'OFF AKS?', 'RENEWED BY'];
	return [table([head, ...rows], 0), ...details].join('\n\n');
}

/** Who is signed in, and what they may do at the scope that was named. */
export function renderWhoami(who: Whoami, style: Style): string {
	const rows: [string, string][] = [
		['world', who.world],
		['you', `${who.name} (object ${who.objectId})`],
		['tenant', who.tenantId],
		['cloud', who.cloud],
		['sees', who.subscriptions.map(({ name, id }) => `${name} (${id})`).join(', ') || 'no subscription'],
		...(who.scope === undefined ? [] : [['at', who.scope] satisfies [string, string]]),
	];
	const rights = who.rights.map(
		({ purpose, isAllowed }) =>
			`  ${mark(isAllowed ? 'ok' : 'problem', style)} ${isAllowed ? 'may' : 'may not'}  ${purpose}`,
	);
	return [...rows.map(([label, text]) => labelled(label, text, { indent: 0, label: 8 })), ...rights].join('\n');
}

/** A registry in a few lines, below the world that it is in. */
export function renderRegistry(registry: RegistryView, title: string): string {
	const { name, loginServer, sku, location, roleMode, pullers, notes } = registry;
	const rows = pullers.map(({ principalType, principalId, principalName, role, condition }) =>
		labelled(
			'pull',
			`${principalType} ${principalName ?? principalId} by ${role}${condition === undefined ? '' : ', narrowed by a condition'}`,
			{
				indent: 2,
				label: 8,
			},
		),
	);
	return [
		title,
		'',
		`${name} · ${loginServer} · ${sku} · ${location} · ${roleMode} mode`,
		...(rows.length > 0 ? rows : ['  nobody has a role that gives pull']),
		...notes.map((note) => labelled('!', note, { indent: 2, label: 8 })),
	].join('\n');
}
