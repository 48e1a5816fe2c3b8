import type { Access } from './access.ts';
import type { Facts } from './facts.ts';
import type { Target } from './target.ts';

/** Reads each thing once, all that the checks need; throws only where nothing like the target exists. */
export async function gather(_access: Access, _target: Target, _progress?: (what: string) => void): Promise<Facts> {
	throw new Error('issue 3');
}
