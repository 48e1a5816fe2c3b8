package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

const (
	ociManifest = "application/vnd.oci.image.manifest.v1+json"
	ociIndex    = "application/vnd.oci.image.index.v1+json"
	emptyType   = "application/vnd.oci.empty.v1+json"
	noteType    = "application/vnd.example"
)

var (
	layer   = []byte("0123456789")
	unknown = digestOf([]byte("nobody has this"))
)

// A world is a library and a repository of its own, with nothing in it.
type world struct {
	library
	repository string
}

func digestOf(body []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(body)) }

type fields map[string]any

// image is a manifest of one layer, with these fields beside or instead.
func image(more fields) []byte {
	config := fields{"mediaType": emptyType, "digest": digestOf([]byte("{}")), "size": 2}
	layers := []fields{{"mediaType": "application/octet-stream", "digest": digestOf(layer), "size": len(layer)}}
	all := fields{"schemaVersion": 2, "mediaType": ociManifest, "config": config, "layers": layers}
	for name, value := range more {
		all[name] = value
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return text
}

// about is what a referrer of a manifest has.
func about(subject string) fields {
	return fields{
		"artifactType": noteType,
		"annotations":  map[string]string{"a": "b"},
		"subject":      fields{"mediaType": ociManifest, "digest": subject, "size": 1},
	}
}

// push brings blobs and manifest; without a tag under its digest.
func (w world) push(tag string, more fields) (string, []byte, error) {
	return w.pushTo(w.repository, tag, more)
}

func (w world) pushTo(repository, tag string, more fields) (string, []byte, error) {
	for _, body := range [][]byte{[]byte("{}"), layer} {
		if err := w.putBlob(repository, digestOf(body), body); err != nil {
			return "", nil, fmt.Errorf("before: %w", err)
		}
	}
	body := image(more)
	if tag == "" {
		tag = digestOf(body)
	}
	return digestOf(body), body, w.putManifest(repository, tag, body)
}

// answered holds the youngest exchange of this kind against a status.
func (w world) answered(method, part string, status int) error {
	if got := w.seen().last(method, part).status; got != status {
		return fmt.Errorf("%s %s was answered %d, not %d", method, part, got, status)
	}
	return nil
}

// header gives a header of the youngest answer of this kind.
func (w world) header(method, part, name string) string {
	return w.seen().last(method, part).got.Get(name)
}

func holds(claim bool, otherwise string, values ...any) error {
	if claim {
		return nil
	}
	return fmt.Errorf(otherwise, values...)
}

// refused turns a success into a failure.
func refused(err error) error {
	if err == nil {
		return errors.New("it was not refused")
	}
	return nil
}

// first gives the first of some failures.
func first(failures ...error) error {
	for _, one := range failures {
		if one != nil {
			return one
		}
	}
	return nil
}

func same(a, b []byte) error { return holds(bytes.Equal(a, b), "other bytes came back: %q", a) }

func equal(found, wanted []string) error {
	return holds(strings.Join(found, " ") == strings.Join(wanted, " "), "%v, not %v", found, wanted)
}
