package ngxlua

import "tidegate/ast/catalog"

// Constants.
var (
	OK = catalog.LuaFunc{Name: "ngx.OK", Kind: catalog.LuaConstant, Sig: "ngx.OK",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Success."}
	ErrorCode = catalog.LuaFunc{Name: "ngx.ERROR", Kind: catalog.LuaConstant, Value: -1, Sig: "ngx.ERROR",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Failure."}
	AgainCode = catalog.LuaFunc{Name: "ngx.AGAIN", Kind: catalog.LuaConstant, Value: -2, Sig: "ngx.AGAIN",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Not finished."}
	DoneCode = catalog.LuaFunc{Name: "ngx.DONE", Kind: catalog.LuaConstant, Value: -4, Sig: "ngx.DONE",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Finished elsewhere."}
	DeclinedCode = catalog.LuaFunc{Name: "ngx.DECLINED", Kind: catalog.LuaConstant, Value: -5, Sig: "ngx.DECLINED",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Passed on to the next handler."}
	Null = catalog.LuaFunc{Name: "ngx.null", Kind: catalog.LuaConstant, Sig: "ngx.null",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Stands for a null that is not nil."}
	LevelStderr = catalog.LuaFunc{Name: "ngx.STDERR", Kind: catalog.LuaConstant, Sig: "ngx.STDERR",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: `The log level "stderr".`}
	LevelEmerg = catalog.LuaFunc{Name: "ngx.EMERG", Kind: catalog.LuaConstant, Value: 1, Sig: "ngx.EMERG",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: `The log level "emerg".`}
	LevelAlert = catalog.LuaFunc{Name: "ngx.ALERT", Kind: catalog.LuaConstant, Value: 2, Sig: "ngx.ALERT",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: `The log level "alert".`}
	LevelCrit = catalog.LuaFunc{Name: "ngx.CRIT", Kind: catalog.LuaConstant, Value: 3, Sig: "ngx.CRIT",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: `The log level "crit".`}
	LevelErr = catalog.LuaFunc{Name: "ngx.ERR", Kind: catalog.LuaConstant, Value: 4, Sig: "ngx.ERR",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: `The log level "err".`}
	LevelWarn = catalog.LuaFunc{Name: "ngx.WARN", Kind: catalog.LuaConstant, Value: 5, Sig: "ngx.WARN",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: `The log level "warn".`}
	LevelNotice = catalog.LuaFunc{Name: "ngx.NOTICE", Kind: catalog.LuaConstant, Value: 6, Sig: "ngx.NOTICE",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: `The log level "notice".`}
	LevelInfo = catalog.LuaFunc{Name: "ngx.INFO", Kind: catalog.LuaConstant, Value: 7, Sig: "ngx.INFO",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: `The log level "info".`}
	LevelDebug = catalog.LuaFunc{Name: "ngx.DEBUG", Kind: catalog.LuaConstant, Value: 8, Sig: "ngx.DEBUG",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: `The log level "debug".`}
	HTTPGet = catalog.LuaFunc{Name: "ngx.HTTP_GET", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_GET", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method GET."}
	HTTPHead = catalog.LuaFunc{Name: "ngx.HTTP_HEAD", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_HEAD", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method HEAD."}
	HTTPPut = catalog.LuaFunc{Name: "ngx.HTTP_PUT", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_PUT", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method PUT."}
	HTTPPost = catalog.LuaFunc{Name: "ngx.HTTP_POST", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_POST", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method POST."}
	HTTPDelete = catalog.LuaFunc{Name: "ngx.HTTP_DELETE", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_DELETE", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method DELETE."}
	HTTPOptions = catalog.LuaFunc{Name: "ngx.HTTP_OPTIONS", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_OPTIONS", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method OPTIONS."}
	HTTPMkcol = catalog.LuaFunc{Name: "ngx.HTTP_MKCOL", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_MKCOL", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method MKCOL."}
	HTTPCopy = catalog.LuaFunc{Name: "ngx.HTTP_COPY", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_COPY", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method COPY."}
	HTTPMove = catalog.LuaFunc{Name: "ngx.HTTP_MOVE", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_MOVE", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method MOVE."}
	HTTPPropfind = catalog.LuaFunc{Name: "ngx.HTTP_PROPFIND", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_PROPFIND", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method PROPFIND."}
	HTTPProppatch = catalog.LuaFunc{Name: "ngx.HTTP_PROPPATCH", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_PROPPATCH", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method PROPPATCH."}
	HTTPLock = catalog.LuaFunc{Name: "ngx.HTTP_LOCK", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_LOCK", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method LOCK."}
	HTTPUnlock = catalog.LuaFunc{Name: "ngx.HTTP_UNLOCK", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_UNLOCK", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method UNLOCK."}
	HTTPPatch = catalog.LuaFunc{Name: "ngx.HTTP_PATCH", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_PATCH", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method PATCH."}
	HTTPTrace = catalog.LuaFunc{Name: "ngx.HTTP_TRACE", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_TRACE", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The number of the method TRACE."}
	HTTPContinue = catalog.LuaFunc{Name: "ngx.HTTP_CONTINUE", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_CONTINUE", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 100."}
	HTTPSwitchingProtocols = catalog.LuaFunc{Name: "ngx.HTTP_SWITCHING_PROTOCOLS", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_SWITCHING_PROTOCOLS",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 101."}
	HTTPOK = catalog.LuaFunc{Name: "ngx.HTTP_OK", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_OK", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 200."}
	HTTPCreated = catalog.LuaFunc{Name: "ngx.HTTP_CREATED", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_CREATED", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 201."}
	HTTPAccepted = catalog.LuaFunc{Name: "ngx.HTTP_ACCEPTED", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_ACCEPTED", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 202."}
	HTTPNoContent = catalog.LuaFunc{Name: "ngx.HTTP_NO_CONTENT", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_NO_CONTENT", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 204."}
	HTTPPartialContent = catalog.LuaFunc{Name: "ngx.HTTP_PARTIAL_CONTENT", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_PARTIAL_CONTENT",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 206."}
	HTTPSpecialResponse = catalog.LuaFunc{Name: "ngx.HTTP_SPECIAL_RESPONSE", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_SPECIAL_RESPONSE",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 300."}
	HTTPMovedPermanently = catalog.LuaFunc{Name: "ngx.HTTP_MOVED_PERMANENTLY", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_MOVED_PERMANENTLY",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 301."}
	HTTPMovedTemporarily = catalog.LuaFunc{Name: "ngx.HTTP_MOVED_TEMPORARILY", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_MOVED_TEMPORARILY",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 302."}
	HTTPSeeOther = catalog.LuaFunc{Name: "ngx.HTTP_SEE_OTHER", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_SEE_OTHER", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 303."}
	HTTPNotModified = catalog.LuaFunc{Name: "ngx.HTTP_NOT_MODIFIED", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_NOT_MODIFIED", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 304."}
	HTTPTemporaryRedirect = catalog.LuaFunc{Name: "ngx.HTTP_TEMPORARY_REDIRECT", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_TEMPORARY_REDIRECT",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 307."}
	HTTPPermanentRedirect = catalog.LuaFunc{Name: "ngx.HTTP_PERMANENT_REDIRECT", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_PERMANENT_REDIRECT",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 308."}
	HTTPBadRequest = catalog.LuaFunc{Name: "ngx.HTTP_BAD_REQUEST", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_BAD_REQUEST", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 400."}
	HTTPUnauthorized = catalog.LuaFunc{Name: "ngx.HTTP_UNAUTHORIZED", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_UNAUTHORIZED", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 401."}
	HTTPPaymentRequired = catalog.LuaFunc{Name: "ngx.HTTP_PAYMENT_REQUIRED", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_PAYMENT_REQUIRED",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 402."}
	HTTPForbidden = catalog.LuaFunc{Name: "ngx.HTTP_FORBIDDEN", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_FORBIDDEN", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 403."}
	HTTPNotFound = catalog.LuaFunc{Name: "ngx.HTTP_NOT_FOUND", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_NOT_FOUND", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 404."}
	HTTPNotAllowed = catalog.LuaFunc{Name: "ngx.HTTP_NOT_ALLOWED", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_NOT_ALLOWED", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 405."}
	HTTPNotAcceptable = catalog.LuaFunc{Name: "ngx.HTTP_NOT_ACCEPTABLE", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_NOT_ACCEPTABLE",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 406."}
	HTTPRequestTimeout = catalog.LuaFunc{Name: "ngx.HTTP_REQUEST_TIMEOUT", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_REQUEST_TIMEOUT",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 408."}
	HTTPConflict = catalog.LuaFunc{Name: "ngx.HTTP_CONFLICT", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_CONFLICT", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 409."}
	HTTPGone = catalog.LuaFunc{Name: "ngx.HTTP_GONE", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_GONE", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 410."}
	HTTPUpgradeRequired = catalog.LuaFunc{Name: "ngx.HTTP_UPGRADE_REQUIRED", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_UPGRADE_REQUIRED",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 426."}
	HTTPTooManyRequests = catalog.LuaFunc{Name: "ngx.HTTP_TOO_MANY_REQUESTS", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_TOO_MANY_REQUESTS",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 429."}
	HTTPClose = catalog.LuaFunc{Name: "ngx.HTTP_CLOSE", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_CLOSE", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 444."}
	HTTPIllegal = catalog.LuaFunc{Name: "ngx.HTTP_ILLEGAL", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_ILLEGAL", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 451."}
	HTTPInternalServerError = catalog.LuaFunc{Name: "ngx.HTTP_INTERNAL_SERVER_ERROR", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_INTERNAL_SERVER_ERROR",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 500."}
	HTTPNotImplemented = catalog.LuaFunc{Name: "ngx.HTTP_NOT_IMPLEMENTED", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_NOT_IMPLEMENTED",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 501."}
	HTTPMethodNotImplemented = catalog.LuaFunc{Name: "ngx.HTTP_METHOD_NOT_IMPLEMENTED", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_METHOD_NOT_IMPLEMENTED",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 501."}
	HTTPBadGateway = catalog.LuaFunc{Name: "ngx.HTTP_BAD_GATEWAY", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_BAD_GATEWAY", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "The status code 502."}
	HTTPServiceUnavailable = catalog.LuaFunc{Name: "ngx.HTTP_SERVICE_UNAVAILABLE", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_SERVICE_UNAVAILABLE",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 503."}
	HTTPGatewayTimeout = catalog.LuaFunc{Name: "ngx.HTTP_GATEWAY_TIMEOUT", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_GATEWAY_TIMEOUT",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 504."}
	HTTPVersionNotSupported = catalog.LuaFunc{Name: "ngx.HTTP_VERSION_NOT_SUPPORTED", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_VERSION_NOT_SUPPORTED",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 505."}
	HTTPInsufficientStorage = catalog.LuaFunc{Name: "ngx.HTTP_INSUFFICIENT_STORAGE", Kind: catalog.LuaConstant, Sig: "ngx.HTTP_INSUFFICIENT_STORAGE",
		HTTP: catalog.AnyHTTPPhase, Runs: httpOnly, Doc: "The status code 507."}
)
