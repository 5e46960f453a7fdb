package ngxcore

import "tidegate/ast/catalog"

// commercial declares a directive of the commercial nginx, to be recognised.
func commercial(name string, in catalog.Context, args, since, doc string) catalog.Directive[catalog.NoArg] {
	return catalog.Unavailable(catalog.Spec{
		Name: name, In: in, Args: args, Since: since, Origin: catalog.Commercial, Repeat: catalog.Many,
		Runs: catalog.Refused("it " + catalog.Commercial.Explain()), Doc: doc,
	})
}

// Directives of the commercial nginx at file level and in events.
var (
	StallThreshold = commercial("stall_threshold", catalog.Events, "<time>", "1.29.0", "Sets from when on a slow event loop is reported.")
	Mgmt           = catalog.UnavailableBlock(catalog.Spec{
		Name: "mgmt", In: catalog.Main, Since: "1.27.3", Origin: catalog.Commercial,
		Runs: catalog.Refused("it " + catalog.Commercial.Explain()),
		Doc:  "Holds the configuration of licensing and usage reports.",
	})
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
	MgmtModule            = catalog.NewModule("ngx_mgmt_module", "Licensing and usage reports.", Mgmt)
)

// Modules lists the core and event modules in nginx's order.
func Modules() []*catalog.Module {
	return []*catalog.Module{
		CoreModule, ErrlogModule, ConfModule, OpenSSLModule, OpenSSLCacheModule, RegexModule, ThreadPoolModule,
		EventsModule, EventCoreModule, EpollModule, DevpollModule, KqueueModule, EventportModule, IocpModule,
		QuicBPFModule, HTTPModule, MailModule, StreamModule, GooglePerftoolsModule, MgmtModule,
	}
}
