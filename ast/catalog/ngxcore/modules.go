package ngxcore

import "tidegate/ast/catalog"

// commercial declares a directive of the commercial nginx, to be recognised.
func commercial(name string, in catalog.Context, args, since, doc string) catalog.Directive[catalog.NoArg] {
	return catalog.Unavailable(catalog.Spec{
		Name: name, In: in, Args: args, Since: since, Origin: catalog.Commercial, Doc: doc,
	})
}

// Directives of the commercial nginx at file level and in events.
var (
	StallThreshold = commercial("stall_threshold", catalog.Events, "<time>", "1.29.0", "Sets from when on a slow event loop is reported.")
	Mgmt           = catalog.UnavailableBlock(catalog.Spec{
		Name: "mgmt", In: catalog.Main, Origin: catalog.Commercial,
		Doc: "Holds the configuration of licensing and usage reports.",
	})
)

// Directives of the commercial mgmt block.
var (
	EnforceInitialReport      = commercial("enforce_initial_report", catalog.Mgmt, "on|off", "1.27.2", "Serves nothing before the first report.")
	LicenseToken              = commercial("license_token", catalog.Mgmt, "<path>", "1.27.2", "Names the file with the licence.")
	MgmtProxy                 = commercial("proxy", catalog.Mgmt, "<addr>", "1.27.4", "Sets the proxy for reports.")
	MgmtProxyPassword         = commercial("proxy_password", catalog.Mgmt, "<text>", "1.27.4", "Sets the password for the proxy.")
	MgmtProxyUsername         = commercial("proxy_username", catalog.Mgmt, "<name>", "1.27.4", "Sets the user for the proxy.")
	MgmtResolver              = commercial("resolver", catalog.Mgmt, "<addr>...", "", "Sets the name servers for reports.")
	MgmtSSLCRL                = commercial("ssl_crl", catalog.Mgmt, "<path>", "", "Names the file with revoked certificates.")
	MgmtSSLTrustedCertificate = commercial("ssl_trusted_certificate", catalog.Mgmt, "<path>", "", "Names the authorities for the endpoint.")
	MgmtSSLVerify             = commercial("ssl_verify", catalog.Mgmt, "on|off", "", "Verifies the endpoint's certificate.")
	StatePath                 = commercial("state_path", catalog.Mgmt, "<path>", "1.27.2", "Names the directory for the state of reports.")
	UsageReport               = commercial("usage_report", catalog.Mgmt, "[endpoint=<addr>] [interval=<time>]", "", "Sets where and how often reports are sent.")
)

// CoreModule, EventsModule and so on list the rows of each module.
var (
	CoreModule = catalog.NewModule("ngx_core_module", "Processes, accounts and limits.",
		Daemon, MasterProcess, TimerResolution, Pid, LockFile, WorkerProcesses, DebugPoints, User, WorkerPriority,
		WorkerCPUAffinity, WorkerRlimitNofile, WorkerRlimitCore, WorkerShutdownTimeout, WorkingDirectory, Env,
		LoadModule, StallThreshold)
	ErrlogModule       = catalog.NewModule("ngx_errlog_module", "The error log.", ErrorLog)
	ConfModule         = catalog.NewModule("ngx_conf_module", "Reading configuration files.", Include)
	OpenSSLModule      = catalog.NewModule("ngx_openssl_module", "The TLS library.", SSLEngine)
	OpenSSLCacheModule = catalog.NewModule("ngx_openssl_cache_module", "The cache of parsed TLS objects.", SSLObjectCacheInheritable)
	RegexModule        = catalog.NewModule("ngx_regex_module", "Regular expressions.", PCREJit)
	EventsModule       = catalog.NewModule("ngx_events_module", "The events block.", Events)
	EventCoreModule    = catalog.NewModule("ngx_event_core_module", "Connections of a worker.",
		WorkerConnections, Use, MultiAccept, AcceptMutex, AcceptMutexDelay, DebugConnection)
	EpollModule           = catalog.NewModule("ngx_epoll_module", "Events on Linux.", EpollEvents, WorkerAioRequests)
	DevpollModule         = catalog.NewModule("ngx_devpoll_module", "Events on old Solaris.", DevpollChanges, DevpollEvents)
	KqueueModule          = catalog.NewModule("ngx_kqueue_module", "Events on BSD systems.", KqueueChanges, KqueueEvents)
	EventportModule       = catalog.NewModule("ngx_eventport_module", "Events on Solaris.", EventportEvent)
	IocpModule            = catalog.NewModule("ngx_iocp_module", "Events on Windows.", IocpThreads, PostAcceptex, AcceptexRead)
	ThreadPoolModule      = catalog.NewModule("ngx_thread_pool_module", "Threads for file operations.", ThreadPool)
	HTTPModule            = catalog.NewModule("ngx_http_module", "The http block.", HTTP)
	MailModule            = catalog.NewModule("ngx_mail_module", "The mail block.", Mail)
	StreamModule          = catalog.NewModule("ngx_stream_module", "The stream block.", Stream)
	QuicBPFModule         = catalog.NewModule("ngx_quic_bpf_module", "Routing of QUIC packets.", QuicBPF)
	GooglePerftoolsModule = catalog.NewModule("ngx_google_perftools_module", "Profiles of workers.", GooglePerftoolsProfiles)
	MgmtModule            = catalog.NewModule("ngx_mgmt_module", "Licensing and usage reports.",
		EnforceInitialReport, LicenseToken, Mgmt, MgmtProxy, MgmtProxyPassword, MgmtProxyUsername, MgmtResolver,
		MgmtSSLCRL, MgmtSSLTrustedCertificate, MgmtSSLVerify, StatePath, UsageReport)
)

// Modules lists the core and event modules in nginx's order.
func Modules() []*catalog.Module {
	return []*catalog.Module{
		CoreModule, ErrlogModule, ConfModule, OpenSSLModule, OpenSSLCacheModule, RegexModule, ThreadPoolModule,
		EventsModule, EventCoreModule, EpollModule, DevpollModule, KqueueModule, EventportModule, IocpModule,
		QuicBPFModule, HTTPModule, MailModule, StreamModule, GooglePerftoolsModule, MgmtModule,
	}
}
