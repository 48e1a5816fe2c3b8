import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import { Problem } from '@lanyard/core';

import { type Change, type Content, createStore, type WorldStore } from './store.ts';

/** "LNYD": how a file of ours is told from another program's database (`PRAGMA application_id`). */
const application = 0x4c_4e_59_44;
/** The shape of the tables in the file; one more with every change of it, and a step in `migrate`. */
const version = 1;

/**
 * A store in a SQLite file of this folder. In WAL mode with `synchronous=NORMAL` a commit survives the death of the process at any
 * moment (sqlite.org/pragma.html#pragma_synchronous); only the death of the machine may take the last ones, never a part of one.
 * Throws `state-in-use`, `state-too-new` or `state-unusable`.
 */
export async function openDurableStore(folder: string): Promise<WorldStore> {
	// Loaded here, so that worlds in memory do not pay for it.
	const sqlite = await import('node:sqlite');
	const path = join(folder, 'world.sqlite');
	explained(path, () => makeFolder(resolve(folder)));
	const database = explained(path, () => new sqlite.DatabaseSync(path));
	try {
		explained(path, () => prepare(database));
		migrate(database, path);
		return createStore({ content: explained(path, () => read(database)), journal: journalOf(database, path) });
	} catch (problem) {
		database.close();
		throw problem;
	}
}

/**
 * Folder by folder: Node's own recursive way never returns where making a folder is answered with ENOENT, as in /proc
 * (the command line finds its state folder in the same way).
 */
function makeFolder(path: string): void {
	if (existsSync(path)) return;
	makeFolder(dirname(path));
	try {
		mkdirSync(path, { mode: 0o700 });
	} catch (cause) {
		// Another process may have made it meanwhile.
		if (!existsSync(path)) throw cause;
	}
}

/** Locked for good: a world that two processes write into would be none. The lock ends with the process, however that ends. */
function prepare(database: DatabaseSync): void {
	database.exec('PRAGMA locking_mode = EXCLUSIVE');
	database.exec('PRAGMA journal_mode = WAL');
	database.exec('PRAGMA synchronous = NORMAL');
	database.exec('BEGIN IMMEDIATE; COMMIT');
}

function migrate(database: DatabaseSync, path: string): void {
	const found = { application: pragma(database, 'application_id'), version: pragma(database, 'user_version') };
	const isNew = found.version === 0 && database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] === 0;
	if (!isNew && found.application !== application) {
		throw new Problem('state-unusable', { where: path, found: 'a database of another program' });
	}
	if (found.version > version) {
		throw new Problem('state-too-new', {
			where: path,
			wanted: `format ${version} or older`,
			found: `format ${found.version}`,
		});
	}
	if (!isNew) return;
	database.exec(
		`BEGIN;
		CREATE TABLE rows (place TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (place, key)) WITHOUT ROWID;
		PRAGMA application_id = ${application};
		PRAGMA user_version = ${version};
		COMMIT`,
	);
}

function pragma(database: DatabaseSync, name: string): number {
	return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function read(database: DatabaseSync): Content {
	const content: Content = {};
	for (const { place, key, json } of database
		.prepare('SELECT place, key, json FROM rows ORDER BY place, key')
		.iterate())
		(content[String(place)] ??= []).push([String(key), String(json)]);
	return content;
}

function journalOf(database: DatabaseSync, path: string) {
	const put = database.prepare('INSERT OR REPLACE INTO rows (place, key, json) VALUES (?, ?, ?)');
	const drop = database.prepare('DELETE FROM rows WHERE place = ? AND key = ?');
	return {
		keep: (changes: Change[]) =>
			explained(path, () => {
				database.exec('BEGIN IMMEDIATE');
				for (const { table, key, json } of changes) {
					if (json === undefined) drop.run(table, key);
					else put.run(table, key, json);
				}
				database.exec('COMMIT');
			}),
		close: () => database.close(),
	};
}

/** SQLite's result codes (sqlite.org/rescode.html). */
const busy = 5;

function explained<R>(path: string, work: () => R): R {
	try {
		return work();
	} catch (cause) {
		// SQLite's errors have a number, those of the file system the name of their call; anything else is a bug.
		if (!(cause instanceof Error) || !('errcode' in cause || 'syscall' in cause)) throw cause;
		// Extended codes carry the plain one in their lowest byte.
		if ('errcode' in cause && Number(cause.errcode) % 256 === busy)
			throw new Problem('state-in-use', { where: path, cause });
		throw new Problem('state-unusable', { where: path, found: cause.message, cause });
	}
}
