import type { Enclosed } from '../enclosure/furnish.ts';

/** What a client is started with: the program, where it may write, and the login it is to use. */
export interface ClientVisit {
	/** Its own folder: configuration, storage. */
	folder: string;
	/** `registry.example.com` */
	host: string;
	/** `registry.example.com/cases/NAME:1` */
	image: string;
	user: string;
	password: string;
}

/** A step is a command line, with what it reads. */
export interface Step {
	command: string[];
	input?: string;
	env?: Record<string, string>;
}

/** A real registry client and how it signs in and pulls. */
export interface RegistryClient {
	name: string;
	version: Step;
	/** Signs in, then reads or pulls the image; the last step that runs decides. */
	pull(visit: ClientVisit): Step[];
	/** A daemon that must run first. */
	daemon?(visit: { folder: string; enclosed: Enclosed }): Promise<void>;
}
