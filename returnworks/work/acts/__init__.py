"""The effects on Linnworks by kind; there are no others."""

from returnworks.rules.model import Kind
from returnworks.work.acts.base import Act, Standing, about
from returnworks.work.acts.credit import CreditAct
from returnworks.work.acts.exchange import ExchangeAct
from returnworks.work.acts.restock import RestockAct
from returnworks.work.acts.stock import StockAct

ACTS: dict[Kind, Act] = {
    Kind.RESTOCK: RestockAct(),
    Kind.STOCK: StockAct(),
    Kind.CREDIT: CreditAct(),
    Kind.EXCHANGE: ExchangeAct(),
}

__all__ = ["ACTS", "Act", "Standing", "about"]
