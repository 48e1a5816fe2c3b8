"""Writes the examples of az's own help as scripts, one for each of the named modules: `help-examples.py FOLDER MODULE…`."""

import importlib
import pathlib
import sys

import yaml
from knack.help_files import helps

for module in sys.argv[2:]:
    helps.clear()
    importlib.import_module(f"azure.cli.command_modules.{module}._help")
    lines = []
    for name in sorted(helps):
        for example in (yaml.safe_load(helps[name]) or {}).get("examples") or []:
            lines += [f"# {name}", (example.get("text") or example["command"]).strip(), ""]
    pathlib.Path(sys.argv[1], f"az-{module}.sh").write_text("\n".join(lines))
