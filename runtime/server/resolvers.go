package server

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"syscall"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
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
	return c.resolver(args)
}

func (c *Cycle) resolver(args *ngxcore.Nameservers) *resolver.Resolver {
	if r := c.resolvers[args]; r != nil {
		return r
	}
	r := resolver.New(resolver.Config{
		Servers: args.Servers, Valid: time.Duration(args.Valid) * time.Second, NoIPv4: !args.IPv4, NoIPv6: !args.IPv6,
		Log: c.resolverLog,
	})
	c.resolvers[args] = r
	return r
}

// resolverLog writes what a resolver complains about; the level of a failed system call is ngx_connection_error's.
func (c *Cycle) resolverLog(msg string, err error) {
	level := errlog.Err
	var no syscall.Errno
	if errors.As(err, &no) {
		level = relay.ConnectionLevel(no, relay.Upstream)
	}
	c.log.Write(level, 0, msg)
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

// groupResolving is how the names in a group are looked up: by its own name servers, else by those of the stream block
// (ngx_stream_upstream_init_round_robin); nil where there are none.
func (c *Cycle) groupResolving(group catalog.Level) *upstream.Resolving {
	r := c.resolverAt(group)
	if args, ok := ngxstream.UpstreamResolver.Own(group); ok {
		r = c.resolver(args)
	}
	if r == nil {
		return nil
	}
	timeout, ok := ngxstream.UpstreamResolverTimeout.Own(group)
	if !ok {
		timeout = ngxstream.ResolverTimeout.Get(group)
	}
	return &upstream.Resolving{
		Timeout: timeout,
		Log:     func(msg string) { c.log.Write(errlog.Err, 0, msg) },
		Lookup: func(ctx context.Context, name, service string) (upstream.Found, error) {
			if service != "" {
				return findService(ctx, r, name, service, timeout)
			}
			a, err := r.Lookup(ctx, name, timeout)
			found := upstream.Found{Valid: a.Valid}
			for _, ip := range a.Addrs {
				found.Addrs = append(found.Addrs, upstream.FoundAddr{Addr: netip.AddrPortFrom(ip, 0)})
			}
			return found, lookupError(err)
		},
	}
}

// findService looks a service up by its SRV records.
func findService(ctx context.Context, r *resolver.Resolver, name, service string, timeout time.Duration) (upstream.Found, error) {
	a, err := r.LookupService(ctx, name, service, timeout)
	found := upstream.Found{Valid: a.Valid}
	for _, s := range a.Addrs {
		found.Addrs = append(found.Addrs, upstream.FoundAddr{Addr: s.Addr, Name: s.Name, Weight: int(s.Weight), Priority: s.Priority})
	}
	for _, f := range a.Failed {
		found.Failures = append(found.Failures, upstream.FoundFailure{Name: f.Name, Err: &upstream.LookupError{Code: f.Code, Text: f.Text()}})
	}
	return found, lookupError(err)
}

// lookupError is a resolver's error as package upstream knows it.
func lookupError(err error) error {
	var failed *resolver.Error
	if errors.As(err, &failed) {
		return &upstream.LookupError{Code: failed.Code, Text: failed.Text()}
	}
	return err
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
