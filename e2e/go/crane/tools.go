//go:build tools

// Package crane names the program that the set-up builds, so that go.mod and go.sum pin all it needs.
package crane

import _ "github.com/google/go-containerregistry/cmd/crane"
