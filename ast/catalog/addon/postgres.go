package addon

import "tidegate/ast/catalog"

// PostgresModule and its directives.
var (
	PostgresModule = catalog.NewModule("ngx_postgres_module", "Queries of PostgreSQL.",
		PostgresServer, PostgresKeepalive, PostgresPass, PostgresQuery, PostgresRewrite, PostgresOutput,
		PostgresSet, PostgresEscape, PostgresConnectTimeout, PostgresResultTimeout).WithVariables(variables(catalog.External,
		"postgres_columns", "postgres_rows", "postgres_affected", "postgres_query")...)

	PostgresServer = catalog.Words(catalog.Spec{Name: "postgres_server", In: catalog.HTTPUpstream, Args: "<addr> [<name>=<value>]...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Adds a server to a group."})
	PostgresKeepalive = catalog.Words(catalog.Spec{Name: "postgres_keepalive", In: catalog.HTTPUpstream, Args: "off | <name>=<value>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Keeps idle connections."})
	PostgresPass = catalog.TemplateOf(catalog.Spec{Name: "postgres_pass", In: location, Args: "<tmpl>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Passes the query to a group of servers."})
	PostgresQuery = catalog.Custom(catalog.Spec{Name: "postgres_query", In: levelsAndIf, Args: "[<method>...] <tmpl>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Sets the query."}, decodeTemplates)
	PostgresRewrite = catalog.Words(catalog.Spec{Name: "postgres_rewrite", In: levelsAndIf, Args: "[<method>...] <condition> <code>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Sets the code of the answer by the result."})
	PostgresOutput = catalog.Words(catalog.Spec{Name: "postgres_output", In: levelsAndIf, Args: "rds|text|value|binary_value|none", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Chooses the form of the answer."})
	PostgresSet = catalog.Custom(catalog.Spec{Name: "postgres_set", In: levels, Args: "<var> <row> <column> [optional|required]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Gives a value of the result."}, decodeSetVariable)
	PostgresEscape = catalog.Custom(catalog.Spec{Name: "postgres_escape", In: levels, Args: "<var> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Quotes a text for a query."}, decodeSetVariable)
	PostgresConnectTimeout = catalog.Time(catalog.Spec{Name: "postgres_connect_timeout", In: levels, Args: "<time>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the time for connecting to the database."})
	PostgresResultTimeout = catalog.Time(catalog.Spec{Name: "postgres_result_timeout", In: levels, Args: "<time>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the time for a result."})
)
