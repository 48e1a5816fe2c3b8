/** `npm run bench -- NAME…` measures; without a name, everything. A measurement says what it compared with, and its budget. */
import { measureCluster } from './cluster.ts';
import { measureRegistry } from './registry.ts';
import { measureKubelet } from './kubelet.ts';
import { measureStartup } from './startup.ts';
import { measureWords } from './words.ts';
import { measureWorld } from './world.ts';

const benches: Record<string, () => Promise<boolean> | boolean> = {
	cluster: measureCluster,
	kubelet: measureKubelet,
	registry: measureRegistry,
	startup: measureStartup,
	words: measureWords,
	world: measureWorld,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
	console.error(`no bench "${unknown.join('", "')}"; there are ${Object.keys(benches).join(', ')}`);
	process.exit(2);
}
for (const [name, measure] of Object.entries(benches)) {
	if (asked.length > 0 && !asked.includes(name)) continue;
	if (!(await measure())) process.exitCode = 1;
}
