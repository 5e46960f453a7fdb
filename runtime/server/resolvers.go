package server

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/errlog"
	"tidegate/runtime/resolver"
	"tidegate/runtime/stream"
	"tidegate/runtime/upstream"
)

// resolvers are the running resolvers of a cycle, one for each resolver directive: levels that inherit one share it and its cache.
type resolvers map[*ngxcore.Nameservers]*resolver.Resolver

// at gives the resolver in force at a level; nil where none is configured.
func (c *Cycle) resolverAt(level catalog.Level) *resolver.Resolver {
	args, ok := ngxstream.Resolver.Lookup(level)
	if !ok {
		return nil
	}
	if r := c.resolvers[args]; r != nil {
		return r
	}
	r := resolver.New(resolver.Config{
		Servers: args.Servers, Valid: time.Duration(args.Valid) * time.Second, NoIPv4: !args.IPv4, NoIPv6: !args.IPv6,
		Log: func(msg string) { c.log.Write(errlog.Err, 0, msg) },
	})
	c.resolvers[args] = r
	return r
}

// streamResolver is stream.Resolver.
type streamResolver struct{ r *resolver.Resolver }

// Resolve looks the name up on a goroutine of its own. The session puts the name in front of the error itself.
func (s streamResolver) Resolve(name string, timeout time.Duration, done func([]upstream.Addr, error)) {
	go func() {
		ips, err := lookup(s.r, name, timeout, nil)
		addrs := make([]upstream.Addr, len(ips))
		for i, ip := range ips {
			addrs[i] = upstream.Addr{IP: netip.AddrPortFrom(ip, 0)}
		}
		var failed *resolver.Error
		if errors.As(err, &failed) {
			err = fmt.Errorf("could not be resolved (%d: %s)", failed.Code, failed.Text())
		}
		done(addrs, err)
	}()
}

func (c *Cycle) streamResolver(level catalog.Level) stream.Resolver {
	if r := c.resolverAt(level); r != nil {
		return streamResolver{r}
	}
	return nil
}

// lookup resolves a name; cancel, when it is closed, gives up.
func lookup(r *resolver.Resolver, name string, timeout time.Duration, cancel <-chan struct{}) ([]netip.Addr, error) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if cancel != nil {
		go func() {
			select {
			case <-cancel:
				stop()
			case <-ctx.Done():
			}
		}()
	}
	a, err := r.Lookup(ctx, name, timeout)
	return a.Addrs, err
}
