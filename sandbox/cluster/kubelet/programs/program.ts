import type { Send } from '../../api-client.ts';
import type { AzureConfig } from '../azure-config.ts';
import { canipull } from './canipull.ts';

/** What a program finds on its node, and around it. */
export interface ProgramWorld {
	/** The node's way into the world: the pod is in the node's own network. */
	send: Send;
	/** The canonical name of a host, as the node's resolver tells it. */
	lookUp: (host: string) => Promise<string>;
	/** `/etc/kubernetes/azure.json`; undefined on a node that is not AKS's. */
	azure: AzureConfig | undefined;
	now: () => Date;
}

/** What a program left behind. */
export interface Ended {
	exitCode: number;
	log: string;
}

/** Containers do not run here. These do: programs that only ask the world what they are told to, by their repository. */
const programs: Record<string, (world: ProgramWorld, args: string[]) => Promise<Ended>> = {
	'mcr.microsoft.com/aks/canipull': canipull,
};

/** A program that a node can really run. */
export type Program = (world: ProgramWorld) => Promise<Ended>;

/** The program of an image, where it is one of those that run: as the image starts it, with these arguments. */
export function programOf(
	reference: string,
	{ command, args }: { command: string[]; args: string[] },
): Program | undefined {
	const repository = reference.replace(/[:@][^/]*$/, '');
	const program = Object.hasOwn(programs, repository) && command.length === 0 ? programs[repository] : undefined;
	return program && ((world) => program(world, args));
}
