package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"tidegate/ast/diag"
)

// A baseline holds the findings that a project lives with, so that only new ones count. Its entries are fingerprints, which stay when
// lines move; where several lines read the same, the entry says how many.

const baselineVersion = 1

type baseline struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

type baselineEntry struct {
	Rule        string `json:"rule"`
	File        string `json:"file,omitempty"`
	Message     string `json:"message"`
	Fingerprint string `json:"fingerprint"`
	Count       int    `json:"count"`
}

// readBaseline reads a baseline; without a name it is empty.
func readBaseline(name string) (*baseline, error) {
	b := &baseline{}
	if name == "" {
		return b, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, b); err != nil {
		return nil, fmt.Errorf("%s is no baseline: %w", name, err)
	}
	if b.Version != baselineVersion {
		return nil, fmt.Errorf("%s is a baseline of version %d; write it anew with -write-baseline", name, b.Version)
	}
	return b, nil
}

// without leaves out the findings that the baseline holds. For what nginx would refuse there is no baseline.
func (b *baseline) without(list diag.List) diag.List {
	left := map[string]int{}
	for _, e := range b.Findings {
		left[e.Fingerprint] += e.Count
	}
	out := diag.List{}
	for i := range list {
		if f := list[i].Fingerprint(); !list[i].Fatal() && left[f] > 0 {
			left[f]--
			continue
		}
		out = append(out, list[i])
	}
	return out
}

// writeBaseline writes the findings that a baseline can hold, in an order that keeps changes of the file small.
func writeBaseline(name string, list diag.List) error {
	b := baseline{Version: baselineVersion, Findings: []baselineEntry{}}
	at := map[string]int{}
	for i := range list {
		d := &list[i]
		f := d.Fingerprint()
		if n, ok := at[f]; ok {
			b.Findings[n].Count++
			continue
		}
		at[f] = len(b.Findings)
		e := baselineEntry{Rule: d.Rule, Message: d.Message, Fingerprint: f, Count: 1}
		if d.Subject.IsValid() {
			e.File = d.Subject.File.Name
		}
		b.Findings = append(b.Findings, e)
	}
	slices.SortFunc(b.Findings, func(x, y baselineEntry) int {
		for _, c := range []int{strings.Compare(x.File, y.File), strings.Compare(x.Rule, y.Rule), strings.Compare(x.Message, y.Message)} {
			if c != 0 {
				return c
			}
		}
		return strings.Compare(x.Fingerprint, y.Fingerprint)
	})
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(data, '\n'), 0o644)
}
