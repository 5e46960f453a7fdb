module tidegate/conformance/bench/drivers

go 1.26.0

replace tidegate => ../../..

require (
	github.com/nginxinc/nginx-go-crossplane v0.4.89
	github.com/tufanbarisyildirim/gonginx v0.0.0-20260220081509-8e17ce617db3
	tidegate v0.0.0
)

require (
	github.com/imega/luaformatter v0.0.0-20211025140405-86b0a68d6bef // indirect
	github.com/jstemmer/go-junit-report v1.0.0 // indirect
	github.com/timtadh/data-structures v0.5.3 // indirect
	github.com/timtadh/lexmachine v0.2.2 // indirect
	github.com/yuin/gopher-lua v1.1.2 // indirect
	golang.org/x/mod v0.38.0 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/tools v0.48.0 // indirect
)
