package conf

import "tidegate/ast/diag"

// Checks describes the names under which findings of the parser, of the
// catalogue's decoders and of this package come, in the order of the alphabet.
// The message of a finding is nginx's and says what is wrong in one place; this
// says what such findings have in common.
func Checks() []diag.RuleInfo {
	row := func(name, summary string) diag.RuleInfo {
		return diag.RuleInfo{Name: name, Summary: summary, Severity: diag.Emerg}
	}
	return []diag.RuleInfo{
		row("argument-count", "A directive has more or fewer arguments than it takes."),
		row("block-in-param", "A directive with a block stands in the -g option, which takes simple ones only."),
		row("byte-order-mark", "The file begins with a byte order mark, which nginx takes for a part of the first name."),
		row("conflict", "Two directives exclude each other, or say different things of the same address, zone, file or group."),
		row("context", "A directive stands in a block that does not take it."),
		row("deprecated", "A directive has a successor; nginx warns about it."),
		row("duplicate", "Something that may be there only once is there twice."),
		row("empty-lua", "A Lua directive has no code."),
		row("empty-upstream", "A group of servers has no server."),
		row("file-too-large", "A file is larger than what can be read."),
		row("hash-size", "Names do not fit the hash table that nginx would build of them; its size is a directive."),
		row("include", "A file that an include directive names cannot be read."),
		row("include-loop", "A file includes itself, directly or through others."),
		row("invalid-address", "An address cannot be read, or the name in it cannot be resolved."),
		row("invalid-regex", "A regular expression does not compile."),
		row("invalid-value", "An argument is not of the form or in the range that the directive takes."),
		row("lua-block", "A block of Lua has no end by the rules of OpenResty, which looks for its closing brace by Lua's lexical rules."),
		row("lua-code-cache-off", "Lua is loaded anew for every session; that is for development only."),
		row("lua-joined-string", "A string of Lua that goes on over a line end makes OpenResty end the block too early."),
		row("lua-ssl", "The TLS settings of Lua's sockets cannot be put into effect."),
		row("lua-syntax", "Lua code does not compile. nginx finds that out at the first request or connection."),
		row("missing-file", "A file that the configuration names cannot be read."),
		row("nested-block", "A block stands in a table, whose entries are simple lines."),
		row("no-events", "There is no events block, without which nginx does not start."),
		row("no-listen", "A server has no listen directive."),
		row("start", "The configuration is right and cannot be put into effect on this machine."),
		row("terminator", `A directive ends with ";" where it needs a block, or has a block where it needs ";".`),
		row("tls", "TLS settings contradict each other, are not enough for what listen asks for, or name what OpenSSL would refuse."),
		row("too-long", "A word or a comment does not fit nginx's buffer of 4096 bytes."),
		row("too-many-errors", "There are more mistakes than are worth showing."),
		row("unexpected", "A character stands where it has no meaning."),
		row("unexpected-eof", "The file ends within a directive, a block or a quoted word."),
		row("unknown-directive", "No module has a directive of this name."),
		row("unknown-reference", "A name refers to a zone, a group or a format that nothing declares."),
		row("unknown-variable", "A variable is used that nothing makes, or made that may not be."),
		row("unreadable", "A configuration that was named could not be read."),
		row("unsupported", "nginx does this and tidegate run does not; a configuration with it is checked and not served."),
		row("upstream", "The servers of a group and its method do not go together."),
		row("worker-connections", "There are fewer worker_connections than sockets to listen on."),
	}
}
