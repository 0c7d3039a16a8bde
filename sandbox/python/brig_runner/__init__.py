"""What runs the user's Python inside a jail.

Modules that every program needs avoid the standard library's Python modules (`_json` instead of `json`, `_ast`
instead of `ast`): it saves half of a jail's start, and the user's code can't break the runner by patching them.
"""
