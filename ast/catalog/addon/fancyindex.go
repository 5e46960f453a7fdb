package addon

import "tidegate/ast/catalog"

// FancyIndexModule and its directives.
var (
	FancyIndexModule = catalog.NewModule("ngx_http_fancyindex_module", "Listings of directories in a form of one's own.",
		FancyIndex, FancyIndexDefaultSort, FancyIndexCaseSensitive, FancyIndexDirectoriesFirst,
		FancyIndexLocaltime, FancyIndexExactSize, FancyIndexHeader, FancyIndexFooter, FancyIndexCSSHref,
		FancyIndexIgnore, FancyIndexHideSymlinks, FancyIndexShowPath, FancyIndexShowDotfiles,
		FancyIndexHideParentDir, FancyIndexTimeFormat)

	FancyIndex = catalog.Flag(catalog.Spec{Name: "fancyindex", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Lists directories."})
	FancyIndexDefaultSort = catalog.OneOf(catalog.Spec{Name: "fancyindex_default_sort", In: levels, Args: "name|size|date|name_desc|size_desc|date_desc", Origin: catalog.External, Runs: external,
		Doc: "Chooses the order."}, "name", "size", "date", "name_desc", "size_desc", "date_desc")
	FancyIndexCaseSensitive = catalog.Flag(catalog.Spec{Name: "fancyindex_case_sensitive", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Sorts capitals first."})
	FancyIndexDirectoriesFirst = catalog.Flag(catalog.Spec{Name: "fancyindex_directories_first", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Lists directories before files."})
	FancyIndexLocaltime = catalog.Flag(catalog.Spec{Name: "fancyindex_localtime", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Shows local times."})
	FancyIndexExactSize = catalog.Flag(catalog.Spec{Name: "fancyindex_exact_size", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Shows sizes in bytes."})
	FancyIndexHeader = catalog.Words(catalog.Spec{Name: "fancyindex_header", In: levels, Args: "<path> [subrequest|local]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Names the text before the list."})
	FancyIndexFooter = catalog.Words(catalog.Spec{Name: "fancyindex_footer", In: levels, Args: "<path> [subrequest|local]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Names the text after the list."})
	FancyIndexCSSHref = catalog.String(catalog.Spec{Name: "fancyindex_css_href", In: levels, Args: "<uri>", Origin: catalog.External, Runs: external,
		Doc: "Names the style sheet."})
	FancyIndexIgnore = catalog.Words(catalog.Spec{Name: "fancyindex_ignore", In: levels, Args: "<regex>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Leaves names out."})
	FancyIndexHideSymlinks = catalog.Flag(catalog.Spec{Name: "fancyindex_hide_symlinks", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Leaves symbolic links out."})
	FancyIndexShowPath = catalog.Flag(catalog.Spec{Name: "fancyindex_show_path", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Shows the address of the directory."})
	FancyIndexShowDotfiles = catalog.Flag(catalog.Spec{Name: "fancyindex_show_dotfiles", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Lists names that begin with a dot."})
	FancyIndexHideParentDir = catalog.Flag(catalog.Spec{Name: "fancyindex_hide_parent_dir", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Leaves the link to the directory above out."})
	FancyIndexTimeFormat = catalog.String(catalog.Spec{Name: "fancyindex_time_format", In: levels, Args: "<format>", Origin: catalog.External, Runs: external,
		Doc: "Sets the form of times."})
)
