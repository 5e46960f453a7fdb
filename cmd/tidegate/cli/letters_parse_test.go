package cli

import "testing"

func TestLettersAreReadAsNginxReadsThem(t *testing.T) {
	for _, c := range []struct {
		args []string
		want options
		err  string
	}{
		{[]string{"-t"}, options{test: true}, ""},
		{[]string{"-tq"}, options{test: true, quiet: true}, ""},
		{[]string{"-tc", "a.conf"}, options{test: true, conf: "a.conf"}, ""},
		{[]string{"-ca.conf", "-p", "/x"}, options{conf: "a.conf", prefix: "/x"}, ""},
		{[]string{"-g", "daemon off;", "-e", "stderr"}, options{globals: "daemon off;", errorLog: "stderr"}, ""},
		{[]string{"-s", "reload"}, options{signal: "reload"}, ""},
		{[]string{"-V"}, options{version: true, configure: true}, ""},
		{[]string{"-?"}, options{version: true, help: true}, ""},
		{[]string{"-s", "restart"}, options{}, `invalid option: "-s restart"`},
		{[]string{"-x"}, options{}, `invalid option: "x"`},
		{[]string{"file"}, options{}, `invalid option: "file"`},
		{[]string{"-c"}, options{}, `option "-c" requires file name`},
		{[]string{"-p"}, options{}, `option "-p" requires directory name`},
		{[]string{"-g"}, options{}, `option "-g" requires parameter`},
		{[]string{"-s"}, options{}, `option "-s" requires parameter`},
	} {
		got, err := parseLetters(c.args)
		if c.err != "" {
			if err == nil || err.Error() != c.err {
				t.Errorf("%q: error %v, want %s", c.args, err, c.err)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%q: %+v, %v; want %+v", c.args, got, err, c.want)
		}
	}
}
