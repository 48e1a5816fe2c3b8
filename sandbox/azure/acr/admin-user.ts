import { timingSafeEqual } from 'node:crypto';
import type { Registry } from '../arm/model.ts';
import { adminPasswordsOf } from '../arm/registry-credential.ts';
import { fingerprintOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import type { Held } from './holder.ts';

/** The admin user: everything in its registry, with either of two passwords, while it is enabled ("Authentication options", admin account). */
export function adminHolder(state: State, registry: Registry, password: string): Held {
	if (!registry.adminUser) return { reason: 'the admin user is disabled' };
	const { password: first, password2: second } = adminPasswordsOf(state, registry);
	if (![first, second].some((one) => isSame(one, password)))
		return { reason: 'the password is neither of the two that the admin user has' };
	const { name } = registry;
	const why = () => ({ reason: 'the admin user has every right' });
	return { holder: { subject: name, appId: name, name: `admin user of ${name}`, has: () => true, why } };
}

/** In constant time, and without telling the length. */
function isSame(one: string, other: string): boolean {
	return timingSafeEqual(Buffer.from(fingerprintOf(one)), Buffer.from(fingerprintOf(other)));
}
