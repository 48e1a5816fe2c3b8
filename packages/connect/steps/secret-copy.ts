import { noInverse, type StepList } from './step-list.ts';

/** Under what a plan keeps a copy of a secret: two plans must not take each other's copies for their own. */
export function copyName(secret: string, planId: string): string {
	return `${secret}.before-${planId}`;
}

/** Removes the copies that earlier steps keep, once there is no way back. */
export function dropSteps(list: StepList): void {
	for (const { change } of list.steps.filter(({ change: { backup } }) => backup !== undefined)) {
		const { cluster = '', namespace = '', name = '', backup = '' } = change;
		list.add({
			do: 'drop-copy',
			target: `secret ${namespace}/${backup}`,
			says: `drop  the copy of the old  ${namespace}/${name}`,
			change: { cluster, namespace, name, backup, final: 'true' },
			inverse: noInverse('nothing'),
		});
	}
}
