"""What a person is sent by e-mail when a message is left."""

from typing import Self

from django import forms
from django.utils.translation import gettext_lazy as _

from presence.domain.vocabulary import VoicemailEmail
from presence.labels import VOICEMAIL_EMAIL_LABELS
from presence.models import Extension
from webclient.voicemail_email_hint import own_email_hint


class VoicemailEmailForm(forms.Form):
    voicemail_email = forms.ChoiceField(
        label=_("When a message is left for me"),
        choices=[(kind.value, VOICEMAIL_EMAIL_LABELS[kind]) for kind in VoicemailEmail],
        error_messages={
            "required": _("Choose one of the values."),
            "invalid_choice": _("Choose one of the values."),
        },
    )

    def for_holder(self, extension: Extension) -> Self:
        """Says where the e-mails go."""
        self.fields["voicemail_email"].help_text = own_email_hint(extension)
        return self
