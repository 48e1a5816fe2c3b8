import { findSecrets, type FoundSecret, gatherReaders, mustFindSecrets, type Reader } from '@lanyard/connect';
import type { ExitCode } from '@lanyard/core';

import { withoutControlCharacters } from '../../render/control-characters.ts';
import { renderAs } from '../../render/output.ts';
import { renderSecretDetails, renderSecretList } from '../../render/secret-list.ts';
import type { Session } from '../../session/session.ts';
import type { Context } from '../context.ts';
import { chooseCluster, type ClusterChoice } from './place.ts';

export type ListFlags = ClusterChoice;

/** A pull secret, without its values. */
export interface SecretView {
	namespace: string;
	name: string;
	/** `unreadable` for what no kubelet can read; `ended` where its credential's end has passed. */
	state: 'ok' | 'ends-soon' | 'ended' | 'unreadable';
	logins: LoginView[];
	/** `serviceaccount/default`, `deployment/web`. */
	usedBy: string[];
}

/** One login in it. */
export interface LoginView {
	server: string;
	user: string;
	/** `unknown` for what lanyard neither wrote nor adopted. */
	source: string;
	/** RFC 3339. */
	endsAt?: string;
}

/** What `secret list` prints. */
export interface SecretList {
	schema: 'lanyard.dev/secrets/v1';
	world: string;
	cluster: string;
	secrets: SecretView[];
}

/** What `secret show` prints: the same, with who can read each of them. */
export interface SecretDetails extends SecretList {
	readers: { namespace: string; readers: Reader[] }[];
}

/** Two weeks before its end somebody should do something. */
const soonMs = 14 * 86_400_000;

/** `lanyard secret list`: every pull secret of the cluster, or of the namespaces that were named. */
export async function secretList(context: Context, session: Session, flags: ListFlags): Promise<ExitCode> {
	const { clusterName, kube } = await chooseCluster(session, flags);
	const found = await findSecrets(kube, { namespaces: flags.namespace ?? [] });
	const now = context.clock.now();
	const document: SecretList = {
		schema: 'lanyard.dev/secrets/v1',
		world: session.world,
		cluster: clusterName,
		secrets: found.map((one) => viewOf(one, now)),
	};
	const text = () =>
		`${titleOf(context, session, clusterName)}\n\n${renderSecretList(withoutControlCharacters(document), now)}`;
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return document.secrets.some(({ state }) => state === 'ended' || state === 'unreadable') ? 1 : 0;
}

/** `lanyard secret show`: one of them, and who can read it. */
export async function secretShow(
	context: Context,
	session: Session,
	flags: ListFlags & { name: string },
): Promise<ExitCode> {
	const { clusterName, kube } = await chooseCluster(session, flags);
	const found = await mustFindSecrets(kube, { name: flags.name, namespaces: flags.namespace ?? [] });
	const now = context.clock.now();
	const readers = await Promise.all(
		found.map(async ({ namespace, name }) => ({ namespace, readers: await gatherReaders(kube, { namespace, name }) })),
	);
	const document: SecretDetails = {
		schema: 'lanyard.dev/secrets/v1',
		world: session.world,
		cluster: clusterName,
		secrets: found.map((one) => viewOf(one, now)),
		readers,
	};
	const text = () =>
		`${titleOf(context, session, clusterName)}\n\n${renderSecretDetails(withoutControlCharacters(document), now)}`;
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

/** Whom was spoken to. */
function titleOf({ terminal }: Context, { title }: Session, clusterName: string): string {
	return terminal.outStyle.bold(`${title} · cluster ${clusterName}`);
}

function viewOf({ namespace, name, logins, notes, usedBy }: FoundSecret, now: Date): SecretView {
	const views = logins.map(({ server, user }): LoginView => {
		const note = notes.find((one) => one.server === server);
		return { server, user, source: note?.source ?? 'unknown', ...(note?.endsAt && { endsAt: note.endsAt }) };
	});
	const ends = views.flatMap(({ endsAt }) =>
		endsAt === undefined ? [] : [new Date(endsAt).getTime() - now.getTime()],
	);
	const leftMs = Math.min(...ends);
	const ending = leftMs <= 0 ? 'ended' : leftMs < soonMs ? 'ends-soon' : 'ok';
	return {
		namespace,
		name,
		state: logins.length === 0 ? 'unreadable' : ending,
		logins: views,
		usedBy: usedBy.map(({ kind, name: user }) => `${kind}/${user}`),
	};
}
