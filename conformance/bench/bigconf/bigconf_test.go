package bigconf

import (
	"bytes"
	"strings"
	"testing"
)

func TestSize(t *testing.T) {
	for _, size := range []Size{{Bytes: 100_000}, {Directives: 2_000}, {Bytes: 50_000, Directives: 1_000_000}} {
		c := Generate(size)
		if size.Bytes > 0 && (len(c.Text) < size.Bytes || len(c.Text) > size.Bytes+2_000) {
			t.Errorf("%+v: %d bytes", size, len(c.Text))
		}
		if size.Bytes == 0 && (c.Directives < size.Directives || c.Directives > size.Directives+30) {
			t.Errorf("%+v: %d directives", size, c.Directives)
		}
	}
}

func TestContent(t *testing.T) {
	c := Generate(Size{Directives: 5_000})
	if !bytes.Equal(c.Text, Generate(Size{Directives: 5_000}).Text) {
		t.Error("two configurations of one size differ")
	}
	text := string(c.Text)
	servers := strings.Count(text, "listen ")
	if lua := strings.Count(text, "_by_lua_block {"); lua != c.Lua || lua < servers/luaEvery || lua > servers/luaEvery+1 {
		t.Errorf("%d blocks of Lua (%d counted) in %d servers", lua, c.Lua, servers)
	}
	if open, closed := strings.Count(text, "{"), strings.Count(text, "}"); open != closed {
		t.Errorf("%d opening braces, %d closing ones", open, closed)
	}
	if strings.Contains(text, "%!") {
		t.Error("a verb is wrong")
	}
	// Whoever leaves the Lua out of the count by its own terminators counts the same.
	plain := 0
	inLua := false
	for line := range strings.Lines(text) {
		switch line = strings.TrimSpace(line); {
		case strings.HasSuffix(line, "_by_lua_block {"):
			inLua = true
			plain++
		case inLua:
			inLua = line != "}"
		case strings.HasSuffix(line, ";"), strings.HasSuffix(line, "{"):
			plain++
		}
	}
	if plain != c.Directives {
		t.Errorf("%d directives by lines, %d counted", plain, c.Directives)
	}
}
