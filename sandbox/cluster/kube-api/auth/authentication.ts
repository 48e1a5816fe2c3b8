import { randomBytes } from 'node:crypto';
import { unauthorized } from '../api-error.ts';
import type { User } from './attributes.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

/** The users of one cluster that were made with it: bearer tokens, and whose they are. */
export class Users {
	readonly #byToken = new Map<string, User>();

	/** Makes a user and returns its token: a new one, unless it had one before. */
	add(user: User, known?: string): string {
		const token = known ?? randomBytes(32).toString('hex');
		this.#byToken.set(token, user);
		return token;
	}

	find(token: string): User | undefined {
		return this.#byToken.get(token);
	}
}

/** Somebody else's way to know a token: Entra ID's. Undefined when it is none of theirs. */
export type TokenCheck = (token: string) => Promise<User | undefined>;

/** Who sends requests. */
export class Authentication {
	readonly #users: Users;
	readonly #tokens: ServiceAccountTokens;
	readonly #others: TokenCheck[];

	constructor(users: Users, tokens: ServiceAccountTokens, others: TokenCheck[] = []) {
		this.#users = users;
		this.#tokens = tokens;
		this.#others = others;
	}

	/** Who sends this request; AKS has anonymous requests switched off. */
	async identify(request: Request): Promise<User> {
		const token = /^Bearer (?<token>.+)$/i.exec(request.headers.get('authorization') ?? '')?.groups?.['token'];
		const user = token === undefined ? undefined : await this.userOf(token);
		if (!user) throw unauthorized();
		return user;
	}

	/** Whose token this is. */
	async userOf(token: string): Promise<User | undefined> {
		const made = this.#users.find(token);
		if (made) return made;
		const account = await this.#tokens.check(token);
		if (account) return account.user;
		for (const check of this.#others) {
			const user = await check(token);
			if (user) return user;
		}
		return undefined;
	}
}
