package addon

import "tidegate/ast/catalog"

// DrizzleModule and its directives.
var (
	DrizzleModule = catalog.NewModule("ngx_http_drizzle_module", "Queries of MySQL.",
		DrizzleServer, DrizzleKeepalive, DrizzleQuery, DrizzleDbname, DrizzlePass, DrizzleConnectTimeout,
		DrizzleSendQueryTimeout, DrizzleRecvColsTimeout, DrizzleRecvRowsTimeout, DrizzleModuleHeader,
		DrizzleBufferSize, DrizzleStatus).WithVariables(variables(catalog.External,
		"drizzle_thread_id")...)

	DrizzleServer = catalog.Words(catalog.Spec{Name: "drizzle_server", In: catalog.HTTPUpstream, Args: "<addr> [<name>=<value>]...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Adds a server to a group."})
	DrizzleKeepalive = catalog.Words(catalog.Spec{Name: "drizzle_keepalive", In: catalog.HTTPUpstream, Args: "<name>=<value>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Keeps idle connections."})
	DrizzleQuery = catalog.Custom(catalog.Spec{Name: "drizzle_query", In: levelsAndIf, Args: "<tmpl>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Sets the query."}, decodeTemplates)
	DrizzleDbname = catalog.TemplateOf(catalog.Spec{Name: "drizzle_dbname", In: levelsAndIf, Args: "<tmpl>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Chooses the database."})
	DrizzlePass = catalog.TemplateOf(catalog.Spec{Name: "drizzle_pass", In: location, Args: "<tmpl>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Passes the query to a group of servers."})
	DrizzleConnectTimeout = catalog.Time(catalog.Spec{Name: "drizzle_connect_timeout", In: levelsAndIf, Args: "<time>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the time for connecting to the database."})
	DrizzleSendQueryTimeout = catalog.Time(catalog.Spec{Name: "drizzle_send_query_timeout", In: levelsAndIf, Args: "<time>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the time for sending a query."})
	DrizzleRecvColsTimeout = catalog.Time(catalog.Spec{Name: "drizzle_recv_cols_timeout", In: levelsAndIf, Args: "<time>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the time for the description of columns."})
	DrizzleRecvRowsTimeout = catalog.Time(catalog.Spec{Name: "drizzle_recv_rows_timeout", In: levelsAndIf, Args: "<time>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the time for the rows."})
	DrizzleModuleHeader = catalog.Flag(catalog.Spec{Name: "drizzle_module_header", In: levelsAndIf, Origin: catalog.External, Runs: external,
		Doc: "Adds a header with the module's version."})
	DrizzleBufferSize = catalog.Size(catalog.Spec{Name: "drizzle_buffer_size", In: levelsAndIf, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Sets the size of buffers."})
	DrizzleStatus = catalog.Custom(catalog.Spec{Name: "drizzle_status", In: location, Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Answers with the state of the groups."}, decodeSwitch)
)
