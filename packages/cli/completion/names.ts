import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Kube } from '@lanyard/clients';
import { optionalString, stringField } from '@lanyard/wire';

import type { Config } from '../config.ts';
import { readRecord } from '../session/sandbox-access.ts';
import type { Session } from '../session/session.ts';
import type { Asked } from './asked.ts';
import type { NameKind } from './name-kinds.data.ts';

type Flags = Asked['flags'];
type InSession = Exclude<NameKind, 'plan' | 'world' | 'sandbox' | 'cause' | 'broken' | 'file'>;

/** Names that could stand there. May throw whatever opening a session or asking throws. */
export async function gatherNames(config: Config, { kind, flags }: Asked, signal: AbortSignal): Promise<string[]> {
	if (kind === 'file') return [];
	if (kind === 'sandbox') return sandboxes(config);
	if (kind === 'world') return ['azure', 'sandbox', ...(await sandboxes(config)).map((name) => `sandbox:${name}`)];
	if (kind === 'plan') return plans(config);
	if (kind === 'cause' || kind === 'broken') return causes({ config, signal }, { kind, flags });
	const { openSession } = await import('../session/open.ts');
	const session = await openSession(config, { ...flags, ...worldOf(flags), signal, isUnattended: true });
	try {
		return await inSession[kind](session, flags);
	} finally {
		await session.close();
	}
}

/** `--name` of the sandbox's commands. */
const worldOf = ({ name, world }: Flags) =>
	name !== undefined && world === undefined ? { world: `sandbox:${name}` } : {};

async function sandboxes(config: Config): Promise<string[]> {
	const folder = join(config.stateDir().path, 'sandboxes');
	const names = await readdir(folder);
	const running = await Promise.all(names.map(async (name) => ((await readRecord(join(folder, name))) ? [name] : [])));
	return running.flat();
}

async function plans(config: Config): Promise<string[]> {
	const { listJournal } = await import('../journal.ts');
	return (await listJournal(config.stateDir().path)).map(({ id }) => id);
}

async function causes(context: { config: Config; signal: AbortSignal }, asked: Pick<Asked, 'kind' | 'flags'>) {
	const { readFaults } = await import('../commands/sandbox/faults.ts');
	const { known, active } = await readFaults(context, { name: asked.flags['name'] ?? 'default' });
	const all = asked.kind === 'broken' ? active : known.filter(({ does }) => does !== undefined);
	return all.map(({ code }) => code);
}

const inSession: Record<InSession, (session: Session, flags: Flags) => Promise<string[]>> = {
	cluster: (session, flags) => inEach(session, flags, (id) => session.arm.clusters(id)),
	registry: (session, flags) => inEach(session, flags, (id) => session.arm.registries(id)),
	group: (session, flags) => inEach(session, flags, (id) => session.arm.groups(id)),
	subscription: async (session) => (await session.subscriptions()).map(({ name }) => name),
	context: (session) => session.contexts(),
	namespace: async (session, flags) => named(await kubeOf(session, flags), '/api/v1/namespaces'),
	secret: pullSecrets,
	workload: (session, flags) => inNamespace(session, flags, workloads),
	'secret-user': (session, flags) => inNamespace(session, flags, { serviceaccount: '/api/v1', ...workloads }),
};

/** The kinds that a pull is looked at for, with the API they are of. */
const workloads = { deployment: '/apis/apps/v1', statefulset: '/apis/apps/v1', daemonset: '/apis/apps/v1' };

async function inEach(
	session: Session,
	flags: Flags,
	list: (subscriptionId: string) => Promise<{ name: string }[]>,
): Promise<string[]> {
	const { chosenSubscriptions } = await import('../session/find.ts');
	const subscriptions = await chosenSubscriptions(session, flags);
	const found = await Promise.all(subscriptions.map(({ id }) => list(id)));
	return found.flat().map(({ name }) => name);
}

async function kubeOf(session: Session, flags: Flags): Promise<Kube> {
	const { cluster } = flags;
	if (cluster === undefined) return session.kube();
	const { findCluster } = await import('../session/find.ts');
	return session.kubeOf(await findCluster(session, cluster, flags));
}

const named = (kube: Kube, path: string) => kube.list(path, (item) => stringField(item, 'metadata.name'));

/** Only their names are kept of what is read. */
async function pullSecrets(session: Session, flags: Flags): Promise<string[]> {
	const kube = await kubeOf(session, flags);
	const paths = namespaces(kube, flags).map((one) => `/api/v1/namespaces/${one}/secrets`);
	const found = await Promise.all(
		paths.map((path) =>
			kube.list(path, (item) =>
				/^kubernetes\.io\/docker(configjson|cfg)$/.test(optionalString(item, 'type') ?? '')
					? [stringField(item, 'metadata.name')]
					: [],
			),
		),
	);
	return found.flat(2);
}

async function inNamespace(session: Session, flags: Flags, kinds: Record<string, string>): Promise<string[]> {
	const kube = await kubeOf(session, flags);
	const asked = namespaces(kube, flags).flatMap((namespace) =>
		Object.entries(kinds).map(async ([kind, api]) => {
			const names = await named(kube, `${api}/namespaces/${namespace}/${kind}s`);
			return names.map((name) => `${kind}/${name}`);
		}),
	);
	return (await Promise.all(asked)).flat();
}

const namespaces = (kube: Kube, { namespace }: Flags) =>
	namespace === undefined ? [kube.namespace] : namespace.split(',').map((one) => encodeURIComponent(one));
