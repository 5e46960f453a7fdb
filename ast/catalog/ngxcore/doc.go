// Package ngxcore declares the directives of nginx's core and event modules:
// what may stand at file level and in events, and the blocks that open the
// subsystems.
//
// Its types for error_log, syslog destinations and resolver are shared by the
// stream modules, which have directives of the same form.
//
// The package refuses to know what processes, users and signals are; a value
// here is what was written.
package ngxcore
