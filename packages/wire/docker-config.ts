import { Problem, Secret } from '@lanyard/core';
import { optionalField, optionalString } from './field.ts';
import { base64Bytes } from './jwt.ts';

/** A login that a docker config holds. */
export interface DockerLogin {
	/** The key as written: `myregistry.azurecr.io`, `https://index.docker.io/v1/`. */
	server: string;
	user: string;
	password: Secret;
}

/**
 * Reads the logins of a docker `config.json`. `auth` (base64 of `user:password`) counts before `username` and `password`,
 * as in docker; an entry without any of them, left by a credential helper, is no login.
 */
export function parseDockerConfig(text: string): DockerLogin[] {
	const auths = optionalField(parseJson(text), 'auths') ?? {};
	return Object.entries(auths).flatMap(([server, entry]: [string, unknown]) => {
		const login = parseLogin(entry);
		return login ? [{ server, ...login }] : [];
	});
}

function parseLogin(entry: unknown): Omit<DockerLogin, 'server'> | undefined {
	const auth = optionalString(entry, 'auth');
	if (auth) return parseAuth(auth);
	const [user, password] = [optionalString(entry, 'username'), optionalString(entry, 'password')];
	return user && password ? { user, password: new Secret(password) } : undefined;
}

function parseAuth(auth: string): Omit<DockerLogin, 'server'> {
	const [, user, password] = /^([^:]*):([^]*)$/.exec(decoded(auth)) ?? [];
	if (!user || password === undefined) throw malformed();
	return { user, password: new Secret(password) };
}

function decoded(auth: string): string {
	try {
		return new TextDecoder().decode(base64Bytes(auth));
	} catch {
		// The decoder's message may quote what it could not decode.
		throw malformed();
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		// The parser's message quotes the text.
		throw malformed();
	}
}

function malformed(): Problem {
	return new Problem('secret-malformed', { wanted: 'a docker config', found: 'something else' });
}

/** Writes a docker config with these logins; `auth` and the two fields beside it, as `kubectl create secret` writes them. */
export function buildDockerConfig(logins: readonly DockerLogin[]): Secret {
	const entries = logins.map(({ server, user, password }) => {
		const auth = base64Text(`${user}:${password.reveal()}`);
		return [server, { username: user, password: password.reveal(), auth }] as const;
	});
	return new Secret(JSON.stringify({ auths: Object.fromEntries(entries) }));
}

/** Base64 of a text's UTF-8. */
export function base64Text(text: string): string {
	return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
