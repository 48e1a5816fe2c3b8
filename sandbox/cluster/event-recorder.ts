import type { WorldClock } from '@lanyard/sandbox-ground';
import { type ApiClient, isRefusal, pathTo } from './api-client.ts';
import { type Fields, isFields } from './json.ts';
import { type KubeObject, stamp } from './kube-object.ts';

/** Something worth telling about an object. */
export interface EventNote {
	type: 'Normal' | 'Warning';
	reason: string;
	message: string;
	/** Which part of the object: `spec.containers{web}`. */
	fieldPath?: string;
}

export interface EventSource {
	component: string;
	host?: string;
}

interface Kept {
	name: string;
	count: number;
}

// client-go tools/record: 25 events about one object at once, then one each five minutes.
const burst = 25;
const refillMs = 5 * 60_000;

/** Writes events as client-go's recorder does: equal ones are counted, and one object cannot flood the server. */
export class EventRecorder {
	readonly #api: ApiClient;
	readonly #clock: WorldClock;
	readonly #source: EventSource;
	readonly #kept = new Map<string, Kept>();
	readonly #buckets = new Map<string, { tokens: number; at: Date }>();
	#last: Promise<void> = Promise.resolve();

	constructor({ api, clock, source }: { api: ApiClient; clock: WorldClock; source: EventSource }) {
		this.#api = api;
		this.#clock = clock;
		this.#source = source;
	}

	/** Notes an event; it is written soon, in order, and never fails the caller. */
	record(object: KubeObject, note: EventNote): void {
		const now = this.#clock.now();
		if (this.#isSpam(object.metadata.uid, now)) return;
		this.#last = this.#last.then(() => this.#write(object, note, now));
	}

	/** Resolves when everything noted so far is written. */
	async flushed(): Promise<void> {
		await this.#last;
	}

	async #write(object: KubeObject, note: EventNote, now: Date): Promise<void> {
		const namespace = object.metadata.namespace ?? 'default';
		const key = JSON.stringify([object.metadata.uid, note]);
		const kept = this.#kept.get(key);
		try {
			if (kept) {
				kept.count += 1;
				const path = pathTo('v1', 'events', namespace, kept.name);
				await this.#api.patch(path, { count: kept.count, lastTimestamp: stamp(now) });
				return;
			}
			const name = `${object.metadata.name}.${nanoseconds(now)}`;
			await this.#api.create(pathTo('v1', 'events', namespace), this.#build(object, { note, name, namespace, now }));
			this.#kept.set(key, { name, count: 1 });
		} catch (error) {
			// An event is lost where its namespace goes away, or where its object's name leaves no room for its own; a real recorder
			// drops it too.
			if (!isRefusal(error, 403, 404, 409, 422)) throw error;
			this.#kept.delete(key);
		}
	}

	#build(object: KubeObject, event: { note: EventNote; name: string; namespace: string; now: Date }): Fields {
		const { note, name, namespace, now } = event;
		return {
			apiVersion: 'v1',
			kind: 'Event',
			metadata: { name, namespace },
			involvedObject: referenceTo(object, note.fieldPath),
			reason: note.reason,
			message: note.message,
			source: { ...this.#source },
			firstTimestamp: stamp(now),
			lastTimestamp: stamp(now),
			count: 1,
			type: note.type,
			eventTime: null,
			reportingComponent: this.#source.component,
			reportingInstance: this.#source.host ?? '',
		};
	}

	#isSpam(uid: string, now: Date): boolean {
		const bucket = this.#buckets.get(uid) ?? { tokens: burst, at: now };
		const gained = (now.getTime() - bucket.at.getTime()) / this.#clock.lasting(refillMs);
		const tokens = Math.min(burst, bucket.tokens + gained);
		this.#buckets.set(uid, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
		return tokens < 1;
	}
}

/** The reference an event makes to its object. */
function referenceTo(object: KubeObject, fieldPath?: string): Fields {
	const { namespace, name, uid, resourceVersion } = object.metadata;
	const where = isFields(object.metadata) && namespace !== undefined ? { namespace } : {};
	return {
		kind: object.kind,
		...where,
		name,
		uid,
		apiVersion: object.apiVersion,
		resourceVersion,
		...(fieldPath !== undefined && { fieldPath }),
	};
}

let lastNanosecond = 0n;

// The recorder names an event after the object and the moment in hexadecimal nanoseconds; two never share one.
function nanoseconds(now: Date): string {
	const moment = BigInt(now.getTime()) * 1_000_000n;
	lastNanosecond = moment > lastNanosecond ? moment : lastNanosecond + 1n;
	return lastNanosecond.toString(16);
}
