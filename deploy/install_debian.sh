#!/bin/sh
# Install the Debian packages that are missing for: run | tests | bench. Needs root or sudo only when some are.
set -eu

run="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-vollkorn fonts-inter-variable fonts-noto-core fonts-noto-cjk"
tests="chromium postgresql redis-server poppler-utils"
bench="wrk"

case "${1:-}" in
run) wanted="$run" ;;
tests) wanted="$run $tests" ;;
bench) wanted="$run $tests $bench" ;;
*) echo "usage: $0 run|tests|bench" >&2; exit 2 ;;
esac

# Debian's own Python makes virtual environments only with this package.
"${PYTHON:-python3}" -c "import ensurepip" 2>/dev/null || wanted="$wanted python3-venv"

missing=""
for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then as_root=""
elif command -v sudo >/dev/null; then as_root="sudo"
else
    echo "These Debian packages are missing. Install them as root, then try again:" >&2
    echo "    apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

echo "Installing from Debian:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086  # a list of words on purpose
if ! { $as_root apt-get update -qq &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "Debian's packages could not be installed; the lines above say why." >&2
    exit 1
fi
