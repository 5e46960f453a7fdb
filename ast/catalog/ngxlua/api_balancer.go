package ngxlua

import "tidegate/ast/catalog"

// Choosing servers.
var (
	BalancerModule = catalog.LuaFunc{Name: "ngx.balancer", Kind: catalog.LuaModule, Sig: `local balancer = require "ngx.balancer"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Choosing the server of a session or request."}
	BalancerSetCurrentPeer = catalog.LuaFunc{Name: "ngx.balancer.set_current_peer", Sig: "ok, err = balancer.set_current_peer(host, port, host?)",
		Module: "ngx.balancer", HTTP: catalog.Balancer, Stream: catalog.Balancer,
		Runs: catalog.Full, Doc: "Sets the server to connect to."}
	BalancerBindToLocalAddr = catalog.LuaFunc{Name: "ngx.balancer.bind_to_local_addr", Sig: "ok, err = balancer.bind_to_local_addr(addr)",
		Module: "ngx.balancer", HTTP: catalog.Balancer, Stream: catalog.Balancer,
		Runs: catalog.Full, Doc: "Sets the local address of the connection."}
	BalancerEnableKeepalive = catalog.LuaFunc{Name: "ngx.balancer.enable_keepalive", Sig: "ok, err = balancer.enable_keepalive(idle_timeout?, max_requests?)",
		Module: "ngx.balancer", HTTP: catalog.Balancer, Runs: httpOnly, Doc: "Keeps the connection for later requests."}
	BalancerSetMoreTries = catalog.LuaFunc{Name: "ngx.balancer.set_more_tries", Sig: "ok, err = balancer.set_more_tries(count)",
		Module: "ngx.balancer", HTTP: catalog.Balancer, Stream: catalog.Balancer,
		Runs: catalog.Full, Doc: "Allows further tries when connecting fails."}
	BalancerGetLastFailure = catalog.LuaFunc{Name: "ngx.balancer.get_last_failure", Sig: "state_name, status_code = balancer.get_last_failure()",
		Module: "ngx.balancer", HTTP: catalog.Balancer, Stream: catalog.Balancer,
		Runs: catalog.Full, Doc: "Returns how the previous try failed."}
	BalancerSetTimeouts = catalog.LuaFunc{Name: "ngx.balancer.set_timeouts", Sig: "ok, err = balancer.set_timeouts(connect_timeout, send_timeout, read_timeout)",
		Module: "ngx.balancer", HTTP: catalog.Balancer, Stream: catalog.Balancer,
		Runs: catalog.Full, Doc: "Sets the time limits of the connection, in seconds."}
	BalancerRecreateRequest = catalog.LuaFunc{Name: "ngx.balancer.recreate_request", Sig: "ok, err = balancer.recreate_request()",
		Module: "ngx.balancer", HTTP: catalog.Balancer, Runs: httpOnly, Doc: "Builds the request to the server anew."}
	BalancerSetUpstreamTLS = catalog.LuaFunc{Name: "ngx.balancer.set_upstream_tls", Sig: "ok, err = balancer.set_upstream_tls(on)",
		Module: "ngx.balancer", HTTP: catalog.Balancer, Runs: httpOnly, Doc: "Turns TLS to the server on or off."}
	NDKSetVar = catalog.LuaFunc{Name: "ndk.set_var.DIRECTIVE", Kind: catalog.LuaField, Sig: "res = ndk.set_var.DIRECTIVE_NAME",
		HTTP: catalog.AnyHTTPPhase &^ catalog.Init,
		Runs: httpOnly, Doc: "Calls the function behind a set_* directive."}
)
