"""Click's own words that a person meets, so that our catalogue has them: click asks for them in its own code."""

from ecriture.language import N_

WORDS: tuple[str, ...] = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("required"),
    N_("default: {default}"),
    N_("Error: {message}"),
    N_("Missing option"),
    N_("Missing command."),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("Try '{command} {option}' for help."),
    N_("{value} is not in the range {range}."),
    N_("{value!r} is not a valid {number_type}."),
)
