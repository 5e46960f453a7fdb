package job

import (
	"fmt"
	"path/filepath"
	"sync"

	"tidegate/conformance/bench/bigconf"
	"tidegate/conformance/bench/mix"
	"tidegate/conformance/bench/system"
)

// Found is what there is to run.
type Found struct {
	Systems  []system.System
	Baseline string // of the systems
	Tidegate string // which of the systems is Tidegate; empty if none is
	Drivers  Drivers
	Lua      map[string]string // interpreters: a name from Interpreters, and the program
	// Directives is the size of the configuration that is tested. What is only read is 10 MiB where this is 200 000.
	Directives int
}

// Interpreters of Lua, by the names of their programs; the first one is the baseline.
var Interpreters = []string{"luajit", "lua5.1"}

// repeats is how often one run of an interpreter computes a kernel.
const repeats = 20

// List is every job.
func List(f Found) []Job {
	return append([]Job{f.parse(), f.format(), f.test(), f.lint()}, f.kernels()...)
}

// conf is a configuration that is made when it is needed, and then once.
type conf struct {
	size string // for a reader
	make func() bigconf.Config
}

func newConf(size bigconf.Size, text string) conf {
	return conf{text, sync.OnceValue(func() bigconf.Config { return bigconf.Generate(size) })}
}

func (c conf) files() map[string][]byte { return map[string][]byte{"nginx.conf": c.make().Text} }

// read is the configuration for jobs that need not understand it.
func (f Found) read() conf {
	bytes := int(int64(f.Directives) * (10 << 20) / 200_000)
	return newConf(bigconf.Size{Bytes: bytes}, fmt.Sprintf("The file has %.1f MiB.", float64(bytes)/(1<<20)))
}

// checked is the configuration for jobs that must.
func (f Found) checked() conf {
	return newConf(bigconf.Size{Directives: f.Directives}, fmt.Sprintf("The file has %d directives.", f.Directives))
}

// text is output that is known beforehand.
func text(s string) func() string { return func() string { return s } }

// driver is a program of the drivers at work on the configuration.
func (f Found) driver(name, program, verb string, says func() string) Program {
	return Program{
		Name: name, Missing: f.Drivers.Missing(program), Says: says,
		Command: func(*system.Prefix) []string {
			return []string{f.Drivers.Path(program), verb, filepath.Join("conf", "nginx.conf")}
		},
	}
}

// tidegate is a command of Tidegate at work on the configuration.
func (f Found) tidegate(command string, says func() string) Program {
	p := Program{Name: f.Tidegate, Says: says}
	if f.Tidegate == "" {
		p.Name, p.Missing = "tidegate", "no system is Tidegate"
	}
	p.Command = func(*system.Prefix) []string {
		for _, s := range f.Systems {
			if s.Name == f.Tidegate {
				return []string{s.Binary, command, filepath.Join("conf", "nginx.conf")}
			}
		}
		return nil
	}
	return p
}

// tests are the systems with -t, those that are Tidegate or those that are not.
func (f Found) tests(tidegate bool) []Program {
	var out []Program
	for _, s := range f.Systems {
		if (s.Name == f.Tidegate) == tidegate && !s.HAProxy {
			out = append(out, Program{Name: s.Name, Rejects: true, Silent: true, Command: s.TestCommand})
		}
	}
	return out
}

// parse reads a configuration with a library.
func (f Found) parse() Job {
	c := f.read()
	says := func() string { return fmt.Sprintf("%d directives\n", c.make().Directives) }
	return Job{
		Name: "config-parse", Op: "configuration", Metrics: []mix.Metric{mix.CPUPerRun, mix.PeakMemory}, Baseline: "gonginx",
		About: "Reading a configuration into a tree with its comments, and counting the directives: Tidegate's parser, whose tree prints back byte for byte, " +
			"against the libraries nginx-go-crossplane and gonginx. " + c.size,
		Language: "sh", Text: "parse nginx.conf        # each library in a program of its own, conformance/bench/drivers\n",
		Files: c.files,
		Programs: []Program{
			f.driver("tidegate", "parse", "parse", says), f.driver("crossplane", "crossplane", "parse", says),
			f.driver("gonginx", "gonginx", "parse", says),
		},
	}
}

// format prints a configuration in a program's own layout.
func (f Found) format() Job {
	c := f.read()
	return Job{
		Name: "config-format", Op: "configuration", Metrics: []mix.Metric{mix.CPUPerRun, mix.PeakMemory}, Baseline: "crossplane",
		About:    "Printing a configuration in the program's own layout; Tidegate reads its result again and proves that the words are the same. " + c.size,
		Language: "sh", Text: "tidegate fmt nginx.conf\ncrossplane print nginx.conf        # parse and build, conformance/bench/drivers\n",
		Files:    c.files,
		Programs: []Program{f.tidegate("fmt", text("worker_processes")), f.driver("crossplane", "crossplane", "print", text("worker_processes"))},
	}
}

// test checks a configuration with nginx's own option.
func (f Found) test() Job {
	c := f.checked()
	return Job{
		Name: "config-test", Op: "configuration", Metrics: []mix.Metric{mix.CPUPerRun, mix.PeakMemory}, Baseline: f.Baseline,
		About:    "Testing a configuration with -t, regular expressions, upstream groups and Lua included. " + c.size,
		Language: "sh", Text: "tidegate -t -q -c nginx.conf\nnginx -t -q -c nginx.conf\n",
		Files:    c.files,
		Programs: append(f.tests(true), f.tests(false)...),
	}
}

// lint checks more than nginx does, and is compared with what nginx's test takes all the same.
func (f Found) lint() Job {
	c := f.checked()
	return Job{
		Name: "config-lint", Op: "configuration", Metrics: []mix.Metric{mix.CPUPerRun, mix.PeakMemory}, Baseline: f.Baseline,
		About:    "All rules of tidegate lint on top of the check, against what -t alone takes the others. " + c.size,
		Language: "sh", Text: "tidegate lint nginx.conf\nnginx -t -q -c nginx.conf\n",
		Files:    c.files,
		Programs: append([]Program{f.tidegate("lint", nil)}, f.tests(false)...),
	}
}

// script makes a program of a kernel: it computes the answer again and again and says the last one.
func script(k mix.Kernel) string {
	return fmt.Sprintf(`local answer
local ngx = { say = function(...)
    local words = { ... }
    for i = 1, select("#", ...) do words[i] = tostring(words[i]) end
    answer = table.concat(words)
end }
for _ = 1, %d do%send
print(answer)
`, repeats, k.Code)
}

// kernels run pure Lua without a server.
func (f Found) kernels() []Job {
	var out []Job
	for _, k := range mix.Kernels() {
		if !k.Pure() {
			continue
		}
		source := script(k)
		j := Job{
			Name: "program-" + k.Name, Op: "run", Metrics: []mix.Metric{mix.CPUPerRun}, Baseline: Interpreters[0],
			About: fmt.Sprintf("The Lua of the mix lua-%s, %d times over, as a program: Tidegate's machine against the interpreters.", k.Name, repeats),
			Text:  source, Language: "lua",
			Files: func() map[string][]byte { return map[string][]byte{"kernel.lua": []byte(source)} },
		}
		file := filepath.Join("conf", "kernel.lua")
		j.Programs = append(j.Programs, Program{
			Name: "tidegate", Missing: f.Drivers.Missing("lua"), Says: text(k.Want + "\n"),
			Command: func(*system.Prefix) []string { return []string{f.Drivers.Path("lua"), file} },
		})
		for _, name := range Interpreters {
			p := Program{Name: name, Says: text(k.Want + "\n"), Command: func(*system.Prefix) []string { return []string{f.Lua[name], file} }}
			if f.Lua[name] == "" {
				p.Missing = "not installed"
			}
			j.Programs = append(j.Programs, p)
		}
		out = append(out, j)
	}
	return out
}
