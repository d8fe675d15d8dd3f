"""Addresses: a return stands under its year and the unit that was asked."""

from django.urls import path

from overgang.collect.returns.screens.answering import approval, form, listing, receipt

OF = "arsrapport/<int:year>/<slug:unit>/"

urlpatterns = [
    path("arsrapport/", listing.returns, name="returns"),
    path(OF, form.answer, name="answer"),
    path(f"{OF}utkast/", form.draft, name="draft"),
    path(f"{OF}godkjenning/", approval.approve, name="approve"),
    path(f"{OF}kvittering/<int:number>/", receipt.receipt, name="receipt"),
    path(f"{OF}kvittering/<int:number>/pdf/", receipt.receipt_file, name="receipt_file"),
]
