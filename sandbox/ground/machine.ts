/**
 * Where a request comes from: the user's `workstation` or a node. Each has a proxy port of its own, so a service knows
 * the address that a firewall sees and the identities that IMDS may answer for.
 */
export interface Machine {
	name: string;
	/** IPv4 address as a registry firewall sees it. */
	address: string;
	/** Client ids or names of the managed identities attached to it; the first one is the default only when it is alone (IMDS). */
	identities: string[];
}
