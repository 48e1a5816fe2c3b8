import type { Arm, Kube, RegistryClient, Subscription } from '@lanyard/clients';
import type { Clock } from '@lanyard/core';

/** What a user of the doctor holds; everything in it is only ever read with. */
export interface Access {
	/** The first line of every command: `sandbox "default"`, or cloud, subscription and caller. */
	world: string;
	arm: Arm;
	kube: Kube;
	/** Reads a registry as the caller. */
	registry: (loginServer: string) => RegistryClient;
	clock: Clock;
	/** Subscriptions to look in, the default one first. Throws `not-signed-in` where nobody is. */
	subscriptions(): Promise<Subscription[]>;
}
