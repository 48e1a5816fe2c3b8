export { type Admin, openAdmin } from './admin.ts';
export type { ActiveFault, FaultRow, Faults } from './faults/faults.ts';
export { faultKinds, notExpressible, sameAs } from './faults/kinds.ts';
export { removeSandboxFolder, type SandboxRecord, writeSandboxFolder } from './folder.ts';
export type { LogLine } from './request-log.ts';
export type { Shown } from './shown.ts';
export type { Explanation } from './why.ts';
export { type Sandbox, type SandboxOptions, type SignIn, startSandbox } from './sandbox.ts';
export { builtInWorld, parseDuration, parseWorldFile, type WorldDeclaration, type WorldFile } from './world-file.ts';
