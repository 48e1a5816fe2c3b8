package main

// A library is what both libraries can be asked for, each in its own words.
type library interface {
	name() string
	seen() *recorder
	getManifest(repository, reference string) (manifest, error)
	headManifest(repository, reference string) (manifest, error)
	putManifest(repository, reference string, bytes []byte) error
	deleteManifest(repository, reference string) error
	getBlob(repository, digest string) ([]byte, error)
	headBlob(repository, digest string) (int64, error)
	putBlob(repository, digest string, bytes []byte) error
	putBlobInChunks(repository, digest string, bytes []byte) error
	mountBlob(repository, from, digest string, bytes []byte) error
	deleteBlob(repository, digest string) error
	tags(repository string, limit int, last string) ([]string, error)
	referrers(repository, digest, artifactType string) ([]referrer, error)
	ping() error
}

// A manifest as a library gives it; of a HEAD without bytes.
type manifest struct {
	bytes     []byte
	mediaType string
	digest    string
	size      int64
}

type referrer struct {
	digest, artifactType string
	annotations          map[string]string
}
