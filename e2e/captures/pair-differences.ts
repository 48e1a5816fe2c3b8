import { type CaseFile, imageOf, type PullCase } from './pull-case.ts';
import type { Observation } from './observation.ts';

/** What two kubelets said otherwise of the same pull, or of several in the same way. */
export interface PairDifference {
	cases: string[];
	/** What only the one, and only the other said; image, host and repository in braces. */
	newer: string[];
	older: string[];
}

/** Holds the words of two pairs beside each other, case by case; cases that differ alike are put together. */
export function wordDifferences(
	files: CaseFile[],
	newer: Record<string, Observation>,
	older: Record<string, Observation>,
): PairDifference[] {
	const found = new Map<string, PairDifference>();
	for (const pullCase of files.flatMap(({ cases }) => cases)) {
		const words = (seen: Observation | undefined) => [...new Set(wordsOf(seen, pullCase))];
		const [now, before] = [words(newer[pullCase.name]), words(older[pullCase.name])];
		const difference = {
			newer: now.filter((one) => !before.includes(one)),
			older: before.filter((one) => !now.includes(one)),
		};
		if (difference.newer.length + difference.older.length === 0) continue;
		const key = JSON.stringify(difference);
		const alike = found.get(key) ?? { cases: [], ...difference };
		alike.cases.push(pullCase.name);
		found.set(key, alike);
	}
	return [...found.values()];
}

/** Those in which the two asked the registry something else, or in another order. */
export function requestDifferences(
	files: CaseFile[],
	newer: Record<string, Observation>,
	older: Record<string, Observation>,
): { name: string; newer: number; older: number }[] {
	const names = files.flatMap(({ cases }) => cases.map(({ name }) => name));
	const asked = (seen: Observation | undefined) =>
		(seen?.requests ?? []).map(({ host, method, path, status }) => `${method} ${host}${path} ${status}`);
	return names.flatMap((name) => {
		const [now, before] = [asked(newer[name]), asked(older[name])];
		return now.join('\n') === before.join('\n') ? [] : [{ name, newer: now.length, older: before.length }];
	});
}

/** Without what only this case has: image, host, repository. */
function wordsOf(seen: Observation | undefined, pullCase: PullCase): string[] {
	const image = imageOf(pullCase);
	const [host = ''] = image.split('/');
	const states = seen?.states.map((state) => state['waiting']?.reason).filter(Boolean) ?? [];
	return [
		...(seen?.events ?? []).map(({ reason, message }) => `${reason}: ${message}`),
		...states.map((reason) => `waiting: ${reason}`),
	].map((words) => words.replaceAll(image, '{image}').replaceAll(host, '{host}').replaceAll(pullCase.name, '{case}'));
}
