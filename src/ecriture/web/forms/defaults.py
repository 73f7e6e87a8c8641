"""Account fields that are on more than one page, for the same settings."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ecriture.core.likely import Purpose
from ecriture.web.forms.base import SettingsForm
from ecriture.web.forms.fields import AccountField


class InvoiceAccounts(SettingsForm):
    """The two accounts of an invoice, for items without their own accounts."""

    invoice_debit = AccountField(
        purpose=Purpose.CLEARING,
        setting="accounts.invoice_debit",
        label=_("Debit account"),
        help_text=_("The clearing account: what customers owe."),
    )
    invoice_credit = AccountField(
        purpose=Purpose.REVENUE,
        setting="accounts.invoice_credit",
        label=_("Credit account"),
        help_text=_("The revenue of an item that has no account of its own."),
    )

    def build(self) -> None:
        super().build()
        self.propose("invoice_debit")
        self.propose("invoice_credit")


class PaymentAccounts(SettingsForm):
    """The two accounts of a payment, and those of a refund."""

    payment_debit = AccountField(
        purpose=Purpose.BANK,
        setting="accounts.payment_debit",
        label=_("Debit account"),
        help_text=_("The bank account, for methods without their own account."),
    )
    payment_credit = AccountField(
        purpose=Purpose.CLEARING,
        setting="accounts.payment_credit",
        label=_("Credit account"),
        help_text=_("The clearing account again."),
    )
    refund_debit = AccountField(
        purpose=Purpose.CLEARING,
        setting="accounts.refund_debit",
        label=_("Debit account"),
        help_text=_("Empty: same as the credit account of a payment."),
    )
    refund_credit = AccountField(
        purpose=Purpose.BANK,
        setting="accounts.refund_credit",
        label=_("Credit account"),
        help_text=_("Empty: same as the debit account of a payment."),
    )

    def build(self) -> None:
        super().build()
        self.propose("payment_debit")
        self.propose("payment_credit")
        accounts = self.settings.accounts
        self.put_instead("refund_debit", accounts.payment_credit, AS_PAYMENTS)
        self.put_instead("refund_credit", accounts.payment_debit, AS_PAYMENTS)

    @property
    def has_refund_accounts(self) -> bool:
        """Whether refunds have their own account, or one is being entered."""
        return any(self[name].value() or self[name].errors for name in ("refund_debit", "refund_credit"))


AS_PAYMENTS: Any = _("as payments")
