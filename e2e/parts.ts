import type { Part } from './check.ts';
import { apiServerPart } from './parts/api-server.ts';
import { azIdentityPart, azResourcesPart } from './parts/az-tables.ts';
import { azPart } from './parts/az.ts';
import { clausesPart } from './parts/clauses.ts';
import { documentsPart } from './parts/documents.ts';
import { exportsPart } from './parts/exports.ts';
import { frontDoorPart } from './parts/front-door.ts';
import { kubernetesClientsPart } from './parts/kubernetes-clients.ts';
import { kubernetesPart } from './parts/kubernetes.ts';
import { registryClientsPart } from './parts/registry-clients.ts';
import { reviewPart } from './parts/review.ts';
import { vendorScriptPart } from './parts/vendor-script.ts';

/** Every part of the suite, in the order in which they run. */
export const parts: Part[] = [
	azPart,
	azIdentityPart,
	azResourcesPart,
	vendorScriptPart,
	reviewPart,
	documentsPart,
	exportsPart,
	registryClientsPart,
	clausesPart,
	kubernetesPart,
	apiServerPart,
	kubernetesClientsPart,
	frontDoorPart,
];
