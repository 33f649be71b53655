"""Static files under hashed names, so that a browser keeps them for good; scripts import each other by those names."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
