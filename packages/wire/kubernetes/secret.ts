import type { Secret } from '@lanyard/core';
import type { Metadata } from './metadata.ts';

/** A Secret object; its values, still in base64, cannot be printed. */
export interface KubeSecret extends Metadata {
	type: string;
	data: Record<string, Secret>;
}
