"""A program of its own for `webclient.bundles`: standard input comes out smaller. `minify_text.py text/css`."""

import sys

import minify  # type: ignore[import-untyped]

if __name__ == "__main__":
    sys.stdout.write(minify.string(sys.argv[1], sys.stdin.read()))
