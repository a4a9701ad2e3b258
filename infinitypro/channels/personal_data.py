"""What channels hold: a business's credentials at its vendors."""

from infinitypro.core.personal_data import Column

COLUMNS = (
    Column(
        "channels.Channel",
        "credentials",
        "workspace",
        "to speak for the business at the vendor",
        "until the channel is disconnected",
        None,
        "clear",
    ),
)
