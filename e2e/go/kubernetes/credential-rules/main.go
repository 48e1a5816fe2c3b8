// credential-rules answers a table of questions about pull credentials with Kubernetes' own code, so that ours can be
// held against it: which key matches which image, which credentials of a pod's secrets are tried in which order, and
// what an image's name means. It reads the questions as JSON and writes the answers as JSON, in the same order.
package main

import (
	"encoding/json"
	"log"
	"os"

	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/credentialprovider"
	"k8s.io/kubernetes/pkg/credentialprovider/secrets"
	"k8s.io/kubernetes/pkg/util/parsers"
)

type questions struct {
	Matches []struct {
		Key   string `json:"key"`
		Image string `json:"image"`
	} `json:"matches"`
	Lookups []struct {
		Secrets []secret `json:"secrets"`
		Image   string   `json:"image"`
	} `json:"lookups"`
	References []string `json:"references"`
}

type secret struct {
	Type string            `json:"type"`
	Data map[string]string `json:"data"`
}

type answers struct {
	Matches    []string    `json:"matches"`
	Lookups    []lookup    `json:"lookups"`
	References []reference `json:"references"`
}

type lookup struct {
	Users []string `json:"users"`
	Error string   `json:"error,omitempty"`
}

type reference struct {
	Repository string `json:"repository"`
	Tag        string `json:"tag"`
	Digest     string `json:"digest"`
	Error      string `json:"error,omitempty"`
}

func main() {
	var asked questions
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	var answered answers
	for _, question := range asked.Matches {
		answered.Matches = append(answered.Matches, match(question.Key, question.Image))
	}
	for _, question := range asked.Lookups {
		answered.Lookups = append(answered.Lookups, find(question.Secrets, question.Image))
	}
	for _, image := range asked.References {
		answered.References = append(answered.References, parse(image))
	}
	if err := json.NewEncoder(os.Stdout).Encode(answered); err != nil {
		log.Fatal(err)
	}
}

func match(key, image string) string {
	matched, err := credentialprovider.URLsMatchStr(key, image)
	if err != nil {
		return "error"
	}
	if matched {
		return "yes"
	}
	return "no"
}

func find(asked []secret, image string) lookup {
	passed := make([]v1.Secret, len(asked))
	for i, one := range asked {
		passed[i].Type = v1.SecretType(one.Type)
		passed[i].Data = map[string][]byte{}
		for key, value := range one.Data {
			passed[i].Data[key] = []byte(value)
		}
	}
	keyring, err := secrets.MakeDockerKeyring(passed, &credentialprovider.BasicDockerKeyring{})
	if err != nil {
		return lookup{Users: []string{}, Error: err.Error()}
	}
	found, _ := keyring.Lookup(image)
	users := make([]string, len(found))
	for i, one := range found {
		users[i] = one.Username
	}
	return lookup{Users: users}
}

func parse(image string) reference {
	repository, tag, digest, err := parsers.ParseImageName(image)
	if err != nil {
		return reference{Error: err.Error()}
	}
	return reference{Repository: repository, Tag: tag, Digest: digest}
}
