import { optionalNumber } from '../field.ts';
import { readJson } from '../body.ts';
import type { RepositoryDoor } from '../oci/manifest.ts';

/** How much a repository holds. */
export interface RepositorySize {
	manifests: number;
	tags: number;
}

/** ACR's own view of a repository, or its removal with everything in it (Azure Container Registry REST, "Repository"). */
export function acrRepositoryRequest(door: RepositoryDoor, method: 'GET' | 'DELETE' = 'GET'): Request {
	const headers: Record<string, string> = door.authorization === undefined ? {} : { authorization: door.authorization };
	return new Request(`https://${door.loginServer}/acr/v1/${door.repository}`, { method, headers });
}

/** Reads the answer to `acrRepositoryRequest`. */
export async function parseAcrRepository(response: Response): Promise<RepositorySize> {
	const json = await readJson(response);
	return { manifests: optionalNumber(json, 'manifestCount') ?? 0, tags: optionalNumber(json, 'tagCount') ?? 0 };
}
