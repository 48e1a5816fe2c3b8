import type { Kube } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import { base64Text, buildDockerConfig, type DockerLogin, type KubeSecret, parseSecret } from '@lanyard/wire';
import { loginsOf } from '../pull-secret.ts';
import { type Action, type Doing, given, type Minted, type Run } from '../run.ts';
import { buildSecretNotes, noteAnnotation, parseSecretNotes, planAnnotation, type SecretNote } from '../secret-note.ts';

/** The type and the data key that kubelets look for. */
const type = 'kubernetes.io/dockerconfigjson';
const dataKey = '.dockerconfigjson';

/**
 * Writes a pull secret, or writes these servers' logins into one that is there; its other logins stay. In place, so that its
 * UID stays (KEP-2535 counts by it). `backup` names a copy that is kept beside it until the plan is forgotten.
 */
const writeSecret: Action = async (doing, run) => {
	const { kube, path, collection, name } = await placeOf(doing, run);
	const before = await kube.get(path, parseSecret);
	mustBeOurs(doing, run, before);
	if (before && doing.change['backup']) await copy(kube, before, { ...doing.change, planId: run.planId });
	const minted = given(doing, 'credentials')
		.split(',')
		.map((id) => mintedBy(run, id));
	// Renewed, it stays what the plan made that wrote it first: taking that one back takes the secret away.
	const first = doing.change['renews'] === 'true' ? before?.annotations[planAnnotation] : undefined;
	const body = bodyOf({ name, namespace: given(doing, 'namespace'), planId: first ?? run.planId }, minted, before);
	if (before) await kube.patch(path, body);
	else await kube.create(collection, body);
};

/** A secret that was to be made, and that somebody else made meanwhile, is not overwritten. */
function mustBeOurs({ change }: Doing, run: Run, before: KubeSecret | undefined): void {
	if (!before || change['mode'] === 'update' || before.annotations[planAnnotation] === run.planId) return;
	throw new Problem('already-exists', {
		sentence: `there is a secret "${before.name}" in namespace "${before.namespace}" already`,
		fix: 'Take that one away if nobody needs it.',
	});
}

function mintedBy(run: Run, id: string): Minted {
	const minted = run.minted.get(id);
	if (!minted) throw new Error(`step ${id} has left no credential`);
	return minted;
}

function bodyOf(
	at: { name: string; namespace: string; planId: string },
	minted: Minted[],
	before: KubeSecret | undefined,
): Record<string, unknown> {
	const servers = new Set(minted.flatMap((one) => one.servers));
	const kept = (before ? loginsOf(before) : []).filter(({ server }) => !servers.has(server));
	const notes = before ? parseSecretNotes(before.annotations).filter(({ server }) => !servers.has(server)) : [];
	const logins: DockerLogin[] = minted.flatMap(({ servers: keys, credential: { user, password } }) =>
		keys.map((server) => ({ server, user, password })),
	);
	const all = buildDockerConfig([...kept, ...logins]);
	const ours: SecretNote[] = minted.flatMap(({ servers: keys, note: { source = '', ...note } }) =>
		keys.map((server) => ({ server, source, ...note })),
	);
	return {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: {
			name: at.name,
			namespace: at.namespace,
			labels: { 'app.kubernetes.io/managed-by': 'lanyard' },
			annotations: { [noteAnnotation]: buildSecretNotes([...notes, ...ours]), [planAnnotation]: at.planId },
		},
		type,
		data: { [dataKey]: base64Text(all.reveal()) },
	};
}

/** Removes what this plan wrote, and nothing that somebody else put in its place. */
const removeWritten: Action = async (doing, run) => {
	const { kube, path } = await placeOf(doing, run);
	const found = await kube.get(path, parseSecret);
	if (found?.annotations[planAnnotation] === run.planId) await kube.delete(path);
};

/** Removes a secret; a copy is kept where `backup` names one. */
const removeSecret: Action = async (doing, run) => {
	const { kube, path } = await placeOf(doing, run);
	const before = await kube.get(path, parseSecret);
	if (!before) return;
	if (doing.change['backup']) await copy(kube, before, { ...doing.change, planId: run.planId });
	await kube.delete(path);
};

/** Annotations of a copy: what it is a copy of, whole, so that it can be put back as it was. */
const copyOf = 'lanyard.dev/copy-of';

/** The copy is of no type that kubelets read, so that nothing can pull with it by mistake. */
async function copy(kube: Kube, secret: KubeSecret, change: Record<string, string>): Promise<void> {
	const name = change['backup'] ?? '';
	const collection = `/api/v1/namespaces/${secret.namespace}/secrets`;
	// Made once: a second try must not copy what the first one wrote.
	if (await kube.get(`${collection}/${name}`, parseSecret)) return;
	const { labels, annotations, type: was } = secret;
	const data = Object.fromEntries(Object.entries(secret.data).map(([key, value]) => [key, value.reveal()]));
	await kube.create(collection, {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: {
			name,
			labels: { 'app.kubernetes.io/managed-by': 'lanyard' },
			annotations: {
				[copyOf]: JSON.stringify({ name: secret.name, type: was, labels, annotations }),
				[planAnnotation]: change['planId'] ?? '',
			},
		},
		type: 'Opaque',
		data,
	});
}

/** Puts a secret back as its copy has it, and removes the copy. */
const restoreSecret: Action = async (doing, run) => {
	const { kube, path, collection } = await placeOf(doing, run);
	const backup = `${collection}/${given(doing, 'backup')}`;
	const copied = await kube.get(backup, parseSecret);
	if (!copied) return;
	const was: unknown = JSON.parse(copied.annotations[copyOf] ?? '{}');
	const now = await kube.get(path, parseSecret);
	const data = Object.fromEntries(Object.entries(copied.data).map(([key, value]) => [key, value.reveal()]));
	const metadata = { ...restoredMetadata(was, now), name: given(doing, 'name') };
	const body = { apiVersion: 'v1', kind: 'Secret', metadata, type: now?.type ?? typeOf(was), data };
	if (now) await kube.patch(path, body);
	else await kube.create(collection, body);
	await kube.delete(backup);
};

/** A merge patch takes away what it names as null: what was not there before goes again. */
function restoredMetadata(was: unknown, now: KubeSecret | undefined): Record<string, unknown> {
	const fields = ['labels', 'annotations'] as const;
	const restored = fields.map((field) => {
		const before = Object(typeof was === 'object' && was !== null ? Reflect.get(was, field) : {});
		const gone = Object.keys(now?.[field] ?? {}).filter((key) => !(key in before));
		return [field, { ...before, ...Object.fromEntries(gone.map((key) => [key, null])) }] as const;
	});
	return Object.fromEntries(restored);
}

function typeOf(was: unknown): string {
	const found: unknown = typeof was === 'object' && was !== null ? Reflect.get(was, 'type') : undefined;
	return typeof found === 'string' ? found : type;
}

/** Removes a copy that is no longer needed, and nothing that somebody else keeps under its name. */
const dropCopy: Action = async (doing, run) => {
	const { kube, collection } = await placeOf(doing, run);
	const path = `${collection}/${given(doing, 'backup')}`;
	const found = await kube.get(path, parseSecret);
	if (found?.annotations[planAnnotation] === run.planId) await kube.delete(path);
};

/** Notes where a secret is from, or takes the note off. */
const noteSecret: Action = async (doing, run) => {
	const { kube, path } = await placeOf(doing, run);
	await kube.patch(path, { metadata: { annotations: { [noteAnnotation]: doing.change['note'] ?? null } } });
};

async function placeOf(doing: Doing, { hands }: Run) {
	const kube = await hands.kube(given(doing, 'cluster'));
	const name = given(doing, 'name');
	const collection = `/api/v1/namespaces/${given(doing, 'namespace')}/secrets`;
	return { kube, collection, path: `${collection}/${name}`, name };
}

/** Pull secrets. */
export const secretActions = {
	'write-secret': writeSecret,
	'remove-written-secret': removeWritten,
	'remove-secret': removeSecret,
	'restore-secret': restoreSecret,
	'drop-copy': dropCopy,
	'note-secret': noteSecret,
};
