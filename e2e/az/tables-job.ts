import type { Place } from '../enclosure/run-job.ts';
import { type AzSteps, type Row, runAzSteps } from './az-steps.ts';
import { identityRun } from './identity.ts';
import { resourcesRun } from './resources.ts';

export interface AzTableInput {
	/** The Python that has the Azure CLI. */
	python: string;
	table: 'identity' | 'resources';
}

const tables: Record<AzTableInput['table'], AzSteps> = { identity: identityRun, resources: resourcesRun };

/** Runs one of the tables of az commands. */
export function job({ python, table }: AzTableInput, { folder }: Place): Promise<Row[]> {
	return runAzSteps(tables[table], { python, folder });
}
