// The Azure CLI, unmodified, against a sandbox: one command after the other, as a table.
import { openSend } from '@lanyard/clients';
import { type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';

import { type AzResult, type AzShell, openAzShell } from './az-shell.ts';

/** One command of the Azure CLI, and what it must do. */
export interface Step {
	/** Words after `az`, quoted where they have spaces; `{name}` stands for what an earlier step kept under that name. */
	az: string;
	/** Whose configuration folder; `ana` unless said. */
	account?: string;
	/** From the cluster's node instead of the workstation. */
	fromNode?: boolean;
	/** 0 unless said. */
	exit?: number;
	/** What its output or its errors must say; `{name}` as above, but not in patterns. */
	says?: string | RegExp;
	/** Keeps the output under this name. */
	keep?: string;
	/** Approves the device code that the command prints, as this user. */
	approveAs?: string;
}

/** One command and what became of it. */
export interface Row {
	command: string;
	exit: number;
	/** Empty where it did what it must. */
	wrong: string;
}

export interface AzSteps {
	world: WorldDeclaration;
	timeScale?: number;
	steps: Step[];
	/** Makes what steps name in braces, and no step makes. */
	given(on: { sandbox: Sandbox; shell: AzShell; nodeUrl: string }): Promise<Map<string, string>>;
}

/** Runs every step in a world of its own; the table's rows in order. */
export async function runAzSteps(run: AzSteps, { python, folder }: { python: string; folder: string }): Promise<Row[]> {
	const { world, timeScale = 1, steps } = run;
	const sandbox = await startSandbox({ world, timeScale, onBug: (bug) => console.error(bug) });
	const shell = await openAzShell(python, sandbox.caPem, folder);
	const node = sandbox.machines().find(({ name }) => name !== 'workstation');
	const nodeUrl = node?.proxyUrl ?? sandbox.proxyUrl;
	try {
		const kept = await run.given({ sandbox, shell, nodeUrl });
		const rows: Row[] = [];
		for (const step of steps) rows.push(await runStep({ sandbox, shell, nodeUrl, kept }, step));
		return rows;
	} finally {
		await shell.close();
		await sandbox.close();
	}
}

interface Run {
	sandbox: Sandbox;
	shell: AzShell;
	nodeUrl: string;
	/** What steps kept, by name. */
	kept: Map<string, string>;
}

async function runStep({ sandbox, shell, nodeUrl, kept }: Run, step: Step): Promise<Row> {
	const fill = (text: string) => text.replace(/\{(\w+)\}/g, (sign, name: string) => kept.get(name) ?? sign);
	const { approveAs } = step;
	const approve = approveAs === undefined ? undefined : approver(sandbox, approveAs);
	const words = Array.from(step.az.matchAll(/"([^"]*)"|\S+/g), ([all, quoted]) => fill(quoted ?? all));
	const result = await shell.run(words, {
		account: step.account ?? 'ana',
		proxyUrl: step.fromNode ? nodeUrl : sandbox.proxyUrl,
		...(approve && { onError: approve }),
	});
	if (step.keep !== undefined) kept.set(step.keep, result.stdout.trim());
	return { command: `az ${step.az}`, exit: result.status, wrong: findWrong(step, result, fill) };
}

function findWrong(
	{ exit = 0, says, keep }: Step,
	{ status, stdout, stderr }: AzResult,
	fill: (text: string) => string,
) {
	const said = `${stdout}\n${stderr}`;
	const lastWords = said.trim().split('\n').slice(-6).join(' | ').slice(0, 900);
	if (status !== exit) return `ended with ${status}, not ${exit}: ${lastWords}`;
	if (typeof says === 'string' && !said.includes(fill(says))) return `does not say "${fill(says)}": ${lastWords}`;
	if (says instanceof RegExp && !says.test(stdout) && !says.test(said)) return `does not say ${says}: ${lastWords}`;
	if (keep !== undefined && !/^\S+$/.test(stdout.trim())) return `gave no single word to keep: ${lastWords}`;
	// What the sandbox itself got wrong looks like nothing that Azure would say.
	return /SandboxBug|Traceback/.test(said) ? `broke: ${lastWords}` : '';
}

/** Does what a person does who reads the code: opens the page it names, enters it, and signs in. */
function approver({ proxyUrl, caPem }: Sandbox, user: string): (said: string) => void {
	let isDone = false;
	return (said) => {
		const [, page, code] = said.match(/open the page (\S+) and enter the code (\w+)/) ?? [];
		if (isDone || page === undefined || code === undefined) return;
		isDone = true;
		const { send, close } = openSend({ proxyUrl, ca: caPem, userAgent: 'a browser' });
		const form = new URLSearchParams({ otc: code, username: user, password: 'Staple-22', do: 'approve' });
		void send(new Request(page, { method: 'POST', body: form })).then(close, close);
	};
}
