import { credentialCases } from './cases/credentials.ts';
import { nodeCases } from './cases/node.ts';
import { registryCases } from './cases/registry.ts';
import type { CaseFile } from './pull-case.ts';

/** All cases; each file is one vector file. */
export const caseFiles: CaseFile[] = [credentialCases, nodeCases, registryCases];
