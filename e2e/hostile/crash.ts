import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openRegistryWorld, type RegistryWorld } from '../registry-world/open.ts';
import { createRandom, type Random } from './random.ts';

/** What was found after the crashes. */
export interface Crashes {
	kills: number;
	/** Blobs and manifests that the registry had acknowledged, and how many of them were not there again, whole. */
	acknowledged: number;
	lost: number;
	/** Blobs that were being pushed when the process died, how many are there, how many of these are not whole. */
	pending: number;
	pendingThere: number;
	halfServed: number;
	/** Uploads that broke off and were gone on with, and how many could not be finished. */
	resumed: number;
	notResumable: number;
}

interface Push {
	digest: string;
	bytes: Uint8Array<ArrayBuffer>;
	/** Its upload's address, once there is one. */
	location?: string;
	isManifest: boolean;
	isAcknowledged: boolean;
}

const scope = 'repository:crash/app:pull,push';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** Kills the registry's process in the middle of pushes, again and again, and looks each time what is there afterwards. */
export async function crash({ kills, seed }: { kills: number; seed: number }): Promise<Crashes> {
	const folder = mkdtempSync(join(tmpdir(), 'lanyard-crash-'));
	const random = createRandom(seed);
	const found: Crashes = {
		kills: 0,
		acknowledged: 0,
		lost: 0,
		pending: 0,
		pendingThere: 0,
		halfServed: 0,
		resumed: 0,
		notResumable: 0,
	};
	const kept: Push[] = [];
	let world = await openRegistryWorld(join(folder, 'state'));
	try {
		for (; found.kills < kills; found.kills += 1) {
			const pushes = await pushUntilKilled(world, random);
			world = await openRegistryWorld(join(folder, 'state'));
			await lookAt(world, pushes, found);
			kept.push(...pushes.filter((one) => one.isAcknowledged));
		}
		// All of them once more, at the end: no later crash may take what an earlier one left.
		const token = await world.token(scope);
		for (const push of kept) if (!(await isThere(world, token, push))) found.lost += 1;
		await world.close();
	} finally {
		rmSync(folder, { recursive: true });
	}
	return found;
}

async function pushUntilKilled(world: RegistryWorld, random: Random): Promise<Push[]> {
	const token = await world.token(scope);
	const pushes: Push[] = [];
	let isOver = false;
	const pusher = async () => {
		while (!isOver) {
			const bytes = random.bytes(4 + random.int(random.pick([100, 10_000, 200_000])));
			const blob = newPush(bytes);
			pushes.push(blob);
			await pushBlob(world, { token, push: blob, random });
			const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: blob.digest, size: bytes.length };
			const text = JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers: [] });
			const manifest = { ...newPush(new TextEncoder().encode(text)), isManifest: true };
			pushes.push(manifest);
			const put = { method: 'PUT', body: manifest.bytes, headers: { 'content-type': manifestType } };
			const answer = await askerOf(world, token)(`/v2/crash/app/manifests/tag${random.int(20)}`, put);
			manifest.isAcknowledged = answer.status === 201;
		}
	};
	// A pusher ends when its connection does.
	const pushers = Array.from({ length: 4 }, () => pusher().catch(() => undefined));
	await new Promise((resolve) => setTimeout(resolve, 20 + random.int(500)));
	await world.kill();
	isOver = true;
	await Promise.all(pushers);
	return pushes;
}

function newPush(bytes: Uint8Array<ArrayBuffer>): Push {
	const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
	return { digest, bytes, isManifest: false, isAcknowledged: false };
}

async function pushBlob(world: RegistryWorld, o: { token: string; push: Push; random: Random }): Promise<void> {
	const { token, push, random } = o;
	const { bytes, digest } = push;
	const start = await askerOf(world, token)('/v2/crash/app/blobs/uploads/', { method: 'POST' });
	push.location = start.headers.get('location') ?? '';
	const cut = random.pick([0, 0, Math.floor(bytes.length / 2), bytes.length]);
	if (cut > 0) {
		const headers = { 'content-range': `0-${cut - 1}`, 'content-type': 'application/octet-stream' };
		await askerOf(world, token)(push.location, { method: 'PATCH', body: bytes.slice(0, cut), headers });
	}
	const headers = { 'content-type': 'application/octet-stream' };
	const end = { method: 'PUT', body: bytes.slice(cut), headers };
	const answer = await askerOf(world, token)(`${push.location}&digest=${digest}`, end);
	push.isAcknowledged = answer.status === 201;
}

async function lookAt(world: RegistryWorld, pushes: Push[], found: Crashes): Promise<void> {
	const token = await world.token(scope);
	for (const push of pushes) {
		if (push.isAcknowledged) {
			found.acknowledged += 1;
			if (!(await isThere(world, token, push))) found.lost += 1;
			continue;
		}
		found.pending += 1;
		const path = push.isManifest ? 'manifests' : 'blobs';
		const head = await askerOf(world, token)(`/v2/crash/app/${path}/${push.digest}`, { method: 'HEAD' });
		if (head.status === 200) {
			found.pendingThere += 1;
			if (!(await isThere(world, token, push))) found.halfServed += 1;
		} else if (push.location !== undefined && push.location !== '') await resume(world, { token, push, found });
	}
}

/** Whether exactly its bytes come back. */
async function isThere(world: RegistryWorld, token: string, { digest, bytes, isManifest }: Push): Promise<boolean> {
	const first = await askerOf(world, token)(`/v2/crash/app/${isManifest ? 'manifests' : 'blobs'}/${digest}`);
	const location = first.headers.get('location');
	const answer = location === null ? first : await world.send(new Request(location));
	return answer.status === 200 && Buffer.from(await answer.arrayBuffer()).equals(bytes);
}

/** Goes on with an upload from wherever the registry says that it is. */
async function resume(world: RegistryWorld, o: { token: string; push: Push; found: Crashes }): Promise<void> {
	const { token, push, found } = o;
	const location = push.location ?? '';
	const status = await askerOf(world, token)(location);
	// It ended without an answer that we saw: as good as never begun.
	if (status.status === 404) return;
	const [, end = '0'] = status.headers.get('range')?.match(/^0-(\d+)$/) ?? [];
	// `0-0` is what both nothing and one byte look like: the specification knows no other way to say it.
	const from = Number(end) === 0 ? 0 : Number(end) + 1;
	const headers = { 'content-type': 'application/octet-stream' };
	const rest = { method: 'PUT', body: push.bytes.slice(from), headers };
	const answer = await askerOf(world, token)(`${location}&digest=${push.digest}`, rest);
	found.resumed += 1;
	if (answer.status !== 201 || !(await isThere(world, token, push))) found.notResumable += 1;
}

type Asker = (path: string, init?: RequestInit) => Promise<Response>;

/** Sends with a token. */
function askerOf(world: RegistryWorld, token: string): Asker {
	return (path, init = {}) => {
		const request = new Request(new URL(path, `https://${world.host}`), init);
		request.headers.set('authorization', `Bearer ${token}`);
		request.headers.set('accept', manifestType);
		return world.send(request);
	};
}
