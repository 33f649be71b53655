"""Every address of the product (SPEC.md and the contract in docs/architecture.md)."""

from allauth.account import views as account
from django.urls import include, path

from webclient.views import (
    calls,
    health,
    invitation,
    language,
    login,
    people,
    settings,
    status_menu,
    status_settings,
    voicemail,
)

urlpatterns = [
    path("", people.people, name="people"),
    path("login/", login.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("status/", status_menu.switch_status, name="switch-status"),
    path("settings/", settings.settings_page, name="settings"),
    path("settings/status/<str:code>/", status_settings.status_settings, name="status-settings"),
    path("settings/extensions/", status_settings.extension_choices, name="extension-choices"),
    path("language/", language.set_language, name="set-language"),
    path("calls/", calls.call_log, name="calls"),
    path("calls/<uuid:call_id>/greeting/", voicemail.call_greeting, name="call-greeting"),
    path("voicemail/", voicemail.voicemail_list, name="voicemail"),
    path("voicemail/greeting/", voicemail.save_greeting, name="greeting"),
    path("voicemail/greeting/delete/", voicemail.delete_greeting, name="greeting-delete"),
    path("voicemail/greeting/sound/", voicemail.greeting_sound, name="greeting-sound"),
    path("voicemail/<uuid:message_id>/sound/", voicemail.voicemail_sound, name="voicemail-sound"),
    path("voicemail/<uuid:message_id>/mark/", voicemail.mark_voicemail, name="voicemail-mark"),
    path("voicemail/<uuid:message_id>/delete/", voicemail.delete_voicemail, name="voicemail-delete"),
    path("voicemail/<uuid:message_id>/restore/", voicemail.restore_voicemail, name="voicemail-restore"),
    path("invitation/<str:uidb64>/<str:token>/", invitation.invitation, name="invitation"),
    path("admin/", include("webclient.operator.urls")),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
