package suite

import (
	"crypto/md5"
	"crypto/sha1"
	"fmt"
	"strings"

	"tidegate/conformance/perl"
)

// responses judges the answers of an http case.
func (j *judgement) responses(round int, r Round) {
	c := j.c
	list, each, err := requests(c)
	if err != nil {
		j.check("request", err.Error())
		return
	}
	j.many = len(list) > 1 || c.Has("pipelined_requests")
	n := 0
	for i, a := range r.Answers {
		if a.End == endTimeout && !c.Has("abort") {
			j.check("session", "client socket timed out")
		}
		head := strings.HasPrefix(list[i][0].text, "HEAD ")
		raw := a.Text
		for range each {
			var res *response
			if c.Has("http09") {
				res = &response{code: "200", body: raw}
			} else {
				res = parseResponse(raw, head)
			}
			if !c.Has("ignore_response") {
				j.response(res, n)
			}
			raw = res.left
			n++
		}
		j.log(round, a.Log)
		if !c.Has("ignore_response") {
			j.accessLog(a.Access)
		}
	}
}

func (j *judgement) response(res *response, n int) {
	if res.broken != "" {
		j.check("chunks", res.broken)
	}
	// with calls check with what a section says of the request; it tells whether there is such a section.
	with := func(section string, check func(want perl.Value)) bool {
		if !j.c.Has(section) {
			return false
		}
		if want, ok := j.expected(section, n); ok {
			check(want)
		}
		return true
	}
	code := func(want perl.Value) { j.equal("error_code", strings.TrimSpace(perl.String(want)), res.code) }
	if !with("error_code_like", func(want perl.Value) { j.pattern("error_code_like", want, res.code, true) }) && !with("error_code", code) {
		code("200")
	}
	with("raw_response_headers_like", func(want perl.Value) { j.pattern("raw_response_headers_like", want, res.rawHeaders, true) })
	with("raw_response_headers_unlike", func(want perl.Value) { j.pattern("raw_response_headers_unlike", want, res.rawHeaders, false) })
	headers := func(section string) bool {
		return with(section, func(want perl.Value) { j.headers(section, want, res) })
	}
	if !headers("response_headers") {
		headers("response_headers_like")
	}
	body, err := j.filteredBody(res.body, n)
	if err != nil {
		j.check("response_body_filters", err.Error())
		return
	}
	j.body(body, n)
}

func (j *judgement) equal(what, want, got string) {
	if want != got {
		j.check(what, fmt.Sprintf("%q, not %q", got, want))
		return
	}
	j.check(what, "")
}

// headers checks lines "Name: value", and "!Name" for headers that must be missing.
func (j *judgement) headers(section string, v perl.Value, res *response) {
	for line := range strings.SplitSeq(perl.String(v), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if name, no := strings.CutPrefix(line, "!"); no {
			name = strings.TrimSpace(name)
			failed := ""
			for _, h := range res.headers {
				if h.key == name {
					failed = "there is a header " + name
				}
			}
			j.check(section, failed)
			continue
		}
		key, want, _ := strings.Cut(line, ":")
		key, want = strings.TrimSpace(key), strings.TrimSpace(want)
		got := res.get(key)
		if section == "response_headers_like" {
			re, err := perl.Compile("^"+want+"$", "")
			if err != nil {
				j.check(section, err.Error())
				continue
			}
			j.like(section, re, got, true)
			continue
		}
		j.equal(section+" "+key, j.expandPort(want), got)
	}
}

func (j *judgement) expandPort(s string) string {
	for _, name := range []string{"$ServerPortForClient", "$ServerPort"} {
		s = strings.ReplaceAll(s, name, fmt.Sprint(j.c.Head.Port()))
	}
	return s
}

// filteredBody applies response_body_filters: names, a sub, or a list of them; with a list of lists, one for each request.
func (j *judgement) filteredBody(body string, n int) (string, error) {
	v := j.c.Value("response_body_filters")
	var list []perl.Value
	switch v := v.(type) {
	case nil:
		return body, nil
	case string:
		for _, w := range strings.Fields(v) {
			list = append(list, w)
		}
	case *perl.Array:
		list = v.Values()
		if len(list) > 0 {
			if _, nested := list[0].(*perl.Array); nested {
				if n >= len(list) {
					return "", fmt.Errorf("there is no filter for request %d", n+1)
				}
				inner, _ := list[n].(*perl.Array)
				list = inner.Values()
			}
		}
	default:
		list = []perl.Value{v}
	}
	for _, f := range list {
		if code, ok := f.(*perl.Code); ok {
			out, err := j.c.Call(code, body)
			if err != nil {
				return "", err
			}
			body = ""
			if len(out) > 0 {
				body = perl.String(out[len(out)-1])
			}
			continue
		}
		filter, ok := bodyFilters[perl.String(f)]
		if !ok {
			return "", fmt.Errorf("filter %q is not known", perl.String(f))
		}
		body = filter(body)
	}
	return body, nil
}

var bodyFilters = map[string]func(string) string{
	"md5_hex":  func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) },
	"sha1_hex": func(s string) string { return fmt.Sprintf("%x", sha1.Sum([]byte(s))) },
	"uc":       strings.ToUpper,
	"lc":       strings.ToLower,
	"ucfirst":  func(s string) string { return strings.ToUpper(s[:min(1, len(s))]) + s[min(1, len(s)):] },
	"lcfirst":  func(s string) string { return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):] },
	"length":   func(s string) string { return fmt.Sprint(len(s)) },
}
