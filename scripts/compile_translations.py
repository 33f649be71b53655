"""Makes the .mo files that Django reads from the .po files that people edit; gettext need not be installed."""

from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def main() -> None:
    stale = [source for source in LOCALE.glob("*/LC_MESSAGES/*.po") if is_stale(source)]
    if not stale:
        return
    import polib  # only here: this script runs at every start, mostly with nothing to do

    print("Compiling translations ...", flush=True)
    for source in stale:
        # Written beside and renamed: a server that starts meanwhile reads the old file or the new one.
        unfinished = source.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        unfinished.replace(source.with_suffix(".mo"))


def is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


if __name__ == "__main__":
    main()
