// Asks a registry, requirement by requirement, what OCI distribution 1.1 demands of it, through two client libraries of other makers.
// Registry, user and password stand in REGISTRY, REGISTRY_USER and REGISTRY_PASSWORD; proxy and roots where Go looks for them.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// A result is a cell of the table: what came of one requirement with one library.
type result struct {
	Requirement string `json:"requirement"`
	Library     string `json:"library"`
	// "holds", "fails" or "cannot": the library has no way to ask.
	Verdict string `json:"verdict"`
	Words   string `json:"words,omitempty"`
}

func main() {
	host, user, password := os.Getenv("REGISTRY"), os.Getenv("REGISTRY_USER"), os.Getenv("REGISTRY_PASSWORD")
	libraries := []library{openGoContainerRegistry(host, user, password), openRegclient(host, user, password)}
	results := []result{}
	for at, one := range clauses {
		for _, lib := range libraries {
			// Nothing that another requirement pushed is there.
			repository := fmt.Sprintf("clauses/c%d/%s", at, lib.name())
			results = append(results, ask(one, lib, repository))
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		panic(err)
	}
}

func ask(one clause, lib library, repository string) result {
	found := result{Requirement: one.requirement, Library: lib.name(), Verdict: "holds"}
	if reason, ok := one.cannot[lib.name()]; ok {
		found.Verdict, found.Words = "cannot", reason
		return found
	}
	lib.seen().forget()
	if err := one.check(world{library: lib, repository: repository}); err != nil {
		found.Verdict, found.Words = "fails", err.Error()
	}
	return found
}
