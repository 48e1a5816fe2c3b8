import type { Chain, Finding } from '@lanyard/core';
import type { Facts, ReadRow } from './facts.ts';
import { findingsBeforePods } from './findings.ts';
import { sayCredential } from './links/token.ts';
import { type Look, looksOf } from './look.ts';
import type { Target } from './target.ts';
import { chainOf } from './walk.ts';

/** Pods of the target that cannot pull one image. */
export interface Failing {
	pods: number;
	of: number;
	/** The name of one of them. */
	pod: string;
	/** RFC 3339: when the oldest of them was made. */
	since?: string;
	image: string;
	/** What the node's last try was answered with: `401 Unauthorized, asked without credentials`. */
	says?: string;
}

/** The cause of one target's failing pulls, with everything it rests on. `findings` is empty when nothing fails. */
export interface Explanation {
	schema: 'lanyard.dev/explanation/v1';
	world: string;
	cluster: string;
	namespace: string;
	target: Target;
	failing: Failing[];
	findings: Finding[];
	chains: Chain[];
	read: ReadRow[];
}

/** Puts the walk's findings first and what was read behind them. */
export function explain(facts: Facts): Explanation {
	const looks = looksOf(facts);
	const chains = looks.map((look) => chainOf(look));
	return {
		schema: 'lanyard.dev/explanation/v1',
		world: facts.world,
		cluster: facts.cluster,
		namespace: facts.target.namespace,
		target: facts.target,
		failing: looks.filter(({ health }) => health === 'failing').map(failingOf),
		findings: distinct([...findingsBeforePods({ facts }), ...chains.flatMap(({ findings }) => findings)]),
		chains,
		read: facts.read,
	};
}

function failingOf({ failing, pods, image, symptom }: Look): Failing {
	const [since] = failing.flatMap(({ createdAt }) => createdAt ?? []).toSorted();
	const says = symptom === undefined ? {} : { says: `${symptom.says}${sayCredential(symptom)}` };
	const pod = failing[0]?.name ?? '';
	return { pods: failing.length, of: pods.length, pod, ...(since === undefined ? {} : { since }), image, ...says };
}

// Two images of one registry fail for one cause: it is told once.
function distinct(findings: Finding[]): Finding[] {
	const seen = new Map(
		findings
			.toReversed()
			.map((finding) => [JSON.stringify([finding.code, finding.fine, finding.sentence, finding.fix]), finding]),
	);
	return [...seen.values()].toReversed();
}
