import { operations } from './operations.data.ts';
import type { RegistryClient } from './registry-client.ts';
import type { OperationOutcome } from './sandbox-clients-job.ts';

/** Operation × client, a word in each cell: `well` or `refused` as it must be, `WRONG`, or that the client has no such command. */
export function clientTable(clients: RegistryClient[], outcomes: OperationOutcome[]): string {
	const head = ['', ...clients.map(({ name }) => name)];
	const rows = operations.map(({ name, ends }) => [
		name,
		...clients.map((client) => {
			const outcome = outcomes.find((one) => one.client === client.name && one.operation === name);
			if (outcome === undefined) return 'no command';
			return outcome.wrong === undefined ? ends : 'WRONG';
		}),
	]);
	const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
	const line = (row: string[]) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd();
	const count = (word: string) => rows.flat().filter((cell) => cell === word).length;
	const sum = `  ${count('well') + count('refused')} cells as they must be, ${count('WRONG')} not; in ${count('no command')} the client has no such command`;
	return [...[head, ...rows].map(line), sum].join('\n');
}
