import type {
	Arm,
	Cloud,
	ClusterAdmin,
	Graph,
	Kube,
	RegistryAdmin,
	RegistryClient,
	Send,
	SignIn,
} from '@lanyard/clients';
import type { Clock, Secret } from '@lanyard/core';
import type { Cluster, Subscription } from '@lanyard/wire';

/** An open door to one world: everything a command needs to read and to act there. */
export interface Session {
	/** As documents name it: `sandbox:default`, `azure`. */
	world: string;
	/** As people read it: `sandbox "default"`, `AzureCloud`. */
	title: string;
	send: Send;
	signIn: SignIn;
	cloud: Cloud;
	arm: Arm;
	graph: Graph;
	registries: RegistryAdmin;
	clusters: ClusterAdmin;
	clock: Clock;
	/** Those the caller sees, in Azure's order. */
	subscriptions(): Promise<Subscription[]>;
	/** As whoever is signed in. */
	registry(loginServer: string): RegistryClient;
	/** As whoever has this login. */
	registryAs(
		loginServer: string,
		credential: { user: string; password: Secret },
		options?: { tokenHosts?: readonly string[] },
	): RegistryClient;
	/** The contexts that the kubeconfig names. */
	contexts(): Promise<string[]>;
	/** The cluster of the kubeconfig's context (or of the one that was asked for by `--context`). */
	kube(): Promise<Kube>;
	/** A cluster that Azure knows, with credentials from Azure. */
	kubeOf(cluster: Pick<Cluster, 'id'>): Promise<Kube>;
	/** A cluster by its resource id, or `context:NAME` of the kubeconfig; opened once. */
	kubeBy(cluster: string): Promise<Kube>;
	/** From here on no request is cut short by Ctrl-C: who changes something tidies up. */
	willChange(): void;
	close(): Promise<void>;
}
