package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/opencontainers/go-digest"
	"github.com/regclient/regclient"
	"github.com/regclient/regclient/config"
	"github.com/regclient/regclient/scheme"
	"github.com/regclient/regclient/scheme/reg"
	"github.com/regclient/regclient/types/descriptor"
	regmanifest "github.com/regclient/regclient/types/manifest"
	"github.com/regclient/regclient/types/mediatype"
	"github.com/regclient/regclient/types/ref"
)

// regclientLibrary is regclient, which regctl and regsync are made of.
type regclientLibrary struct {
	host            string
	recorder        *recorder
	client, chunked *regclient.RegClient
}

func openRegclient(host, user, password string) library {
	seen := &recorder{}
	open := func(blobMax, blobChunk int64) *regclient.RegClient {
		login := config.Host{Name: host, Hostname: host, User: user, Pass: password, BlobMax: blobMax, BlobChunk: blobChunk}
		return regclient.New(
			regclient.WithConfigHost(login),
			regclient.WithRetryLimit(1),
			regclient.WithRetryDelay(time.Millisecond, time.Millisecond),
			regclient.WithRegOpts(reg.WithHTTPClient(&http.Client{Transport: seen}), reg.WithManifestMax(16<<20, 16<<20)),
		)
	}
	return &regclientLibrary{host: host, recorder: seen, client: open(0, 0), chunked: open(1, 4)}
}

func (r *regclientLibrary) name() string    { return "regclient" }
func (r *regclientLibrary) seen() *recorder { return r.recorder }

func (r *regclientLibrary) reference(repository, reference string) (ref.Ref, error) {
	separator := ":"
	if len(reference) > 7 && reference[:7] == "sha256:" {
		separator = "@"
	}
	return ref.New(r.host + "/" + repository + separator + reference)
}

func (r *regclientLibrary) place(repository string) (ref.Ref, error) {
	return ref.New(r.host + "/" + repository)
}

func plain(one regmanifest.Manifest, body []byte) manifest {
	about := one.GetDescriptor()
	return manifest{body, about.MediaType, about.Digest.String(), about.Size}
}

func (r *regclientLibrary) getManifest(repository, reference string) (manifest, error) {
	at, err := r.reference(repository, reference)
	if err != nil {
		return manifest{}, err
	}
	got, err := r.client.ManifestGet(context.Background(), at)
	if err != nil {
		return manifest{}, err
	}
	body, err := got.RawBody()
	return plain(got, body), err
}

func (r *regclientLibrary) headManifest(repository, reference string) (manifest, error) {
	at, err := r.reference(repository, reference)
	if err != nil {
		return manifest{}, err
	}
	got, err := r.client.ManifestHead(context.Background(), at)
	if err != nil {
		return manifest{}, err
	}
	return plain(got, nil), nil
}

func (r *regclientLibrary) putManifest(repository, reference string, body []byte) error {
	at, err := r.reference(repository, reference)
	if err != nil {
		return err
	}
	one, err := regmanifest.New(regmanifest.WithRaw(body), regmanifest.WithDesc(descriptor.Descriptor{MediaType: mediatype.OCI1Manifest}))
	if err != nil {
		return err
	}
	return r.client.ManifestPut(context.Background(), at, one)
}

func (r *regclientLibrary) deleteManifest(repository, reference string) error {
	at, err := r.reference(repository, reference)
	if err != nil {
		return err
	}
	if at.Digest == "" {
		return r.client.TagDelete(context.Background(), at)
	}
	return r.client.ManifestDelete(context.Background(), at)
}

func described(of string, size int) descriptor.Descriptor {
	return descriptor.Descriptor{Digest: digest.Digest(of), Size: int64(size), MediaType: "application/octet-stream"}
}

func (r *regclientLibrary) getBlob(repository, of string) ([]byte, error) {
	at, err := r.place(repository)
	if err != nil {
		return nil, err
	}
	reader, err := r.client.BlobGet(context.Background(), at, descriptor.Descriptor{Digest: digest.Digest(of)})
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return io.ReadAll(reader)
}

func (r *regclientLibrary) headBlob(repository, of string) (int64, error) {
	at, err := r.place(repository)
	if err != nil {
		return 0, err
	}
	reader, err := r.client.BlobHead(context.Background(), at, descriptor.Descriptor{Digest: digest.Digest(of)})
	if err != nil {
		return 0, err
	}
	defer reader.Close()
	return reader.GetDescriptor().Size, nil
}

func (r *regclientLibrary) putBlob(repository, of string, body []byte) error {
	at, err := r.place(repository)
	if err != nil {
		return err
	}
	_, err = r.client.BlobPut(context.Background(), at, described(of, len(body)), bytes.NewReader(body))
	return err
}

func (r *regclientLibrary) putBlobInChunks(repository, of string, body []byte) error {
	at, err := r.place(repository)
	if err != nil {
		return err
	}
	_, err = r.chunked.BlobPut(context.Background(), at, described(of, len(body)), bytes.NewReader(body))
	return err
}

func (r *regclientLibrary) mountBlob(repository, from, of string, body []byte) error {
	to, err := r.place(repository)
	if err != nil {
		return err
	}
	source, err := r.place(from)
	if err != nil {
		return err
	}
	return r.client.BlobMount(context.Background(), source, to, described(of, len(body)))
}

func (r *regclientLibrary) deleteBlob(repository, of string) error {
	at, err := r.place(repository)
	if err != nil {
		return err
	}
	return r.client.BlobDelete(context.Background(), at, described(of, 0))
}

func (r *regclientLibrary) tags(repository string, limit int, last string) ([]string, error) {
	at, err := r.place(repository)
	if err != nil {
		return nil, err
	}
	options := []scheme.TagOpts{}
	if limit > 0 {
		options = append(options, scheme.WithTagLimit(limit))
	}
	if last != "" {
		options = append(options, scheme.WithTagLast(last))
	}
	list, err := r.client.TagList(context.Background(), at, options...)
	if err != nil {
		return nil, err
	}
	return list.GetTags()
}

func (r *regclientLibrary) referrers(repository, of, artifactType string) ([]referrer, error) {
	at, err := r.reference(repository, of)
	if err != nil {
		return nil, err
	}
	options := []scheme.ReferrerOpts{}
	if artifactType != "" {
		options = append(options, scheme.WithReferrerMatchOpt(descriptor.MatchOpt{ArtifactType: artifactType}))
	}
	list, err := r.client.ReferrerList(context.Background(), at, options...)
	if err != nil {
		return nil, err
	}
	found := []referrer{}
	for _, one := range list.Descriptors {
		found = append(found, referrer{one.Digest.String(), one.ArtifactType, one.Annotations})
	}
	return found, nil
}

func (r *regclientLibrary) ping() error {
	at, err := ref.NewHost(r.host)
	if err != nil {
		return err
	}
	_, err = r.client.Ping(context.Background(), at)
	return err
}
