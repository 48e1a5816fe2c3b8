/** A chart whose installation ends well only when a node of the sandbox's cluster has pulled from its registry. */
export function chartFiles(host: string): Record<string, string> {
	return {
		'Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 0.1.0\n',
		'templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: 1
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec:
      containers: [{ name: web, image: "${host}/nginx:v1" }]
`,
	};
}
