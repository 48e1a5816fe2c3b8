package main

import (
	"errors"
	"io"
	"slices"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

var errNoWay = errors.New("the library has no way to ask this")

// goContainerRegistry is Google's library, which crane and many controllers are made of.
type goContainerRegistry struct {
	host     string
	recorder *recorder
	options  []remote.Option
}

func openGoContainerRegistry(host, user, password string) library {
	seen := &recorder{}
	once := remote.Backoff{Steps: 1}
	options := []remote.Option{
		remote.WithTransport(seen), remote.WithRetryBackoff(once), remote.WithReferrersTagFallback(false),
		remote.WithAuth(&authn.Basic{Username: user, Password: password}),
	}
	return &goContainerRegistry{host: host, recorder: seen, options: options}
}

func (g *goContainerRegistry) name() string    { return "go-containerregistry" }
func (g *goContainerRegistry) seen() *recorder { return g.recorder }

func (g *goContainerRegistry) reference(repository, reference string) (name.Reference, error) {
	separator := ":"
	if len(reference) > 7 && reference[:7] == "sha256:" {
		separator = "@"
	}
	return name.ParseReference(g.host + "/" + repository + separator + reference)
}

func (g *goContainerRegistry) getManifest(repository, reference string) (manifest, error) {
	ref, err := g.reference(repository, reference)
	if err != nil {
		return manifest{}, err
	}
	got, err := remote.Get(ref, g.options...)
	if err != nil {
		return manifest{}, err
	}
	return manifest{got.Manifest, string(got.MediaType), got.Digest.String(), got.Size}, nil
}

func (g *goContainerRegistry) headManifest(repository, reference string) (manifest, error) {
	ref, err := g.reference(repository, reference)
	if err != nil {
		return manifest{}, err
	}
	got, err := remote.Head(ref, g.options...)
	if err != nil {
		return manifest{}, err
	}
	return manifest{nil, string(got.MediaType), got.Digest.String(), got.Size}, nil
}

// raw is a manifest that is sent as it is.
type raw []byte

func (r raw) RawManifest() ([]byte, error)        { return r, nil }
func (r raw) MediaType() (types.MediaType, error) { return types.OCIManifestSchema1, nil }

func (g *goContainerRegistry) putManifest(repository, reference string, bytes []byte) error {
	ref, err := g.reference(repository, reference)
	if err != nil {
		return err
	}
	return remote.Put(ref, raw(bytes), g.options...)
}

func (g *goContainerRegistry) deleteManifest(repository, reference string) error {
	ref, err := g.reference(repository, reference)
	if err != nil {
		return err
	}
	return remote.Delete(ref, g.options...)
}

func (g *goContainerRegistry) layer(repository, digest string) (v1.Layer, error) {
	ref, err := name.NewDigest(g.host + "/" + repository + "@" + digest)
	if err != nil {
		return nil, err
	}
	return remote.Layer(ref, g.options...)
}

func (g *goContainerRegistry) getBlob(repository, digest string) ([]byte, error) {
	layer, err := g.layer(repository, digest)
	if err != nil {
		return nil, err
	}
	reader, err := layer.Compressed()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return io.ReadAll(reader)
}

func (g *goContainerRegistry) headBlob(repository, digest string) (int64, error) {
	layer, err := g.layer(repository, digest)
	if err != nil {
		return 0, err
	}
	return layer.Size()
}

// claimed is a layer that says which digest it has, rightly or not.
type claimed struct {
	v1.Layer
	digest v1.Hash
}

func (c claimed) Digest() (v1.Hash, error) { return c.digest, nil }

func claim(digest string, bytes []byte) (v1.Layer, error) {
	hash, err := v1.NewHash(digest)
	return claimed{static.NewLayer(bytes, types.OCILayer), hash}, err
}

func (g *goContainerRegistry) writeLayer(repository string, layer v1.Layer) error {
	repo, err := name.NewRepository(g.host + "/" + repository)
	if err != nil {
		return err
	}
	return remote.WriteLayer(repo, layer, g.options...)
}

func (g *goContainerRegistry) putBlob(repository, digest string, bytes []byte) error {
	layer, err := claim(digest, bytes)
	if err != nil {
		return err
	}
	return g.writeLayer(repository, layer)
}

// It always sends one PATCH and then a PUT of nothing.
func (g *goContainerRegistry) putBlobInChunks(repository, digest string, bytes []byte) error {
	return g.putBlob(repository, digest, bytes)
}

func (g *goContainerRegistry) mountBlob(repository, from, digest string, bytes []byte) error {
	layer, err := claim(digest, bytes)
	if err != nil {
		return err
	}
	source, err := g.reference(from, digest)
	if err != nil {
		return err
	}
	return g.writeLayer(repository, &remote.MountableLayer{Layer: layer, Reference: source})
}

func (g *goContainerRegistry) deleteBlob(string, string) error { return errNoWay }

func (g *goContainerRegistry) tags(repository string, limit int, last string) ([]string, error) {
	repo, err := name.NewRepository(g.host + "/" + repository)
	if err != nil {
		return nil, err
	}
	options := g.options
	if limit > 0 {
		options = append([]remote.Option{remote.WithPageSize(limit)}, options...)
	}
	return remote.List(repo, options...)
}

func (g *goContainerRegistry) referrers(repository, digest, artifactType string) ([]referrer, error) {
	ref, err := name.NewDigest(g.host + "/" + repository + "@" + digest)
	if err != nil {
		return nil, err
	}
	options := g.options
	if artifactType != "" {
		options = append([]remote.Option{remote.WithFilter("artifactType", artifactType)}, options...)
	}
	index, err := remote.Referrers(ref, options...)
	if err != nil {
		return nil, err
	}
	list, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	found := []referrer{}
	for _, one := range list.Manifests {
		found = append(found, referrer{one.Digest.String(), one.ArtifactType, one.Annotations})
	}
	return found, nil
}

func (g *goContainerRegistry) ping() error { return errNoWay }

// hasCode tells whether the library read this code in a list of errors.
func hasCode(err error, code string) bool {
	var read *transport.Error
	if !errors.As(err, &read) {
		return false
	}
	return slices.ContainsFunc(read.Errors, func(one transport.Diagnostic) bool { return string(one.Code) == code && one.Message != "" })
}
