package main

import (
	"fmt"
	"strings"
)

// A clause is a requirement in the words of the table that raw requests print, and how it is asked of a library.
type clause struct {
	requirement string
	check       func(w world) error
	// Why a library cannot ask it, by the library's name.
	cannot map[string]string
}

const (
	google = "go-containerregistry"
	regctl = "regclient"
)

func only(library, reason string) map[string]string {
	if library == google {
		return map[string]string{regctl: reason}
	}
	return map[string]string{google: reason}
}

func neither(reason string) map[string]string {
	return map[string]string{google: reason, regctl: reason}
}

var clauses = append(append(append(pulling, pushing...), manifests...), discovery...)

var pulling = []clause{
	{requirement: "GET of a manifest that is there is 200", check: func(w world) error {
		_, _, pushed := w.push("v1", nil)
		_, got := w.getManifest(w.repository, "v1")
		return first(pushed, got, w.answered("GET", "/manifests/v1", 200))
	}},
	{requirement: "GET of one that is not is 404", check: func(w world) error {
		_, _, pushed := w.push("v1", nil)
		_, got := w.getManifest(w.repository, "no")
		return first(pushed, refused(got), w.answered("GET", "/manifests/no", 404))
	}},
	{requirement: "the body is the bytes that were pushed, the content type what they were pushed as", check: func(w world) error {
		_, body, pushed := w.push("v1", nil)
		got, err := w.getManifest(w.repository, "v1")
		return first(pushed, err, same(got.bytes, body), holds(got.mediaType == ociManifest, "it is %s", got.mediaType))
	}},
	{requirement: "a Docker-Content-Digest, if any, is the digest of the body", check: func(w world) error {
		digest, _, pushed := w.push("v1", nil)
		got, err := w.headManifest(w.repository, "v1")
		told := w.header("HEAD", "/manifests/v1", "Docker-Content-Digest")
		return first(pushed, err, equal([]string{got.digest, told}, []string{digest, digest}))
	}},
	{requirement: "by digest it is the same manifest", check: func(w world) error {
		digest, body, pushed := w.push("v1", nil)
		got, err := w.getManifest(w.repository, digest)
		return first(pushed, err, same(got.bytes, body))
	}},
	{requirement: "GET of a blob leads to its bytes", check: func(w world) error {
		_, _, pushed := w.push("v1", nil)
		got, err := w.getBlob(w.repository, digestOf(layer))
		return first(pushed, err, same(got, layer))
	}},
	{requirement: "GET of one that is not there is 404", check: func(w world) error {
		_, _, pushed := w.push("v1", nil)
		_, got := w.getBlob(w.repository, unknown)
		return first(pushed, refused(got), w.answered("GET", "/blobs/"+unknown, 404))
	}},
	{requirement: "ranges are supported (RFC 9110): 206 with the part", cannot: neither("reads blobs from their beginning")},
	{requirement: "a range outside the blob is 416", cannot: neither("reads blobs from their beginning")},
	{requirement: "HEAD of a manifest that is there is 200 with its length", check: func(w world) error {
		_, body, pushed := w.push("v1", nil)
		got, err := w.headManifest(w.repository, "v1")
		return first(pushed, err, holds(got.size == int64(len(body)), "its length is %d", got.size))
	}},
	{requirement: "HEAD of a blob that is there is 200 with its length", check: func(w world) error {
		_, _, pushed := w.push("v1", nil)
		size, err := w.headBlob(w.repository, digestOf(layer))
		return first(pushed, err, holds(size == int64(len(layer)), "its length is %d", size))
	}},
	{requirement: "HEAD of what is not there is 404", check: func(w world) error {
		_, _, pushed := w.push("v1", nil)
		_, manifest := w.headManifest(w.repository, "no")
		_, blob := w.headBlob(w.repository, unknown)
		return first(pushed, refused(manifest), refused(blob), w.answered("HEAD", "/manifests/no", 404), w.answered("HEAD", unknown, 404))
	}},
}

func (w world) brings(body []byte) error { return w.putBlob(w.repository, digestOf(body), body) }

const uploads = "/blobs/uploads/"

var pushing = []clause{
	{requirement: "POST begins an upload: 202 with a location", check: func(w world) error {
		err := w.brings(layer)
		return first(err, w.answered("POST", uploads, 202), holds(w.header("POST", uploads, "Location") != "", "no location"))
	}},
	{requirement: "PUT with the digest ends it: 201 with the place to pull from", check: func(w world) error {
		err := w.brings(layer)
		place := w.header("PUT", uploads, "Location")
		return first(err, w.answered("PUT", uploads, 201), holds(strings.HasSuffix(place, "/v2/"+w.repository+"/blobs/"+digestOf(layer)), "the place is %q", place))
	}},
	{requirement: "one POST with a digest is enough: 201", cannot: neither("always sends POST and PUT")},
	{requirement: "content that has another digest is refused", check: func(w world) error {
		put := w.putBlob(w.repository, unknown, layer)
		status := w.answered("PUT", uploads, 400)
		_, there := w.headBlob(w.repository, unknown)
		return first(refused(put), status, refused(there))
	}},
	{requirement: "an empty blob can be pushed and found", check: func(w world) error {
		err := w.brings([]byte{})
		size, found := w.headBlob(w.repository, digestOf([]byte{}))
		return first(err, found, holds(size == 0, "its length is %d", size))
	}},
	{requirement: "each PATCH is 202 with a location and how far it got", check: func(w world) error {
		err := w.putBlobInChunks(w.repository, digestOf(layer), layer)
		got := w.header("PATCH", uploads, "Range")
		return first(err, w.answered("PATCH", uploads, 202), equal([]string{got}, []string{"0-9"}),
			holds(w.header("PATCH", uploads, "Location") != "", "no location"))
	}},
	{requirement: "a chunk out of order is 416", cannot: neither("sends chunks in order")},
	{requirement: "a GET of the upload tells how far it got: 204 with a range", cannot: neither("asks only after a failure")},
	{requirement: "the last chunk may come with the PUT", cannot: neither("ends with a PUT of nothing")},
	{requirement: "a PUT of nothing ends what PATCH brought", check: func(w world) error {
		err := w.putBlobInChunks(w.repository, digestOf(layer), layer)
		length := w.seen().last("PUT", uploads).sent.Get("Content-Length")
		got, read := w.getBlob(w.repository, digestOf(layer))
		return first(err, w.answered("PUT", uploads, 201), holds(length == "" || length == "0", "the PUT had %s bytes", length), read, same(got, layer))
	}},
	{requirement: "DELETE cancels an upload: 204, and it is unknown", cannot: only(regctl, "cancels nothing"), check: func(w world) error {
		mount := w.mountBlob(w.repository, w.repository+"/empty", unknown, layer)
		return first(refused(mount), w.answered("DELETE", uploads, 204))
	}},
	{requirement: "a mount that worked is 201 with the place to pull from", check: func(w world) error {
		other := w.repository + "/other"
		put := w.putBlob(other, digestOf(layer), layer)
		mount := w.mountBlob(w.repository, other, digestOf(layer), layer)
		place := w.header("POST", "mount="+escaped(digestOf(layer)), "Location")
		return first(put, mount, w.answered("POST", "mount="+escaped(digestOf(layer)), 201),
			holds(strings.HasSuffix(place, "/v2/"+w.repository+"/blobs/"+digestOf(layer)), "the place is %q", place))
	}},
	{requirement: "one that did not begins an upload: 202", check: func(w world) error {
		// One library then goes on with the upload, the other cancels it.
		_ = w.mountBlob(w.repository, w.repository+"/empty", digestOf(layer), layer)
		return w.answered("POST", "mount="+escaped(digestOf(layer)), 202)
	}},
	{requirement: "without a source it begins an upload: 202", cannot: only(regctl, "names a source always"), check: func(w world) error {
		err := w.brings(layer)
		return first(err, w.answered("POST", "mount="+escaped(digestOf(layer)), 202))
	}},
}

func escaped(digest string) string { return strings.Replace(digest, ":", "%3A", 1) }

var manifests = []clause{
	{requirement: "PUT is 201 with the place to pull from", check: func(w world) error {
		digest, _, err := w.push("v1", nil)
		got := w.seen().last("PUT", "/manifests/v1")
		return first(err, equal(
			[]string{fmt.Sprint(got.status), got.got.Get("Location"), got.got.Get("Docker-Content-Digest")},
			[]string{"201", "/v2/" + w.repository + "/manifests/" + digest, digest}))
	}},
	{requirement: "a manifest whose digest is not the one in the path is refused", cannot: only(google, "compares the digests itself"), check: func(w world) error {
		_, _, pushed := w.push("v1", nil)
		put := w.putManifest(w.repository, unknown, image(nil))
		return first(pushed, refused(put), w.answered("PUT", "/manifests/"+unknown, 400))
	}},
	{requirement: "a manifest that names a blob which is not there is refused", check: func(w world) error {
		layers := []fields{{"mediaType": "x/y", "digest": unknown, "size": 1}}
		_, _, err := w.push("v1", fields{"layers": layers})
		return first(refused(err), w.answered("PUT", "/manifests/v1", 400))
	}},
	{requirement: "a subject that is not there yet is taken", check: func(w world) error {
		_, _, err := w.push("", about(unknown))
		return first(err, w.answered("PUT", "/manifests/", 201))
	}},
	{requirement: "a manifest with a subject is answered with OCI-Subject", check: func(w world) error {
		_, _, err := w.push("", about(unknown))
		return first(err, equal([]string{w.header("PUT", "/manifests/", "OCI-Subject")}, []string{unknown}))
	}},
	{requirement: "a manifest too large is 413", check: func(w world) error {
		_, _, err := w.push("v1", fields{"annotations": map[string]string{"long": strings.Repeat("x", 4<<20)}})
		return first(refused(err), w.answered("PUT", "/manifests/v1", 413))
	}},
	{requirement: "at least 4 MiB are taken", check: func(w world) error {
		_, _, err := w.push("v1", fields{"annotations": map[string]string{"long": strings.Repeat("x", 4_190_000)}})
		return first(err, w.answered("PUT", "/manifests/v1", 201))
	}},
	{requirement: "DELETE of a manifest is 202, then 404", check: func(w world) error {
		digest, _, pushed := w.push("v1", nil)
		err := w.deleteManifest(w.repository, digest)
		_, there := w.getManifest(w.repository, digest)
		return first(pushed, err, w.answered("DELETE", digest, 202), refused(there), w.answered("GET", digest, 404))
	}},
	{requirement: "DELETE of a tag is 202 and leaves the manifest", check: func(w world) error {
		digest, _, pushed := w.push("v1", nil)
		err := w.deleteManifest(w.repository, "v1")
		_, there := w.getManifest(w.repository, digest)
		return first(pushed, err, w.answered("DELETE", "/manifests/v1", 202), there)
	}},
	{requirement: "DELETE of a blob is 202, of one that is not there 404", cannot: only(regctl, "deletes no blobs"), check: func(w world) error {
		put := w.brings(layer)
		err := w.deleteBlob(w.repository, digestOf(layer))
		status := w.answered("DELETE", digestOf(layer), 202)
		again := w.deleteBlob(w.repository, digestOf(layer))
		return first(put, err, status, refused(again), w.answered("DELETE", digestOf(layer), 404))
	}},
}

// tagged pushes one manifest under many tags.
func (w world) tagged(tags ...string) error {
	for _, tag := range tags {
		if _, _, err := w.push(tag, nil); err != nil {
			return err
		}
	}
	return nil
}

var discovery = []clause{
	{requirement: "the tags of a repository, in lexical order: 200", check: func(w world) error {
		pushed := w.tagged("b", "a", "B", "10", "9")
		tags, err := w.tags(w.repository, 0, "")
		return first(pushed, err, equal(tags, []string{"10", "9", "B", "a", "b"}))
	}},
	{requirement: "no more than n, the rest after last", cannot: only(regctl, "reads all pages"), check: func(w world) error {
		pushed := w.tagged("a", "b", "c", "d")
		some, one := w.tags(w.repository, 2, "")
		rest, two := w.tags(w.repository, 2, "b")
		return first(pushed, one, two, equal(some, []string{"a", "b"}), equal(rest, []string{"c", "d"}))
	}},
	{requirement: "n of 0 is an empty list", cannot: neither("takes 0 for no limit")},
	{requirement: "last need not be a tag", cannot: only(regctl, "reads all pages"), check: func(w world) error {
		pushed := w.tagged("a", "c")
		tags, err := w.tags(w.repository, 0, "b")
		return first(pushed, err, equal(tags, []string{"c"}))
	}},
	{requirement: "a Link leads to the next page, and there is none at the end", cannot: only(google, "follows no links"), check: func(w world) error {
		pushed := w.tagged("a", "b", "c")
		tags, err := w.tags(w.repository, 2, "")
		return first(pushed, err, equal(tags, []string{"a", "b", "c"}), w.answered("GET", "last=b", 200),
			equal([]string{w.header("GET", "last=b", "Link")}, []string{""}))
	}},
	{requirement: "a repository that is not there is 404", check: func(w world) error {
		_, err := w.tags(w.repository, 0, "")
		return first(refused(err), w.answered("GET", "/tags/list", 404))
	}},
	{requirement: "200 with an index, also where there are none", check: func(w world) error {
		found, err := w.referrers(w.repository, unknown, "")
		return first(err, holds(len(found) == 0, "%v", found), w.answered("GET", "/referrers/", 200),
			equal([]string{w.header("GET", "/referrers/", "Content-Type")}, []string{ociIndex}))
	}},
	{requirement: "each with its artifact type and annotations", check: func(w world) error {
		digest, _, pushed := w.push("", about(unknown))
		found, err := w.referrers(w.repository, unknown, "")
		return first(pushed, err, equal([]string{fmt.Sprint(found)}, []string{fmt.Sprint([]referrer{{digest, noteType, map[string]string{"a": "b"}}})}))
	}},
	{requirement: "without an artifact type of its own, the config's media type is it", check: func(w world) error {
		_, _, pushed := w.push("", fields{"subject": about(unknown)["subject"]})
		found, err := w.referrers(w.repository, unknown, "")
		return first(pushed, err, holds(len(found) == 1 && found[0].artifactType == emptyType, "%v", found))
	}},
	{requirement: "a filter that was applied is told of", cannot: only(regctl, "filters itself"), check: func(w world) error {
		_, _, pushed := w.push("", about(unknown))
		found, err := w.referrers(w.repository, unknown, "x/y")
		return first(pushed, err, holds(len(found) == 0, "%v", found),
			equal([]string{w.header("GET", "artifactType=", "OCI-Filters-Applied")}, []string{"artifactType"}))
	}},
	{requirement: "what is no digest is 400", cannot: neither("takes digests only")},
	{requirement: "what was pushed with a subject before its subject is listed afterwards", check: func(w world) error {
		subject := digestOf(image(nil))
		_, _, referring := w.push("", about(subject))
		_, _, referred := w.push("v1", nil)
		found, err := w.referrers(w.repository, subject, "")
		return first(referring, referred, err, holds(len(found) == 1, "%v", found))
	}},
	{requirement: "a referrer that is deleted is listed no more", check: func(w world) error {
		digest, _, pushed := w.push("", about(unknown))
		err := w.deleteManifest(w.repository, digest)
		found, listed := w.referrers(w.repository, unknown, "")
		return first(pushed, err, listed, holds(len(found) == 0, "%v", found))
	}},
	{requirement: "GET /v2/ is 200 for whoever is let in", cannot: only(regctl, "pings without a token"), check: func(w world) error {
		return first(w.ping(), w.answered("GET", "/v2/", 200))
	}},
	{requirement: "errors are JSON with a list of code, message and detail", cannot: only(google, "keeps no codes"), check: func(w world) error {
		_, _, pushed := w.push("v1", nil)
		_, err := w.getManifest(w.repository, "no")
		return first(pushed, refused(err), holds(hasCode(err, "MANIFEST_UNKNOWN"), "%v", err))
	}},
	{requirement: "a name that cannot be is refused", cannot: neither("checks names itself")},
	{requirement: "a manifest that is none is refused", cannot: only(google, "reads manifests itself"), check: func(w world) error {
		err := w.putManifest(w.repository, "v1", []byte(`{"layers":"none"}`))
		return first(refused(err), w.answered("PUT", "/manifests/v1", 400), holds(hasCode(err, "MANIFEST_INVALID"), "%v", err))
	}},
}
