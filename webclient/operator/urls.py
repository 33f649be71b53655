"""Every address of the operator panel; all of them under /admin/."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from webclient.operator import (
    check_up_views,
    company_views,
    edit_views,
    export_views,
    extension_list,
    history_views,
    import_views,
    people_views,
    preview_views,
    rights_views,
    status_views,
    system_greeting_views,
    system_views,
    templates_views,
)

urlpatterns = [
    path("", extension_list.extension_list, name="operator-home"),
    # One login serves all surfaces (SPEC.md): the address that Django's admin would have leads to it.
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="operator-login"),
    path("extensions/", extension_list.extension_list, name="operator-extensions"),
    path("extensions/choices/", edit_views.extension_choices, name="operator-extension-choices"),
    path("extensions/edit/", edit_views.edit_many, name="operator-edit"),
    re_path(r"^extensions/(?P<number>[0-9]{2,10})/$", edit_views.edit_one, name="operator-extension"),
    path("extensions/new/", people_views.extension_new, name="operator-extension-new"),
    path("extensions/status/", status_views.set_status, name="operator-set-status"),
    path("extensions/<str:number>/invite/", people_views.invite, name="operator-invite"),
    path("templates/", templates_views.template_list, name="operator-templates"),
    path("templates/<str:whose>/", templates_views.template, name="operator-template"),
    path("departments/", people_views.departments, name="operator-departments"),
    path("departments/<int:pk>/rights/", rights_views.department_rights, name="operator-department-rights"),
    path("system/", system_views.system_list, name="operator-systems"),
    path("system/new/<str:kind>/", system_views.system_new, name="operator-system-new"),
    path("system/<str:number>/", system_views.system_edit, name="operator-system"),
    path("system/<str:number>/delete/", system_views.system_delete, name="operator-system-delete"),
    path(
        "system/<str:number>/greeting/<str:which>/",
        system_greeting_views.system_greeting,
        name="operator-system-greeting",
    ),
    path("company/", company_views.policy, name="operator-company"),
    path("edits/preview/", edit_views.preview, name="operator-preview"),
    path("edits/<uuid:draft_id>/", preview_views.draft, name="operator-draft"),
    path("edits/<uuid:draft_id>/confirm/", preview_views.confirm, name="operator-confirm"),
    path("edits/<int:pk>/", preview_views.done, name="operator-edit-done"),
    path("edits/<int:pk>/undo/", preview_views.undo, name="operator-undo"),
    path("check-up/", check_up_views.company_check_up, name="operator-check-up"),
    path("import/", import_views.import_file, name="operator-import"),
    path("import/<uuid:draft_id>/", import_views.import_draft, name="operator-import-draft"),
    path("import/<uuid:draft_id>/confirm/", import_views.import_confirm, name="operator-import-confirm"),
    path("export/", export_views.export, name="operator-export"),
    path("history/", history_views.history, name="operator-history"),
    path("history/export/", history_views.history_export, name="operator-history-export"),
]
