"""What is public of other front ends' presence, each with its source. Nothing here is measured or guessed."""

from collections.abc import Mapping
from enum import StrEnum

NOT_FOUND = "nothing public found"


class Row(StrEnum):
    """What is compared."""

    SHAPE = "shape, beside colour"
    DOUBT = "when what is shown is doubted"
    SPEED = "a status until a colleague sees it"
    KEYS = "keyboard"
    END = "a status with an end"
    WEIGHT = "weight"


# As read in November 2026; the numbers in brackets are the sources' below.
RIVALS: Mapping[str, Mapping[Row, str]] = {
    "3CX": {
        Row.SHAPE: "four colours: green, yellow on a call, red, grey; no shapes are named [1]",
        Row.DOUBT: "somebody whose computer or app is offline becomes offline; after how long is not said [2]",
        Row.END: "for a chosen time, then Available [1]",
    },
    "Webex": {
        Row.SHAPE: "an icon each: plane, minus, moon, arrow, camera, handset, green dot, clock [3]",
        Row.DOUBT: "green means active within the last 10 minutes, then a clock [3]",
        Row.END: "Do Not Disturb and Busy, for a listed time or one of one's own [4]",
    },
    "Teams": {
        Row.SHAPE: "ten icons for seventeen states; busy, on a call and in a meeting share one [5]",
        Row.DOUBT: "Away after 15 minutes without activity; unknown is an open grey circle [5]",
        Row.SPEED: "“nearly real time” [5]; set by another program, a few minutes, because the client polls [6]",
        Row.KEYS: "mute: Ctrl+Shift+M [8]",
        Row.END: "Busy and Do Not Disturb end after a day if nothing else is said, others after seven [7]",
    },
}
# (what it is, where it stands)
SOURCES = (
    (
        "T2K, “Managing Your 3CX Status”",
        "https://www.t2kvoip.co.uk/knowledge-base/managing-your-3cx-status-availability-settings",
    ),
    ("intrax, “3CX status settings”", "https://helpdesk.intrax.de/en/knowledgebase/article/3cx-status-settings"),
    ("Webex, “See people's availability” (read in Norwegian)", "https://help.webex.com/no-no/article/wghlt5"),
    (
        "Verizon on its Webex app, “Presence availability”",
        "https://stg-verizonbdv-bdvstaging.kinsta.cloud/articles/presence-availability",
    ),
    (
        "Microsoft, “User presence in Teams”",
        "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness/blob/062b2207d3c408bc2693d0df68788f858b2e8c06/Teams/presence-admins.md",
    ),
    ("Microsoft, “presence: setPresence”", "https://learn.microsoft.com/en-us/graph/api/presence-setpresence"),
    (
        "Microsoft, “presence: setUserPreferredPresence”",
        "https://learn.microsoft.com/en-us/graph/api/presence-setuserpreferredpresence",
    ),
    (
        "TechRadar on Teams' keys",
        "https://techradar.com/nz/news/microsoft-teams-update-will-fix-the-single-most-common-video-conferencing-problem",
    ),
)
