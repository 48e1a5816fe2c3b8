import type { Part } from './check.ts';
import { kubernetesPart } from './parts/kubernetes.ts';

/** Every part of the suite, in the order in which they run. */
export const parts: Part[] = [kubernetesPart];
