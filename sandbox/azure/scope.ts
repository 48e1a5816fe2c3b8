/** The scopes that a resource inherits from, outermost first: `/`, subscription, group, resource, what hangs on it. */
export function scopesAbove(scope: string): string[] {
	const segments = scope.split('/').filter((segment) => segment !== '');
	const scopes = ['/'];
	for (let at = 0; at < segments.length;) {
		at += segments[at]?.toLowerCase() === 'providers' ? 4 : 2;
		scopes.push(`/${segments.slice(0, at).join('/')}`);
	}
	return scopes;
}

/** The subscription a scope lies in. */
export function subscriptionOf(scope: string): string | undefined {
	return scope.match(/^\/subscriptions\/([^/]+)/i)?.[1];
}

/** A scope in a few words, for reasons. */
export function shortScope(scope: string): string {
	const last = scope.slice(scope.lastIndexOf('/') + 1);
	if (/^\/subscriptions\/[^/]+$/i.test(scope)) return `subscription ${last}`;
	if (/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(scope)) return `resource group ${last}`;
	return last === '' ? 'the root' : `…/${last}`;
}
