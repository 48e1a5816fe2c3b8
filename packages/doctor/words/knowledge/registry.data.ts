// Which registry a host is, and what is known of a host by its name alone.

/** Whose registry it is; `other` is a host of somebody's own, `unknown` is no host at all. */
export type RegistryKind =
	| 'acr'
	| 'mcr'
	| 'docker-hub'
	| 'ecr'
	| 'google'
	| 'ghcr'
	| 'quay'
	| 'gitlab'
	| 'harbor'
	| 'jfrog'
	| 'nexus'
	| 'other'
	| 'unknown';

/** In this order; the first that fits. */
export const registryHosts: [kind: RegistryKind, host: RegExp][] = [
	['acr', /(^|\.)azurecr\.(io|cn|de|us)$/],
	['mcr', /(^|\.)mcr\.(microsoft\.com|azure\.cn)$/],
	['docker-hub', /(^|\.)docker\.(io|com)$/],
	['ecr', /\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com(\.cn)?|on\.aws)$|^public\.ecr\.aws$/],
	['google', /(^|\.)(gcr\.io|pkg\.dev|registry\.k8s\.io)$/],
	['ghcr', /^(ghcr\.io|docker\.pkg\.github\.com|containers\.pkg\.github\.com)$/],
	['quay', /(^|\.)quay\.io$|(^|\.)registry\.redhat\.io$|^registry\.connect\.redhat\.com$/],
	['gitlab', /(^|\.)registry\.gitlab\.com$|(^|[.-])gitlab[.-]/],
	['jfrog', /\.jfrog\.io$|artifactory|jfrog/],
	['harbor', /(^|[.-])harbor[.\d-]|(^|[.-])goharbor[.-]/],
	['nexus', /(^|[.-])(nexus|sonatype)[.\d-]/],
];

/** How people name kinds of registries, for the field `registry_kind`. */
export const registryNames: [kind: RegistryKind, name: RegExp][] = [
	['acr', /\bacr\b|azure ?cr|azure container/],
	['mcr', /\bmcr\b|microsoft/],
	['ecr', /\becr\b|aws|amazon/],
	['google', /\bg[ac]r\b|google|k8s/],
	['ghcr', /ghcr|github/],
	['quay', /quay|red ?hat/],
	['gitlab', /gitlab/],
	['harbor', /harbor/],
	['jfrog', /jfrog|artifactory/],
	['nexus', /nexus|sonatype/],
	['docker-hub', /docker ?-?hub|dockerhub|docker\.io/],
	['other', /self|private|local|on-?prem|other|generic|custom|own/],
];

/** Registries that millions use: their names are right, whatever a resolver says. */
export const wellKnown =
	/(^|\.)(docker\.io|docker\.com|gcr\.io|pkg\.dev|registry\.k8s\.io|ghcr\.io|quay\.io|mcr\.microsoft\.com|public\.ecr\.aws|registry\.gitlab\.com|amazonaws\.com|registry\.redhat\.io)$/;

/** Hosts that registries send their clients to for layers. */
export const dataHosts =
	/\.blob\.core\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$|\.data\.azurecr\.(io|cn|us)$|\.data\.mcr\.microsoft\.com$|(^|\.)cdn\d*\.quay\.io$|^production\.cloudflare\.docker\.com$|\.r2\.cloudflarestorage\.com$|\.s3[.-][a-z0-9.-]*amazonaws\.com$|^s3[.-][a-z0-9.-]*amazonaws\.com$|\.cloudfront\.net$|^pkg-containers\.githubusercontent\.com$|^storage\.googleapis\.com$|\.azurefd\.net$|\.azureedge\.net$/;

/** Hosts of pages that people are sent to read; nothing is pulled from there. */
export const pages =
	/^(aka\.ms|www\.[a-z0-9.-]+|docs?\.[a-z0-9.-]+|learn\.microsoft\.com|access\.redhat\.com|go\.microsoft\.com|kubernetes\.io|github\.com|gist\.github\.com|raw\.githubusercontent\.com|hub\.docker\.com)$/;

/** Pages that a registry's own answers point to. */
export const helpPages: [kind: RegistryKind, link: string][] = [
	['docker-hub', 'docker.com/increase-rate-limit'],
	['acr', 'aka.ms/acr/'],
	['quay', 'access.redhat.com/registryauthentication'],
];

/** Names that only the cluster's own DNS knows; nodes do not ask it. */
export const clusterHosts = /\.svc(\.[a-z0-9.-]+)?$|\.cluster\.local$/;

/** Addresses that are no use outside a network. */
export const privateAddress =
	/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|fd[0-9a-f]{2}:)/;

/** Images that Docker Hub has in its library for everybody ("official images"): nobody is refused them for want of a credential. */
export const officialImages =
	/^(docker\.io\/)?(library\/)?(alpine|amazonlinux|bash|busybox|caddy|cassandra|centos|consul|debian|docker|eclipse-temurin|elasticsearch|fedora|golang|gradle|haproxy|hello-world|httpd|influxdb|java|jenkins|kibana|logstash|mariadb|maven|memcached|mongo|mysql|nats|neo4j|nextcloud|nginx|node|openjdk|perl|php|postgres|python|rabbitmq|redis|registry|ruby|rust|sonarqube|tomcat|traefik|ubuntu|vault|wordpress|zookeeper)(:[\w.-]{1,128})?(@sha256:[0-9a-f]{1,64})?$/;
