import { randomBytes } from 'node:crypto';
import type { Visit } from '@lanyard/sandbox-ground';
import { unauthorized } from '../api-error.ts';
import type { User } from './attributes.ts';
import type { ClientCertificates } from './client-certificate.ts';
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

/** How somebody may be known. */
export interface Ways {
	users: Users;
	certificates: ClientCertificates;
	tokens: ServiceAccountTokens;
	others?: TokenCheck[];
}

/** Who sends requests. */
export class Authentication {
	readonly #users: Users;
	readonly #certificates: ClientCertificates;
	readonly #tokens: ServiceAccountTokens;
	readonly #others: TokenCheck[];

	constructor({ users, certificates, tokens, others = [] }: Ways) {
		this.#users = users;
		this.#certificates = certificates;
		this.#tokens = tokens;
		this.#others = others;
	}

	/**
	 * Who sends this request: by its certificate, and where that says nothing by its token, as a real server asks (kubeapiserver's
	 * authenticator/config.go). AKS has anonymous requests switched off.
	 */
	async identify(request: Request, { clientCertificate }: Pick<Visit, 'clientCertificate'>): Promise<User> {
		const holder = clientCertificate && this.#certificates.userOf(clientCertificate);
		if (holder) return holder;
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
