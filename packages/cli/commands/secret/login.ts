import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

import { type Login, serverKeyOf } from '@lanyard/connect';
import { Problem, Secret } from '@lanyard/core';
import { parseDockerConfig } from '@lanyard/wire';

import type { Context } from '../context.ts';

/** How a person gives a login; never as an argument, which every user of the machine can read. */
export interface LoginFlags {
	user?: string;
	passwordStdin?: boolean;
	/** The name of an environment variable. */
	passwordEnv?: string;
	/** Hosts that the registry's token service may be at. */
	tokenHost?: string[];
	/** The path of a docker config. */
	dockerConfig?: string;
}

/** Whether any was given. */
export function hasLogin({ user, dockerConfig }: LoginFlags): boolean {
	return user !== undefined || dockerConfig !== undefined;
}

/** The logins for these servers, by server. Throws `missing-flag` where there is none for one of them. */
export async function readLogins(context: Context, flags: LoginFlags, servers: string[]): Promise<Map<string, Login>> {
	if (flags.dockerConfig !== undefined) return fromDockerConfig(flags.dockerConfig, servers);
	const { user } = flags;
	if (user === undefined) {
		throw new Problem('missing-flag', {
			sentence: `there is no login for ${servers.join(', ')}`,
			wanted: '--user NAME with --password-stdin, --password-env or a prompt; or --docker-config FILE',
			found: 'none of them',
			fix: 'Add one of them; a password is never taken as an argument.',
		});
	}
	const password = await readPassword(context, flags, `password of ${user} for ${servers.join(', ')}: `);
	return new Map(servers.map((server) => [server, { user, password }]));
}

async function fromDockerConfig(path: string, servers: string[]): Promise<Map<string, Login>> {
	const content = await readFile(path, 'utf8').catch((cause: unknown) => {
		throw new Problem('wrong-flag', { sentence: 'the docker config cannot be read', found: path, cause });
	});
	const logins = parseDockerConfig(content);
	return new Map(
		servers.map((server) => {
			const found = logins.find((login) => serverKeyOf(login.server) === serverKeyOf(server));
			if (found) return [server, { user: found.user, password: found.password }];
			throw new Problem('missing-flag', {
				sentence: `${path} has no login for ${server}`,
				wanted: `an entry under auths for ${server}`,
				found: logins.map((login) => login.server).join(', ') || 'none (a credential helper keeps them elsewhere)',
				fix: `Log in with docker login ${server}, or give --user.`,
			});
		}),
	);
}

async function readPassword(context: Context, flags: LoginFlags, question: string): Promise<Secret> {
	if (flags.passwordStdin) {
		// One line break at the end is the shell's, not the password's; spaces and quotes are the password's.
		return mustHave(new Secret((await text(context.stdin)).replace(/\r?\n$/, '')), 'standard input');
	}
	if (flags.passwordEnv !== undefined) {
		const value = context.config.environment[flags.passwordEnv];
		return mustHave(new Secret(value ?? ''), `the environment variable ${flags.passwordEnv}`);
	}
	return mustHave(await context.terminal.askSecret(question), 'the answer');
}

function mustHave(password: Secret, where: string): Secret {
	if (password.reveal() !== '') return password;
	throw new Problem('missing-flag', { sentence: `there is no password: ${where} is empty`, wanted: 'a password' });
}
