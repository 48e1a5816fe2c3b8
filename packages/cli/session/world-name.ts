import { Problem } from '@lanyard/core';

/** Which world a command speaks to. Never guessed: a flag, else `LANYARD_WORLD`, else Azure. */
export type WorldName = { kind: 'azure' } | { kind: 'sandbox'; name: string };

/** Reads `azure`, `sandbox` or `sandbox:NAME`. Throws `unknown-world`. */
export function parseWorldName(text: string): WorldName {
	if (text === 'azure') return { kind: 'azure' };
	const [kind, name = 'default', ...rest] = text.split(':');
	// The name becomes a folder's name.
	if (kind === 'sandbox' && rest.length === 0 && isSandboxName(name)) return { kind: 'sandbox', name };
	throw new Problem('unknown-world', { wanted: 'azure, sandbox or sandbox:NAME', found: `"${text}"` });
}

/** Lower-case letters, digits and hyphens, as in the names of most things around here. */
function isSandboxName(name: string): boolean {
	return /^[a-z0-9][a-z0-9-]{0,39}$/.test(name);
}
