"""What the business room holds that can say something of a person: the business's own particulars, told to anybody."""

from infinitypro.core.personal_data import Column

_TOLD = "the business publishes it; customers are told on request"


def _of_business(field: str, purpose: str) -> Column:
    return Column(
        model="business.Profile",
        field=field,
        subject="workspace",
        purpose=purpose,
        kept="as long as the workspace",
        exported_as=field,
        erased_by="row",
        is_sealed=False,
        why_clear=_TOLD,
    )


COLUMNS = (
    _of_business("name", "tells customers whom they deal with"),
    _of_business("phone", "tells customers how to call"),
    _of_business("email", "tells customers where to write"),
    _of_business("website", "tells customers where to read more"),
    _of_business("street", "tells customers where to come"),
    _of_business("city", "tells customers where to come"),
    _of_business("region", "tells customers where to come"),
    _of_business("postcode", "tells customers where to come"),
    _of_business("country", "tells customers where to come, and which public holidays apply"),
    _of_business("about", "tells customers what the business is"),
)
