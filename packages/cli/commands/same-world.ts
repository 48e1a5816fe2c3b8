import type { CommonFlags } from './context.ts';

/** A command that we tell people to type, for the world that they asked for: what came from a flag must be said again. */
export function inSameWorld(
	command: string,
	{ world, subscription }: Pick<CommonFlags, 'world' | 'subscription'>,
): string {
	const flags = [world && `--world ${world}`, subscription && `--subscription '${subscription}'`];
	return [command, ...flags.filter(Boolean)].join(' ');
}
