import type { Arm, Kube, RegistryClient, Send, SignIn } from '@lanyard/clients';
import type { Clock } from '@lanyard/core';
import type { Cluster, Subscription } from '@lanyard/wire';

/** An open door to one world: everything a command needs to read and to act there. */
export interface Session {
	/** As documents name it: `sandbox:default`, `azure`. */
	world: string;
	/** As people read it: `sandbox "default"`, `AzureCloud`. */
	title: string;
	send: Send;
	signIn: SignIn;
	arm: Arm;
	clock: Clock;
	/** Those the caller sees, in Azure's order. */
	subscriptions(): Promise<Subscription[]>;
	registry(loginServer: string): RegistryClient;
	/** The cluster of the kubeconfig's context (or of the one that was asked for by `--context`). */
	kube(): Promise<Kube>;
	/** A cluster that Azure knows, with credentials from Azure. */
	kubeOf(cluster: Cluster): Promise<Kube>;
	close(): Promise<void>;
}
