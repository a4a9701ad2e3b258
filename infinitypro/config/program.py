"""The first page of help: our own commands, each in a sentence."""

from django.core.management import ManagementUtility, get_commands, load_command_class

OURS = "infinitypro.config"


class Program(ManagementUtility):
    """The console script's utility. Django's own commands still run; only this page leaves them out."""

    def main_help_text(self, commands_only: bool = False) -> str:
        """What there is to run; the bare names where a shell asks for them."""
        names = sorted(name for name, app in get_commands().items() if app == OURS)
        if commands_only:
            return "\n".join(names)
        lines = [f"  {name:10} {load_command_class(OURS, name).help}" for name in names]
        return "\n".join(
            [f"{self.prog_name} COMMAND …", "", *lines, "", f"{self.prog_name} COMMAND --help says more."]
        )
