// Says what the code of Helm 4.3 makes of versions, ranges, indexes and locks: a question in JSON on each line of
// stdin, an answer in JSON on each line of stdout. record.ts asks.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/Masterminds/semver/v3"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/repo/v1"
	"sigs.k8s.io/yaml"
)

type question struct {
	Kind     string              `json:"kind"`
	Range    string              `json:"range"`
	Versions []string            `json:"versions"`
	Index    []byte              `json:"index"`
	Names    []string            `json:"names"`
	Base     string              `json:"base"`
	URL      string              `json:"url"`
	Declared []*chart.Dependency `json:"declared"`
	Lock     *chart.Lock         `json:"lock"`
}

type entry struct {
	Version string   `json:"version"`
	URLs    []string `json:"urls"`
	Digest  string   `json:"digest"`
}

type answer struct {
	Error    string             `json:"error,omitempty"`
	Verdicts string             `json:"verdicts,omitempty"`
	Versions []string           `json:"versions,omitempty"`
	Entries  map[string][]entry `json:"entries,omitempty"`
	Text     string             `json:"text,omitempty"`
}

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	folder, err := os.MkdirTemp("", "helm-rules")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var asked question
			if err := json.Unmarshal(line, &asked); err != nil {
				panic(err)
			}
			encoder.Encode(reply(asked, folder))
		}
		if err != nil {
			return
		}
	}
}

func reply(asked question, folder string) answer {
	switch asked.Kind {
	case "range":
		return inRange(asked)
	case "version":
		return kinds(asked)
	case "sort":
		return sorted(asked)
	case "tags":
		return tags(asked)
	case "index":
		return index(asked, filepath.Join(folder, "index.yaml"))
	case "url":
		text, err := repo.ResolveReferenceURL(asked.Base, asked.URL)
		return result(text, err)
	case "lock":
		text, err := yaml.Marshal(asked.Lock)
		return result(string(text), err)
	case "digest":
		return digest(asked)
	}
	panic(asked.Kind)
}

func result(text string, err error) answer {
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Text: text}
}

// For each version: 1 in the range, 0 outside of it, x no version.
func inRange(asked question) answer {
	constraint, err := semver.NewConstraint(asked.Range)
	if err != nil {
		return answer{Error: err.Error()}
	}
	verdicts := make([]byte, len(asked.Versions))
	for i, text := range asked.Versions {
		version, err := semver.NewVersion(text)
		switch {
		case err != nil:
			verdicts[i] = 'x'
		case constraint.Check(version):
			verdicts[i] = '1'
		default:
			verdicts[i] = '0'
		}
	}
	return answer{Verdicts: string(verdicts)}
}

// For each text: s a strict version, v a version, x none.
func kinds(asked question) answer {
	verdicts := make([]byte, len(asked.Versions))
	for i, text := range asked.Versions {
		verdicts[i] = 'x'
		if _, err := semver.NewVersion(text); err == nil {
			verdicts[i] = 'v'
		}
		if _, err := semver.StrictNewVersion(text); err == nil {
			verdicts[i] = 's'
		}
	}
	return answer{Verdicts: string(verdicts)}
}

// As LoadIndexFile sorts the versions of a chart.
func sorted(asked question) answer {
	versions := repo.ChartVersions{}
	for _, text := range asked.Versions {
		versions = append(versions, &repo.ChartVersion{Metadata: &chart.Metadata{Version: text}})
	}
	sort.Sort(sort.Reverse(versions))
	found := []string{}
	for _, version := range versions {
		found = append(found, version.Version)
	}
	return answer{Versions: found}
}

// As registry.Client.Tags makes versions of tags.
func tags(asked question) answer {
	var versions []*semver.Version
	for _, tag := range asked.Versions {
		version, err := semver.StrictNewVersion(strings.ReplaceAll(tag, "_", "+"))
		if err == nil {
			versions = append(versions, version)
		}
	}
	sort.Sort(sort.Reverse(semver.Collection(versions)))
	found := []string{}
	for _, version := range versions {
		found = append(found, version.String())
	}
	return answer{Versions: found}
}

func index(asked question, path string) answer {
	if err := os.WriteFile(path, asked.Index, 0o600); err != nil {
		panic(err)
	}
	file, err := repo.LoadIndexFile(path)
	if err != nil {
		return answer{Error: strings.ReplaceAll(err.Error(), path, "index.yaml")}
	}
	entries := map[string][]entry{}
	for _, name := range asked.Names {
		versions, ok := file.Entries[name]
		if !ok {
			continue
		}
		entries[name] = []entry{}
		for _, version := range versions {
			entries[name] = append(entries[name], entry{version.Version, version.URLs, version.Digest})
		}
	}
	return answer{Entries: entries}
}

// As internal/resolver's HashReq.
func digest(asked question) answer {
	data, err := json.Marshal([2][]*chart.Dependency{asked.Declared, asked.Lock.Dependencies})
	sum := sha256.Sum256(data)
	return result("sha256:"+hex.EncodeToString(sum[:]), err)
}
