"""Settings → Company → Remove: all data of a company as a file, and then the end of the company."""

from tempfile import SpooledTemporaryFile

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as say

from ecriture.store import removal
from ecriture.store.access import Right
from ecriture.store.models import Membership
from ecriture.store.removal import NotDownloaded, WrongName
from ecriture.web.bounds import MEGABYTE
from ecriture.web.guards import company_page

IN_MEMORY = 16 * MEGABYTE
"""A larger file of a company's data waits on the disk until it is sent."""


@company_page(see=None, act=Right.REMOVE)
def download(_request: HttpRequest, member: Membership) -> HttpResponse:
    """The data of the company as a ZIP. It is noted who took it, so this is no page that is only looked at."""
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer closes it once it was sent
    removal.download(member, file)
    file.seek(0)
    name = f"ecriture-{timezone.localdate()}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")  # type: ignore[return-value] # a response that streams


@company_page(see=Right.REMOVE, act=Right.REMOVE)
def remove(request: HttpRequest, member: Membership) -> HttpResponse:
    """Removes the company, if its data was downloaded as it is now and its name was typed."""
    fault, name = "", member.company.name
    if request.method == "POST":
        try:
            removal.remove_downloaded(member, typed=request.POST.get("name", "")[:300])
        except WrongName:
            fault = say("This is not the name of the company. Type it as it stands above.")
        except NotDownloaded:
            fault = say("Download the data first. If you did, something was changed since: download it again.")
        else:
            messages.success(request, say("%s is removed, with all of its data.") % name)
            return redirect("companies")
    return render(request, "settings/remove.html", {"fault": fault}, status=422 if fault else 200)
