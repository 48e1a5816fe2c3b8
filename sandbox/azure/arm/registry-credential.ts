import { randomBytes } from 'node:crypto';
import type { State } from '../state.ts';
import type { Ask } from './ask.ts';
import type { Answered, Arm } from './handler.ts';
import { readBody, textIn } from './json-body.ts';
import type { Registry } from './model.ts';
import { registryRefusals } from './registry-refusal.ts';
import { allowed, pathsOf, registryKind } from './resource-kind.ts';

/** The admin user's two passwords: kept readable, because Azure shows them again and again. */
interface AdminPasswords {
	password: string;
	password2: string;
}

/** Listing and renewing the admin user's passwords. */
export function addRegistryCredentials(app: Arm, answered: Answered): void {
	const { one } = pathsOf(registryKind.type);
	app.post(`${one}/listcredentials`, answered(listCredentials));
	app.post(`${one}/regeneratecredential`, answered(regenerate));
}

/** The admin user's passwords; made when first asked for. */
export function adminPasswordsOf({ store }: State, { id }: Pick<Registry, 'id'>): AdminPasswords {
	const table = store.table<AdminPasswords>('arm/admin-passwords');
	const kept = table.get(id.toLowerCase());
	if (kept) return kept;
	const made = { password: newPassword(), password2: newPassword() };
	table.set(id.toLowerCase(), made);
	return made;
}

/** Forgets the passwords of a registry that is gone. */
export function forgetAdminPasswords({ store }: State, registryId: string): void {
	store.table<AdminPasswords>('arm/admin-passwords').delete(registryId.toLowerCase());
}

/** 52 letters, digits and a few signs (recorded length). */
export function newPassword(): string {
	return randomBytes(39).toString('base64').replaceAll('=', 'A');
}

function listCredentials(ask: Ask): Response {
	const registry = allowed(ask, registryKind, 'listCredentials/action');
	if (registry instanceof Response) return registry;
	return registry.adminUser ? tell(ask.state, registry) : registryRefusals.adminDisabled(registry.name);
}

async function regenerate(ask: Ask): Promise<Response> {
	const registry = allowed(ask, registryKind, 'regenerateCredential/action');
	if (registry instanceof Response) return registry;
	if (!registry.adminUser) return registryRefusals.adminDisabled(registry.name);
	const name = textIn((await readBody(ask.request)) ?? {}, 'name') ?? '';
	if (name !== 'password' && name !== 'password2') return registryRefusals.badPasswordName(name);
	const passwords = { ...adminPasswordsOf(ask.state, registry), [name]: newPassword() };
	ask.state.store.table<AdminPasswords>('arm/admin-passwords').set(registry.id.toLowerCase(), passwords);
	return tell(ask.state, registry);
}

function tell(state: State, registry: Registry): Response {
	const { password, password2 } = adminPasswordsOf(state, registry);
	return Response.json({
		username: registry.name,
		passwords: [
			{ name: 'password', value: password },
			{ name: 'password2', value: password2 },
		],
	});
}
