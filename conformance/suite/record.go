package suite

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"tidegate/conformance/testnginx"
)

// recording is what a file of observations holds.
type recording struct {
	System string               `json:"system"` // what it said of itself with -V
	Cases  map[int]*Observation `json:"cases"`  // by their numbers
}

// recordingName is the file of observations beside a file of cases.
func recordingName(path string) string { return strings.TrimSuffix(path, ".t") + ".observed.json" }

// Record writes the observations of a run beside the files of cases. Cases that were not observed keep what was recorded of them.
func Record(system string, files []*testnginx.File, results []*Result) error {
	for _, f := range files {
		old, err := readRecording(f)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		rec := recording{System: system, Cases: map[int]*Observation{}}
		if old != nil {
			rec.Cases = old.Cases
		}
		seen := false
		for _, r := range results {
			if r.File == f.Name() && r.Observation != nil {
				rec.Cases[r.Number], seen = r.Observation, true
			}
		}
		if !seen {
			continue
		}
		data, err := json.MarshalIndent(rec, "", " ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(recordingName(f.Path), append(data, '\n'), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func readRecording(f *testnginx.File) (*recording, error) {
	data, err := os.ReadFile(recordingName(f.Path))
	if err != nil {
		return nil, err
	}
	rec := &recording{}
	if err := json.Unmarshal(data, rec); err != nil {
		return nil, fmt.Errorf("%s: %w", recordingName(f.Path), err)
	}
	return rec, nil
}

// Replay judges recorded observations, without a server. A case is evaluated as if it ran where its observation was made.
func (r *Runner) Replay(files []*testnginx.File) ([]*Result, error) {
	if r.Judge == nil {
		r.Judge = Judge
	}
	var out []*Result
	for _, f := range files {
		rec, err := readRecording(f)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for i, b := range f.Blocks {
			res := &Result{File: f.Name(), Number: i + 1, Name: b.Name}
			if r.Filter != nil && !r.Filter(res.ID()+": "+res.Name) {
				continue
			}
			out = append(out, res)
			if rec == nil || rec.Cases[i+1] == nil {
				res.Outcome, res.Reason = Skip, "nothing is recorded"
				continue
			}
			res.Observation = rec.Cases[i+1]
			r.judgeRecorded(f, i, rec.System, res)
		}
	}
	return out, nil
}

func (r *Runner) judgeRecorded(f *testnginx.File, i int, version string, res *Result) {
	where := res.Observation.Where
	w := &testnginx.World{ServerRoot: where.Root, ServerPort: where.Port, StreamPort: where.Port + 1, Env: r.env(), Version: testnginx.Version{Text: version},
		RandPort: func(name string) (int, error) {
			if port, ok := where.Ports[name]; ok {
				return port, nil
			}
			return 0, fmt.Errorf("environment: %s was not given a port when the case was recorded", name)
		}}
	if prepareCase(f, i, w, res) != nil {
		r.settle(res)
	}
}
