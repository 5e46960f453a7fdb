package conf

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/addon"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
)

// Catalog is everything that may be written: every directive, variable and Lua
// function that is known, in nginx's module order.
var Catalog = newCatalog()

func newCatalog() *catalog.Index {
	var modules []*catalog.Module
	modules = append(modules, ngxcore.Modules()...)
	modules = append(modules, ngxstream.Modules()...)
	modules = append(modules, ngxlua.Modules()...)
	modules = append(modules, ngxhttp.Modules()...)
	modules = append(modules, ngxmail.Modules()...)
	modules = append(modules, addon.Modules()...)
	return catalog.NewIndex(modules, ngxlua.Functions(), nil)
}
