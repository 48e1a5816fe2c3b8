/**
 * Registries whose token service is another host than themselves, and that host. Anybody can run a registry that names the
 * token service of somebody else, or one of their own to collect passwords; so what is not here, or was not allowed by a person,
 * gets no credential (docs/decisions/0009). As these registries challenge: distribution's specification of tokens and
 * docs.docker.com/registry for Docker Hub, GitLab's and DigitalOcean's own documentation. GHCR, Quay, Amazon's public registry,
 * Google's and NVIDIA's name themselves.
 */
const elsewhere: Readonly<Record<string, string>> = {
	'docker.io': 'auth.docker.io',
	'index.docker.io': 'auth.docker.io',
	'registry-1.docker.io': 'auth.docker.io',
	'registry.gitlab.com': 'gitlab.com',
	'registry.digitalocean.com': 'api.digitalocean.com',
};

/** The hosts that a registry may send its callers to for tokens, besides itself: known ones, and those that a person allowed. */
export function tokenHostsOf(registryHost: string, allowed: readonly string[] = []): string[] {
	const known = elsewhere[registryHost.toLowerCase()];
	return [...(known === undefined ? [] : [known]), ...allowed.map((host) => host.toLowerCase())];
}
