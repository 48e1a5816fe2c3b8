import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { buildImageArchive, type Image } from '../registry/image.ts';
import { runProgram } from '../set-up/run-program.ts';
import type { Login } from './azure-story.ts';

export interface Pushing {
	skopeo: string;
	folder: string;
	/** The workstation's way into the sandbox. */
	env: Record<string, string>;
	login: Login;
	/** By reference. */
	images: Map<string, Image>;
}

/** Pushes each image to its registry with skopeo, signed in there as a person would. */
export async function pushImages({ skopeo, folder, env, login, images }: Pushing): Promise<void> {
	const options = { env: { ...env, HOME: folder, REGISTRY_AUTH_FILE: join(folder, 'push-auth.json') } };
	const archive = join(folder, 'push.tar');
	for (const [reference, image] of images) {
		const host = reference.split('/')[0] ?? reference;
		const input = { input: login.password };
		await runProgram(skopeo, ['login', host, '-u', login.username, '--password-stdin'], { ...options, ...input });
		await writeFile(archive, buildImageArchive(image, reference));
		const copy = ['--insecure-policy', 'copy', '--tmpdir', folder, `oci-archive:${archive}:${reference}`];
		await runProgram(skopeo, [...copy, `docker://${reference}`], options);
	}
}
