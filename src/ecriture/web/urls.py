"""Every page. Those of a company begin with its identifier; `guards` says who may see them."""

from django.urls import include, path

from ecriture.web.views import account_field, accounting, companies, home, language, style

of_company = [
    path("", home.company, name="company"),
    path("settings/accounting/", accounting.accounting, name="accounting"),
    path("accounts/options/", account_field.options, name="account-options"),
    path("accounts/check/", account_field.check, name="account-check"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("companies/", home.companies, name="companies"),
    path("companies/new/", companies.new_company, name="new-company"),
    path("c/<uuid:company_id>/", include(of_company)),
    path("language/", language.speak, name="language"),
    path("style/", style.style, name="style"),
]
