package ngxlua

import "tidegate/ast/catalog"

// Cosockets and the sockets of clients.
var (
	SocketStream = catalog.LuaFunc{Name: "ngx.socket.stream", Sig: "tcpsock = ngx.socket.stream()", HTTP: httpYieldable, Stream: yieldable,
		Runs: catalog.Full, Doc: "Makes a TCP or unix-domain cosocket; another name of ngx.socket.tcp."}
	SocketTCP = catalog.LuaFunc{Name: "ngx.socket.tcp", Sig: "tcpsock = ngx.socket.tcp()", HTTP: httpYieldable, Stream: yieldable,
		Runs: catalog.Full, Doc: "Makes a TCP or unix-domain cosocket."}
	TCPBind = catalog.LuaFunc{Name: "tcpsock:bind", Kind: catalog.LuaMethod, Sig: "ok, err = tcpsock:bind(address, port?)",
		HTTP: httpYieldable, Stream: yieldable, Runs: catalog.Full, Doc: "Sets the local address."}
	TCPConnect = catalog.LuaFunc{Name: "tcpsock:connect", Kind: catalog.LuaMethod, Sig: "ok, err = tcpsock:connect(host, port, options_table?)\nok, err = tcpsock:connect(\"unix:/path/to/unix-domain.socket\", options_table?)",
		HTTP: httpYieldable, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Connects, or takes a connection from the pool."}
	TCPGetFd = catalog.LuaFunc{Name: "tcpsock:getfd", Kind: catalog.LuaMethod, Sig: "fd, err = tcpsock:getfd()",
		HTTP: httpYieldable, Stream: yieldable, Runs: catalog.Full, Doc: "Returns the number of the descriptor."}
	TCPSetClientCert = catalog.LuaFunc{Name: "tcpsock:setclientcert", Kind: catalog.LuaMethod, Sig: "ok, err = tcpsock:setclientcert(cert, pkey)",
		HTTP: httpYieldable, Runs: httpOnly, Doc: "Sets the certificate and key to show to the server."}
	TCPSetTrustedStore = catalog.LuaFunc{Name: "tcpsock:settrustedstore", Kind: catalog.LuaMethod, Sig: "ok, err = tcpsock:settrustedstore(x509_store)",
		HTTP: httpYieldable, Stream: yieldable, Runs: noOpenSSL, Doc: "Sets the authorities to verify the server against."}
	TCPSSLHandshake = catalog.LuaFunc{Name: "tcpsock:sslhandshake", Kind: catalog.LuaMethod, Sig: "session, err = tcpsock:sslhandshake(reused_session?, server_name?, ssl_verify?, send_status_req?)",
		HTTP: httpYieldable, Stream: yieldable, Yields: true, Runs: catalog.Full, Doc: "Begins TLS on the connection."}
	TCPGetSSLPointer = catalog.LuaFunc{Name: "tcpsock:getsslpointer", Kind: catalog.LuaMethod, Sig: "sslpointer, err = tcpsock:getsslpointer()",
		HTTP: httpYieldable, Stream: yieldable, Runs: noOpenSSL, Doc: "Returns a pointer to OpenSSL's SSL object."}
	TCPGetSSLCtx = catalog.LuaFunc{Name: "tcpsock:getsslctx", Kind: catalog.LuaMethod, Sig: "sslctx, err = tcpsock:getsslctx()",
		HTTP: httpYieldable, Stream: yieldable, Runs: noOpenSSL, Doc: "Returns a pointer to OpenSSL's SSL_CTX object."}
	TCPGetSSLSession = catalog.LuaFunc{Name: "tcpsock:getsslsession", Kind: catalog.LuaMethod, Sig: "session, err = tcpsock:getsslsession()",
		HTTP: httpYieldable, Stream: yieldable, Runs: catalog.Full, Doc: "Returns the TLS session for a later resumption."}
	TCPSend = catalog.LuaFunc{Name: "tcpsock:send", Kind: catalog.LuaMethod, Sig: "bytes, err = tcpsock:send(data)",
		HTTP: httpYieldable, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Sends data and waits until the system has taken it."}
	TCPReceive = catalog.LuaFunc{Name: "tcpsock:receive", Kind: catalog.LuaMethod, Sig: "data, err, partial = tcpsock:receive(size)\ndata, err, partial = tcpsock:receive(pattern?)",
		HTTP: httpYieldable, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Receives a line, a number of bytes or everything."}
	TCPReceiveAny = catalog.LuaFunc{Name: "tcpsock:receiveany", Kind: catalog.LuaMethod, Sig: "data, err = tcpsock:receiveany(max)",
		HTTP: httpYieldable, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Receives what is there, up to a number of bytes."}
	TCPReceiveUntil = catalog.LuaFunc{Name: "tcpsock:receiveuntil", Kind: catalog.LuaMethod, Sig: "iterator = tcpsock:receiveuntil(pattern, options?)",
		HTTP: httpYieldable, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Returns an iterator that receives up to a pattern."}
	TCPClose = catalog.LuaFunc{Name: "tcpsock:close", Kind: catalog.LuaMethod, Sig: "ok, err = tcpsock:close()",
		HTTP: httpYieldable, Stream: yieldable, Runs: catalog.Full, Doc: "Closes the socket."}
	TCPSetTimeout = catalog.LuaFunc{Name: "tcpsock:settimeout", Kind: catalog.LuaMethod, Sig: "tcpsock:settimeout(time)",
		HTTP: httpYieldable, Stream: yieldable,
		Runs: catalog.Full, Doc: "Sets the time limit of all operations, in milliseconds."}
	TCPSetTimeouts = catalog.LuaFunc{Name: "tcpsock:settimeouts", Kind: catalog.LuaMethod, Sig: "tcpsock:settimeouts(connect_timeout, send_timeout, read_timeout)",
		HTTP: httpYieldable, Stream: yieldable,
		Runs: catalog.Full, Doc: "Sets the time limits of connecting, sending and receiving, in milliseconds."}
	TCPSetOption = catalog.LuaFunc{Name: "tcpsock:setoption", Kind: catalog.LuaMethod, Sig: "ok, err = tcpsock:setoption(option, value?)",
		HTTP: httpYieldable, Stream: yieldable, Runs: catalog.Full, Doc: "Sets a socket option."}
	TCPSetKeepalive = catalog.LuaFunc{Name: "tcpsock:setkeepalive", Kind: catalog.LuaMethod, Sig: "ok, err = tcpsock:setkeepalive(timeout?, size?)",
		HTTP: httpYieldable, Stream: yieldable, Runs: catalog.Full, Doc: "Puts the connection into the pool."}
	TCPGetReusedTimes = catalog.LuaFunc{Name: "tcpsock:getreusedtimes", Kind: catalog.LuaMethod, Sig: "count, err = tcpsock:getreusedtimes()",
		HTTP: httpYieldable, Stream: yieldable,
		Runs: catalog.Full, Doc: "Returns how often the connection has come from the pool."}
	SocketConnect = catalog.LuaFunc{Name: "ngx.socket.connect", Sig: "tcpsock, err = ngx.socket.connect(host, port)\ntcpsock, err = ngx.socket.connect(\"unix:/path/to/unix-domain.socket\")",
		HTTP: httpYieldable, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Makes a TCP cosocket and connects it."}
	TCPShutdown = catalog.LuaFunc{Name: "tcpsock:shutdown", Kind: catalog.LuaMethod, Sig: `ok, err = tcpsock:shutdown("send")`, Stream: yieldable,
		Runs: catalog.Full, Doc: "Ends the output of the connection."}
	TCPSetTransparent = catalog.LuaFunc{Name: "tcpsock:settransparent", Kind: catalog.LuaMethod, Sig: "ok = tcpsock:settransparent()", Stream: yieldable,
		Runs: catalog.Full, Doc: "Allows a local address that is not the host's own."}
	TCPGetOption = catalog.LuaFunc{Name: "tcpsock:getoption", Kind: catalog.LuaMethod, Sig: "value, err = tcpsock:getoption(option)",
		HTTP: httpYieldable, Stream: yieldable,
		Runs: catalog.Full, Doc: "Returns a socket option."}
	SocketUDP = catalog.LuaFunc{Name: "ngx.socket.udp", Sig: "udpsock = ngx.socket.udp()", HTTP: httpYieldable, Stream: yieldable,
		Runs: catalog.Full, Doc: "Makes a UDP cosocket."}
	UDPBind = catalog.LuaFunc{Name: "udpsock:bind", Kind: catalog.LuaMethod, Sig: "ok, err = udpsock:bind(address)",
		HTTP: httpYieldable, Stream: yieldable, Runs: catalog.Full, Doc: "Sets the local address."}
	UDPSetPeerName = catalog.LuaFunc{Name: "udpsock:setpeername", Kind: catalog.LuaMethod, Sig: "ok, err = udpsock:setpeername(host, port)\nok, err = udpsock:setpeername(\"unix:/path/to/unix-domain.socket\")",
		HTTP: httpYieldable, Stream: yieldable, Yields: true, Runs: catalog.Full, Doc: "Sets the peer."}
	UDPSend = catalog.LuaFunc{Name: "udpsock:send", Kind: catalog.LuaMethod, Sig: "ok, err = udpsock:send(data)",
		HTTP: httpYieldable, Stream: yieldable, Runs: catalog.Full, Doc: "Sends a datagram."}
	UDPReceive = catalog.LuaFunc{Name: "udpsock:receive", Kind: catalog.LuaMethod, Sig: "data, err = udpsock:receive(size?)",
		HTTP: httpYieldable, Stream: yieldable, Yields: true, Runs: catalog.Full, Doc: "Receives a datagram."}
	UDPClose = catalog.LuaFunc{Name: "udpsock:close", Kind: catalog.LuaMethod, Sig: "ok, err = udpsock:close()",
		HTTP: httpYieldable, Stream: yieldable, Runs: catalog.Full, Doc: "Closes the socket."}
	UDPSetTimeout = catalog.LuaFunc{Name: "udpsock:settimeout", Kind: catalog.LuaMethod, Sig: "udpsock:settimeout(time)",
		HTTP: httpYieldable, Stream: yieldable,
		Runs: catalog.Full, Doc: "Sets the time limit of receiving, in milliseconds."}
	UDPSetOption = catalog.LuaFunc{Name: "udpsock:setoption", Kind: catalog.LuaMethod, Sig: `res, err = udpsock:setoption("ip-transparent", bool)`,
		Stream: yieldable, Runs: catalog.Full, Doc: "Sets a socket option."}
	ReqPeek = catalog.LuaFunc{Name: "reqsock:peek", Kind: catalog.LuaMethod, Sig: "data, err = reqsock:peek(size)",
		Stream: output &^ catalog.Content, Yields: true,
		Runs: catalog.Full, Doc: "Returns the first bytes from the client and leaves them to be read again."}
	ReqReceiveAny = catalog.LuaFunc{Name: "reqsock:receiveany", Kind: catalog.LuaMethod, Sig: "data, err = reqsock:receiveany(max)",
		Stream: output, Yields: true, Runs: catalog.Full, Doc: "Receives what is there, up to a number of bytes."}
	ReqReceive = catalog.LuaFunc{Name: "reqsock:receive", Kind: catalog.LuaMethod, Sig: "data, err, partial = reqsock:receive(size?)\ndata, err, partial = reqsock:receive('*l'|'*a')",
		HTTP: httpContent, Stream: output, Yields: true,
		Runs: catalog.Full, Doc: "Receives a line, a number of bytes or everything."}
	ReqReceiveUntil = catalog.LuaFunc{Name: "reqsock:receiveuntil", Kind: catalog.LuaMethod, Sig: "iterator = reqsock:receiveuntil(pattern, {inclusive=bool}?)",
		HTTP: httpContent, Stream: output, Runs: catalog.Full, Doc: "Returns an iterator that receives up to a pattern."}
	ReqSend = catalog.LuaFunc{Name: "reqsock:send", Kind: catalog.LuaMethod, Sig: "bytes, err = reqsock:send(data)",
		HTTP: catalog.Content, Stream: output, Yields: true, Runs: catalog.Full, Doc: "Sends data to the client."}
	ReqSetTimeout = catalog.LuaFunc{Name: "reqsock:settimeout", Kind: catalog.LuaMethod, Sig: "reqsock:settimeout(ms)",
		HTTP: httpContent, Stream: output,
		Runs: catalog.Full, Doc: "Sets the time limit of all operations, in milliseconds."}
	ReqSetTimeouts = catalog.LuaFunc{Name: "reqsock:settimeouts", Kind: catalog.LuaMethod, Sig: "reqsock:settimeouts(connect, send, read)",
		HTTP: httpContent, Stream: output,
		Runs: catalog.Full, Doc: "Sets the time limits of connecting, sending and receiving, in milliseconds."}
	ReqShutdown = catalog.LuaFunc{Name: "reqsock:shutdown", Kind: catalog.LuaMethod, Sig: `ok, err = reqsock:shutdown("send")`,
		Stream: output &^ catalog.Preread, Runs: catalog.Full, Doc: "Ends the output to the client."}
	ReqServerSSLHandshake = catalog.LuaFunc{Name: "reqsock:serversslhandshake", Kind: catalog.LuaMethod, Sig: "info, err = reqsock:serversslhandshake()",
		Stream: output, Yields: true, Runs: catalog.Full, Doc: "Begins TLS with the client in the middle of a session."}
	ReqGetFd = catalog.LuaFunc{Name: "reqsock:getfd", Kind: catalog.LuaMethod, Sig: "fd, err = reqsock:getfd()",
		HTTP: httpContent, Stream: output, Runs: catalog.Full, Doc: "Returns the number of the descriptor."}
	ReqGetOption = catalog.LuaFunc{Name: "reqsock:getoption", Kind: catalog.LuaMethod, Sig: "value, err = reqsock:getoption(option)",
		HTTP: httpContent, Stream: output, Runs: catalog.Full, Doc: "Returns a socket option."}
	ReqSetOption = catalog.LuaFunc{Name: "reqsock:setoption", Kind: catalog.LuaMethod, Sig: "ok, err = reqsock:setoption(option, value)",
		HTTP: httpContent, Stream: output, Runs: catalog.Full, Doc: "Sets a socket option."}
	ReqUDPSend = catalog.LuaFunc{Name: "udpreqsock:send", Kind: catalog.LuaMethod, Sig: "ok, err = reqsock:send(data) (UDP)", Stream: output,
		Runs: catalog.Full, Doc: "Sends a datagram to the client."}
	ReqUDPReceive = catalog.LuaFunc{Name: "udpreqsock:receive", Kind: catalog.LuaMethod, Sig: "data, err = reqsock:receive(size?) (UDP)",
		Stream: output, Runs: catalog.Full, Doc: "Returns the client's datagram."}
	ReqUDPSetTimeout = catalog.LuaFunc{Name: "udpreqsock:settimeout", Kind: catalog.LuaMethod, Sig: "reqsock:settimeout(ms) (UDP)", Stream: output,
		Runs: catalog.Full, Doc: "Sets the time limit of receiving, in milliseconds."}
)
