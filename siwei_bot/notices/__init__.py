"""Reports, changes, subscriptions and notices: who is told of what, and that nothing is lost.

A report of an actual value or a new version of the plan is written with its audit and with the notices to
send in one transaction (:class:`Ledger`); :class:`Delivery` sends them. Knows no messenger.
"""

from siwei_bot.notices.delivery import (
    Delivery,
    DeliveryError,
    Gone,
    Lost,
    Moved,
    Pace,
    Refused,
    RetryLater,
    Send,
)
from siwei_bot.notices.judging import Doubt, Standing, preview, standing
from siwei_bot.notices.ledger import Ledger, Loaded, Notice
from siwei_bot.notices.outbox import Message, Progress, Status
from siwei_bot.notices.reports import Report, ReportError, read_command, read_report
from siwei_bot.notices.subscriptions import Ended, LedgerError, Place, Subscription
from siwei_bot.notices.targets import (
    EVERYTHING,
    Named,
    Target,
    Wish,
    clock_time,
    recognise,
    target_of,
    targets_of,
)

__all__ = [
    "EVERYTHING",
    "Delivery",
    "DeliveryError",
    "Doubt",
    "Ended",
    "Gone",
    "Ledger",
    "LedgerError",
    "Loaded",
    "Lost",
    "Message",
    "Moved",
    "Named",
    "Notice",
    "Pace",
    "Place",
    "Progress",
    "Refused",
    "Report",
    "ReportError",
    "RetryLater",
    "Send",
    "Standing",
    "Status",
    "Subscription",
    "Target",
    "Wish",
    "clock_time",
    "preview",
    "read_command",
    "read_report",
    "recognise",
    "standing",
    "target_of",
    "targets_of",
]
