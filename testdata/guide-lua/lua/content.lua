local greeting = require "greeting"
loads = (loads or 0) + 1
ngx.say(greeting.text(), ", load ", loads)
