import type { Clock } from '@lanyard/core';

import type { Config } from '../config.ts';
import type { OutputFormat } from '../render/output.ts';
import type { Terminal } from '../terminal.ts';

/** What every command is given besides its own flags. */
export interface Context {
	config: Config;
	terminal: Terminal;
	/** What is piped in. */
	stdin: NodeJS.ReadableStream;
	clock: Clock;
	sleep(ms: number): Promise<void>;
	/** Aborted by the first Ctrl-C. */
	signal: AbortSignal;
}

/** Flags that all commands share. */
export interface CommonFlags {
	output: OutputFormat;
	world?: string;
	subscription?: string;
	cloud?: string;
	signIn?: string;
	context?: string;
	namespace?: string;
}
