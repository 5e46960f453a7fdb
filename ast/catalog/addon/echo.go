package addon

import "tidegate/ast/catalog"

// EchoModule and its directives.
var (
	EchoModule = catalog.NewModule("ngx_http_echo_module", "Answers made of text, subrequests and pauses.",
		Echo, EchoRequestBody, EchoSleep, EchoFlush, EchoBlockingSleep, EchoResetTimer, EchoBeforeBody,
		EchoAfterBody, EchoLocationAsync, EchoLocation, EchoSubrequestAsync, EchoSubrequest, EchoDuplicate,
		EchoReadRequestBody, EchoForeachSplit, EchoEnd, EchoAbortParent, EchoExec, EchoStatus).WithVariables(lateVariables(
		"echo_timer_elapsed", "echo_request_method", "echo_cacheable_request_uri", "echo_request_uri", "echo_client_request_method", "echo_request_body", "echo_client_request_headers", "echo_it", "echo_incr", "echo_response_status")...)

	Echo = catalog.Custom(catalog.Spec{Name: "echo", In: location, Args: "[-n] [<tmpl>]...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Writes its arguments as a line of the answer."}, decodeTemplates)
	EchoRequestBody = catalog.Custom(catalog.Spec{Name: "echo_request_body", In: location, Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Writes the request body that has been read."}, decodeSwitch)
	EchoSleep = catalog.TemplateOf(catalog.Spec{Name: "echo_sleep", In: location, Args: "<seconds>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Pauses without blocking."})
	EchoFlush = catalog.Custom(catalog.Spec{Name: "echo_flush", In: location, Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sends what there is."}, decodeSwitch)
	EchoBlockingSleep = catalog.TemplateOf(catalog.Spec{Name: "echo_blocking_sleep", In: location, Args: "<seconds>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Pauses and blocks the worker."})
	EchoResetTimer = catalog.Custom(catalog.Spec{Name: "echo_reset_timer", In: location, Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Begins to count time anew."}, decodeSwitch)
	EchoBeforeBody = catalog.Custom(catalog.Spec{Name: "echo_before_body", In: location, Args: "[-n] [<tmpl>]...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Writes a line before the answer of another handler."}, decodeTemplates)
	EchoAfterBody = catalog.Custom(catalog.Spec{Name: "echo_after_body", In: location, Args: "[-n] [<tmpl>]...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Writes a line after the answer of another handler."}, decodeTemplates)
	EchoLocationAsync = catalog.Custom(catalog.Spec{Name: "echo_location_async", In: location, Args: "<uri> [<args>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Adds the answer of another location, without waiting for it."}, decodeTemplates)
	EchoLocation = catalog.Custom(catalog.Spec{Name: "echo_location", In: location, Args: "<uri> [<args>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Adds the answer of another location."}, decodeTemplates)
	EchoSubrequestAsync = catalog.Custom(catalog.Spec{Name: "echo_subrequest_async", In: location, Args: "<method> <uri> [-q|-b|-f|<value>]...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Adds the answer of a subrequest, without waiting for it."}, decodeTemplates)
	EchoSubrequest = catalog.Custom(catalog.Spec{Name: "echo_subrequest", In: location, Args: "<method> <uri> [-q|-b|-f|<value>]...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Adds the answer of a subrequest."}, decodeTemplates)
	EchoDuplicate = catalog.Custom(catalog.Spec{Name: "echo_duplicate", In: location, Args: "<count> <tmpl>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Writes a text several times."}, decodeTemplates)
	EchoReadRequestBody = catalog.Custom(catalog.Spec{Name: "echo_read_request_body", In: location, Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Reads the request body."}, decodeSwitch)
	EchoForeachSplit = catalog.Custom(catalog.Spec{Name: "echo_foreach_split", In: location, Args: "<delimiter> <tmpl>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Repeats what follows for each part of a text."}, decodeTemplates)
	EchoEnd = catalog.Custom(catalog.Spec{Name: "echo_end", In: location, Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Ends a repetition."}, decodeSwitch)
	EchoAbortParent = catalog.Custom(catalog.Spec{Name: "echo_abort_parent", In: location, Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Ends the request that this one is a part of."}, decodeSwitch)
	EchoExec = catalog.Custom(catalog.Spec{Name: "echo_exec", In: location, Args: "<uri> [<args>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Goes on in another location."}, decodeTemplates)
	EchoStatus = catalog.Int(catalog.Spec{Name: "echo_status", In: location, Args: "<code>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the code of the answer."})
)
