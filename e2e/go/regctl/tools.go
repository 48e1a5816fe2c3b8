//go:build tools

// Package regctl names the program that the set-up builds, so that go.mod and go.sum pin all it needs.
package regctl

import _ "github.com/regclient/regclient/cmd/regctl"
