"""The colleagues that somebody keeps at hand."""

from django.db import models

from presence.models.extension import Extension


class Favourite(models.Model):
    """`favourite` stands in the list of `extension`, in the order of `position`."""

    extension = models.ForeignKey(Extension, on_delete=models.CASCADE, related_name="favourites")
    favourite = models.ForeignKey(Extension, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("extension", "favourite"), name="one_favourite_per_colleague"),)

    def __str__(self) -> str:
        return f"{self.favourite_id} of {self.extension_id}"
