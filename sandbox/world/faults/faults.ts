import { nearest, Problem } from '@lanyard/core';
import type { Store, WorldClock } from '@lanyard/sandbox-ground';
import type { Asker } from './asker.ts';
import type { Fault } from './fault.ts';
import { type FaultCode, faultKinds, isFaultCode, notExpressible, sameAs } from './kinds.ts';
import { fillIn, type Hands, perform } from './perform.ts';
import { type FaultTarget, gatherScene } from './scene.ts';
import { wordsOf } from './workload.ts';

/** A fault that stands. */
export interface ActiveFault extends Fault {
	/** RFC 3339, on the world's clock. */
	at: string;
	/** What a node said of it, if it did within seconds. */
	says?: string;
}

/** One line of the list: what a code does here, or why it cannot be had. */
export interface FaultRow {
	code: string;
	does?: string;
	not?: string;
}

/** Every known cause of failure on a switch. */
export interface Faults {
	list(): FaultRow[];
	active(): ActiveFault[];
	/** Makes a cause true. Throws `wrong-flag` for a code that is none, `workload-not-found` for a target that is none. */
	break(code: string, target: FaultTarget): Promise<ActiveFault>;
	/** Takes back the faults with this code, or all of them, the newest first. */
	mend(code?: string): Promise<ActiveFault[]>;
}

interface FaultsOptions {
	store: Store;
	clock: WorldClock;
	hands: Hands;
	asker(): Asker;
}

export function openFaults({ store, clock, hands, asker }: FaultsOptions): Faults {
	const table = store.table<ActiveFault>('world/faults');
	const inOrder = () => table.entries().map(([, fault]) => fault);
	return {
		list: listFaults,
		active: inOrder,
		async break(asked, target) {
			const code = sameAs[asked] ?? asked;
			const known = knownCode(code);
			const ask = asker();
			const scene = await gatherScene(ask, target);
			const kind = faultKinds[known];
			const why = kind.unless?.(scene);
			if (why !== undefined)
				throw new Problem('wrong-flag', { sentence: `${code} cannot be made true here`, found: why });
			const at = clock.now().toISOString();
			const fault: ActiveFault = { code: known, target: scene.workload.target, ...kind.make(scene), at };
			// Kept first: what was done half can be taken back.
			const key = `${at} ${String(table.entries().length).padStart(3, '0')}`;
			table.set(key, fault);
			const kept = await perform(hands, fault.edits);
			const whole = { ...fault, undo: fillIn(fault.undo, kept) };
			table.set(key, whole);
			const says = await patiently(() => wordsOf(ask, scene.workload));
			return { ...whole, ...(says !== undefined && { says }) };
		},
		async mend(code) {
			const mended = table
				.entries()
				.filter(([, fault]) => code === undefined || fault.code === code)
				.toReversed();
			if (mended.length === 0) {
				const standing = new Set(table.entries().map(([, fault]) => fault.code));
				throw nothingBroken(code, [...standing]);
			}
			for (const [key, fault] of mended) {
				await perform(hands, fault.undo);
				table.delete(key);
			}
			return mended.map(([, fault]) => fault);
		},
	};
}

// Most causes show within milliseconds; who waits for a host that does not answer waits for minutes.
const patience = { times: 100, everyMs: 30 };

async function patiently(look: () => Promise<string | undefined>): Promise<string | undefined> {
	for (let times = 0; times < patience.times; times += 1) {
		const found = await look();
		if (found !== undefined) return found;
		await new Promise((resolve) => setTimeout(resolve, patience.everyMs));
	}
	return undefined;
}

function knownCode(code: string): FaultCode {
	if (isFaultCode(code)) return code;
	const why = Object.entries(notExpressible).find(([known]) => known === code)?.[1];
	const wanted = 'one of the codes of: lanyard sandbox faults';
	if (why === undefined) {
		const sentence = `"${code}" is no cause that the sandbox knows${orRather(code, [...Object.keys(faultKinds), ...Object.keys(sameAs)])}`;
		throw new Problem('wrong-flag', { sentence, wanted, fix: 'Choose one that is listed there.' });
	}
	throw new Problem('wrong-flag', {
		sentence: `${code} cannot be made true in the sandbox`,
		found: why,
		wanted,
		fix: 'Choose another one; docs/faults.md says what stands for it.',
	});
}

function orRather(typed: string, known: string[]): string {
	const meant = nearest(typed, known);
	return meant === undefined ? '' : `; did you mean ${meant}?`;
}

function nothingBroken(code: string | undefined, standing: string[]): Problem {
	if (code !== undefined && standing.length > 0) {
		return new Problem('wrong-flag', {
			sentence: `${code} is not broken${orRather(code, standing)}`,
			wanted: 'a fault that stands',
			found: standing.join(', '),
			fix: 'Name one of these, or none to mend them all.',
		});
	}
	return new Problem('wrong-flag', {
		sentence: code === undefined ? 'nothing is broken' : `${code} is not broken`,
		wanted: 'a fault that stands: lanyard sandbox faults',
		fix: 'Nothing needs mending. To break something: lanyard sandbox break CODE',
	});
}

function listFaults(): FaultRow[] {
	const rows: FaultRow[] = Object.entries(faultKinds).map(([code, { does }]) => ({ code, does }));
	const others: [string, string][] = Object.entries(notExpressible);
	for (const [code, as] of Object.entries(sameAs)) rows.push({ code, does: `as ${as}: ${faultKinds[as].does}` });
	return [...rows, ...others.map(([code, not]) => ({ code, not }))].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}
