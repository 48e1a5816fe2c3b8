const web = (replicas: number) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "myregistry.azurecr.io/nginx:v1", ports: [{containerPort: 80}], resources: {limits: {cpu: 500m}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
`;

/** Manifests in the folder in which the clients run. */
export const manifests = { 'web.yaml': web(1), 'other.yaml': web(2) };

/** A chart. */
export const chart = {
	'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
	'values.yaml': 'tag: v1\n',
	'templates/all.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-web, labels: {app: rel}}
spec:
  replicas: 1
  selector: {matchLabels: {app: rel}}
  template:
    metadata: {labels: {app: rel}}
    spec:
      serviceAccountName: {{ .Release.Name }}-sa
      containers: [{name: web, image: "myregistry.azurecr.io/nginx:{{ .Values.tag }}"}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: {{ .Release.Name }}-sa}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}-svc, labels: {app: rel}}
spec: {selector: {app: rel}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: {{ .Release.Name }}-ing}
spec: {rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: {{ .Release.Name }}-svc, port: {number: 80}}}}]}}]}
`,
};
