"""The effects on Linnworks by kind; there are no others."""

from returnworks.rules.model import Kind
from returnworks.work.acts.base import Act, ActTogether, Standing, about
from returnworks.work.acts.credit import CreditAct
from returnworks.work.acts.exchange import ExchangeAct
from returnworks.work.acts.note import NoteAct
from returnworks.work.acts.restock import RestockAct
from returnworks.work.acts.stock import StockAct

TOGETHER: dict[Kind, ActTogether] = {Kind.EXCHANGE: ExchangeAct(), Kind.NOTE: NoteAct()}
"""Those that are looked up and sent for many orders at once."""

ACTS: dict[Kind, Act] = {Kind.RESTOCK: RestockAct(), Kind.STOCK: StockAct(), Kind.CREDIT: CreditAct(), **TOGETHER}

__all__ = ["ACTS", "TOGETHER", "Act", "ActTogether", "Standing", "about"]
