import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { LogLine } from './request-log.ts';

/** The request log of a world that outlives its process: one line of JSON a request. */
export interface LogFile {
	/** The newest lines, oldest first. A last one that was cut off by the end of the process is left out. */
	read(most: number): LogLine[];
	append(line: LogLine): void;
	/** Writes what has not been written yet. */
	close(): void;
}

const name = 'requests.jsonl';
/** The log is for people, and promises nothing: it is written a few times a second. */
const everyMs = 200;

/** The log in a folder. It is cut to its newest lines whenever it is read. */
export function openLogFile(folder: string): LogFile {
	const path = join(folder, name);
	let waiting: string[] = [];
	let timer: NodeJS.Timeout | undefined;
	const write = () => {
		clearTimeout(timer);
		timer = undefined;
		if (waiting.length > 0) appendFileSync(path, waiting.join(''), { mode: 0o600 });
		waiting = [];
	};
	return {
		read(most) {
			const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
			const newest = lines.slice(-most);
			const made = `${path}.new`;
			rmSync(made, { force: true });
			writeFileSync(made, newest.map((line) => `${line}\n`).join(''), { mode: 0o600, flag: 'wx' });
			renameSync(made, path);
			return newest.map((line): LogLine => JSON.parse(line));
		},
		append(line) {
			waiting.push(`${JSON.stringify(line)}\n`);
			timer ??= setTimeout(write, everyMs).unref();
		},
		close: write,
	};
}
