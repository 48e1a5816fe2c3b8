import { createMemoryStore } from '@lanyard/sandbox-ground';
import { expect, it } from 'vitest';
import { openSigningKeys } from './signing-keys.ts';

it('leaves the key pair of a snapshot that was put in place while another was being made', async () => {
	const [world, other] = [createMemoryStore(), createMemoryStore()];
	const { kid } = await openSigningKeys(other).of('entra', 'x5t');
	const keys = openSigningKeys(world);
	keys.prepare('entra', 'x5t');
	world.replace(other.content());
	expect((await keys.of('entra', 'x5t')).kid).toBe(kid);
	expect(world.content()).toEqual(other.content());
});

it('is the same pair for whoever asks while it is being made, and after the world is started again', async () => {
	const store = createMemoryStore();
	const keys = openSigningKeys(store);
	const [one, two] = await Promise.all([keys.of('registry', 'libtrust'), keys.of('registry', 'libtrust')]);
	const again = await openSigningKeys(store).of('registry', 'libtrust');
	expect([two.kid, again.kid]).toEqual([one.kid, one.kid]);
	expect(one.kid).toMatch(/^([A-Z2-7]{4}:){11}[A-Z2-7]{4}$/);
});
