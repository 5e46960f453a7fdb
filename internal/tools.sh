#!/bin/sh
# Makes sure of the programs that tests compare with: luajit, openssl, nginx with its Lua module, and the compilers named as arguments
# (the race detector needs a C compiler). Installs them with apt-get where this user may; otherwise says what to install. Tests that miss
# one of them say so and replay what was recorded; REQUIRE_ORACLE=1 makes them fail instead.
set -eu
missing= packages=
need() { # need NAME PACKAGE ...: what is not there, and the packages that bring it
	missing="$missing $1"
	shift
	packages="$packages $*"
}
for tool in openssl "$@"; do
	command -v "$tool" >/dev/null 2>&1 || need "$tool" "$tool"
done
# Of Debian's two packages of LuaJIT only this one goes together with nginx's Lua module.
command -v luajit >/dev/null 2>&1 || need luajit luajit2
case " $missing " in *" gcc "*) packages="$packages libc6-dev" ;; esac
command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || need nginx nginx
for module in http_lua stream mail; do
	[ -e "/usr/lib/nginx/modules/ngx_${module}_module.so" ] || need "nginx's $module module" "libnginx-mod-$(echo $module | tr _ -)"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "installing:$packages"
	# Debian starts an nginx that it installs, unless a policy says no.
	policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ]; then
		trap 'rm -f "$policy"' EXIT
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod +x "$policy"
	fi
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null && exit 0
fi
echo "not installed:$missing"
echo "On Debian: apt-get install$packages"
case " $missing " in *" gcc "*) exit 1 ;; esac
