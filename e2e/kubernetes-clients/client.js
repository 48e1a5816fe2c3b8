// The JavaScript client library against the API server that the kubeconfig names.
import process from 'node:process';

import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';

const config = new KubeConfig();
config.loadFromDefault();
for (const cluster of config.clusters) Object.assign(cluster, { proxyUrl: process.env.HTTPS_PROXY });
const api = config.makeApiClient(CoreV1Api);
const namespace = 'default';
const list = () => api.listNamespacedConfigMap({ namespace });
const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list);
const seen = new Promise((resolve) => informer.on('update', (map) => map.data?.b === '2' && resolve(map)));
await informer.start();
const before = (await list()).items.length;
await api.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'js' }, data: { a: '1' } } });
const map = await api.readNamespacedConfigMap({ namespace, name: 'js' });
map.data = { a: '1', b: '2' };
await api.replaceNamespacedConfigMap({ namespace, name: 'js', body: map });
await seen;
await api.deleteNamespacedConfigMap({ namespace, name: 'js' });
await informer.stop();
if ((await list()).items.length !== before) throw new Error('it is still there');
console.log('listed, watched, patched, deleted');
process.exit(0);
