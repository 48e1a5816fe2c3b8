import { join } from 'node:path';

import { tryProgram } from '../set-up/run-program.ts';
import { noWay } from '../way-in.ts';
import type { Step } from './registry-client.ts';

/** The words of the first step that fails. */
export async function runSteps(
	steps: Step[],
	folder: string,
	env: Record<string, string>,
): Promise<string | undefined> {
	for (const step of steps) {
		const { status, stdout, stderr } = await runStep(step, folder, env);
		if (status !== 0) return `"${step.command.join(' ')}" ended with ${status}: ${(stderr || stdout).trim()}`;
	}
	return undefined;
}

/** Each client keeps its configuration where its own variable says. */
export async function runStep({ command, input, env: own }: Step, folder: string, env: Record<string, string>) {
	const [program = '', ...args] = command;
	const places = {
		HOME: folder,
		XDG_RUNTIME_DIR: folder,
		DOCKER_CONFIG: join(folder, 'docker'),
		REGISTRY_AUTH_FILE: join(folder, 'auth.json'),
		HELM_REGISTRY_CONFIG: join(folder, 'helm.json'),
		REGCTL_CONFIG: join(folder, 'regctl.json'),
		...noWay,
	};
	return tryProgram(program, args, { env: { ...places, ...env, ...own }, ...(input !== undefined && { input }) });
}
