package perl

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// programs are expressions and what Perl makes of them, each value on a line of its own.
var programs = []struct{ code, want string }{
	{`"a\tb\n\x41\x{42}\0\1" . 'c\n\'d\\'`, "a\tb\nAB\x00\x01c\\n'd\\"},
	{`"a" x 3 . "b"`, "aaab"},
	{`("a", "b") x 2`, "a|b|a|b"},
	{`my $s = ''; for my $i (1..3) { $s .= "$i: done\n"; } $s;`, "1: done\n2: done\n3: done\n"},
	{`my @a = (1, 2, 3); "@a[0] $a[1] $#a @a"`, "1 2 2 1 2 3"},
	{`my %h = (a => 1, 'b' => 2); $h{c} = 3; join ",", map { "$_=$h{$_}" } sort keys %h`, "a=1,b=2,c=3"},
	{`my $r = [1, [2, 3], { k => [4] }]; "$r->[0] $r->[1][1] $r->[2]{k}[0] @{$r->[1]} ${$r}[0] $$r[0]"`, "1 3 4 2 3 1 1"},
	{`my $x = 5; $x += 2; $x *= 3; $x -= 1; $x /= 4; $x`, "5"},
	{`my $x; $x ||= 7; $x &&= 8; my $y //= 9; $x . $y`, "89"},
	{`2 ** 3 . "," . 7 % 3 . "," . -7 % 3 . "," . 10 / 4 . "," . 1e3 . "," . 0x1f . "," . 1_000 . "," . 017`, "8,1,2,2.5,1000,31,1000,15"},
	{`1/3`, "0.333333333333333"},
	{`1 == 1 ? "yes" : "no"`, "yes"},
	{`"abc" lt "abd" && 10 > 9 and not 0`, "1"},
	{`my $s = "hello world"; $s =~ s/o/0/g; $s =~ /(\w+) (\w+)/; "$2 $1 $&"`, "w0rld hell0 hell0 w0rld"},
	{`my $s = "aXbX"; (my $t = $s) =~ s/X/-/; "$s $t"`, "aXbX a-bX"},
	{`my $n = "x3"; $n =~ s/(\d)/$1 + 1/e; $n`, "x4"},
	{`join "|", "a1b22" =~ /\d+/g`, "1|22"},
	{`my ($a, $b, @c) = (1, 2, 3, 4); "$a $b @c"`, "1 2 3 4"},
	{`my $re = qr/b+/i; "aBBc" =~ /a${re}c/ ? "match" : "none"`, "match"},
	{`my $re = "a.c"; ("abc" =~ /^\Q$re\E$/) ? 1 : 0`, "0"},
	{`"tail\$" =~ /l\$$/ ? 1 : 0`, "1"},
	{"my $t = <<_EOC_ . \"after\";\nline $$ is\n_EOC_\n$t =~ s/\\d+/N/; $t", "line N is\nafter"},
	{"my $n = 3; <<\"A\" . <<'B'\n$n\nA\n$n\nB\n", "3\n$n\n"},
	{"join '', uc(<<\\A), <<B\n$n\\n\nA\nb\nB\n", "$N\\N\nb\n"},
	{"<<~E\n    two\n      more\n    E\n", "two\n  more\n"},
	{`sub add { my ($x, $y) = @_; return $x + $y } add(2, 3)`, "5"},
	{`my $f = sub { my $x = shift; "<$x>" }; $f->("a") . &$f("b")`, "<a><b>"},
	{`my $i = 0; my @out; while ($i < 5) { $i++; next if $i == 2; last if $i == 4; push @out, $i } "@out"`, "1 3"},
	{`my $s = ""; for (my $i = 0; $i < 3; $i++) { $s .= $i } $s`, "012"},
	{`my $v = eval { die "gone\n"; 1 }; defined $v ? "ran" : $@`, "gone\n"},
	{`eval "3 >= 2" ? "newer" : "older"`, "newer"},
	{`qw(a b c)`, "a|b|c"},
	{`q{a{b}c} . qq!x\!y!`, "a{b}cx!y"},
	{`my $h = { a => 1, -b => 2 }; join ",", map { "$_$h->{$_}" } sort keys %$h`, "-b2,a1"},
	{`lc("AB") . uc "cd" . length("xyz") . ucfirst("e") . lcfirst "FG"`, "abCD3EFG"},
	{`substr("hello", 1, 3) . substr("hello", -2) . index("hello", "l")`, "elllo2"},
	{`join ",", split /,\s*/, "a, b,c"`, "a,b,c"},
	{`join "|", split //, "abc"`, "a|b|c"},
	{`join "|", split " ", "  a b  c "`, "a|b|c"},
	{`join "|", reverse 1..3`, "3|2|1"},
	{`scalar reverse "abc"`, "cba"},
	{`sprintf "%03d %s %x %.2f%%", 7, "s", 255, 1.5`, "007 s ff 1.50%"},
	{`my @l = grep { $_ % 2 } 1..5; "@l" . scalar(@l)`, "1 3 53"},
	{`my @s = sort { $b <=> $a } 3, 10, 2; "@s"`, "10 3 2"},
	{`our $X = "global"; "$::X $main::X @{[ 1 + 1 ]}"`, "global global 2"},
	{`my $text = "l1\nl2\n"; open my $in, '<', \$text; my @lines; while (<$in>) { chomp; push @lines, $_ } join "|", @lines`, "l1|l2"},
	{`my $text = "l1\nl2\n"; my $all = do { open my $in, '<', \$text; local $/; <$in> }; $all`, "l1\nl2\n"},
	{`my $x = "a"; unless ($x eq "b") { "other" } else { "same" }`, "other"},
	{`my @a = (1) x 3; "@a"`, "1 1 1"},
	{`ref([]) . ref({}) . ref(sub {}) . ref(qr/x/) . ref(\1)`, "ARRAYHASHCODERegexpSCALAR"},
	{`pack("n", 258) . pack("C*", 65, 66) . pack("H4", "4344")`, "\x01\x02ABCD"},
	{`"\Qa.b\E.c \Uup\E \LLOW\E \ux"`, "a\\.b.c UP low X"},
	{`my $p = "n"; "$p: ${p}x @ home a\@b"`, "n: nx @ home a@b"},
	{`"12abc" + 1`, "13"},
	{`my $n = () = "aaa" =~ /a/g; $n`, "3"},
	{`my %o = (list => [1, 2]); push @{$o{list}}, 3; "@{$o{list}}"`, "1 2 3"},
	{`my $d = {}; $d->{a}{b}[1] = 5; $d->{a}{b}[1]`, "5"},
	{`"a" . 1 + 2`, "2"},
	{`!1 . "x"`, "x"},
	{`my $s = "x"; $s x= 3; $s`, "xxx"},
	{`(1, 2, 3)[1]`, "2"},
	{`my $x = do { 1; 2 }; $x`, "2"},
	{`"^(?:a|b)" . "\$"`, "^(?:a|b)$"},
	{`my $a = 1; { local $_ = 5; $a += $_ } $a`, "6"},
	{`$ENV{PERL_TEST_NOT_SET} // "unset"`, "unset"},
	{`my ($x) = "k=v" =~ /=(.*)/; $x`, "v"},
	{`("a" x 2) . "\n" . ("b" x 2)`, "aa\nbb"},
	{`1.25.5 eq "\x01\x19\x05" && 1.031 >= 1.25.5 ? "v" : "n"`, "v"},
	{`time: 1`, "1"},
	{`CORE::join("-", 1, 2)`, "1-2"},
	{`my $v = eval q{ "open }; $v // "bad"`, "bad"},
	{`"b" =~ m{^[a-c]$} ? "in" : "out"`, "in"},
	{`my $s = "a/b"; $s =~ s{/}{::}g; $s`, "a::b"},
	{`join ",", map { $_ * 2 } grep { $_ > 1 } (1, 2, 3)`, "4,6"},
	{`my %h = (-Base => 1); join ",", -Word, -length("abc"), -time() < 0, keys %h`, "-Word,-3,1,-Base"},
	{`my @x = map { { name => $_ } } qw(a b); $x[1]{name}`, "b"},
}

func joinedValues(values []Value) string {
	var parts []string
	for _, v := range values {
		parts = append(parts, String(v))
	}
	return strings.Join(parts, "|")
}

func TestPrograms(t *testing.T) {
	for _, c := range programs {
		got, err := New(Config{}).Eval(c.code, 1)
		if err != nil {
			t.Errorf("%s\n%v", c.code, err)
			continue
		}
		if d := cmp.Diff(c.want, joinedValues(got)); d != "" {
			t.Errorf("%s\n(-want +got):\n%s", c.code, d)
		}
	}
}

// TestProgramsAgainstPerl asks the real one, where it is installed, whether the table is right.
func TestProgramsAgainstPerl(t *testing.T) {
	perl, err := exec.LookPath("perl")
	if err != nil {
		t.Skip("perl is not installed")
	}
	for _, c := range programs {
		cmd := exec.Command(perl, "-e", `my @v = eval $ARGV[0]; die $@ if $@; print join "|", map { defined $_ ? $_ : "" } @v`, c.code)
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%s\n%v", c.code, err)
			continue
		}
		if d := cmp.Diff(c.want, string(out)); d != "" {
			t.Errorf("%s\n(-table +perl):\n%s", c.code, d)
		}
	}
}

// TestModules: a module of the suite has a package of its own, gives away what it exports, and may be built on Test::Base.
func TestModules(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"t/Base.pm": "package t::Base;\nuse Test::Nginx::Socket -Base;\nour $Where = 'base';\nour @EXPORT = qw($Where %Map where given taken);\nour %Map = (k => 'v');\n" +
			"sub where ($) { my $x = shift; return \"$Where $x\" }\nsub given {\n    return \"@_\";\n}\nsub taken() {\n    return \"@_\";\n}\n1;\n",
		"more/Plain.pm": "package Plain;\nuse Exporter 'import';\nour @EXPORT_OK = qw(one two);\nsub one { return 'one' }\nsub two { return 'two' }\n1;\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	in := New(Config{Dir: dir, Use: func(string, []Value) error { return nil }})
	err := in.Run("t/x.t", `use t::Base;
use lib 'more';
use Plain 'one';
our $Got = join ",", $Where, $Map{k}, where(1), given(1, 2), taken(1, 2), one, $t::Base::Where;
$Where = "changed";
$Got .= "," . where(2) . "," . __PACKAGE__ . "," . (eval { two(); 1 } ? "both" : "one");
`)
	if err == nil || !strings.Contains(err.Error(), "sub two is not known") {
		t.Errorf("a sub that was not asked for: %v", err)
	}
	if err := in.Run("t/crlf.t", "$Got .= <<E;\r\nx\r\nE\r\nchomp $Got;\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := in.Run("t/x.t", `$Got .= "," . where(2) . "," . __PACKAGE__;`); err != nil {
		t.Fatal(err)
	}
	got, err := in.Eval("$Got", 1)
	if d := cmp.Diff("base,v,base 1,2,1 2,one,basex,changed 2,main", joinedValues(got)); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

func TestUnknownIsNamed(t *testing.T) {
	for code, want := range map[string]string{
		`no_such_sub(1)`:           "sub no_such_sub is not known",
		`$x->method`:               "method method of undef is not known",
		`tr/a/b/`:                  "the operator tr is not supported",
		`format STDOUT =`:          "",
		`my $x = ;`:                "cannot read \";\"",
		`"unclosed`:                "does not end",
		`"a" =~ /(/`:               "missing closing parenthesis",
		`sub f { f() } f()`:        "deep",
		`1 while 1`:                "does not end",
		`use No::Such::Module; 1`:  "No::Such::Module",
		`die "with reason\n"`:      "with reason",
		"`echo command`":           "commands are not run here",
		`open my $f, '>', "x"; 1`:  "not supported",
		`my $s = "x" x 1000000000`: "bytes",
	} {
		_, err := New(Config{}).Eval(code, 1)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", code, err, want)
		}
	}
}

// TestHead runs what stands in front of cases: modules, subs of the host, BEGIN, and the order of all that.
func TestHead(t *testing.T) {
	var calls []string
	host := func(name string, out ...Value) Func {
		return func(args []Value) ([]Value, error) {
			calls = append(calls, name+"("+joinedValues(args)+")")
			return out, nil
		}
	}
	in := New(Config{
		Env:   map[string]string{"SET": "1"},
		Funcs: map[string]Func{"repeat_each": host("repeat_each", 2.0), "blocks": host("blocks", 3.0), "plan": host("plan"), "html_dir": host("html_dir", "/html"), "log_level": host("log_level")},
		Use: func(m string, args []Value) error {
			_, err := host("use " + m)(args)
			return err
		},
	})
	err := in.Run("t/x.t", `# comment
use lib 'lib';
our $Skip;
BEGIN { if (!defined $ENV{NOT}) { $Skip = "why"; } }
use Test::Nginx::Socket::Lua $Skip ? (skip_all => $Skip) : ();
use v5.10.1;

=head1 POD

=cut

repeat_each(2);
plan tests => repeat_each() * (blocks() * 3 + 1);
our $HtmlDir = html_dir;
$ENV{HTML} ||= html_dir() . "/x";
log_level 'debug';
__DATA__
=== not Perl
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"use lib(lib)", "use Test::Nginx::Socket::Lua(skip_all|why)", "repeat_each(2)", "repeat_each()", "blocks()",
		"plan(tests|20)", "html_dir()", "html_dir()", "log_level(debug)"}
	if d := cmp.Diff(want, calls); d != "" {
		t.Errorf("calls (-want +got):\n%s", d)
	}
	if v, _ := in.Getenv("HTML"); v != "/html/x" {
		t.Errorf("HTML is %q", v)
	}
	if got, err := in.Eval(`"path '$::HtmlDir'"`, 1); err != nil || joinedValues(got) != "path '/html'" {
		t.Errorf("a section that uses a variable of the head: %v, %v", got, err)
	}
}
