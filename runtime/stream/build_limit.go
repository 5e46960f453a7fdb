package stream

import (
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/errlog"
	"tidegate/runtime/stream/limitconn"
)

// limitZones collects the limit_conn_zone directives.
func (b *builder) limitZones() {
	for _, u := range ngxstream.LimitConnZone.Uses(b.level) {
		name := u.Arg.Zone.Name
		z := limitZone{key: b.vars.Compile(u.Arg.Key)}
		if b.deps.LimitZone != nil {
			z.zone = b.deps.LimitZone(name)
		} else {
			var err error
			if z.zone, err = limitconn.New(name, u.Arg.Key.Text, u.Arg.Zone.Size); err != nil {
				b.fail(u.At, err)
				continue
			}
		}
		b.zones[name] = z
	}
}

// limits are the limit_conn directives in force at a server; nil: there are none.
func (b *builder) limits(l Level) *limits {
	out := &limits{level: errlog.Level(ngxstream.LimitConnLogLevel.Get(l)), dryRun: ngxstream.LimitConnDryRun.Get(l)}
	for _, x := range ngxstream.LimitConn.All(l) {
		if z, ok := b.zones[x.Zone]; ok {
			out.list = append(out.list, limit{z, x.Max})
		}
	}
	if out.list == nil {
		return nil
	}
	return out
}
