import type { Enclosed } from '../enclosure/furnish.ts';
import type { waysIn } from '../way-in.ts';

/** What a client is started with: where it may write, the login it is to use, and what it is to push or pull. */
export interface ClientVisit {
	/** Its own folder: configuration, storage. */
	folder: string;
	/** `registry.example.com` */
	host: string;
	/** `registry.example.com/cases/NAME:1` */
	image: string;
	user: string;
	password: string;
	/** What it pushes; where nothing is pushed there is none. */
	wares?: Wares;
}

/** The same image in the forms that clients read, and a chart. */
export interface Wares {
	/** An OCI layout in a tar archive, whose reference is `image:1`. */
	archive: string;
	/** The same layout as a folder. */
	layout: string;
	/** A file system as a tar archive: what an engine makes an image of. */
	tree: string;
	/** The folder of a chart called `chart`, version 0.1.0. */
	chart: string;
}

/** A step is a command line, with what it reads. */
export interface Step {
	command: string[];
	input?: string;
	env?: Record<string, string>;
}

/** What clients can be asked to do; who knows another deed adds it here and to the clients that can do it. */
export type Deed =
	| 'sign in'
	| 'push'
	| 'pull'
	| 'list tags'
	| 'list repositories'
	| 'tag'
	| 'copy'
	| 'attach'
	| 'render'
	| 'install'
	| 'delete';

/** A real registry client and how it does things. */
export interface RegistryClient {
	name: string;
	version: Step;
	/** Whether what it pushes and pulls is an image or a chart. */
	handles: 'charts' | 'images';
	/** What leads it into a sandbox. */
	wayIn: keyof typeof waysIn;
	/** It keeps no login: every deed signs in anew. */
	signsInEachTime?: true;
	/** The commands for each deed; of the last step that runs the exit code decides. A deed that it has no command for is left out. */
	deeds: { 'sign in': (visit: ClientVisit) => Step[] } & Partial<Record<Deed, (visit: ClientVisit) => Step[]>>;
	/** A daemon that must run first, with this way to registries. */
	daemon?(visit: { folder: string; enclosed: Enclosed; env: Record<string, string> }): Promise<void>;
}
