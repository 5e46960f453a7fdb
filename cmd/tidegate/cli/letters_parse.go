package cli

import (
	"fmt"
	"strings"
)

// options are nginx's letters after parsing (ngx_get_options).
type options struct {
	help, version, configure bool // -? -h, -v, -V
	test, dump, quiet        bool // -t, -T, -q
	prefix, conf, errorLog   string
	globals, signal          string
}

// parseLetters reads nginx's command line: letters may stand together (-tq) and a value may follow its letter directly or as the
// next argument. The error is nginx's own sentence without the "nginx: " in front.
func parseLetters(args []string) (o options, err error) {
	for i := 0; i < len(args); i++ {
		p := args[i]
		if !strings.HasPrefix(p, "-") {
			return o, fmt.Errorf("invalid option: \"%s\"", p)
		}
		for p = p[1:]; p != ""; {
			c := p[0]
			p = p[1:]
			set, what := o.letter(c)
			if set == nil && what == "" {
				return o, fmt.Errorf("invalid option: \"%c\"", c)
			}
			if set == nil {
				continue
			}
			if p == "" && i+1 < len(args) {
				i++
				p = args[i]
			}
			if p == "" {
				return o, fmt.Errorf("option \"-%c\" requires %s", c, what)
			}
			*set, p = p, ""
		}
	}
	switch o.signal {
	case "", "stop", "quit", "reopen", "reload":
	default:
		return o, fmt.Errorf("invalid option: \"-s %s\"", o.signal)
	}
	return o, nil
}

// letter applies a letter without value, or tells where the value goes and what nginx calls it.
func (o *options) letter(c byte) (set *string, what string) {
	switch c {
	case '?', 'h':
		o.version, o.help = true, true
	case 'v':
		o.version = true
	case 'V':
		o.version, o.configure = true, true
	case 't':
		o.test = true
	case 'T':
		o.test, o.dump = true, true
	case 'q':
		o.quiet = true
	case 'p':
		return &o.prefix, "directory name"
	case 'e':
		return &o.errorLog, "file name"
	case 'c':
		return &o.conf, "file name"
	case 'g':
		return &o.globals, "parameter"
	case 's':
		return &o.signal, "parameter"
	default:
		return nil, ""
	}
	return nil, "set"
}
