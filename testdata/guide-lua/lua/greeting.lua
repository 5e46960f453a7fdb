return { text = function() return "hello from a module" end }
