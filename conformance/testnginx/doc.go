// Package testnginx reads the files of Test::Nginx: a head in Perl, a line __DATA__, and cases made of sections.
//
// The flow:
//
//	Read(path, root)      a File: the text of the head, the cases with their raw sections, where each stands
//	(*File).Load(World)   runs the head for one run of one case: a Head, that is settings (workers, log level, …) and what the cases use
//	(*Head).Case(i)       a case with its filters applied, preprocessed and expanded, or an error that says which Perl is not known
//
// A head is run again for every case, because what it computes (server_root, $ENV{TEST_NGINX_HTML_DIR}) differs from one to the next
// when cases run side by side. The meaning of filters is Test::Base's, that of settings Test::Nginx::Util's and that of the stream
// and dgram sections Test::Nginx::Socket::Lua::Stream's and its sibling's.
//
// The package refuses to know servers, sockets and processes: running a case and judging what came of it is suite's.
package testnginx
