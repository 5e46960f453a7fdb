#!/bin/sh
# Makes sure of the programs that tests compare with: luajit and openssl, and the compilers named as arguments (the race detector
# needs a C compiler). Installs them with apt-get where this user may; otherwise says what to install. Tests that miss one of the
# first two say so and replay what was recorded; REQUIRE_ORACLE=1 makes them fail instead.
set -eu
missing=
for tool in luajit openssl "$@"; do
	command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
[ -n "$missing" ] || exit 0
case " $missing " in *" gcc "*) packages="$missing libc6-dev" ;; *) packages=$missing ;; esac
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "installing:$packages"
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null && exit 0
fi
echo "not installed:$missing"
echo "On Debian: apt-get install$packages"
case " $missing " in *" gcc "*) exit 1 ;; esac
