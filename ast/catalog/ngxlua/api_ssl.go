package ngxlua

import "tidegate/ast/catalog"

// TLS.
var (
	SSL = catalog.LuaFunc{Name: "ngx.ssl", Kind: catalog.LuaModule, Sig: `local ssl = require "ngx.ssl"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "TLS of the session or request."}
	SSLClearCerts = catalog.LuaFunc{Name: "ngx.ssl.clear_certs", Sig: "ok, err = ssl.clear_certs()",
		Module: "ngx.ssl", HTTP: httpTLS, Stream: catalog.SSLCertificate,
		Runs: catalog.Full, Doc: "Removes the configured certificate and key."}
	SSLCertPEMToDER = catalog.LuaFunc{Name: "ngx.ssl.cert_pem_to_der", Sig: "der_cert_chain, err = ssl.cert_pem_to_der(pem_cert_chain)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Turns a PEM certificate chain into DER."}
	SSLSetDERCert = catalog.LuaFunc{Name: "ngx.ssl.set_der_cert", Sig: "ok, err = ssl.set_der_cert(der_cert_chain)",
		Module: "ngx.ssl", HTTP: httpTLS, Stream: catalog.SSLCertificate,
		Runs: catalog.Full, Doc: "Sets the certificate chain from DER."}
	SSLPrivKeyPEMToDER = catalog.LuaFunc{Name: "ngx.ssl.priv_key_pem_to_der", Sig: "der_priv_key, err = ssl.priv_key_pem_to_der(pem_priv_key, passphrase)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Turns a PEM key into DER."}
	SSLSetDERPrivKey = catalog.LuaFunc{Name: "ngx.ssl.set_der_priv_key", Sig: "ok, err = ssl.set_der_priv_key(der_priv_key)",
		Module: "ngx.ssl", HTTP: httpTLS, Stream: catalog.SSLCertificate,
		Runs: catalog.Full, Doc: "Sets the key from DER."}
	SSLServerName = catalog.LuaFunc{Name: "ngx.ssl.server_name", Sig: "name, err = ssl.server_name()",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the name that the client asked for (SNI)."}
	SSLServerPort = catalog.LuaFunc{Name: "ngx.ssl.server_port", Sig: "port, err = ssl.server_port()",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the port of the server."}
	SSLRawServerAddr = catalog.LuaFunc{Name: "ngx.ssl.raw_server_addr", Sig: "addr_data, addr_type, err = ssl.raw_server_addr()",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the server's address in binary form."}
	SSLExportKeyingMaterial = catalog.LuaFunc{Name: "ngx.ssl.export_keying_material", Sig: "key, err = ssl.export_keying_material(length, label, context)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "Derives keying material from the TLS connection."}
	SSLExportKeyingMaterialEarly = catalog.LuaFunc{Name: "ngx.ssl.export_keying_material_early", Sig: "key, err = ssl.export_keying_material_early(length, label, context)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "Derives keying material from early data."}
	SSLRawClientAddr = catalog.LuaFunc{Name: "ngx.ssl.raw_client_addr", Sig: "addr_data, addr_type, err = ssl.raw_client_addr()",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the client's address in binary form."}
	SSLGetTLS1Version = catalog.LuaFunc{Name: "ngx.ssl.get_tls1_version", Sig: "ver, err = ssl.get_tls1_version()",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the TLS version as a number."}
	SSLGetTLS1VersionStr = catalog.LuaFunc{Name: "ngx.ssl.get_tls1_version_str", Sig: "ver, err = ssl.get_tls1_version_str()",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the TLS version."}
	SSLParsePEMCert = catalog.LuaFunc{Name: "ngx.ssl.parse_pem_cert", Sig: "cert_chain, err = ssl.parse_pem_cert(pem_cert_chain)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Parses a PEM certificate chain."}
	SSLParsePEMPrivKey = catalog.LuaFunc{Name: "ngx.ssl.parse_pem_priv_key", Sig: "priv_key, err = ssl.parse_pem_priv_key(pem_priv_key)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Parses a PEM key."}
	SSLParseDERCert = catalog.LuaFunc{Name: "ngx.ssl.parse_der_cert", Sig: "cert_chain, err = ssl.parse_der_cert(der_cert_chain)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Parses a DER certificate chain."}
	SSLParseDERPrivKey = catalog.LuaFunc{Name: "ngx.ssl.parse_der_priv_key", Sig: "priv_key, err = ssl.parse_der_priv_key(der_priv_key)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Parses a DER key."}
	SSLSetCert = catalog.LuaFunc{Name: "ngx.ssl.set_cert", Sig: "ok, err = ssl.set_cert(cert_chain)",
		Module: "ngx.ssl", HTTP: httpTLS, Stream: catalog.SSLCertificate,
		Runs: catalog.Full, Doc: "Sets the parsed certificate chain."}
	SSLSetPrivKey = catalog.LuaFunc{Name: "ngx.ssl.set_priv_key", Sig: "ok, err = ssl.set_priv_key(priv_key)",
		Module: "ngx.ssl", HTTP: httpTLS, Stream: catalog.SSLCertificate,
		Runs: catalog.Full, Doc: "Sets the parsed key."}
	SSLVerifyClient = catalog.LuaFunc{Name: "ngx.ssl.verify_client", Sig: "ok, err = ssl.verify_client(client_certs?, depth?, trusted_certs?)",
		Module: "ngx.ssl", HTTP: httpTLS, Stream: catalog.SSLCertificate,
		Runs: catalog.Full, Doc: "Asks the client for a certificate."}
	SSLGetClientRandom = catalog.LuaFunc{Name: "ngx.ssl.get_client_random", Sig: "client_random = ssl.get_client_random(outlen?)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the client's random bytes."}
	SSLGetServerRandom = catalog.LuaFunc{Name: "ngx.ssl.get_server_random", Sig: "server_random = ssl.get_server_random(outlen?)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "Returns the server's random bytes."}
	SSLGetSessionMasterKey = catalog.LuaFunc{Name: "ngx.ssl.get_session_master_key", Sig: "master_key = ssl.get_session_master_key(outlen?)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "Returns the master key of the TLS session."}
	SSLGetReqSSLPointer = catalog.LuaFunc{Name: "ngx.ssl.get_req_ssl_pointer", Sig: "ssl_ptr, err = ssl.get_req_ssl_pointer()",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Partial("it is good for ssl_session_reused alone: there is no OpenSSL object to point to"), Doc: "Returns a pointer to OpenSSL's object of the client's connection."}
	SSLGetUpstreamSSLPointer = catalog.LuaFunc{Name: "ngx.ssl.get_upstream_ssl_pointer", Sig: "ssl_ptr, err = ssl.get_upstream_ssl_pointer()",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Partial("it is good for ssl_session_reused alone: there is no OpenSSL object to point to"), Doc: "Returns a pointer to OpenSSL's object of the connection to the server."}
	SSLSessionReused = catalog.LuaFunc{Name: "ngx.ssl.ssl_session_reused", Sig: "reused, err = ssl.ssl_session_reused(ssl)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Tells whether a TLS session was resumed."}
	SSLGetReqSharedSSLCiphers = catalog.LuaFunc{Name: "ngx.ssl.get_req_shared_ssl_ciphers", Sig: "ciphers = ssl.get_req_shared_ssl_ciphers(filter_grease?)",
		Module: "ngx.ssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Partial("suites that Go does not have are not among ours"), Doc: "Returns the ciphers that client and server share."}
	ClientHelloServerName = catalog.LuaFunc{Name: "ngx.ssl.clienthello.get_client_hello_server_name", Sig: "host, err = ssl_clt.get_client_hello_server_name()",
		Module: "ngx.ssl.clienthello", HTTP: catalog.SSLClientHello, Stream: catalog.SSLClientHello,
		Runs: catalog.Full, Doc: "Returns the name in the ClientHello."}
	ClientHelloSupportedVersions = catalog.LuaFunc{Name: "ngx.ssl.clienthello.get_supported_versions", Sig: "types, err = ssl_clt.get_supported_versions()",
		Module: "ngx.ssl.clienthello", HTTP: catalog.SSLClientHello, Stream: catalog.SSLClientHello,
		Runs: catalog.Full, Doc: "Returns the TLS versions in the ClientHello."}
	ClientHelloCiphers = catalog.LuaFunc{Name: "ngx.ssl.clienthello.get_client_hello_ciphers", Sig: "ciphers, err = ssl_clt.get_client_hello_ciphers()",
		Module: "ngx.ssl.clienthello", HTTP: catalog.SSLClientHello,
		Runs: httpOnly, Doc: "Returns the ciphers in the ClientHello."}
	ClientHelloExtPresent = catalog.LuaFunc{Name: "ngx.ssl.clienthello.get_client_hello_ext_present", Sig: "ext, err = ssl_clt.get_client_hello_ext_present()",
		Module: "ngx.ssl.clienthello", HTTP: catalog.SSLClientHello,
		Runs: httpOnly, Doc: "Returns the numbers of the extensions in the ClientHello."}
	ClientHelloExt = catalog.LuaFunc{Name: "ngx.ssl.clienthello.get_client_hello_ext", Sig: "ext, err = ssl_clt.get_client_hello_ext(ext_type)",
		Module: "ngx.ssl.clienthello", HTTP: catalog.SSLClientHello, Stream: catalog.SSLClientHello,
		Runs: catalog.Full, Doc: "Returns an extension of the ClientHello."}
	ClientHelloSetProtocols = catalog.LuaFunc{Name: "ngx.ssl.clienthello.set_protocols", Sig: "ok, err = ssl_clt.set_protocols(protocols)",
		Module: "ngx.ssl.clienthello", HTTP: catalog.SSLClientHello, Stream: catalog.SSLClientHello,
		Runs: catalog.Full, Doc: "Sets the TLS versions for the connection."}
	ClientHello = catalog.LuaFunc{Name: "ngx.ssl.clienthello", Kind: catalog.LuaModule, Sig: `local m = require "ngx.ssl.clienthello"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "The ClientHello of a TLS connection."}
	ProxySSLGetTLS1Version = catalog.LuaFunc{Name: "ngx.proxyssl.get_tls1_version", Sig: "ver, err = proxy_ssl.get_tls1_version()",
		Module: "ngx.proxyssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.ProxySSLCertificate | catalog.ProxySSLVerify,
		Runs: catalog.Full, Doc: "Returns the TLS version of the connection to the server as a number."}
	ProxySSLGetTLS1VersionStr = catalog.LuaFunc{Name: "ngx.proxyssl.get_tls1_version_str", Sig: "ver, err = proxy_ssl.get_tls1_version_str()",
		Module: "ngx.proxyssl", HTTP: catalog.AnyHTTPPhase, Stream: catalog.ProxySSLCertificate | catalog.ProxySSLVerify,
		Runs: catalog.Full, Doc: "Returns the TLS version of the connection to the server."}
	ProxySSL = catalog.LuaFunc{Name: "ngx.proxyssl", Kind: catalog.LuaModule, Sig: `local m = require "ngx.proxyssl"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "TLS of the connection to the server."}
	ProxySSLCertClearCerts = catalog.LuaFunc{Name: "ngx.ssl.proxysslcert.clear_certs", Sig: "ok, err = proxy_ssl_cert.clear_certs()",
		Module: "ngx.ssl.proxysslcert", HTTP: catalog.ProxySSLCertificate, Stream: catalog.ProxySSLCertificate,
		Runs: catalog.Full, Doc: "Removes the configured client certificate and key."}
	ProxySSLCertSetDERCert = catalog.LuaFunc{Name: "ngx.ssl.proxysslcert.set_der_cert", Sig: "ok, err = proxy_ssl_cert.set_der_cert(der_cert_chain)",
		Module: "ngx.ssl.proxysslcert", HTTP: catalog.ProxySSLCertificate, Stream: catalog.ProxySSLCertificate,
		Runs: catalog.Full, Doc: "Sets the client certificate from DER."}
	ProxySSLCertSetDERPrivKey = catalog.LuaFunc{Name: "ngx.ssl.proxysslcert.set_der_priv_key", Sig: "ok, err = proxy_ssl_cert.set_der_priv_key(der_priv_key)",
		Module: "ngx.ssl.proxysslcert", HTTP: catalog.ProxySSLCertificate, Stream: catalog.ProxySSLCertificate,
		Runs: catalog.Full, Doc: "Sets the client's key from DER."}
	ProxySSLCertSetCert = catalog.LuaFunc{Name: "ngx.ssl.proxysslcert.set_cert", Sig: "ok, err = proxy_ssl_cert.set_cert(cert_chain)",
		Module: "ngx.ssl.proxysslcert", HTTP: catalog.ProxySSLCertificate, Stream: catalog.ProxySSLCertificate,
		Runs: catalog.Full, Doc: "Sets the parsed client certificate."}
	ProxySSLCertSetPrivKey = catalog.LuaFunc{Name: "ngx.ssl.proxysslcert.set_priv_key", Sig: "ok, err = proxy_ssl_cert.set_priv_key(priv_key)",
		Module: "ngx.ssl.proxysslcert", HTTP: catalog.ProxySSLCertificate, Stream: catalog.ProxySSLCertificate,
		Runs: catalog.Full, Doc: "Sets the client's parsed key."}
	ProxySSLCert = catalog.LuaFunc{Name: "ngx.ssl.proxysslcert", Kind: catalog.LuaModule, Sig: `local m = require "ngx.ssl.proxysslcert"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "The client certificate for the proxied server."}
	ProxySSLVerifySetResult = catalog.LuaFunc{Name: "ngx.ssl.proxysslverify.set_verify_result", Sig: "ok, err = proxy_ssl_vfy.set_verify_result(0)",
		Module: "ngx.ssl.proxysslverify", HTTP: catalog.ProxySSLVerify, Stream: catalog.ProxySSLVerify,
		Runs: catalog.Full, Doc: "Sets the result of the verification of the server."}
	ProxySSLVerifyGetResult = catalog.LuaFunc{Name: "ngx.ssl.proxysslverify.get_verify_result", Sig: "verify_result, err = proxy_ssl_vfy.get_verify_result()",
		Module: "ngx.ssl.proxysslverify", HTTP: catalog.ProxySSLVerify, Stream: catalog.ProxySSLVerify,
		Runs: catalog.Full, Doc: "Returns the result of the verification of the server."}
	ProxySSLVerifyGetCert = catalog.LuaFunc{Name: "ngx.ssl.proxysslverify.get_verify_cert", Sig: "cert, err = proxy_ssl_vfy.get_verify_cert()",
		Module: "ngx.ssl.proxysslverify", HTTP: catalog.ProxySSLVerify, Stream: catalog.ProxySSLVerify,
		Runs: catalog.Partial("the certificate is opaque: what could look into it needs FFI"), Doc: "Returns the server's certificate."}
	ProxySSLVerifyModule = catalog.LuaFunc{Name: "ngx.ssl.proxysslverify", Kind: catalog.LuaModule, Sig: `local m = require "ngx.ssl.proxysslverify"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "The verification of the proxied server."}
	SSLSessionGetID = catalog.LuaFunc{Name: "ngx.ssl.session.get_session_id", Sig: "id, err = ssl_sess.get_session_id()",
		Module: "ngx.ssl.session", HTTP: httpTLS,
		Runs: httpOnly, Doc: "Returns the identifier of the TLS session."}
	SSLSessionGetSerialized = catalog.LuaFunc{Name: "ngx.ssl.session.get_serialized_session", Sig: "session, err = ssl_sess.get_serialized_session()",
		Module: "ngx.ssl.session", HTTP: httpTLS,
		Runs: httpOnly, Doc: "Returns the TLS session as a string."}
	SSLSessionSetSerialized = catalog.LuaFunc{Name: "ngx.ssl.session.set_serialized_session", Sig: "ok, err = ssl_sess.set_serialized_session(session)",
		Module: "ngx.ssl.session", HTTP: httpTLS,
		Runs: httpOnly, Doc: "Sets the TLS session from a string."}
	SSLSession = catalog.LuaFunc{Name: "ngx.ssl.session", Kind: catalog.LuaModule, Sig: `local m = require "ngx.ssl.session"`,
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "TLS sessions for resumption."}
	OCSP = catalog.LuaFunc{Name: "ngx.ocsp", Kind: catalog.LuaModule, Sig: `local ocsp = require "ngx.ocsp"`, HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "OCSP requests and answers."}
	OCSPGetResponder = catalog.LuaFunc{Name: "ngx.ocsp.get_ocsp_responder_from_der_chain", Sig: "ocsp_url, err = ocsp.get_ocsp_responder_from_der_chain(der_cert_chain, max_len)",
		Module: "ngx.ocsp", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "Returns the address of the OCSP responder of a certificate."}
	OCSPCreateRequest = catalog.LuaFunc{Name: "ngx.ocsp.create_ocsp_request", Sig: "ocsp_req, err = ocsp.create_ocsp_request(der_cert_chain, max_len)",
		Module: "ngx.ocsp", HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "Makes an OCSP request."}
	OCSPValidateResponse = catalog.LuaFunc{Name: "ngx.ocsp.validate_ocsp_response", Sig: "ok, err = ocsp.validate_ocsp_response(ocsp_resp, der_cert_chain, max_err_msg_len)",
		Module: "ngx.ocsp", HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "Checks an OCSP answer."}
	OCSPSetStatusResp = catalog.LuaFunc{Name: "ngx.ocsp.set_ocsp_status_resp", Sig: "ok, err = ocsp.set_ocsp_status_resp(ocsp_resp)",
		Module: "ngx.ocsp", HTTP: httpTLS,
		Runs: httpOnly, Doc: "Sets the OCSP answer to send to the client."}
)
