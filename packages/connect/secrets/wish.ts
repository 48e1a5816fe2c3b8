import type { Permission } from '@lanyard/core';
import type { SecretNote } from '../secret-note.ts';
import type { Application, Registry, RoleDefinition, ServicePrincipal } from '@lanyard/wire';

/** Where a pull secret's credential comes from. */
export const secretSources = [
	'new-service-principal',
	'service-principal',
	'token',
	'short-lived',
	'admin-user',
	'login',
] as const;
export type SecretSource = (typeof secretSources)[number];

/** One registry that a secret is to open. */
export interface SecretTarget {
	/** The key of the docker config. */
	server: string;
	/** The host that is asked for tokens. */
	host: string;
	/** Absent for registries that Resource Manager does not know. */
	registry?: Registry;
}

/** What somebody wants. */
export interface SecretWish {
	name: string;
	/** By resource id, or `context:NAME`. */
	cluster: string;
	clusterName: string;
	source: SecretSource;
	targets: SecretTarget[];
	namespaces: string[];
	/** In each namespace. */
	attachTo: { kind: string; name: string }[];
	/** For a token what it opens; for a proof what is asked for. */
	repositories: string[];
	/** When a password is to end; left out where the source has no end of its own. */
	endsAt?: Date;
	/** Hosts that the registries' token services may be at, as a person said. */
	tokenHosts?: string[];
	/** Write into a secret that is there, or over it. */
	replace: boolean;
}

/** Something that names pull secrets. */
export interface Referrer {
	kind: string;
	namespace: string;
	name: string;
	/** The pull secrets that it names; undefined where there is no such object. */
	names: string[] | undefined;
}

/** What is there in one namespace. */
export interface NamespaceSeen {
	name: string;
	secret: 'none' | 'other' | 'lanyard';
	/** Where its credentials are from, as far as lanyard wrote that down. */
	notes: SecretNote[];
	referrers: Referrer[];
}

/** What is known of one registry. */
export interface TargetSeen {
	target: SecretTarget;
	/** What the caller may do there. */
	callerMay: Permission[];
	pullRole?: RoleDefinition;
	/** What a token is asked for to prove the credential. */
	proofRepository?: string;
	/** What repository tokens and scope maps of the registry are called, where one of each is to be made. */
	takenNames: string[];
}

/** What the plan decides upon. */
export interface SecretSeen {
	wish: SecretWish;
	targets: TargetSeen[];
	namespaces: NamespaceSeen[];
	/** For `service-principal`: the one that is to get a second password. */
	principal?: { application: Application; principal: ServicePrincipal };
}
