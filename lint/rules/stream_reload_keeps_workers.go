package rules

import (
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamReloadKeepsWorkers flags sessions that keep old workers alive.
var StreamReloadKeepsWorkers = &lint.Rule{
	Name: "stream-reload-keeps-workers", Severity: diag.Info, Group: lint.Reliability,
	Summary: "Sessions may last for hours, and each reload keeps the old workers until the last of them has ended.",
	Why: `A reload starts new workers and lets the old ones finish what they have. With a proxy_timeout of hours that takes as long as the
longest session, and each further reload adds a set of workers with their memory. worker_shutdown_timeout ends what is still there after
a time.`,
	Bad: []lint.Example{{In: "stream", Text: "server { listen 5432 so_keepalive=on; proxy_timeout 24h; proxy_pass 10.0.0.1:5432; }\n"}},
	Good: []lint.Example{{In: "", Text: "worker_shutdown_timeout 10m;\nevents {}\nstream {\nserver { listen 5432 so_keepalive=on; proxy_timeout 24h; " +
		"proxy_pass 10.0.0.1:5432; }\n}\n"}},
	Settings: []lint.Setting{{Name: "hours", Default: 2, Doc: "the proxy_timeout, in hours, from which on it is reported"}},
	Whole: func(p *lint.Pass) {
		if !p.Complete() || ngxcore.WorkerShutdownTimeout.Set(p.Tree.Main) {
			return
		}
		long := places(p.Tree.Stream(), func(v catalog.Value, _ *conf.Level) bool {
			t, _ := v.Arg.(time.Duration)
			return t >= time.Duration(p.Int("hours"))*time.Hour
		}, ngxstream.ProxyTimeout.Row)
		for _, at := range first(long) {
			p.Report(at, "a reload keeps the old workers for as long as their sessions last: worker_shutdown_timeout is not set")
		}
	},
}
