import type { Permission } from '@lanyard/core';
import { stringList } from '../field.ts';
import type { ArmCall } from './call.ts';

/** Asks what the caller itself may do at a scope: deny assignments and activated eligible roles are counted in. */
export function permissionsCall(scope: string): ArmCall {
	return { path: `${scope}/providers/Microsoft.Authorization/permissions`, apiVersion: '2022-04-01' };
}

/** Reads one block of permissions, of a caller or of a role. */
export function parsePermission(json: unknown): Permission {
	return {
		actions: stringList(json, 'actions'),
		notActions: stringList(json, 'notActions'),
		dataActions: stringList(json, 'dataActions'),
		notDataActions: stringList(json, 'notDataActions'),
	};
}
