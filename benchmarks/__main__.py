"""`make bench`: measure, print, and write docs/performance.md."""

from benchmarks.run import main

main()
