import type { Part } from './check.ts';
import { azPart } from './parts/az.ts';
import { kubernetesPart } from './parts/kubernetes.ts';
import { registryClientsPart } from './parts/registry-clients.ts';

/** Every part of the suite, in the order in which they run. */
export const parts: Part[] = [azPart, registryClientsPart, kubernetesPart];
