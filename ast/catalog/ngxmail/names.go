// Package ngxmail holds the names of the directives of nginx's mail modules.
//
// The http and mail blocks are read by the rules of the language and not looked
// at any further (see ngxcore.HTTP and ngxcore.Mail). The names are here so that
// such a directive in a wrong place is "not allowed here", as in nginx, and not
// unknown. The package refuses to know contexts and arguments.
package ngxmail

// Names returns the directives of each module, in the order of its command
// table.
func Names() map[string][]string {
	return map[string][]string{
		"ngx_mail_auth_http_module": {
			"auth_http", "auth_http_header", "auth_http_pass_client_cert", "auth_http_timeout",
		},
		"ngx_mail_core_module": {
			"error_log", "listen", "max_errors", "protocol", "resolver", "resolver_timeout", "server", "server_name",
			"timeout",
		},
		"ngx_mail_imap_module": {
			"imap_auth", "imap_capabilities", "imap_client_buffer",
		},
		"ngx_mail_pop3_module": {
			"pop3_auth", "pop3_capabilities",
		},
		"ngx_mail_proxy_module": {
			"proxy", "proxy_buffer", "proxy_pass_error_message", "proxy_protocol", "proxy_smtp_auth", "proxy_timeout",
			"xclient",
		},
		"ngx_mail_realip_module": {
			"set_real_ip_from",
		},
		"ngx_mail_smtp_module": {
			"smtp_auth", "smtp_capabilities", "smtp_client_buffer", "smtp_greeting_delay",
		},
		"ngx_mail_ssl_module": {
			"ssl_certificate", "ssl_certificate_compression", "ssl_certificate_key", "ssl_ciphers",
			"ssl_client_certificate", "ssl_conf_command", "ssl_crl", "ssl_dhparam", "ssl_ecdh_curve",
			"ssl_password_file", "ssl_prefer_server_ciphers", "ssl_protocols", "ssl_session_cache",
			"ssl_session_ticket_key", "ssl_session_tickets", "ssl_session_timeout", "ssl_trusted_certificate",
			"ssl_verify_client", "ssl_verify_depth", "starttls",
		},
	}
}
